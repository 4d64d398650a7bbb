/**
 * redwing-check-aof beside Redis's own tool: the same verdict and the same offset for every file, whole or cut at any
 * byte or damaged; and what is left behind `--fix` and `--truncate-to-timestamp` is the same.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkAof, CheckError, type CheckOutput } from '../../src/persistence/check/index.js';
import { scanAof } from '../../src/persistence/check/aof-scan.js';
import { findProgram } from '../support/programs.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'redwing-check-aof-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Outcome {
  readonly code: number | null;
  readonly output: string;
}

function redisTool(args: readonly string[], input = ''): Outcome {
  const tool = findProgram('redis-check-aof');
  if (tool === undefined) throw new Error('redis-check-aof is not on PATH: install it to run this test');
  const { status, stdout, stderr } = spawnSync(tool, args, { cwd: folder, input, encoding: 'latin1' });
  return { code: status, output: stdout + stderr };
}

function redwingTool(args: readonly string[], input = ''): Outcome {
  const script = resolve(import.meta.dirname, '../../dist/cli/check-aof.js');
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], {
    cwd: folder,
    input,
    encoding: 'latin1',
  });
  return { code: status, output: stdout + stderr };
}

/** The check itself, without a process. */
async function check(file: string, fixes = false, untilTimestamp?: number): Promise<Outcome> {
  const lines: string[] = [];
  const output: CheckOutput = {
    line: (text) => lines.push(text),
    confirm: async () => Promise.resolve(true),
    progress: () => undefined,
  };
  const options = { fixes, ...(untilTimestamp === undefined ? {} : { untilTimestamp }) };
  try {
    await checkAof(join(folder, file), options, output);
    return { code: 0, output: lines.join('\n') };
  } catch (error) {
    if (!(error instanceof CheckError)) throw error;
    return { code: 1, output: [...lines, error.message].join('\n') };
  }
}

const offsetsOf = ({ output }: Outcome): string[] => output.match(/(?:size|ok_up_to|diff)=\d+/g) ?? [];

function command(...words: string[]): string {
  return `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`;
}

const SAMPLE = [
  '#TS:1000\r\n',
  command('SELECT', '0'),
  command('SET', 'key', 'a\r\n*1\r\nvalue'),
  '#TS:1010\r\n',
  command('MULTI'),
  command('INCR', 'n'),
  command('RPUSH', 'list', '', 'x'.repeat(200)),
  command('exec'),
  '#TS:1020\r\n',
  command('hset', 'h', 'field', '1'),
].join('');

/** Whether the last line of a file is an annotation without its end: Redis takes it for whole, and it is not. */
function endsInAnnotation(text: string): boolean {
  return /(^|\n)#[^\n]*$/.test(text);
}

async function compare(name: string, bytes: Buffer): Promise<void> {
  writeFileSync(join(folder, name), bytes);
  const expected = redisTool([name]);
  const actual = await check(name);
  expect(offsetsOf(actual), name).toEqual(offsetsOf(expected));
  expect(actual.code, name).toBe(expected.code);
}

describe('one file of commands', () => {
  it('gives the offset of Redis wherever the file is cut', async () => {
    for (let size = 0; size <= SAMPLE.length; size++) {
      const text = SAMPLE.slice(0, size);
      if (!endsInAnnotation(text)) await compare(`cut-${size}.aof`, Buffer.from(text, 'latin1'));
    }
  });

  it('finds that an annotation is cut', () => {
    writeFileSync(join(folder, 'annotation.aof'), `${command('PING')}#TS:10`);
    expect(scanAof(join(folder, 'annotation.aof'))).toMatchObject({
      okUpTo: 14,
      commands: 1,
      problem: { offset: 14, reason: expect.stringContaining('within an annotation') as string },
    });
  });

  it.each([
    ['MULTI within MULTI', command('PING') + command('MULTI') + command('MULTI') + command('EXEC')],
    ['EXEC without MULTI', command('PING') + command('EXEC')],
    ['a length that the file has not', `${command('PING')}*2\r\n$3\r\nGET\r\n$900000000\r\nx\r\n`],
    ['more arguments than the file has', `${command('PING')}*900000000\r\n$3\r\nGET\r\n`],
    ['a wrong prefix', `${command('PING')}*2\r\n$3\r\nGET\r\n:3\r\n`],
    ['a wrong end of a line', `${command('PING')}*2\r\n$3\r\nGET\r\n$1\rx\r\n`],
    ['a value of the wrong length', `${command('PING')}*2\r\n$3\r\nGET\r\n$1\r\nxx\r\n`],
    ['zeros behind the end', `${command('PING')}${'\0'.repeat(4096)}`],
    ['text', 'hello\r\n'],
    ['a line feed', `${command('PING')}\n`],
  ])('agrees on %s', async (_, text) => {
    await compare('faulty.aof', Buffer.from(text, 'latin1'));
  });

  it('refuses a command without arguments, which no server loads', async () => {
    writeFileSync(join(folder, 'bare.aof'), `${command('PING')}*0\r\n${command('PING')}`);
    expect(await check('bare.aof')).toMatchObject({ code: 1 });
    expect(scanAof(join(folder, 'bare.aof')).okUpTo).toBe(14);
  });

  it('cuts what Redis cuts', async () => {
    for (let size = 20; size < SAMPLE.length; size += 7) {
      const text = SAMPLE.slice(0, size);
      if (endsInAnnotation(text)) continue;
      for (const name of ['ours.aof', 'theirs.aof']) writeFileSync(join(folder, name), text, 'latin1');
      const expected = redisTool(['--fix', 'theirs.aof'], 'y\n');
      expect((await check('ours.aof', true)).code).toBe(expected.code);
      expect(readFileSync(join(folder, 'ours.aof'))).toEqual(readFileSync(join(folder, 'theirs.aof')));
    }
  });

  it.each([999, 1000, 1005, 1010, 1019, 1020, 5000])('cuts at timestamp %i as Redis', async (timestamp) => {
    for (const name of ['ours.aof', 'theirs.aof']) writeFileSync(join(folder, name), SAMPLE, 'latin1');
    const expected = redisTool(['--truncate-to-timestamp', String(timestamp), 'theirs.aof']);
    expect((await check('ours.aof', false, timestamp)).code).toBe(expected.code);
    expect(readFileSync(join(folder, 'ours.aof'))).toEqual(readFileSync(join(folder, 'theirs.aof')));
  });

  it('never cuts within a transaction, whatever stands there', async () => {
    const before = `#TS:1\r\n${command('PING')}`;
    const text = `${before}${command('MULTI')}#TS:9\r\n${command('PING')}${command('EXEC')}`;
    writeFileSync(join(folder, 'inside.aof'), text);
    expect((await check('inside.aof', false, 5)).code).toBe(0);
    expect(readFileSync(join(folder, 'inside.aof'), 'latin1')).toBe(before);
  });

  it('reads across the borders of its buffer', () => {
    const lines: string[] = [];
    for (let i = 0; i < 400; i++) lines.push(command('SET', `key:${i}`, 'v'.repeat((i * 37) % 5000)));
    const text = lines.join('') + command('MULTI') + command('PING');
    const file = join(folder, 'long.aof');
    writeFileSync(file, text);
    for (const bufferBytes of [2048, 2049, 4099]) {
      const scan = scanAof(file, { bufferBytes });
      expect(scan).toMatchObject({ okUpTo: lines.join('').length, commands: 400, size: text.length });
    }
  });
});

describe('the files of a manifest', () => {
  const MANIFEST = 'appendonly.aof.manifest';
  const BASE = 'appendonly.aof.1.base.aof';
  const FIRST = 'appendonly.aof.1.incr.aof';
  const SECOND = 'appendonly.aof.2.incr.aof';

  function write(second: string, first = SAMPLE): void {
    writeFileSync(
      join(folder, MANIFEST),
      `file ${BASE} seq 1 type b\nfile ${FIRST} seq 1 type i\nfile "${SECOND}" seq 2 type i\n`,
    );
    writeFileSync(join(folder, BASE), SAMPLE);
    writeFileSync(join(folder, FIRST), first);
    writeFileSync(join(folder, SECOND), second);
  }

  async function compareManifest(): Promise<Outcome> {
    const expected = redisTool([MANIFEST]);
    const actual = await check(MANIFEST);
    expect(offsetsOf(actual)).toEqual(offsetsOf(expected));
    expect(actual.code).toBe(expected.code);
    return actual;
  }

  it('checks all of them', async () => {
    write(SAMPLE);
    expect(await compareManifest()).toMatchObject({ code: 0 });
    write('');
    expect(await compareManifest()).toMatchObject({ code: 0 });
  });

  it('cuts the last one alone', async () => {
    write(SAMPLE.slice(0, -3));
    expect(await compareManifest()).toMatchObject({ code: 1 });
    expect(await check(MANIFEST, true)).toMatchObject({ code: 0 });
    expect(redisTool([MANIFEST]).code).toBe(0);
    write(SAMPLE, SAMPLE.slice(0, -3));
    expect(await check(MANIFEST, true)).toMatchObject({ code: 1 });
    expect(readFileSync(join(folder, FIRST)).length).toBe(SAMPLE.length - 3);
    expect(redisTool(['--fix', MANIFEST], 'y\n').code).toBe(1);
  });

  it('cuts one that only empty ones follow, which Redis refuses', async () => {
    write('', SAMPLE.slice(0, -3));
    expect(await check(MANIFEST)).toMatchObject({ code: 1 });
    expect(await check(MANIFEST, true)).toMatchObject({ code: 0 });
    expect(redisTool([MANIFEST]).code).toBe(0);
  });

  it('cuts at a timestamp in the last one alone', async () => {
    const early = SAMPLE.replace(/#TS:10/g, '#TS:09');
    for (const timestamp of [1000, 1010, 950]) {
      write(SAMPLE, early);
      writeFileSync(join(folder, BASE), early);
      const expected = redisTool(['--truncate-to-timestamp', String(timestamp), MANIFEST]);
      const left = readFileSync(join(folder, SECOND));
      write(SAMPLE, early);
      writeFileSync(join(folder, BASE), early);
      expect((await check(MANIFEST, false, timestamp)).code).toBe(expected.code);
      expect(readFileSync(join(folder, SECOND))).toEqual(left);
    }
  });

  it('knows one whose words are in another order or case, as the server does', async () => {
    write(SAMPLE);
    writeFileSync(
      join(folder, MANIFEST),
      `# by hand\nSEQ 1 File ${BASE} TYPE b\nFILE ${FIRST} seq 1 type i\n`,
    );
    expect(await check(MANIFEST)).toMatchObject({ code: 0 });
  });

  it.each([
    ['a second base', `file ${BASE} seq 1 type b\nfile ${BASE} seq 2 type b\n`],
    ['a path', `file ../${BASE} seq 1 type b\n`],
    ['a line without its end', `file ${BASE} seq 1 type b`],
    ['an empty line', `file ${BASE} seq 1 type b\n\n`],
    ['numbers that do not ascend', `file ${FIRST} seq 2 type i\nfile ${SECOND} seq 1 type i\n`],
    ['more than is known', `# by hand\nfile ${BASE} seq 1 type b note x\n`],
    ['no number', `file ${BASE} seq x type b\n`],
    ['an unknown type', `file ${BASE} seq 1 type q\n`],
    ['history alone', `file gone seq 1 type h\n`],
    ['too few words', `file ${BASE} seq 1\n`],
    ['another order', `file ${BASE} type b seq 1\n`],
    ['another first word behind', `file ${BASE} seq 1 type b\nnote ${FIRST} seq 1 type i\n`],
  ])('agrees on a manifest with %s', async (_, text) => {
    write(SAMPLE);
    writeFileSync(join(folder, MANIFEST), text);
    await compareManifest();
  });

  it('looks for all files before it reads the first', async () => {
    write(SAMPLE);
    writeFileSync(join(folder, MANIFEST), `file ${BASE} seq 1 type b\nfile gone.aof seq 1 type i\n`);
    const { code, output } = await check(MANIFEST);
    expect(code).toBe(redisTool([MANIFEST]).code);
    expect(output).toContain('gone.aof');
  });
});

describe('the command', () => {
  it('ends with the codes of Redis, and asks before it cuts', () => {
    const file = 'asked.aof';
    writeFileSync(join(folder, file), SAMPLE.slice(0, -3));
    for (const [args, input] of [
      [[], ''],
      [[file], ''],
      [['--fix', file], ''],
      [['--fix', file], 'n\n'],
      [['--foo', file], ''],
      [['none.aof'], ''],
      [['.'], ''],
      [['--truncate-to-timestamp', '12x', file], ''],
    ] as const) {
      expect(redwingTool(args, input).code, args.join(' ')).toBe(redisTool(args, input).code);
      expect(readFileSync(join(folder, file)).length).toBe(SAMPLE.length - 3);
    }
    expect(redwingTool(['--fix', file], 'Y\n')).toMatchObject({ code: 0 });
    expect(redisTool([file]).code).toBe(0);
    expect(redwingTool([file]).code).toBe(0);
  });
});
