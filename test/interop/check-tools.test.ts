/** The tools that check files, when what they write to is closed or full. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DataFolder } from '../support/data-folder.js';
import { programUnderTest } from '../support/server-process.js';

const FULL = '/dev/full';

let folder: DataFolder;
beforeEach(async () => {
  folder = DataFolder.make();
  const server = await folder.start(programUnderTest(), '--save', '', '--appendonly', 'yes');
  await server.run('SET a 1\nSAVE');
  await server.end('SIGTERM');
});
afterEach(() => folder.remove());

/** Runs a tool; `output`: the descriptor that it writes to, undefined: one that nobody reads. */
async function run(tool: string, file: string, output?: number): Promise<{ code: unknown; errors: string }> {
  const words = [resolve('dist/cli', `${tool}.js`), folder.file(file)];
  const child = spawn(process.execPath, words, { stdio: ['ignore', output ?? 'pipe', 'pipe'] });
  child.stdout?.destroy();
  let errors = '';
  child.stderr?.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const [code] = (await once(child, 'close')) as [unknown];
  return { code, errors };
}

describe.each([
  ['check-rdb', 'dump.rdb'],
  ['check-aof', 'appendonlydir/appendonly.aof.manifest'],
])('%s', (tool, file) => {
  it('gives its verdict though nobody reads what it says', async () => {
    expect(await run(tool, file)).toEqual({ code: 0, errors: '' });
  });

  it.runIf(existsSync(FULL))('says that it cannot write its result', async () => {
    const full = openSync(FULL, 'w');
    const { code, errors } = await run(tool, file, full);
    closeSync(full);
    expect(code).toBe(1);
    expect(errors).toMatch(/^(Cannot write the result: ENOSPC.*\n)+$/);
  });
});
