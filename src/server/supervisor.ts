/**
 * Service managers: which one started this process, and telling it how the server fares.
 *
 *   systemd   sd_notify: datagrams of NAME=value lines to the socket that NOTIFY_SOCKET names
 *   upstart   expect stop: the process stops itself with SIGSTOP when it is ready, and is continued
 */
import type { Config } from '../config/index.js';
import { sendDatagram } from '../store/native.js';

/** A service manager, as seen from the process it started. */
export interface Supervisor {
  readonly name: 'systemd' | 'upstart' | 'none';
  /** The server serves. */
  ready(): void;
  /** The server has begun to stop. */
  stopping(): void;
}

const NOBODY: Supervisor = { name: 'none', ready: () => undefined, stopping: () => undefined };

/** The service manager that `supervised` names, if the environment shows that it is there. */
export function serviceManager({ supervised }: Config): Supervisor['name'] {
  const { NOTIFY_SOCKET: socket = '', UPSTART_JOB: job } = process.env;
  if ((supervised === 'upstart' || supervised === 'auto') && job !== undefined) return 'upstart';
  if ((supervised === 'systemd' || supervised === 'auto') && socket !== '') return 'systemd';
  return 'none';
}

/**
 * The service manager of this process; `warn` takes a sentence if the one that is configured is not there. The
 * environment is cleaned, so that programs started from here do not speak for the server.
 */
export function findSupervisor(config: Config, warn: (message: string) => void): Supervisor {
  const name = serviceManager(config);
  const socket = process.env['NOTIFY_SOCKET'] ?? '';
  if (name === 'upstart') {
    delete process.env['UPSTART_JOB'];
    return { name, ready: () => void process.kill(process.pid, 'SIGSTOP'), stopping: () => undefined };
  }
  if (name === 'systemd') {
    delete process.env['NOTIFY_SOCKET'];
    const notify = (text: string): void => {
      const error = sendDatagram(socket, Buffer.from(text));
      if (error !== null) warn(`Could not notify systemd: ${error}`);
    };
    return {
      name,
      ready: () => notify('READY=1\nSTATUS=Ready to accept connections\n'),
      stopping: () => notify('STOPPING=1\nSTATUS=Stopping\n'),
    };
  }
  if (config.supervised !== 'no' && config.supervised !== 'auto')
    warn(`No ${config.supervised} is there to be notified, though supervised names it.`);
  return NOBODY;
}
