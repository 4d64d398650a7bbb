/**
 * Values of every type in every form, in files that one server writes and another reads: snapshots, and append-only files
 * that begin with commands. What is read must have the digests that the reading program gives to the same values when it
 * has made them itself.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { encodeCommand, toBytes, type Argument } from '../support/command-line.js';
import { DataFolder, type DataServer } from '../support/data-folder.js';
import { programUnderTest, referenceProgram, type ServerProgram } from '../support/server-process.js';
import { VALUE_SAMPLES, type ValueSample } from '../support/value-samples.js';
import { until } from '../support/until.js';

const DEBUG = ['--save', '', '--enable-debug-command', 'yes'];
const COMMANDS = [...DEBUG, '--appendonly', 'yes', '--aof-use-rdb-preamble', 'no'];
const EXPIRY_MS = 4_000_000_000_000;
const EXPIRES_EVERY = 3;
const DATABASES = ['0', '9'];

type Program = () => ServerProgram;
const redis7: Program = () => referenceProgram('7.0');
const redis8: Program = () => referenceProgram('8.0');
const PAIRS: readonly [writer: string, reader: string, Program, Program][] = [
  ['the server under test', 'itself', programUnderTest, programUnderTest],
  ['the server under test', 'Redis 7.0', programUnderTest, redis7],
  ['the server under test', 'Redis 8.0', programUnderTest, redis8],
  ['Redis 7.0', 'the server under test', redis7, programUnderTest],
  ['Redis 8.0', 'the server under test', redis8, programUnderTest],
];

const nameOf = (sample: number): string => `sample:${String(sample)}`;

/** Commands that go in one write. */
interface Batch {
  readonly bytes: Buffer;
  readonly count: number;
}

/** Samples with the commands that make them and those that ask for them, encoded once for all servers. */
interface SampleSet {
  readonly samples: readonly ValueSample[];
  /** For each sample the commands that make it. */
  readonly making: readonly Batch[];
  readonly asking: Batch;
}

const databaseOf = (sample: number): string => DATABASES[sample % DATABASES.length] ?? '0';

function toBatch(commands: readonly (readonly Argument[])[]): Batch {
  return {
    bytes: Buffer.concat(commands.map((words) => encodeCommand(words.map(toBytes)))),
    count: commands.length,
  };
}

function toSet(samples: readonly ValueSample[]): SampleSet {
  const making = samples.map(({ commands }, i) => {
    const expiry = i % EXPIRES_EVERY === 0 ? [['PEXPIREAT', 'k', EXPIRY_MS + i]] : [];
    return toBatch([['SELECT', databaseOf(i)], ...commands, ...expiry, ['RENAME', 'k', nameOf(i)]]);
  });
  const asking = samples.flatMap((_, i) => [
    ['SELECT', databaseOf(i)],
    ['DEBUG', 'DIGEST-VALUE', nameOf(i)],
    ['PEXPIRETIME', nameOf(i)],
    ['XINFO', 'GROUPS', nameOf(i)],
  ]);
  return { samples, making, asking: toBatch(asking) };
}

const everySample = toSet(VALUE_SAMPLES);
const olderSamples = toSet(VALUE_SAMPLES.filter(({ isNew }) => isNew !== true));

async function fill(server: DataServer, { making }: SampleSet): Promise<void> {
  for (const { bytes, count } of making) {
    const replies = await server.replies(bytes, count);
    for (const reply of replies) expect(reply).not.toMatch(/^-/);
    expect(replies.at(-1)).toBe('OK');
  }
}

/** What the server holds: of each sample the digest and the time of expiry, of streams the groups. */
async function contents(server: DataServer, { samples, asking }: SampleSet): Promise<string[]> {
  const replies = await server.replies(asking.bytes, asking.count);
  return samples.map(({ title }, i) => {
    const [, digest, expiry, groups] = replies.slice((asking.count / samples.length) * i);
    return `${title}: ${digest} ${expiry} ${title.startsWith('stream') ? groups : ''}`;
  });
}

const known = new Map<string, Promise<string[]>>();

/** What a program holds that has made the samples itself. */
function expectedOf(name: string, program: Program, set: SampleSet): Promise<string[]> {
  const key = `${name}: ${String(set.samples.length)}`;
  const found = known.get(key) ?? makeDirectly(program, set);
  known.set(key, found);
  return found;
}

async function makeDirectly(program: Program, set: SampleSet): Promise<string[]> {
  const folder = DataFolder.make();
  try {
    const server = await folder.start(program(), ...DEBUG);
    await fill(server, set);
    return await contents(server, set);
  } finally {
    await folder.remove();
  }
}

/** Entries that are pending though they were deleted: commands cannot tell of them. */
const withoutPending = (lines: readonly string[]): string[] =>
  lines.map((line) => line.replace(/pending, \d+/g, 'pending'));

describe.each(PAIRS)('what %s writes is read by %s', (_writer, _reader, writer, reader) => {
  const set = writer === redis7 || reader === redis7 ? olderSamples : everySample;
  let folder: DataFolder;
  let expected: string[];
  beforeEach(async () => {
    folder = DataFolder.make();
    expected = await expectedOf(reader().name, reader, set);
  });
  afterEach(() => folder.remove());

  it.each(['yes', 'no'])('as a snapshot, compressed: %s', async (compression) => {
    const first = await folder.start(writer(), ...DEBUG, '--rdbcompression', compression);
    await fill(first, set);
    expect(await first.ask('SAVE')).toBe('OK');
    await first.end();
    const second = await folder.start(reader(), ...DEBUG);
    expect(await contents(second, set)).toEqual(expected);
  });

  it('as commands', async () => {
    const first = await folder.start(writer(), ...COMMANDS);
    await fill(first, set);
    await first.run('BGREWRITEAOF');
    await until(async () => (await first.info('aof_rewrite_in_progress', 'persistence')) === '0');
    expect(await first.info('aof_last_bgrewrite_status', 'persistence')).toBe('ok');
    await first.end('SIGTERM');
    const second = await folder.start(reader(), ...COMMANDS);
    expect(withoutPending(await contents(second, set))).toEqual(withoutPending(expected));
  });
});
