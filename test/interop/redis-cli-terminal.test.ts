/**
 * redis-cli at a terminal, as a person uses it: the same keys against a real Redis and the server under test must show
 * the same lines.
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { findProgram } from '../support/programs.js';
import { programUnderTest, referenceProgram, ServerProcess } from '../support/server-process.js';
import { Key, Terminal } from '../support/terminal.js';

const PROMPT = /> $/;
const users = ['--user', 'alice', 'on', '>secret', '~*', '&*', '+@all'];

let servers: ServerProcess[] = [];
const open: Terminal[] = [];

beforeAll(async () => {
  servers = await Promise.all(
    [referenceProgram('7.0'), programUnderTest()].map((program) => ServerProcess.start(program, users)),
  );
});
afterAll(async () => {
  await Promise.all(servers.map((server) => server.stop()));
});
beforeEach(async () => {
  for (const server of servers) await ask(server, 'FLUSHALL');
});
afterEach(() => {
  for (const terminal of open.splice(0)) terminal.close();
});

async function ask(server: ServerProcess, ...words: readonly string[]): Promise<string> {
  const connection = await server.connect();
  const reply = (await connection.command(...words)).toString();
  connection.close();
  return reply;
}

function start(server: ServerProcess, program: string, ...options: readonly string[]): Terminal {
  const path = findProgram(program);
  if (path === undefined) throw new Error(`${program} is not installed`);
  const terminal = new Terminal(path, '-h', '127.0.0.1', '-p', String(server.port), ...options);
  open.push(terminal);
  return terminal;
}

/** Lines without what is the server's own. */
function shownBy(terminal: Terminal, server: ServerProcess): string[] {
  return terminal.lines
    .map((line) => line.replaceAll(String(server.port), 'PORT').replace(/^\d+\.\d{6}/, 'TIME'))
    .map((line) => line.replace(/127\.0\.0\.1:(?!PORT)\d+/, 'PEER').replace(/^(\^C)?\(\d+\.\d+s\)$/, ''))
    .filter((line) => line !== '');
}

/** Runs `session` against both servers; the lines of the server under test, which must be those of the reference. */
async function sameLines(session: (server: ServerProcess) => Promise<Terminal>): Promise<readonly string[]> {
  const shown: string[][] = [];
  for (const server of servers) shown.push(shownBy(await session(server), server));
  expect(shown[1]).toEqual(shown[0]);
  return shown[1];
}

/** Types lines, each at its prompt, and leaves. */
async function typeLines(terminal: Terminal, ...lines: readonly string[]): Promise<void> {
  for (const line of [...lines, 'QUIT']) {
    await terminal.shows(PROMPT);
    terminal.type(line + Key.enter);
  }
  await terminal.ended();
}

it.each(['', '-3', '-n 2', '--csv', '--json', '--raw'])('shows replies with "%s"', async (line) => {
  const options = line.split(' ').filter(Boolean);
  const lines = await sameLines(async (server) => {
    const terminal = start(server, 'redis-cli', ...options);
    await typeLines(
      terminal,
      ...[
        'SET k "a\\x00b"',
        'GET k',
        'get nokey',
        'RPUSH l 1 2 3',
        'LRANGE l 0 -1',
        'INCR k',
        'NOSUCH x',
        'GET',
      ],
      ...[
        'HSET h f v',
        'HGETALL h',
        'ZADD z 1.5 a',
        'ZRANGE z 0 -1 WITHSCORES',
        'XADD x 1-1 f v',
        'XRANGE x - +',
      ],
      ...[
        '3 PING',
        'TYPE z',
        'OBJECT ENCODING h',
        'ECHO "unbalanced',
        'ECHO "\\xff\\n\\t"',
        'DBSIZE',
        'GETDEL k',
      ],
    );
    return terminal;
  });
  expect(lines.length).toBeGreaterThan(30);
});

it('tells of the database and the transaction in its prompt', async () => {
  const lines = await sameLines(async (server) => {
    const terminal = start(server, 'redis-cli');
    await typeLines(
      terminal,
      ...[
        'SELECT 3',
        'MULTI',
        'SET k v',
        'GET k',
        'NOSUCH',
        'EXEC',
        'MULTI',
        'INCR n',
        'SELECT 4',
        'EXEC',
        'DBSIZE',
      ],
      ...['MULTI', 'PING', 'DISCARD', 'SELECT 99', 'WATCH k', 'MULTI', 'EXEC', 'RESET', 'PING'],
    );
    return terminal;
  });
  expect(lines).toContain('127.0.0.1:PORT[3](TX)> SET k v');
  expect(lines).toContain('127.0.0.1:PORT[3](TX)> EXEC');
  expect(lines).toContain('127.0.0.1:PORT[4]> DBSIZE');
  expect(lines).toContain('QUEUED');
});

it('logs in, by AUTH, HELLO and its options, and asks for a password', async () => {
  const lines = await sameLines(async (server) => {
    const terminal = start(server, 'redis-cli');
    await typeLines(
      terminal,
      ...['ACL WHOAMI', 'AUTH alice wrong', 'AUTH alice secret', 'ACL WHOAMI', 'AUTH secret', 'AUTH'],
    );
    return terminal;
  });
  expect(lines).toContain('"alice"');
  const asked = await sameLines(async (server) => {
    const terminal = start(server, 'redis-cli', '--user', 'alice', '--askpass');
    await terminal.shows(/password: /);
    terminal.type(`secret${Key.enter}`);
    await typeLines(terminal, 'ACL WHOAMI');
    return terminal;
  });
  expect(asked).toContain('"alice"');
});

it('shows messages while it is subscribed', async () => {
  const lines = await sameLines(async (server) => {
    const terminal = start(server, 'redis-cli');
    await terminal.shows(PROMPT);
    terminal.type(`SUBSCRIBE news weather${Key.enter}`);
    await terminal.shows(/"weather"\r\n3\) \(integer\) 2/);
    await ask(server, 'PUBLISH', 'news', 'hello');
    await terminal.shows(/"hello"/);
    terminal.type(Key.interrupt);
    await typeLines(terminal, 'PING');
    return terminal;
  });
  expect(lines).toContain('3) "hello"');
  expect(lines).toContain('PONG');
});

it('shows pushed messages between commands in RESP3', async () => {
  const lines = await sameLines(async (server) => {
    const terminal = start(server, 'redis-cli', '-3');
    await terminal.shows(PROMPT);
    terminal.type(`CLIENT TRACKING ON${Key.enter}`);
    await terminal.shows(PROMPT);
    terminal.type(`GET k${Key.enter}`);
    await terminal.shows(PROMPT);
    await ask(server, 'SET', 'k', 'v');
    await typeLines(terminal, 'GET k');
    return terminal;
  });
  expect(lines).toContain("-> invalidate: 'k'");
});

it('shows all commands with MONITOR', async () => {
  const lines = await sameLines(async (server) => {
    const terminal = start(server, 'redis-cli');
    await terminal.shows(PROMPT);
    terminal.type(`MONITOR${Key.enter}`);
    await terminal.shows(/OK/);
    await ask(server, 'SET', 'a key', '"quoted\n"');
    await terminal.shows(/quoted/);
    terminal.type(Key.interrupt);
    await typeLines(terminal, 'PING');
    return terminal;
  });
  expect(lines).toContain('TIME [0 PEER] "SET" "a key" "\\"quoted\\n\\""');
});

it('completes names, keeps a history and knows of commands from the server', async () => {
  await sameLines(async (server) => {
    const terminal = start(server, 'redis-cli');
    await terminal.shows(PROMPT);
    terminal.type(`GETRAN${Key.tab}`);
    await terminal.shows(/GETRANGE/i);
    terminal.type(` k 0 -1${Key.enter}`);
    await terminal.shows(PROMPT);
    terminal.type(Key.up);
    await terminal.shows(/GETRANGE k 0 -1/i);
    terminal.type(Key.enter);
    await typeLines(terminal, 'PING');
    return terminal;
  });
});

it('goes on when the server has closed the connection', async () => {
  await sameLines(async (server) => {
    const terminal = start(server, 'redis-cli', '-n', '5');
    await terminal.shows(PROMPT);
    terminal.type(`SET k v${Key.enter}`);
    await terminal.shows(PROMPT);
    await ask(server, 'CLIENT', 'KILL', 'TYPE', 'normal');
    await typeLines(terminal, 'GET k');
    return terminal;
  });
});

describe('hints', () => {
  const BEGUN: readonly string[] = [
    ...[
      'get ',
      'set k ',
      'set k v ',
      'getrange k ',
      'mset ',
      'lrange k 0 ',
      'zadd k ',
      'hset k f ',
      'blpop ',
      'xadd ',
    ],
    ...[
      'expire k 1 ',
      'subscribe ',
      'geosearch k ',
      'config set ',
      'acl setuser ',
      'object encoding ',
      'ping ',
    ],
    ...['xinfo stream ', 'bitfield k ', 'lmpop ', 'client no-evict ', 'nosuch ', 'GETEX k '],
  ];

  /** The line with its hint when the last of `begun` has been typed. */
  async function hinted(terminal: Terminal, begun: string): Promise<string> {
    terminal.type(Key.eraseLine + begun);
    await expect
      .poll(() => terminal.line, { timeout: 60_000, interval: 5 })
      .toContain(`> ${begun.trimEnd()} `);
    return terminal.line.replace(/:\d+>/, ':PORT>').trimEnd();
  }

  it.each(['redis-cli', 'valkey-cli-9.1'])(
    'of %s are those that it gives with a real server',
    async (program) => {
      const terminals = servers.map((server) => start(server, program));
      await Promise.all(terminals.map((terminal) => terminal.shows(PROMPT)));
      const [expected, actual] = await Promise.all(
        terminals.map(async (terminal) => {
          const hints: string[] = [];
          for (const begun of BEGUN) hints.push(await hinted(terminal, begun));
          return hints;
        }),
      );
      expect(actual).toEqual(expected);
      expect(actual[0]).toBe('127.0.0.1:PORT> get key');
    },
  );
});
