/**
 * The state that a server holds, read over a connection, and the check that it is one which a crash may leave.
 */
import { encodeCommand, toBytes } from '../support/command-line.js';
import { parseReply, type Reply } from '../support/reply.js';
import type { RawConnection } from '../support/raw-connection.js';
import type { Acknowledged } from './load.js';
import { applyOperation, copyModel, DATABASES, LOG, type Model, type Value } from './operations.js';

const CHUNK = 2000;
const SHOWN = 300;

/** What the server held when the round began. */
export interface State {
  readonly log: readonly string[];
  readonly model: Model;
}

/** What must not be lost. */
export interface Bound {
  /** The log has to hold everything that was acknowledged by this time, Unix time in ms; Infinity: everything. */
  readonly acknowledgedBy: number;
  /** The log has to be at least as long. */
  readonly length: number;
}

/** The state is none that a crash may leave. */
export class CrashCheckError extends Error {}

function flat(reply: Reply): string {
  if (reply.items !== undefined) return reply.items.map(flat).join(' ');
  return reply.text?.toString('latin1') ?? '';
}

async function ask(connection: RawConnection, commands: readonly (readonly string[])[]): Promise<Reply[]> {
  const replies: Reply[] = [];
  for (let at = 0; at < commands.length; at += CHUNK) {
    const batch = commands.slice(at, at + CHUNK);
    void connection.send(Buffer.concat(batch.map((words) => encodeCommand(words.map(toBytes)))));
    replies.push(...(await connection.replies(batch.length)).map(parseReply));
  }
  return replies;
}

async function readLog(connection: RawConnection): Promise<string[]> {
  const log: string[] = [];
  for (;;) {
    const [reply] = await ask(connection, [
      ['LRANGE', LOG, String(log.length), String(log.length + CHUNK - 1)],
    ]);
    const names = reply?.items?.map(flat) ?? [];
    log.push(...names);
    if (names.length < CHUNK) return log;
  }
}

function readerOf(kind: string, key: string): string[] {
  switch (kind) {
    case 'hash':
      return ['HGETALL', key];
    case 'set':
      return ['SMEMBERS', key];
    case 'zset':
      return ['ZRANGE', key, '0', '-1', 'WITHSCORES'];
    case 'list':
      return ['LRANGE', key, '0', '-1'];
    case 'stream':
      return ['XRANGE', key, '-', '+'];
    default:
      return ['GET', key];
  }
}

// A key's content as a text, the same for what a server replies and what a model holds.
function describeReply(kind: string, reply: Reply): string {
  const items = reply.items?.map(flat) ?? [];
  if (kind === 'set') return `set ${items.sort().join(' ')}`;
  if (kind === 'hash' || kind === 'zset') {
    const pairs: string[] = [];
    for (let i = 0; i + 1 < items.length; i += 2) pairs.push(`${items[i]}=${items[i + 1]}`);
    return `${kind === 'hash' ? 'hash' : 'sorted set'} ${pairs.sort().join(' ')}`;
  }
  if (kind === 'list' || kind === 'stream') return `${kind} ${items.join(' ')}`;
  return `string ${flat(reply)}`;
}

function describeValue({ kind, text, items, map }: Value): string {
  if (kind === 'string') return `string ${text}`;
  if (kind === 'set') return `set ${[...map.keys()].sort().join(' ')}`;
  if (kind === 'hash' || kind === 'sorted set')
    return `${kind} ${[...map].map(([field, value]) => `${field}=${value}`).sort().join(' ')}`; // prettier-ignore
  return `${kind} ${items.join(' ')}`;
}

/** All keys of the databases that operations write to, as texts; the log aside. */
export async function readContents(connection: RawConnection): Promise<Map<string, string>> {
  const contents = new Map<string, string>();
  for (let database = 0; database < DATABASES; database++) {
    const [, listed] = await ask(connection, [['SELECT', String(database)], ['KEYS', '*']]); // prettier-ignore
    const keys = (listed?.items ?? []).map(flat).filter((key) => key !== LOG);
    const kinds = (await ask(connection, keys.map((key) => ['TYPE', key]))).map(flat); // prettier-ignore
    const values = await ask(connection, keys.map((key, i) => readerOf(kinds[i] ?? '', key))); // prettier-ignore
    const times = await ask(connection, keys.map((key) => ['PTTL', key])); // prettier-ignore
    keys.forEach((key, i) => {
      const [kind, value, time] = [kinds[i] ?? '', values[i], times[i]];
      if (value === undefined || time === undefined) throw new Error('a reply is missing');
      contents.set(
        `${database}:${key}`,
        describeReply(kind, value) + (Number(flat(time)) > 0 ? ' (expires)' : ''),
      );
    });
  }
  await ask(connection, [['SELECT', '0']]);
  return contents;
}

function compareContents(actual: ReadonlyMap<string, string>, model: Model): void {
  for (const [name, value] of model) {
    const expected = describeValue(value) + (value.expires ? ' (expires)' : '');
    const found = actual.get(name) ?? 'nothing';
    if (found !== expected)
      throw new CrashCheckError(
        `${name} holds\n  ${found.slice(0, SHOWN)}\nbut the operations of the log make\n  ${expected.slice(0, SHOWN)}`,
      );
  }
  for (const name of actual.keys())
    if (!model.has(name)) throw new CrashCheckError(`${name} is there, but no operation of the log made it`);
}

/** What was found after a crash. */
export interface Found {
  readonly log: readonly string[];
  readonly contents: ReadonlyMap<string, string>;
}

export async function readFound(connection: RawConnection): Promise<Found> {
  return { log: await readLog(connection), contents: await readContents(connection) };
}

/**
 * Checks that what was found is the state before with a prefix of the round's operations done, and that the prefix is
 * long enough; gives the state. `first` is the name with which the round's log begins. Throws a CrashCheckError.
 */
export function checkFound(
  seed: number,
  before: State,
  first: string,
  found: Found,
  acknowledged: readonly Acknowledged[],
  bound: Bound,
): State {
  const isNew = found.log[0] === first;
  if (!isNew && found.log.join() !== before.log.join())
    throw new CrashCheckError(
      'the log is neither that of this round nor, unchanged, that of the round before',
    );
  const length = isNew ? found.log.length : 0;
  if (length < bound.length)
    throw new CrashCheckError(`the log has ${length} operations, but must have ${bound.length} at least`);
  for (const { name, place, atMs } of acknowledged) {
    const there = found.log[place - 1];
    if (place <= length && there !== name)
      throw new CrashCheckError(`${name} was acknowledged at place ${place} of the log, where ${there} is`);
    if (place > length && atMs <= bound.acknowledgedBy)
      throw new CrashCheckError(
        `${name} was acknowledged at place ${place}, but the log has ${length} operations` +
          (bound.acknowledgedBy === Infinity
            ? ''
            : `; ${bound.acknowledgedBy - atMs} ms too early to be lost`),
      );
  }
  const model = copyModel(before.model);
  if (isNew) {
    const names = new Set(found.log);
    if (names.size !== found.log.length) throw new CrashCheckError('an operation was done twice');
    for (const name of found.log) applyOperation(seed, name, model);
  }
  compareContents(found.contents, model);
  return { log: found.log, model };
}
