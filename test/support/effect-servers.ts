/**
 * Two servers whose effects can be read: a real Redis, by the log that it appends to, and Redwing in this process, by what
 * gathers in its store. Effects are commands, which are texts of bytes (latin1).
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig } from '../../src/config/index.js';
import { Log } from '../../src/server/log.js';
import { type Server, startServer } from '../../src/server/server.js';
import { RawConnection } from './raw-connection.js';
import { parseReply, textOf } from './reply.js';
import { freePort, referenceProgram, type ReferenceVersion, ServerProcess } from './server-process.js';

export type Effect = readonly string[];

export interface EffectServer {
  connect(): Promise<RawConnection>;
  /** The effects since the last time, in their order. */
  take(): Promise<Effect[]>;
  stop(): Promise<void>;
}

/** Splits a stream of RESP commands, leaving out annotations. Throws where it is none. */
export function parseEffects(bytes: Buffer): Effect[] {
  const effects: Effect[] = [];
  let at = 0;
  const line = (type: string): string => {
    const end = bytes.indexOf('\r\n', at);
    const text = bytes.toString('latin1', at, end);
    if (end < 0 || text[0] !== type)
      throw new Error(`'${type}' expected at ${at}, not ${JSON.stringify(text)}`);
    at = end + 2;
    return text.slice(1);
  };
  while (at < bytes.length) {
    if (bytes[at] === 35) {
      line('#');
      continue;
    }
    const effect: string[] = [];
    for (let left = Number(line('*')); left > 0; left--) {
      const size = Number(line('$'));
      effect.push(bytes.toString('latin1', at, at + size));
      at += size;
      if (bytes.toString('latin1', at, at + 2) !== '\r\n') throw new Error(`no end of an argument at ${at}`);
      at += 2;
    }
    effects.push(effect);
  }
  return effects;
}

/** A real Redis, which has written its log when it replies. */
export async function startReference(version: ReferenceVersion): Promise<EffectServer> {
  const options =
    '--appendonly yes --appendfsync always --auto-aof-rewrite-percentage 0 --enable-debug-command yes';
  const server = await ServerProcess.start(referenceProgram(version), options.split(' '));
  const control = await server.connect();
  const setting = parseReply(await control.command('CONFIG', 'GET', 'dir'));
  const folder = join(textOf(setting.items?.[1]) ?? '', 'appendonlydir');
  let taken = 0;
  return {
    connect: () => server.connect(),
    take: () => {
      const name = readdirSync(folder).find((file) => file.endsWith('.incr.aof'));
      const bytes = readFileSync(join(folder, name ?? ''));
      const effects = parseEffects(bytes.subarray(taken));
      taken = bytes.length;
      return Promise.resolve(effects);
    },
    stop: async () => {
      control.close();
      await server.stop();
    },
  };
}

/** Redwing, in this process. */
export async function startTested(): Promise<EffectServer> {
  const port = await freePort();
  const words = [
    '--port',
    String(port),
    '--save',
    '',
    '--enable-debug-command',
    'yes',
    '--loglevel',
    'warning',
  ];
  const config = loadConfig({ words });
  const server: Server = await startServer(config, new Log('warning', () => undefined));
  server.effects.turn(true);
  return {
    connect: () => RawConnection.open(port),
    take: () => Promise.resolve(parseEffects(Buffer.from(server.store.takeEffects()))),
    stop: async () => {
      server.shutdown({ saves: false, isForced: true });
      await server.stopped;
    },
  };
}
