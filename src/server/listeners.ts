// Where the server listens: `bind` with `port`, and `unixsocket`.
import { chmodSync, rmSync } from 'node:fs';
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import * as path from 'node:path';
import type { Config } from '../config/index.js';
import type { NativeStore } from '../store/native.js';
import type { Log } from './log.js';

/** Errors of addresses that a machine may not have; an optional address may fail with them. */
export const ABSENT: ReadonlySet<string> = new Set([
  'EADDRNOTAVAIL',
  'EAFNOSUPPORT',
  'EPROTONOSUPPORT',
  'ENOENT',
  'EINVAL',
  'ENOTSUP',
]);

/** A host of `bind` with the wildcards as addresses; a name stays a name. */
export function numericAddress(host: string): string {
  if (host === '*') return '0.0.0.0';
  return host === '::*' ? '::' : host;
}

/** The address of a host of `bind`. Rejects if it has a name that is not known. */
export async function resolveHost(host: string): Promise<string> {
  const address = numericAddress(host);
  return isIP(address) !== 0 ? address : (await lookup(address)).address;
}

async function listenTcp(store: NativeStore, config: Config, log: Log): Promise<void> {
  let listening = 0;
  for (const { host, optional } of config.bind) {
    const address = await resolveHost(host);
    const error = store.listenTcp(address, config.port, config.tcpBacklog, true);
    if (error === null) {
      listening++;
      continue;
    }
    log.warning(`Could not listen on ${host}, port ${String(config.port)}: ${error}`);
    if (!optional || !ABSENT.has(error))
      throw new Error(`Cannot listen on ${host}, port ${String(config.port)}: ${error}`);
  }
  if (listening === 0 && config.bind.length > 0)
    throw new Error(`None of the addresses to bind exists on this machine (port ${String(config.port)})`);
}

// The path of the socket: relative ones start at `dir`. The system takes no long ones, so it is as short as it can be.
function socketPath(config: Config): string {
  const whole = path.resolve(config.dir, config.unixsocket);
  const fromHere = path.relative('', whole);
  return fromHere.length < whole.length ? fromHere : whole;
}

function listenUnix(store: NativeStore, config: Config): string {
  const file = socketPath(config);
  // A socket that an earlier server left behind would keep this one from binding.
  rmSync(file, { force: true });
  const error = store.listenUnix(file, config.tcpBacklog);
  if (error !== null) throw new Error(`Cannot listen on ${config.unixsocket}: ${error}`);
  const mode = config.unixsocketperm;
  if (mode !== 0) chmodSync(file, mode);
  return file;
}

/** Listens wherever the configuration says; gives the path of the Unix socket, or ''. Rejects with what is wrong. */
export async function listen(store: NativeStore, config: Config, log: Log): Promise<string> {
  store.setKeepalive(config.tcpKeepalive);
  if (config.port !== 0) await listenTcp(store, config, log);
  const socket = config.unixsocket === '' ? '' : listenUnix(store, config);
  if (config.port === 0 && config.tlsPort === 0 && config.unixsocket === '')
    log.warning('Listening nowhere: port and tls-port are 0, no unixsocket is set.');
  return socket;
}
