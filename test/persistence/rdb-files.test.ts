/**
 * RDB files from one server to another: what real servers save is read here, and what is saved here is read by them, every
 * type in every form, with databases and times to live; files of all old versions; and files that are damaged.
 */
import { writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LATER, VALUES } from '../differential/cases/digest.js';
import { DataFolder, type DataServer } from '../support/data-folder.js';
import {
  crc64,
  double,
  integers,
  join,
  length,
  listpack,
  little,
  text,
  texts,
  ziplist,
  zipmap,
} from '../support/rdb-payloads.js';
import { programUnderTest, referenceProgram, type ServerProgram } from '../support/server-process.js';
import { argumentsOf, type Step } from '../support/steps.js';

const ARGUMENTS = ['--save', '', '--enable-debug-command', 'yes'];

/** Settings that make small forms of nearly nothing. */
const TINY = ['--list-max-listpack-size', '3', '--hash-max-listpack-entries', '1', '--zset-max-listpack-entries', '1',
  '--set-max-intset-entries', '1', '--stream-node-max-entries', '2', '--rdbcompression', 'no']; // prettier-ignore

const REDIS_7 = (): ServerProgram => referenceProgram('7.0');
const REDIS_8 = (): ServerProgram => referenceProgram('8.0');
type Values = readonly (readonly [string, readonly Step[]])[];

// 7.0 digests fractions in another way, and a negative zero loses its sign in small forms.
const NEWER: Values = [...VALUES, ...LATER].filter(([title]) => !title.startsWith('a negative zero'));
const WAYS: readonly (readonly [string, () => ServerProgram, () => ServerProgram, Values, readonly string[]])[] = [
  ['from Redis 7.0', REDIS_7, programUnderTest, VALUES, []],
  ['from Redis 7.0 with large forms', REDIS_7, programUnderTest, VALUES, TINY],
  ['from Redis 8.0', REDIS_8, programUnderTest, NEWER, []],
  ['from Redis 8.0 with large forms', REDIS_8, programUnderTest, NEWER, TINY],
  ['to Redis 7.0', programUnderTest, REDIS_7, VALUES, []],
  ['to Redis 7.0 with large forms', programUnderTest, REDIS_7, VALUES, TINY],
  ['to Redis 8.0', programUnderTest, REDIS_8, NEWER, []],
  ['to Redis 8.0 with large forms', programUnderTest, REDIS_8, NEWER, TINY],
]; // prettier-ignore

let folder: DataFolder;
beforeEach(() => (folder = DataFolder.make()));
afterEach(() => folder.remove());

/** Makes all values, each under a key of its own, every third one with a time to live, in two databases. */
async function fill(server: DataServer, values: Values): Promise<void> {
  for (const [i, [, steps]] of values.entries()) {
    await server.ask('SELECT', i % 2 === 0 ? '0' : '5');
    for (const step of steps) await server.ask(...(argumentsOf(step) ?? []));
    await server.ask('RENAME', 'k', `key:${String(i)}`);
    if (i % 3 === 0) await server.ask('PEXPIREAT', `key:${String(i)}`, String(4_000_000_000_000 + i));
  }
}

async function describeAll(server: DataServer, values: Values): Promise<string[]> {
  const found: string[] = [];
  for (const [i, [title]] of values.entries()) {
    await server.ask('SELECT', i % 2 === 0 ? '0' : '5');
    const key = `key:${String(i)}`;
    const digest = await server.ask('DEBUG', 'DIGEST-VALUE', key);
    found.push(`${title}: ${digest} until ${await server.ask('PEXPIRETIME', key)}`);
  }
  found.push(await server.ask('DEBUG', 'DIGEST'));
  return found;
}

describe('files', () => {
  it.each(WAYS)('%s', async (_, from, to, values, settings) => {
    const first = await folder.start(from(), ...ARGUMENTS, ...settings);
    await fill(first, values);
    const expected = await describeAll(first, values);
    expect(await first.ask('SAVE')).toBe('OK');
    await first.end();
    const second = await folder.start(to(), ...ARGUMENTS);
    expect(await describeAll(second, values)).toEqual(expected);
    await second.ask('DEBUG', 'RELOAD');
    expect(await second.ask('DEBUG', 'DIGEST')).toBe(expected.at(-1));
  });
});

// ---- files that no server writes any more --------------------------------------------------------------------------

const EXPIRY = join('\xfd', little(2_000_000_000, 4));
const OLD_VALUES: readonly (readonly [number, Buffer])[] = [
  [0, text('value')],
  [1, texts(['a', 'b', '12'])],
  [2, texts(['a', 'b', '12'])],
  [3, join(length(2), text('a'), text('1'), text('b'), text('-7'))],
  [4, texts(['f', 'v', 'g', '12'], 2)],
  [9, text(zipmap(['f', 'v', 'g', '12'], 1))],
  [10, text(ziplist('a', 'b', '12'))],
  [11, text(integers(2, -3, 7))],
  [12, text(ziplist('b', '-7', 'a', '1'))],
  [13, text(ziplist('f', 'v', 'g', '12'))],
  [14, join(length(2), text(ziplist('a', 'b')), text(ziplist('12')))],
];

/** A file of the old types, in any version. */
function oldFile(version: number): Buffer {
  const keys = OLD_VALUES.map(([type, value], i) =>
    join(i % 2 === 0 ? EXPIRY : '', little(type, 1), text(`key${String(i)}`), value),
  );
  const whole = join(`REDIS${String(version).padStart(4, '0')}`, '\xfe', length(0), ...keys, '\xff');
  return version < 5 ? whole : join(whole, little(crc64(whole), 8));
}

describe('a file of version', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])('%i', async (version) => {
    writeFileSync(folder.file('dump.rdb'), oldFile(version));
    const digests: string[] = [];
    for (const program of [REDIS_7, programUnderTest]) {
      const server = await folder.start(program(), ...ARGUMENTS);
      expect(await server.ask('DBSIZE')).toBe(String(OLD_VALUES.length));
      expect(await server.ask('EXPIRETIME', 'key0')).toBe('2000000000');
      digests.push(await server.ask('DEBUG', 'DIGEST'));
      await server.end();
    }
    expect(digests[1]).toBe(digests[0]);
  });
});

describe('a file with all that may stand beside keys', () => {
  it('is read', async () => {
    const whole = join(
      'REDIS0012',
      join('\xfa', text('redis-ver'), text('7.4.0'), '\xfa', text('unknown'), text('fact')),
      join(
        '\xfe',
        length(3),
        '\xfb',
        length(1_000_000_000),
        length(7),
        '\xf4',
        length(1),
        length(2),
        length(3),
      ),
      join('\xf8', length(1000), '\x00', text('a'), text('1')),
      join('\xf9', '\x07', '\x12', text('b'), length(1), '\x02', text(listpack('x', 1))),
      join('\xfc', little(4_000_000_000_000, 8), '\x05', text('c'), length(1), text('m'), double(1)),
      join('\xfc', little(1000, 8), '\x00', text('gone'), text('1')),
      '\xff',
    );
    writeFileSync(folder.file('dump.rdb'), join(whole, little(crc64(whole), 8)));
    const server = await folder.start(programUnderTest(), ...ARGUMENTS);
    await server.ask('SELECT', '3');
    expect(await server.ask('DBSIZE')).toBe('3');
    expect(Number(await server.ask('OBJECT', 'IDLETIME', 'a'))).toBeGreaterThanOrEqual(1000);
    expect(await server.ask('PEXPIRETIME', 'c')).toBe('4000000000000');
  });
});

// ---- damaged files -------------------------------------------------------------------------------------------------

describe('a damaged file', () => {
  const file = oldFile(10);
  const changed = Buffer.from(file);
  changed[40] = (changed[40] ?? 0) ^ 1;
  const twice = join('REDIS0004', '\x02', text('key'), texts(['a', 'a']), '\xff');
  it.each([
    ['with another beginning', join('RADIS', file.subarray(5))],
    ['of a version to come', join('REDIS0099', file.subarray(9))],
    ['cut short', file.subarray(0, -30)],
    ['with a changed byte', changed],
    ['with a member twice', twice],
    ['that is empty', Buffer.alloc(0)],
  ] as const)('%s keeps the server from starting', async (_, bytes) => {
    writeFileSync(folder.file('dump.rdb'), bytes);
    for (const program of [REDIS_7, programUnderTest]) {
      const server = await folder.launch(program(), ...ARGUMENTS, '--sanitize-dump-payload', 'yes');
      const exit = await server.exited;
      expect(exit.signal ?? 'none').toBe('none');
      expect(exit.code).toBe(1);
    }
  });
});
