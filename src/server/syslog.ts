/**
 * The system's log: each message as one datagram to the socket of the local syslog daemon, which adds the time.
 *
 * Form (RFC 3164, without its timestamp): `<priority>ident[pid]: message`, where the priority is 8 × facility plus
 * severity. A message that the daemon does not take is lost, as syslog has it.
 */
import type { Config } from '../config/index.js';
import { sendDatagram } from '../store/native.js';
import type { LogLevel, MessageSink } from './log.js';

/** Where syslog daemons listen: on Linux and the BSDs, and on macOS. */
const SOCKETS = ['/dev/log', '/var/run/syslog', '/var/run/log'] as const;
const USER = 1;
const LOCAL0 = 16;
const SEVERITIES: Readonly<Record<LogLevel, number>> = { debug: 7, verbose: 6, notice: 5, warning: 4 };

/** The datagram of one message. */
export function syslogMessage(
  facility: string,
  ident: string,
  pid: number,
  level: LogLevel,
  message: string,
): string {
  const code = facility === 'user' ? USER : LOCAL0 + Number(facility.slice('local'.length));
  return `<${String(code * 8 + SEVERITIES[level])}>${ident}[${String(pid)}]: ${message}`;
}

/** A sink to the system's log, as the configuration names it; `sockets` are tried in order. */
export function syslogSink(config: Config, sockets: readonly string[] = SOCKETS): MessageSink {
  const { syslogFacility, syslogIdent } = config;
  return (level, message) => {
    const datagram = syslogMessage(syslogFacility, syslogIdent, process.pid, level, message);
    const bytes = Buffer.from(datagram, 'utf8');
    for (const socket of sockets) if (sendDatagram(socket, bytes) === null) return;
  };
}
