/**
 * redwing-check-rdb beside Redis's own tool of 7.0: the same verdict for files that 7.0 wrote, whole, cut anywhere, and
 * with any byte changed; and the same counts. Files of 8.0, which that tool does not know, have the verdicts that they
 * must have.
 */
import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkSnapshotFile, type CheckOutput } from '../../src/persistence/check/index.js';
import type { RawConnection } from '../support/raw-connection.js';
import { referenceProgram, type ReferenceVersion, ServerProcess } from '../support/server-process.js';

const TOOL_TIMEOUT_MS = 10_000;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'redwing-check-rdb-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Outcome {
  readonly code: number;
  readonly output: string;
}

/** The tool of 7.0: its server's program, which checks files when it is called by the tool's name. */
function redisTool(file: string): Outcome {
  const tool = join(folder, 'redis-check-rdb');
  const [program = ''] = referenceProgram('7.0').command;
  if (!existsSync(tool)) symlinkSync(program, tool);
  const { status, stdout, stderr } = spawnSync(tool, [file], {
    encoding: 'latin1',
    timeout: TOOL_TIMEOUT_MS,
  });
  // A check that crashes, or never ends, has found something as well.
  return { code: status === 0 ? 0 : 1, output: stdout + stderr };
}

function check(file: string): Outcome {
  const lines: string[] = [];
  const output: CheckOutput = {
    line: (text) => lines.push(text),
    confirm: async () => Promise.resolve(false),
    progress: () => undefined,
  };
  const end = checkSnapshotFile(file, true, output);
  return { code: end < 0 ? 1 : 0, output: lines.join('\n') };
}

const countsOf = ({ output }: Outcome): string[] =>
  output.match(/\[info\] \d+ (?:keys read|expires|already expired)/g) ?? [];

const many = (count: number, make: (i: number) => (string | number)[]): (string | number)[] =>
  Array.from({ length: count }, (_, i) => make(i)).flat();

const COMMANDS: readonly (readonly (string | number)[])[] = [
  ['SET', 'integer', 12345],
  ['SET', 'text', 'v'.repeat(500)],
  ['SET', 'gone', 'v', 'PXAT', 1_000_000_000],
  ['SET', 'staying', 'v', 'EX', 100_000],
  ['RPUSH', 'list', 'a', 1, ''],
  ['RPUSH', 'long', ...many(600, (i) => [`element ${i}`])],
  ['SADD', 'integers', 1, 2, 70_000],
  ['SADD', 'set', 'a', 'b'],
  ['SADD', 'large', ...many(700, (i) => [`m${i}`])],
  ['ZADD', 'sorted', 1, 'a', 2.5, 'b'],
  ['ZADD', 'scores', ...many(300, (i) => [i, `m${i}`])],
  ['HSET', 'hash', 'f', 'v'],
  ['HSET', 'fields', ...many(300, (i) => [`f${i}`, i])],
  ['XADD', 'stream', '1-1', 'f', 'v'],
  ['XADD', 'stream', '2-1', 'g', 'v'],
  ['XGROUP', 'CREATE', 'stream', 'group', 0],
  ['XREADGROUP', 'GROUP', 'group', 'reader', 'STREAMS', 'stream', '>'],
  ['PFADD', 'counter', 'a', 'b'],
];

/** Keys that the commands make. */
const KEYS = 17;

/** A file that a server of that version has saved, with and without its checksum. */
async function save(version: ReferenceVersion, hasChecksum: boolean): Promise<string> {
  const file = join(folder, `${version}-${hasChecksum}.rdb`);
  const server = await ServerProcess.start(referenceProgram(version), [
    '--rdbchecksum',
    hasChecksum ? 'yes' : 'no',
    '--enable-debug-command',
    'yes',
  ]);
  try {
    const connection: RawConnection = await server.connect();
    // A key whose time has come stays in the file when it is not looked at.
    await connection.command('DEBUG', 'SET-ACTIVE-EXPIRE', 0);
    for (const words of COMMANDS) await connection.command(...words);
    if (version === '8.0') {
      await connection.command('HSET', 'expiring', 'f', 'v', 'g', 'w');
      await connection.command('HPEXPIRE', 'expiring', 10_000_000, 'FIELDS', 1, 'f');
    } else {
      await connection.command('HSET', 'plain', 'f', 'v', 'g', 'w');
    }
    await connection.command('SELECT', 5);
    await connection.command('SET', 'other', 'v');
    await connection.command('SAVE');
    const folderReply = (await connection.command('CONFIG', 'GET', 'dir')).toString('utf8').split('\r\n');
    copyFileSync(join(folderReply[4] ?? '', 'dump.rdb'), file);
    connection.close();
  } finally {
    await server.stop();
  }
  return file;
}

describe.each(['7.0', '8.0'] as const)('a file of Redis %s', (version) => {
  let good: string;
  let bytes: Buffer;
  beforeAll(async () => {
    good = await save(version, true);
    bytes = readFileSync(good);
  });

  // `verdict` is that of a file which the tool does not know.
  function compare(name: string, content: Uint8Array, verdict: 0 | 1): void {
    const file = join(folder, 'damaged.rdb');
    writeFileSync(file, content);
    expect(check(file).code, name).toBe(version === '7.0' ? redisTool(file).code : verdict);
  }

  it('is whole, with as many keys as there are', () => {
    const actual = check(good);
    expect(actual.code).toBe(0);
    expect(countsOf(actual)).toEqual([
      `[info] ${KEYS} keys read`,
      '[info] 2 expires',
      '[info] 1 already expired',
    ]);
    if (version === '7.0') expect(countsOf(redisTool(good))).toEqual(countsOf(actual));
    expect(actual.output).toContain("AUX FIELD redis-ver = '");
  });

  it('is refused wherever it is cut', () => {
    for (let size = 0; size < bytes.length; size += Math.ceil(bytes.length / 60))
      compare(`cut at ${size}`, bytes.subarray(0, size), 1);
  });

  it('is refused with any byte changed', () => {
    for (let at = 0; at < bytes.length; at += Math.ceil(bytes.length / 60)) {
      const changed = Uint8Array.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ (1 << (at % 8));
      compare(`byte ${at} changed`, changed, 1);
    }
  });

  it('is taken with something behind it, as in an append-only file', () => {
    compare('with a tail', Buffer.concat([bytes, Buffer.from('*1\r\n$4\r\nPING\r\n')]), 0);
  });
});

describe('a file of Redis 7.0 without its checksum', () => {
  it('is never taken where Redis refuses it', async () => {
    const plain = readFileSync(await save('7.0', false));
    const file = join(folder, 'plain.rdb');
    for (let at = 9; at < plain.length - 8; at += Math.ceil(plain.length / 150)) {
      const changed = Uint8Array.from(plain);
      changed[at] = (changed[at] ?? 0) ^ (1 << (at % 8));
      writeFileSync(file, changed);
      if (check(file).code === 0) expect(redisTool(file).code, `byte ${at} changed`).toBe(0);
    }
  });
});

describe('what a file has', () => {
  // A set of two equal members, in the database of the beginning.
  const broken = (key: string): Buffer =>
    Buffer.from(
      `REDIS0009\xfa\x04kind\x01\xff\x02${String.fromCharCode(key.length)}${key}\x02\x01a\x01a`,
      'latin1',
    );

  it('is shown byte by byte', () => {
    const file = join(folder, 'bytes.rdb');
    writeFileSync(file, broken('\xffkey'));
    const { code, output } = check(file);
    expect(code).toBe(1);
    expect(output).toContain("[info] AUX FIELD kind = '\\xff'");
    expect(output).toContain("Reading key '\\xffkey'");
  });
});

describe('the command', () => {
  const run = (...args: string[]): Outcome => {
    const script = resolve(import.meta.dirname, '../../dist/cli/check-rdb.js');
    const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], { encoding: 'latin1' });
    return { code: status ?? -1, output: stdout + stderr };
  };

  it('ends with the codes of Redis', async () => {
    const good = await save('7.0', true);
    const bytes = readFileSync(good);
    const bad = join(folder, 'bad.rdb');
    writeFileSync(bad, bytes.subarray(0, bytes.length - 20));
    expect(run(good)).toMatchObject({ code: 0 });
    expect(run(bad)).toMatchObject({ code: 1, output: expect.stringMatching(/\[offset \d+\] ./) as string });
    expect(run(join(folder, 'none.rdb'))).toMatchObject({ code: 1 });
    expect(run()).toMatchObject({ code: 1, output: expect.stringContaining('Usage') as string });
  });
});
