/**
 * Running in the background: the process starts a detached copy of itself, waits until that one serves, and ends.
 *
 *   parent   starts the child with a channel, waits for its report, exits with 0 or 1
 *   child    starts as always, reports, and lets go of the channel
 *
 * Node cannot fork, so the child reads the configuration again, from what the parent was given; standard input, which
 * can be read only once, is handed on.
 */
import { spawn, type StdioOptions } from 'node:child_process';
import { bytesOf, type Config } from '../config/index.js';
import { serviceManager } from '../server/supervisor.js';

/** What the child reports: that it serves, or why it cannot. */
interface Report {
  readonly failure?: string;
}

function isReport(message: unknown): message is Report {
  return typeof message === 'object' && message !== null;
}

/** True in the copy that runs in the background. What it starts itself is none. */
export const isDaemon = process.env.REDWING_DAEMON !== undefined;
delete process.env.REDWING_DAEMON;

/** Whether this process has to hand over to a copy in the background. A service manager wants to keep its process. */
export function shouldDaemonize(config: Config): boolean {
  return config.daemonize && !isDaemon && serviceManager(config) === 'none';
}

/** Starts the copy, with `input` as its standard input. Resolves once it serves; rejects with why it does not. */
export function daemonize(input: string | undefined): Promise<void> {
  const stdio: StdioOptions = [input === undefined ? 'ignore' : 'pipe', 'ignore', 'ignore', 'ipc'];
  const child = spawn(process.execPath, [...process.execArgv, ...process.argv.slice(1)], {
    detached: true,
    stdio,
    env: { ...process.env, REDWING_DAEMON: '1' },
  });
  child.stdin?.end(bytesOf(input ?? ''));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) =>
      reject(new Error(`The server ended before it was ready (${signal ?? `code ${String(code)}`}).`)),
    );
    child.once('message', (message) => {
      if (isReport(message) && message.failure !== undefined) reject(new Error(message.failure));
      else resolve();
    });
  });
}

/** Reports to the parent, if there is one, and lets go of it. Resolves when the parent has it. */
export function report(message: Report): Promise<void> {
  if (!isDaemon || process.send === undefined || !process.connected) return Promise.resolve();
  return new Promise((resolve) => {
    process.send?.(message, undefined, undefined, () => {
      if (process.connected) process.disconnect();
      resolve();
    });
  });
}
