/**
 * redis-cli in its modes: the same options and data, against a real Redis and the server under test, must print the
 * same. Where the order of keys or the time decides, compared is what does not depend on them.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Authority, type CertificateFiles } from '../support/certificates.js';
import { findProgram } from '../support/programs.js';
import { Terminal } from '../support/terminal.js';
import { freePort, programUnderTest, referenceProgram, ServerProcess } from '../support/server-process.js';

/** A server with all the ways to reach it. */
interface Reachable {
  readonly server: ServerProcess;
  readonly tlsPort: number;
  readonly socket: string;
}

let folder = '';
let authority: Authority;
let certificate: CertificateFiles;
let sides: readonly Reachable[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'redwing-cli-'));
  authority = new Authority();
  certificate = authority.issue('server');
  const programs = [referenceProgram('7.0'), programUnderTest()];
  sides = await Promise.all(
    programs.map(async (program, i) => {
      const tlsPort = await freePort();
      const socket = join(folder, `${String(i)}.sock`);
      const server = await ServerProcess.start(program, [
        ...['--unixsocket', socket, '--tls-port', String(tlsPort), '--tls-auth-clients', 'no'],
        ...['--tls-cert-file', certificate.cert, '--tls-key-file', certificate.key],
        ...['--tls-ca-cert-file', authority.ca, '--maxmemory-policy', 'allkeys-lfu'],
        ...['--user', 'alice', 'on', '>secret', '~*', '&*', '+@all'],
      ]);
      return { server, tlsPort, socket };
    }),
  );
});
afterAll(async () => {
  await Promise.all(sides.map(({ server }) => server.stop()));
  authority.remove();
  rmSync(folder, { recursive: true, force: true });
});

const DATA: readonly string[] = [
  'FLUSHALL',
  'CONFIG SET maxmemory 0',
  'MSET a 1 b 22 "c d" "quoted \\"\\r\\n" "\\xff\\x00" binary other 5',
  'RPUSH l 1 2 "a\\nb"',
  'SADD s only',
  'ZADD z 1 a 2.5 b',
  'HSET h f v',
  'XADD x 1-1 f v',
];

beforeEach(async () => {
  for (const side of sides) await run(side, [], `${DATA.join('\n')}\n`);
});

function cli(): string {
  const path = findProgram('redis-cli');
  if (path === undefined) throw new Error('redis-cli is not installed');
  return path;
}

function words(side: Reachable, args: readonly string[]): string[] {
  const { server, tlsPort, socket } = side;
  const own = args.map((word) =>
    word.replace('@port', String(server.port)).replace('@tls', String(tlsPort)).replace('@socket', socket),
  );
  const hasPlace = args.some((word) => word.includes('@'));
  return hasPlace ? own : ['-h', '127.0.0.1', '-p', String(server.port), ...own];
}

function start(side: Reachable, args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const child = spawn(cli(), words(side, args), { stdio: 'pipe', env: { ...process.env, ...env } });
  child.stdin.on('error', () => undefined);
  return child;
}

/** What redis-cli prints, and the code it ends with. */
async function run(
  side: Reachable,
  args: readonly string[],
  input = '',
  env: NodeJS.ProcessEnv = {},
): Promise<string> {
  const child = start(side, args, env);
  let [output, errors] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString('latin1')));
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString('latin1')));
  child.stdin.end(input);
  const [code] = (await once(child, 'close')) as [number | null];
  return `${output}${errors}(ended with ${String(code)})`.replaceAll(String(side.server.port), 'PORT');
}

/** The same of both servers; `rewrite` drops what may differ. */
async function same(
  args: readonly string[],
  input = '',
  rewrite = (output: string): string => output,
  env: NodeJS.ProcessEnv = {},
): Promise<string> {
  const [expected = '', actual = ''] = await Promise.all(sides.map((side) => run(side, args, input, env)));
  expect(rewrite(actual)).toBe(rewrite(expected));
  return actual;
}

function sorted(output: string): string {
  return output.split('\n').sort().join('\n');
}

describe('forms of replies', () => {
  const COMMANDS: readonly (readonly string[])[] = [
    ['GET', 'a'],
    ['GET', 'nokey'],
    ['GET', 'c d'],
    ['LRANGE', 'l', '0', '-1'],
    ['SMEMBERS', 's'],
    ['HGETALL', 'h'],
    ['ZRANGE', 'z', '0', '-1', 'WITHSCORES'],
    ['ZSCORE', 'z', 'b'],
    ['XRANGE', 'x', '-', '+'],
    ['XINFO', 'STREAM', 'nokey'],
    ['CONFIG', 'GET', 'maxmemory'],
    ['CLIENT', 'TRACKINGINFO'],
    ['COMMAND', 'INFO', 'get'],
    ['GEOPOS', 'nokey', 'a'],
    ['LCS', 'a', 'b', 'IDX'],
    ['INCR', 'l'],
    ['NOSUCH', 'a'],
    ['DEBUG', 'SLEEP', '0'],
  ];
  it.each(['', '-2', '-3', '--no-raw', '--raw', '--csv', '--json', '--quoted-json', '-d |'])(
    'with "%s"',
    async (line) => {
      const options = line.split(' ').filter(Boolean);
      for (const command of COMMANDS)
        for (const form of [options, [...options, '--no-raw']]) await same([...form, ...command]);
    },
  );

  it.each(['-e', '--verbose', '-r 3 -i 0.01', '-D |', '--show-pushes no'])('with "%s"', async (line) => {
    for (const command of [['PING'], ['NOSUCH'], ['GET'], ['LRANGE', 'l', '0', '-1']])
      await same([...line.split(' '), ...command]);
  });
});

describe('input', () => {
  it('is the last argument with -x, any argument with -X, and quoted with --quoted-input', async () => {
    await same(['-x', 'SET', 'k'], 'line\nof\0bytes');
    await same(['-X', 'tag', 'SET', 'k', 'tag', 'GET'], 'other');
    await same(['--quoted-input', 'SET', '"\\x00\\xff"', '"a\\n"']);
    await same(['--quoted-input', '--no-raw', 'MGET', 'k', '"\\x00\\xff"']);
    expect(await same(['--no-raw', 'GET', 'k'])).toContain('"other"');
  });

  it('is commands, also in another database, and stops at the first error with -e', async () => {
    await same(['-n', '3'], 'SET k v\nSELECT 4\nGET k\nMULTI\nINCR n\nEXEC\nNOSUCH\nPING\n');
    await same(['-e'], 'PING\nNOSUCH\nPING\n');
    await same(['-n', '99'], 'PING\n');
  });

  it('is a stream of commands with --pipe: RESP, inline, and errors among them', async () => {
    const untimed = (output: string): string => output.replace(/^(All data|Last reply).*\n/gm, '');
    const inline = Array.from({ length: 3000 }, (_, i) => `SET key:${String(i)} "v ${String(i)}"\r\n`).join(
      '',
    );
    expect(await same(['--pipe'], inline, untimed)).toContain('errors: 0, replies: 3000');
    const mixed =
      '*2\r\n$4\r\nINCR\r\n$1\r\nl\r\nNOSUCH\r\n*1\r\n$4\r\nPING\r\n*2\r\n$3\r\nGET\r\n$1\r\nb\r\n';
    expect(await same(['--pipe'], mixed, untimed)).toContain('errors: 2, replies: 4');
    await same(['--pipe', '--pipe-timeout', '20'], 'PING\r\n', untimed);
    expect(await same(['DBSIZE'])).toBe('3010\n(ended with 0)');
  });
});

describe('connections', () => {
  it.each([
    ['by a Unix socket', ['-s', '@socket', 'PING']],
    ['by a URI', ['-u', 'redis://127.0.0.1:@port/3', 'CLIENT', 'INFO']],
    ['by a URI with a user', ['-u', 'redis://alice:secret@127.0.0.1:@port', 'ACL', 'WHOAMI']],
    ['by a URI with a wrong password', ['-u', 'redis://alice:wrong@127.0.0.1:@port', 'ACL', 'WHOAMI']],
    ['as a user', ['--user', 'alice', '--pass', 'secret', 'ACL', 'WHOAMI']],
    ['as a user, quietly', ['--no-auth-warning', '--user', 'alice', '-a', 'secret', 'ACL', 'WHOAMI']],
    ['as a user, in RESP3', ['-3', '--user', 'alice', '--pass', 'secret', 'ACL', 'WHOAMI']],
    ['with a wrong password', ['--user', 'alice', '--pass', 'wrong', 'ACL', 'WHOAMI']],
    ['with a password that nobody needs', ['-a', 'anything', 'PING']],
  ])('%s', async (_, args) => {
    const own = (output: string): string => /\bdb=\d+/.exec(output)?.[0] ?? output;
    await same(args, '', own);
  });

  it('with a password of the environment', async () => {
    expect(await same(['--user', 'alice', 'ACL', 'WHOAMI'], '', undefined, { REDISCLI_AUTH: 'secret' })).toBe(
      'alice\n(ended with 0)',
    );
  });

  it('by TLS', async () => {
    const tls = ['-h', 'localhost', '-p', '@tls', '--tls', '--cacert', authority.ca];
    expect(await same([...tls, 'PING'])).toBe('PONG\n(ended with 0)');
    await same(['-u', `rediss://localhost:@tls/2`, '--cacert', authority.ca, 'DBSIZE']);
    await same(['-p', '@tls', '--tls', '--insecure', 'LRANGE', 'l', '0', '-1']);
    const refused = (output: string): string => output.replace(/:\d+: .*/, '');
    await same(['-p', '@tls', '--tls', 'PING'], '', refused);
  });
});

describe('looking through all keys', () => {
  it('--scan, with patterns, types and counts', async () => {
    await same(['--scan'], '', sorted);
    await same(['--scan', '--pattern', '[abl]'], '', sorted);
    await same(['--scan', '--pattern', '?', '--type', 'string'], '', sorted);
    await same(['--scan', '--type', 'zset', '--count', '1'], '', sorted);
    await same(['--scan', '--type', 'nosuch'], '', sorted);
    await same(['--scan', '--quoted-pattern', '"\\xff*"', '--no-raw'], '', sorted);
    await same(['--scan', '--no-raw', '-i', '0.001'], '', sorted);
    await same(['-n', '5', '--scan'], '', sorted);
  });

  it('--bigkeys finds the biggest of each type, and how many there are', async () => {
    const summary = (output: string): string => sorted(output.slice(output.indexOf('-- summary --')));
    const output = await same(['--bigkeys'], '', summary);
    expect(output).toContain('Biggest   list found \'"l"\' has 3 items');
    expect(output).toContain('Sampled 10 keys');
    await same(['--bigkeys', '-i', '0.001'], '', summary);
  });

  it.each([[['--memkeys']], [['--memkeys-samples', '0']]])('%s does so by memory', async (args) => {
    const unmeasured = (output: string): string =>
      sorted(output.slice(output.indexOf('-- summary --')))
        .replaceAll(/\d+ bytes/g, 'N bytes')
        .replaceAll(/size [\d.]+/g, 'size N')
        .replace(/Biggest string found .*/, '');
    const output = await same(args, '', unmeasured);
    expect(output).toMatch(/Biggest +zset found '"z"' has \d+ bytes/);
  });

  it('--hotkeys shows how often keys are used', async () => {
    const names = (output: string): string =>
      sorted(output.slice(output.indexOf('-- summary --')).replaceAll(/counter: \d+/g, ''));
    for (const side of sides) await run(side, ['-r', '3000', 'GET', 'b']);
    const output = await same(['--hotkeys'], '', names);
    expect(/hot key found with counter: (\d+)\tkeyname: (.*)/.exec(output)?.[2]).toBe('"b"');
    for (const side of sides) await run(side, ['CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru']);
    expect(await same(['--hotkeys'])).toContain('An LFU maxmemory policy is not selected');
    for (const side of sides) await run(side, ['CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lfu']);
  });
});

describe('modes that go on until they are ended', () => {
  /** Starts a mode at a terminal, where nothing is held back, waits until it has shown what it should, and ends it. */
  async function watch(args: readonly string[], pattern: RegExp): Promise<void> {
    for (const side of sides) {
      const terminal = new Terminal(cli(), ...words(side, args));
      await terminal.shows(pattern);
      terminal.close();
    }
  }

  it('--stat', async () => {
    const line = String.raw`10 +[\d.]+[KMG] +\d+ +\d+ +\d+ \(\+\d+\) +\d+ *\s+`;
    await watch(
      ['--stat', '-i', '0.05'],
      new RegExp(`keys +mem +clients +blocked +requests +connections *\\s+(${line}){2}`),
    );
  });

  it('--latency, --latency-history and --latency-dist', async () => {
    const plain = (output: string): string => output.replaceAll(/\d+(\.\d+)?/g, 'N');
    await same(['--latency', '--raw', '-i', '0.2'], '', plain);
    await same(['--latency', '--csv', '-i', '0.2'], '', plain);
    await watch(['--latency-history', '--raw', '-i', '0.2'], /^(\d+ \d+ [\d.]+ \d+\s+){2}/);
    await watch(['--latency-dist', '-i', '0.2'], /-{20,}[^]*\.-\*#12345/);
  });

  it('--lru-test', async () => {
    for (const side of sides) await run(side, ['CONFIG', 'SET', 'maxmemory', '50mb']);
    await watch(['--lru-test', '1000'], /\d+ Gets\/sec \| Hits: \d+ \([\d.]+%\) \| Misses: \d+/);
  });

  it('SUBSCRIBE, PSUBSCRIBE and MONITOR', async () => {
    for (const side of sides) {
      for (const [args, expected] of [
        [['SUBSCRIBE', 'news'], 'subscribe\nnews\n1\nmessage\nnews\nhello\n'],
        [['--csv', 'PSUBSCRIBE', 'n*'], '"psubscribe","n*",1\n"pmessage","n*","news","hello"\n'],
        [['-3', 'SSUBSCRIBE', 'news'], 'ssubscribe\nnews\n1\nsmessage\nnews\nhello\n'],
      ] as const) {
        const child = start(side, args);
        let output = '';
        child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString('latin1')));
        await expect.poll(() => output).toMatch(/1\n/);
        await run(side, [args[1] === 'SSUBSCRIBE' ? 'SPUBLISH' : 'PUBLISH', 'news', 'hello']);
        await expect.poll(() => output.replace(/^Reading messages.*\n/, '')).toBe(expected);
        child.kill('SIGKILL');
        await once(child, 'close');
      }
    }
  });
});
