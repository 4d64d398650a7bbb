/**
 * redis-cli and redis-benchmark, as they are installed, against the server under test.
 */
import { spawn } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findProgram } from '../support/programs.js';
import { ServerProcess, programUnderTest } from '../support/server-process.js';

let server: ServerProcess;
beforeAll(async () => {
  server = await ServerProcess.start(programUnderTest());
});
afterAll(async () => {
  await server.stop();
});

/** What a tool wrote, and how it ended. */
interface Outcome {
  readonly code: number | null;
  readonly output: string;
}

function run(tool: string, args: readonly string[], input = ''): Promise<Outcome> {
  const path = findProgram(tool);
  if (path === undefined) throw new Error(`${tool} is not on PATH: install Redis's tools to run this test`);
  return new Promise((done, reject) => {
    const child = spawn(path, ['-h', '127.0.0.1', '-p', String(server.port), ...args], { stdio: 'pipe' });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString('latin1')));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString('latin1')));
    child.once('error', reject);
    child.once('close', (code) => done({ code, output }));
    // A tool that takes its command from its arguments may be gone before the end of its input reaches it.
    child.stdin.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE' || input !== '') reject(error);
    });
    child.stdin.end(input);
  });
}

describe('redis-cli', () => {
  it.each([['RESP2', []], ['RESP3', ['-3']]] as const)('runs single commands in %s', async (_, options) => {
    expect((await run('redis-cli', [...options, 'SET', 'k', 'v'])).output).toBe('OK\n');
    expect((await run('redis-cli', [...options, 'GET', 'k'])).output).toBe('v\n');
    expect((await run('redis-cli', [...options, '--no-raw', 'GET', 'nokey'])).output).toBe('(nil)\n');
    expect((await run('redis-cli', [...options, '--no-raw', 'DBSIZE'])).output).toBe('(integer) 1\n');
    expect((await run('redis-cli', [...options, 'BOGUS',
      'x'])).output).toContain("ERR unknown command 'BOGUS'");
  }); // prettier-ignore

  it('runs commands from its input, with a database and a repeat', async () => {
    const outcome = await run('redis-cli', ['-n', '5'], 'SET k 1\nINCR k\nGET "k"\nPING\n');
    expect(outcome).toEqual({ code: 0, output: 'OK\n2\n2\nPONG\n' });
    expect((await run('redis-cli', ['-r', '3', 'INCR', 'repeated'])).output).toBe('1\n2\n3\n');
  });

  it('loads a mass of commands with --pipe', async () => {
    const commands = Array.from({ length: 20_000 }, (_,
      i) => `*3\r\n$3\r\nSET\r\n$8\r\npipe${String(i).padStart(4, '0').slice(-4)}\r\n$1\r\nx\r\n`);
    const outcome = await run('redis-cli', ['--pipe'], commands.join(''));
    expect(outcome.output).toContain('errors: 0, replies: 20000');
  }); // prettier-ignore

  it('scans with --scan', async () => {
    await run('redis-cli', ['FLUSHALL']);
    await run('redis-cli', ['MSET', 'a:1', 'x', 'a:2', 'y', 'b:1', 'z']);
    const outcome = await run('redis-cli', ['--scan', '--pattern', 'a:*']);
    expect(outcome.output.trim().split('\n').sort()).toEqual(['a:1', 'a:2']);
  });
});

describe('redis-benchmark', () => {
  it.each([
    ['one command at a time', []],
    ['sixteen at a time', ['-P', '16']],
    ['random keys and larger values', ['-P', '8', '-r', '1000', '-d', '300']],
    ['RESP3', ['-3']],
  ])('runs %s without an error line', async (_, options) => {
    const tests = ['-q', '-n', '2000', '-c', '20', '-t', 'ping_inline,ping_mbulk,set,get,incr,mset'];
    const outcome = await run('redis-benchmark', [...tests, ...options]);
    expect(outcome.code).toBe(0);
    expect(outcome.output).not.toMatch(/error|ERR|warning|could not/i);
    expect(outcome.output.match(/requests per second/g)?.length).toBe(6);
  });
});
