/** Configuration files: both servers start with the same ones, refuse the same ones, and rewrite them alike. */
import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ConfigError, loadConfig } from '../../src/config/index.js';
import { renamesOf } from '../../src/server/renames.js';
import type { RawConnection } from '../support/raw-connection.js';
import {
  programUnderTest,
  referenceProgram,
  ServerProcess,
  type ServerProgram,
} from '../support/server-process.js';

const DEBIAN_FILE = '/etc/redis/redis.conf';
const SAMPLE = path.resolve(import.meta.dirname, '../../docs/redwing.conf');

/** Directives that are not the same on both sides, or that only one of them has in sight. */
const DIFFERENT: ReadonlySet<string> = new Set([
  'port',
  'dir',
  'aof-disable-auto-gc',
  'cluster-announce-human-nodename',
  'locale-collate',
  'long-read-threshold',
  'metrics-bind',
  'metrics-port',
  'backup-schedule',
  'backup-dir',
  'backup-keep',
  'set-max-listpack-entries',
  'set-max-listpack-value',
]);

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'redwing-files-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The strings of a flat array reply. */
function strings(reply: Buffer): string[] {
  const parts = reply.toString('utf8').split('\r\n');
  return parts.slice(1, -1).filter((_, at) => at % 2 === 1);
}

/** One server with a configuration file of its own, in a folder of its own. */
class Configured {
  private constructor(
    readonly server: ServerProcess,
    readonly connection: RawConnection,
    readonly file: string,
    private readonly home: string,
  ) {}

  /** Writes `text`, in which @home@ stands for the server's folder, and starts `program` with it. */
  static async start(
    program: ServerProgram,
    text: string,
    words: readonly string[] = [],
  ): Promise<Configured> {
    const home = mkdtempSync(path.join(folder, 'home-'));
    mkdirSync(path.join(home, 'conf.d'));
    writeFileSync(path.join(home, 'conf.d', 'a.conf'), 'timeout 11\n');
    writeFileSync(path.join(home, 'conf.d', 'users.acl'), 'user default on nopass ~* +@all\nuser bob off\n');
    const file = path.join(home, 'server.conf');
    writeFileSync(file, text.replaceAll('@home@', home));
    const withFile = { name: program.name, command: [...program.command, file] };
    const server = await ServerProcess.start(withFile, words);
    return new Configured(server, await server.connect(), file, home);
  }

  /** The file as it is now, without what is the server's own. */
  get text(): string {
    return readFileSync(this.file, 'utf8')
      .replaceAll(this.home, '@home@')
      .replace(/^port \d+$/m, 'port @port@')
      .replace(/^dir "\/.*"$/m, 'dir @dir@')
      .replace(/^user default .*\n/m, '');
  }

  /** Every setting in sight, without what is the server's own. */
  async settings(): Promise<Map<string, string>> {
    const found = strings(await this.connection.command('CONFIG', 'GET', '*'));
    const pairs = found.flatMap((name, at): [string, string][] =>
      at % 2 === 0 && !DIFFERENT.has(name)
        ? [[name, (found[at + 1] ?? '').replace(this.home, '@home@')]]
        : [],
    );
    return new Map(pairs.sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** CONFIG of these words, which must succeed. */
  async config(...words: readonly string[]): Promise<void> {
    expect((await this.connection.command('CONFIG', ...words)).toString()).toBe('+OK\r\n');
  }

  async stop(): Promise<void> {
    this.connection.close();
    await this.server.stop();
  }
}

/** Starts both servers with `text` and hands them to `use`. */
async function withBoth(
  text: string,
  use: (reference: Configured, tested: Configured) => Promise<void>,
): Promise<void> {
  const reference = await Configured.start(referenceProgram('7.0'), text);
  try {
    const tested = await Configured.start(programUnderTest(), text);
    try {
      await use(reference, tested);
    } finally {
      await tested.stop();
    }
  } finally {
    await reference.stop();
  }
}

/** Debian's file, with what is of the machine moved into the server's own folder. */
function debianText(): string {
  return readFileSync(DEBIAN_FILE, 'utf8')
    .replace(/^daemonize .*$/m, 'daemonize no')
    .replace(/^(pidfile|logfile|dir) .*$/gm, (_, name: string) => {
      const place = { pidfile: '@home@/server.pid', logfile: '""', dir: '@home@' }[name];
      return `${name} ${place}`;
    });
}

const MIXED = `  # an indented comment
dir @home@
hz 10
HZ   30
include @home@/conf.d/*.conf
include @home@/conf.d
include @home@/conf*
rename-command DEBUG  dbg
slave-priority 50


save 10 1
save 20 1
list-max-listpack-size   7
client-output-buffer-limit slave 1mb 2mb 3
masteruser foo
masteruser "a\\x01 \\"b"
masterauth ""
hash-max-ziplist-entries 100
# Generated by CONFIG REWRITE
lua-replicate-commands yes
\tmaxmemory-samples 6
notify-keyspace-events ""
shutdown-on-sigterm default
oom-score-adj relative
latency-tracking-info-percentiles 50
unixsocketperm 700
logfile ""
bind 127.0.0.1 -::1
proc-title-template "{title} {port}"
`;

/** The last line of each file; CONFIG REWRITE appends behind it, in whatever order. */
const END = '# end';

/** What stands before the end, and what is appended, sorted. */
function parts(text: string): [before: string, appended: string[]] {
  const [before = '', appended = ''] = text.split(`${END}\n`);
  return [before, appended.split('\n').filter(Boolean).sort()];
}

const CHANGES: readonly (readonly string[])[] = [
  ['hz', '50', 'timeout', '7', 'loglevel', 'debug'],
  ['save', '60 5 20 7 1 1'],
  ['save', ''],
  ['masteruser', '', 'notify-keyspace-events', 'KEA', 'maxmemory-clients', '5%'],
  ['client-output-buffer-limit', 'normal 1gb 1000 5 pubsub 0 0 0', 'repl-backlog-size', '3000000'],
  [
    'latency-tracking-info-percentiles',
    '',
    'shutdown-on-sigint',
    'nosave now',
    'oom-score-adj-values',
    '1 2 3',
  ],
  ['proc-title-template', '{title} x', 'maxmemory-clients', '2gb', 'cluster-announce-hostname', 'a.b'],
  ['hz', '10', 'timeout', '0', 'loglevel', 'notice', 'notify-keyspace-events', '', 'maxmemory-clients', '0'],
  ['save', '3600 1 300 100 60 10000', 'shutdown-on-sigint', 'default', 'cluster-announce-hostname', ''],
];

describe('the same file', () => {
  test.each([
    ['no lines', ''],
    ['a mixture', MIXED],
    ["Debian's file", undefined],
  ])('%s: the same settings, and the same file after each rewrite', async (_, given) => {
    await withBoth(`${given ?? debianText()}${END}\n`, async (reference, tested) => {
      expect(await tested.settings()).toEqual(await reference.settings());
      for (const change of [[], ...CHANGES]) {
        for (const side of [reference, tested]) {
          if (change.length > 0) await side.config('SET', ...change);
          await side.config('REWRITE');
        }
        expect(parts(tested.text)).toEqual(parts(reference.text));
      }
    });
  });

  test('a rewritten file starts a server with the same settings', async () => {
    const text = debianText().replace(/^pidfile .*$/m, '');
    const first = await Configured.start(programUnderTest(), text);
    let [written, before] = ['', new Map<string, string>()];
    try {
      await first.config('SET', 'hz', '50', 'masteruser', 'a "b', 'save', '1 2 3 4');
      await first.config('REWRITE');
      [written, before] = [readFileSync(first.file, 'utf8'), await first.settings()];
    } finally {
      await first.stop();
    }
    const second = await Configured.start(programUnderTest(), written.replace(/^port .*$/m, ''));
    try {
      // The tests start servers with `--save ""`, which comes after the file.
      expect([...(await second.settings())].filter(([name]) => name !== 'save')).toEqual(
        [...before].filter(([name]) => name !== 'save'),
      );
    } finally {
      await second.stop();
    }
  });

  test('lines that were added to the file of a server that runs', async () => {
    const added =
      'loadmodule /nowhere.so a b\nmaxclients 9\nrename-command a b\ninclude @home@/conf.d\nunheard of\n';
    await withBoth('hz 20\n', async (reference, tested) => {
      for (const side of [reference, tested]) {
        appendFileSync(side.file, `${added}${END}\n`);
        await side.config('REWRITE');
      }
      expect(parts(tested.text)[0]).toEqual(parts(reference.text)[0]);
      expect(tested.text).not.toContain('loadmodule');
    });
  });

  test('paths that are not absolute start at dir', async () => {
    const text = `dir @home@/conf.d\ninclude a.conf\ninclude [a].conf\naclfile users.acl\nunixsocket s.sock\n${END}\n`;
    const seen = async ({ connection, file }: Configured): Promise<unknown[]> => {
      const place = path.join(path.dirname(file), 'conf.d');
      await connection.command('ACL', 'SETUSER', 'alice');
      const replies = [
        await connection.command('ACL', 'USERS'),
        await connection.command('CONFIG', 'GET', 'timeout'),
        await connection.command('ACL', 'SAVE'),
      ].map(String);
      const saved = readFileSync(path.join(place, 'users.acl'), 'utf8').includes('alice');
      return [replies, saved, existsSync(path.join(place, 's.sock'))];
    };
    await withBoth(text, async (reference, tested) => {
      expect(await seen(tested)).toEqual(await seen(reference));
      const place = path.join(path.dirname(tested.file), 'conf.d');
      await tested.stop();
      expect(existsSync(path.join(place, 's.sock'))).toBe(false);
    });
  });

  test('standard input may hold any bytes', async () => {
    const replies = [referenceProgram('7.0'), programUnderTest()].map(async ({ name, command }) => {
      const script = 'exec "$0" "$@" - < <(printf "masteruser \\377a\\n")';
      const server = await ServerProcess.start({ name, command: ['bash', '-c', script, ...command] });
      const connection = await server.connect();
      const reply = await connection.command('CONFIG', 'GET', 'masteruser');
      connection.close();
      await server.stop();
      return reply.toString('latin1');
    });
    const [expected, actual] = await Promise.all(replies);
    expect(actual).toBe(expected);
  });

  test('what CONFIG REWRITE cannot do', async () => {
    const pair = [referenceProgram('7.0'), programUnderTest()];
    const answers = pair.map(async (program) => {
      const server = await ServerProcess.start(program);
      const connection = await server.connect();
      const reply = (await connection.command('CONFIG', 'REWRITE')).toString();
      connection.close();
      await server.stop();
      return reply;
    });
    const [expected, actual] = await Promise.all(answers);
    expect(actual).toBe(expected);
    const gone = await Configured.start(programUnderTest(), 'hz 5\n');
    try {
      rmSync(path.dirname(gone.file), { recursive: true });
      const reply = (await gone.connection.command('CONFIG', 'REWRITE')).toString();
      expect(reply).toBe('-ERR Rewriting config file: No such file or directory\r\n');
    } finally {
      await gone.stop();
    }
  });
});

test('the sample configuration starts a server', async () => {
  const sample = await Configured.start(programUnderTest(), readFileSync(SAMPLE, 'utf8'), ['--dir', folder]);
  try {
    expect(sample.server.output).not.toMatch(/have no effect: (?!save\.)/);
    expect((await sample.connection.command('CONFIG', 'GET', 'hz')).toString()).toContain('10');
  } finally {
    await sample.stop();
  }
});

/** What Redis writes when a file stops the start, without the name and version of the program. */
function referenceComplaint(file: string): string {
  const [program = '', ...words] = referenceProgram('7.0').command;
  const { stdout, stderr } = spawnSync(program, [...words, file], { encoding: 'utf8', timeout: 10_000 });
  return (stderr + stdout).trim().split('\n').slice(1).join('\n');
}

/** The same of the server under test, without the name of the file. */
function complaint(file: string): string {
  try {
    renamesOf(loadConfig({ file }));
    return 'none';
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const lines = error.message.trim().split('\n').slice(1);
    return lines.join('\n').replace(/(at line \d+) of .*/, '$1');
  }
}

describe('files that stop the start', () => {
  test.each([
    'foo bar',
    '# x\n\n  hz   abc  \nfoo',
    'port',
    'port 1 2',
    'port "1',
    "port '1",
    'port "1"2',
    'loglevel loud',
    'databases 0',
    'maxmemory 1xb',
    'maxmemory-clients 101%',
    'unixsocketperm 999',
    'dir /nonexistent',
    'save 900',
    'save 1 x',
    'replicaof a',
    'replicaof a 1x',
    'slaveof 127.0.0.1 70000',
    'appendfilename ""',
    'appenddirname a/b',
    'dbfilename a/b',
    'bind 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7',
    'client-output-buffer-limit normal 0 0',
    'client-output-buffer-limit master 0 0 0',
    'client-output-buffer-limit normal 0 0 x',
    'oom-score-adj-values 1 2',
    'oom-score-adj-values 1 2 3000',
    'shutdown-on-sigint save nosave',
    'shutdown-on-sigint never',
    'notify-keyspace-events Q',
    'latency-tracking-info-percentiles 50 x',
    'latency-tracking-info-percentiles 101',
    'proc-title-template {x}',
    'masteruser "x" # y',
    'include a b',
    'include',
    'rename-command GET',
    'rename-command foo bar',
    'rename-command get set',
    'rename-command get ""\nrename-command get x',
    'list-max-ziplist-entries',
    'user',
    'loadmodule',
    'sentinel foo',
    'cluster-announce-hostname a_b',
    'tcp-keepalive -1',
    'repl-backlog-size 0',
    'syslog-facility mail',
    'supervised maybe',
  ])('%j', (text) => {
    const file = path.join(folder, 'bad.conf');
    writeFileSync(file, `${text}\n`);
    expect(complaint(file)).toBe(referenceComplaint(file));
  });
});
