/**
 * Values of every type in every form, in files that one server writes and another reads: snapshots, and append-only files
 * that begin with commands. What is read must have the digests that the reading program gives to the same values when it
 * has made them itself.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
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

async function fill(server: DataServer, samples: readonly ValueSample[]): Promise<void> {
  for (const [i, sample] of samples.entries()) {
    await server.ask('SELECT', DATABASES[i % DATABASES.length] ?? '0');
    for (const command of sample.commands) expect(await server.ask(...command)).not.toMatch(/^-/);
    if (i % EXPIRES_EVERY === 0) await server.ask('PEXPIREAT', 'k', EXPIRY_MS + i);
    expect(await server.ask('RENAME', 'k', nameOf(i))).toBe('OK');
  }
}

/** What the server holds: of each sample the digest and the time of expiry, of streams the groups. */
async function contents(server: DataServer, samples: readonly ValueSample[]): Promise<string[]> {
  const lines: string[] = [];
  for (const [i, { title }] of samples.entries()) {
    await server.ask('SELECT', DATABASES[i % DATABASES.length] ?? '0');
    const digest = await server.ask('DEBUG', 'DIGEST-VALUE', nameOf(i));
    const groups = title.startsWith('stream') ? await server.ask('XINFO', 'GROUPS', nameOf(i)) : '';
    lines.push(`${title}: ${digest} ${await server.ask('PEXPIRETIME', nameOf(i))} ${groups}`);
  }
  return lines;
}

/** Entries that are pending though they were deleted: commands cannot tell of them. */
const withoutPending = (lines: readonly string[]): string[] =>
  lines.map((line) => line.replace(/pending, \d+/g, 'pending'));

describe.each(PAIRS)('what %s writes is read by %s', (_writer, _reader, writer, reader) => {
  const samples = VALUE_SAMPLES.filter(
    ({ isNew }) => isNew !== true || (writer !== redis7 && reader !== redis7),
  );
  let folder: DataFolder;
  let other: DataFolder;
  let expected: string[];
  beforeEach(async () => {
    folder = DataFolder.make();
    other = DataFolder.make();
    const direct = await other.start(reader(), ...DEBUG);
    await fill(direct, samples);
    expected = await contents(direct, samples);
    await direct.end();
  });
  afterEach(() => Promise.all([folder.remove(), other.remove()]));

  it.each(['yes', 'no'])('as a snapshot, compressed: %s', async (compression) => {
    const first = await folder.start(writer(), ...DEBUG, '--rdbcompression', compression);
    await fill(first, samples);
    expect(await first.ask('SAVE')).toBe('OK');
    await first.end();
    const second = await folder.start(reader(), ...DEBUG);
    expect(await contents(second, samples)).toEqual(expected);
  });

  it('as commands', async () => {
    const first = await folder.start(writer(), ...COMMANDS);
    await fill(first, samples);
    await first.run('BGREWRITEAOF');
    await until(async () => (await first.info('aof_rewrite_in_progress', 'persistence')) === '0');
    expect(await first.info('aof_last_bgrewrite_status', 'persistence')).toBe('ok');
    await first.end('SIGTERM');
    const second = await folder.start(reader(), ...COMMANDS);
    expect(withoutPending(await contents(second, samples))).toEqual(withoutPending(expected));
  });
});
