/** Loading: the grammar of redis.conf, include, the command line, refusals, and the errors that stop a start. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { quoteArgument, splitArguments } from '../../src/config/arguments.js';
import { expandPath, matchesGlob } from '../../src/config/glob.js';
import {
  applyRenames,
  ConfigError,
  inspectConfig,
  loadConfig,
  version,
  type Config,
} from '../../src/config/index.js';

let folder = '';
beforeEach(() => {
  folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'redwing-config-')));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string): string {
  const file = path.join(folder, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

/** The configuration of a file with this text, and these words of the command line. */
function load(text: string, ...words: string[]): Config {
  return loadConfig({ file: write('redwing.conf', text), words });
}

/** The last line of the error that loading ends with. */
function reasonOf(text: string, ...words: string[]): string | undefined {
  try {
    load(text, ...words);
    return undefined;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.message.split('\n').at(-1);
  }
}

describe('lines', () => {
  test.each([
    ['', []],
    ['a b  c\t', ['a', 'b', 'c']],
    ['a "b c"', ['a', 'b c']],
    ['a ""', ['a', '']],
    ["a 'b \"c'", ['a', 'b "c']],
    [String.raw`a 'it\'s \n'`, ['a', String.raw`it's \n`]],
    [String.raw`a "\x41\n\r\t\b\a\"\\\q"`, ['a', 'A\n\r\t\b\x07"\\q']],
    [String.raw`a "\xc3\xa9\xzz"`, ['a', 'éxzz']],
    ['a b"c d"', ['a', 'bc d']],
    ['a é', ['a', 'é']],
  ])('%j', (line, words) => {
    expect(splitArguments(line)).toEqual(words);
  });

  test.each(['a "b', "a 'b", 'a "b"c', "a 'b'c", 'a "b\\'])('%j has unbalanced quotes', (line) => {
    expect(splitArguments(line)).toBeUndefined();
    expect(reasonOf(line)).toBe('Unbalanced quotes in configuration line');
  });

  test('quoting is undone by splitting', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' })), (words) => {
        expect(splitArguments(words.map(quoteArgument).join(' '))).toEqual(words);
      }),
    );
  });

  test('comments, blank lines, carriage returns and letter case', () => {
    const config = load('# port 1\r\n\r\n   # x\n \tPORT\t7000 \r\nHz 20\n');
    expect([config.port, config.hz]).toEqual([7000, 20]);
  });
});

describe('values', () => {
  test('the last one counts, and lists of one argument are split', () => {
    const config = load('port 1\nport 2\nbind "127.0.0.1 -::1"\n');
    expect(config.port).toBe(2);
    expect(config.bind).toEqual([
      { host: '127.0.0.1', optional: false },
      { host: '::1', optional: true },
    ]);
  });

  test.each([
    ['save 900 1\n', '900 1'],
    ['save 900 1\nsave 60 5\n', '900 1 60 5'],
    ['save 900 1 300 10\nsave ""\nsave 60 5\n', '60 5'],
    ['save ""\n', ''],
    ['save\n', ''],
    ['', '3600 1 300 100 60 10000'],
  ])('%j gives save points %j', (text, expected) => {
    expect(load(text).text('save')).toBe(expected);
  });

  test('limits of output buffers are set class by class', () => {
    const text = 'client-output-buffer-limit normal 1 2 3\nclient-output-buffer-limit replica 1mb 2kb 3\n';
    expect(load(text).text('client-output-buffer-limit')).toBe(
      'normal 1 2 3 slave 1048576 2048 3 pubsub 33554432 8388608 60',
    );
  });

  test('aliases, and lines that have lost their meaning', () => {
    const config = load('lua-time-limit 7\nlist-max-ziplist-entries 5\nlua-replicate-commands yes\n');
    expect(config.busyReplyThreshold).toBe(7);
  });

  test('a folder is taken from the one before it', () => {
    mkdirSync(path.join(folder, 'a', 'b'), { recursive: true });
    const config = load(`dir ${folder}\ndir a\ndir ./b\n`);
    expect(config.dir).toBe(path.join(folder, 'a', 'b'));
    expect(config.configFile).toBe(path.join(folder, 'redwing.conf'));
  });
});

describe('errors', () => {
  test.each([
    ['foo bar', 'Bad directive or wrong number of arguments'],
    ['port', 'wrong number of arguments'],
    ['port 1 2', 'wrong number of arguments'],
    ['port abc', "argument couldn't be parsed into an integer"],
    ['databases 0', 'argument must be between 1 and 2147483647 inclusive'],
    ['maxmemory 1xb', 'argument must be a memory value'],
    ['unixsocketperm 999', "argument couldn't be parsed as an octal number"],
    ['unixsocketperm 7777', 'argument must be between 0 and 777 inclusive'],
    ['loglevel foo', 'argument(s) must be one of the following: debug, verbose, notice, warning'],
    ['daemonize maybe', "argument must be 'yes' or 'no'"],
    ['dir /nonexistent', 'No such file or directory'],
    ['save 900', 'Invalid save parameters'],
    ['save 1 2 "3 4"', 'Invalid save parameters'],
    ['replicaof 127.0.0.1 1x', 'Invalid master port'],
    ['slaveof 1', 'wrong number of arguments'],
    ['appendfilename ""', "appendfilename can't be empty"],
    ['appenddirname a/b', "appenddirname can't be a path, just a dirname"],
    ['bind 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7', 'Too many bind addresses specified.'],
    ['client-output-buffer-limit normal 0 0', 'Wrong number of arguments in buffer limit configuration.'],
    ['masteruser "x" # y', 'wrong number of arguments'],
    ['include a b', 'Bad directive or wrong number of arguments'],
    ['rename-command GET', 'Bad directive or wrong number of arguments'],
    ['list-max-ziplist-entries', 'Bad directive or wrong number of arguments'],
    ['user', 'Bad directive or wrong number of arguments'],
    ['sentinel foo', 'sentinel directive while not in sentinel mode'],
  ])('%j: %s', (line, reason) => {
    expect(reasonOf(line)).toBe(reason);
  });

  test('the message names program, file, line and text', () => {
    const file = write('redwing.conf', 'port 1\n\n  foo  "bar" \n');
    expect(() => loadConfig({ file })).toThrow(
      `\n*** FATAL CONFIG FILE ERROR (Redwing ${version}) ***\nReading the configuration file, at line 3 of ${file}\n>>> 'foo  "bar"'\n` +
        'Bad directive or wrong number of arguments',
    );
    const missing = path.join(folder, 'missing.conf');
    expect(() => loadConfig({ file: missing })).toThrow(
      `Fatal error, can't open config file '${missing}': No such file or directory`,
    );
  });
});

describe('what cannot be honoured', () => {
  test.each([
    'masterauth secret',
    'replicaof 127.0.0.1 6379',
    'min-replicas-to-write 1',
    'cluster-enabled yes',
    'loadmodule x.so',
  ])('%s stops the start', (line) => {
    expect(reasonOf(line)).toMatch(/supported|foreground/);
  });

  test('a later line puts it right', () => {
    const lines = 'masterauth x\ncluster-enabled yes\n';
    expect(load(lines, '--masterauth', '', '--cluster-enabled', 'no').clusterEnabled).toBe(false);
  });

  test('what only has no effect is kept, and named once', () => {
    const config = load('crash-log-enabled no\nhz 5\nappendonly no\nlocale-collate C\nsave ""\n');
    expect(config.get(['crash-log-enabled'])).toEqual([['crash-log-enabled', 'no']]);
    const sentence = 'These directives are accepted but have no effect: crash-log-enabled, locale-collate.';
    expect(config.takeNotices()).toEqual([sentence]);
    expect(config.takeNotices()).toEqual([]);
    expect(loadConfig().takeNotices()).toEqual([]);
  });
});

describe('inspecting', () => {
  test('tells all that is wrong, and keeps what is right', () => {
    const inner = write('inner.conf', 'hz x\n');
    const file = write(
      'redwing.conf',
      `port x\ninclude ${inner}\ninclude ${inner}\ncluster-enabled yes\nhz 5\n`,
    );
    const { config, errors } = inspectConfig({ file, words: ['--foo', 'bar'] });
    expect(errors.map(({ source }) => `${String(source?.origin)}:${String(source?.line)}`)).toEqual([
      `${file}:1`,
      `${inner}:1`,
      'the command line:1',
      `${file}:4`,
    ]);
    expect(config?.hz).toBe(5);
  });

  test('ends at files that include each other', () => {
    const file = write(
      'redwing.conf',
      `port x\ninclude ${folder}/redwing.conf\ninclude ${folder}/redwing.conf\n`,
    );
    const { config, errors } = inspectConfig({ file });
    expect(config).toBeUndefined();
    expect(errors.map(({ reason }) => reason).at(-1)).toBe('Files include each other without end.');
    expect(errors).toHaveLength(2);
  });
});

describe('users', () => {
  test('their lines are kept for who knows the rules', () => {
    const { users } = load('user alice on ">a b" ~*\nUSER bob\n');
    expect(users.map(({ words, source }) => [source.line, ...words])).toEqual([
      [1, 'alice', 'on', '>a b', '~*'],
      [2, 'bob'],
    ]);
  });
});

describe('files', () => {
  test('include stands for its file, relative paths and wildcards too', () => {
    write('conf.d/b.conf', 'hz 7\n');
    write('conf.d/a.conf', 'hz 6\nport 1\n');
    write('conf.d/.hidden.conf', 'port 9\n');
    const config = load(`hz 5\ninclude ${folder}/conf.d/*.conf\ninclude ${folder}/none*.conf\nport 2\n`);
    expect([config.hz, config.port]).toEqual([7, 2]);
  });

  test('an error in an included file names that file', () => {
    const inner = write('inner.conf', '\nfoo\n');
    expect(() => load(`include ${inner}\n`)).toThrow(`at line 2 of ${inner}\n>>> 'foo'`);
    expect(reasonOf(`include ${folder}/none.conf\n`)).toMatch(/can't open .*No such file or directory/);
    expect(reasonOf(`include ${folder}/redwing.conf\n`)).toBe('Files include each other without end.');
  });

  test('renames are kept in order, and their errors name the line', () => {
    const config = load('rename-command CONFIG ""\nRename-Command get fetch\n');
    const seen: string[] = [];
    applyRenames(config, (from, to) => {
      seen.push(`${from}>${to}`);
      return undefined;
    });
    expect(seen).toEqual(['CONFIG>', 'get>fetch']);
    const refuse = (): string => 'No such command in rename-command';
    expect(() => applyRenames(config, refuse)).toThrow(
      /at line 1 of .*\n>>> 'rename-command CONFIG ""'\nNo such/,
    );
  });

  test('wildcards of paths', () => {
    for (const name of ['x/1/a.conf', 'x/2/a.conf', 'x/2/b.txt']) write(name, '');
    const found = expandPath(`${folder}/x/*/[ab].c?nf`).map((file) => path.relative(folder, file));
    expect(found).toEqual([path.join('x', '1', 'a.conf'), path.join('x', '2', 'a.conf')]);
    expect(expandPath(`${folder}/*/b.txt`)).toEqual([]);
  });
});

describe('the command line', () => {
  test.each([
    [['--port', '7000', '--hz', '20'], 'port', '7000'],
    [['--port 7000'], 'port', '7000'],
    [['--bind', '127.0.0.1', '-::1'], 'bind', '127.0.0.1 -::1'],
    [['--save', '900', '1', '--save', '300', '5'], 'save', '900 1 300 5'],
    [['--save', ''], 'save', ''],
    [['--save', '--hz', '20'], 'save', ''],
    [['--save'], 'save', ''],
    [['--masteruser', '--foo'], 'masteruser', '--foo'],
    [['--masteruser', 'a "b\n'], 'masteruser', 'a "b\n'],
  ] as const)('%j', (words, name, expected) => {
    expect(loadConfig({ words }).text(name)).toBe(expected);
  });

  test.each([
    [['--port', '1', '2'], `>>> 'port "1" "2"'\nwrong number of arguments`],
    [['--hz', '5', '--port=1'], `at line 2 of the command line\n>>> 'port=1'\nBad directive`],
    [['--hz', '--save'], `>>> 'hz "--save"'\nargument couldn't be parsed into an integer`],
    [['-p', '4'], `>>> '"-p" "4"'\nBad directive or wrong number of arguments`],
    [['--port'], `>>> 'port'\nwrong number of arguments`],
  ])('%j is wrong', (words, message) => {
    expect(() => loadConfig({ words })).toThrow(message);
  });

  test('overrides standard input, which overrides the file', () => {
    const file = write('redwing.conf', 'port 1\nhz 1\ntimeout 1\n');
    const readStandardInput = (): string => 'hz 2\ntimeout 2\n';
    const config = loadConfig({ file, readStandardInput, words: ['--timeout', '3'] });
    expect([config.port, config.hz, config.timeout]).toEqual([1, 2, 3]);
  });
});

test.each([
  ['*', '', true],
  ['a*c', 'abbc', true],
  ['a*c', 'abcd', false],
  ['a?c', 'abc', true],
  ['[a-c]x', 'bx', true],
  ['[c-a]x', 'bx', true],
  ['[^a]x', 'ax', false],
  ['[^a]x', 'bx', true],
  ['\\*', '*', true],
  ['\\*', 'a', false],
  ['[ab', 'b', true],
  ['[\\]]', ']', true],
  ['a**b*', 'ab', true],
])('glob %j on %j: %s', (pattern, text, expected) => {
  expect(matchesGlob(pattern, text)).toBe(expected);
});

test('a pattern of many stars takes no exponential time', () => {
  expect(matchesGlob('a*'.repeat(50) + 'b', 'a'.repeat(2000))).toBe(false);
});
