/** The values of directives: defaults, CONFIG GET, CONFIG SET with the error texts of Redis 7.0.15, and listeners. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Config, loadConfig, type DirectiveName } from '../../src/config/index.js';
import { directiveIndex, directives } from '../../src/config/directives.js';

/** What CONFIG SET of one pair answers, without the part that names the argument. */
function answerTo(name: string, value: string, config = new Config()): string {
  const result = config.set([[name, value]]);
  if (result.ok) return 'OK';
  const start = `ERR CONFIG SET failed (possibly related to argument '${name}') - `;
  return result.error.startsWith(start) ? result.error.slice(start.length) : result.error;
}

/** The text of a directive after CONFIG SET. */
function textAfter(name: DirectiveName, value: string): string {
  const config = new Config();
  expect(config.set([[name, value]])).toEqual({ ok: true });
  return config.text(name);
}

const INT64 = '9223372036854775807';
const NO_INTEGER = "argument couldn't be parsed into an integer";
const NO_MEMORY = 'argument must be a memory value';
const IMMUTABLE = "can't set immutable config";
const MEGABYTE_BOUNDS = `argument must be between 1048576 and ${INT64} inclusive`;
const CLASSES = 'Error in hard, soft or soft_seconds setting in buffer limit configuration.';

describe('declarations', () => {
  test('there are the 185 of Redis 7.2 with 19 aliases, and six of our own', () => {
    expect(Object.keys(directives)).toHaveLength(191);
    expect(directiveIndex.size).toBe(191 + 19);
    expect(Object.values(directives).filter(({ hidden }) => hidden)).toHaveLength(9);
  });

  test('every text is parsed back to itself', () => {
    const config = new Config();
    for (const name of Object.keys(directives) as DirectiveName[]) {
      const text = config.text(name);
      const again = new Config();
      const args = name === 'replicaof' ? ['no', 'one'] : [text];
      expect(again.load(name, args, { origin: 'test', line: 1, text: '' }), name).toBeUndefined();
      expect(again.text(name), name).toBe(text);
    }
  });

  test('getters give typed values', () => {
    const config = new Config();
    expect(config.port).toBe(6379);
    expect(config.tcpKeepalive).toBe(300);
    expect(config.protectedMode).toBe(true);
    expect(config.loglevel).toBe('notice');
    expect(config.clientOutputBufferLimit.replica.hardBytes).toBe(268435456);
    expect(config.save[0]).toEqual({ seconds: 3600, changes: 1 });
    expect(config.longReadThreshold).toBe(10000);
    expect(config.dir).toBe(process.cwd());
  });
});

describe('CONFIG GET', () => {
  const config = new Config();
  test('patterns in any letter case, each name once', () => {
    expect(config.get(['SLOWLOG-*', 'slowlog-max-len'])).toEqual([
      ['slowlog-log-slower-than', '10000'],
      ['slowlog-max-len', '128'],
    ]);
    expect(config.get(['h[z]'])).toEqual([['hz', '10']]);
    expect(config.get(['nothing', 'nothing*'])).toEqual([]);
  });

  test('an exact name is shown as it was asked for', () => {
    expect(config.get(['HZ', 'hz'])).toEqual([['HZ', '10']]);
  });

  test('aliases are listed beside their names', () => {
    expect(config.get(['*time-limit', 'slaveof'])).toEqual([
      ['lua-time-limit', '5000'],
      ['slaveof', ''],
    ]);
  });

  test('hidden directives are found by name only', () => {
    expect(config.get(['watchdog*'])).toEqual([]);
    expect(config.get(['watchdog-period'])).toEqual([['watchdog-period', '0']]);
  });
});

describe('CONFIG SET answers as Redis does', () => {
  test.each([
    ['port', 'abc', NO_INTEGER],
    ['port', '99999', 'argument must be between 0 and 65535 inclusive'],
    ['hz', ' 5', NO_INTEGER],
    ['hz', '010', NO_INTEGER],
    ['hz', '+5', NO_INTEGER],
    ['hz', '-0', NO_INTEGER],
    ['hz', '', NO_INTEGER],
    ['hz', '99999999999', 'argument must be between 0 and 2147483647 inclusive'],
    ['timeout', '5mb', NO_INTEGER],
    ['maxclients', '0', 'argument must be between 1 and 4294967295 inclusive'],
    ['slowlog-log-slower-than', '-5', `argument must be between -1 and ${INT64} inclusive`],
    ['proto-max-bulk-len', '1', MEGABYTE_BOUNDS],
    ['proto-max-bulk-len', '', MEGABYTE_BOUNDS],
    ['proto-max-bulk-len', '99999999999999999999', MEGABYTE_BOUNDS],
    ['proto-max-bulk-len', '1xb', NO_MEMORY],
    ['proto-max-bulk-len', '1.5mb', NO_MEMORY],
    ['proto-max-bulk-len', '-1', NO_MEMORY],
    ['maxmemory-clients', '101%', 'percentage argument must be less or equal to 100'],
    ['maxmemory-clients', '-5%', 'argument must be a memory or percent value'],
    ['protected-mode', 'maybe', "argument must be 'yes' or 'no'"],
    ['appendfsync', 'foo', 'argument(s) must be one of the following: everysec, always, no'],
    ['bind', 'a b c d e f g h i j k l m n o p q', 'Too many bind addresses specified.'],
    ['save', '900 1 30', 'Invalid save parameters'],
    ['save', '0 1', 'Invalid save parameters'],
    ['save', '1  2', 'Invalid save parameters'],
    ['client-output-buffer-limit', 'normal 0 0', 'Wrong number of arguments in buffer limit configuration.'],
    [
      'client-output-buffer-limit',
      'master 0 0 5',
      'Invalid client class specified in buffer limit configuration.',
    ],
    ['client-output-buffer-limit', 'normal x 0 0', CLASSES],
    ['client-output-buffer-limit', 'normal 0 0 5x', CLASSES],
    [
      'latency-tracking-info-percentiles',
      '50 101',
      'latency-tracking-info-percentiles parameters should sit between [0.0,100.0]',
    ],
    ['latency-tracking-info-percentiles', 'a', 'Invalid latency-tracking-info-percentiles parameters'],
    ['notify-keyspace-events', 'Q', "Invalid event class character. Use 'Ag$lshzxeKEtmdn'."],
    ['oom-score-adj-values', '1 2', 'wrong number of arguments'],
    [
      'oom-score-adj-values',
      '-3000 1 2',
      'Invalid oom-score-adj-values, elements must be between -2000 and 2000.',
    ],
    ['shutdown-on-sigint', 'save nosave', "shutdown options SAVE and NOSAVE can't be used simultaneously"],
    ['proc-title-template', '{foo}', 'template format is invalid or contains unknown variables'],
    ['proc-title-template', '{title}', 'template format is invalid or contains unknown variables'],
    [
      'cluster-announce-hostname',
      'a b',
      'Hostnames may only contain alphanumeric characters, hyphens or dots',
    ],
    ['lua-time-limit', '-1', `argument must be between 0 and ${INT64} inclusive`],
    ['tcp-backlog', '5', IMMUTABLE],
    ['databases', 'abc', IMMUTABLE],
    ['slaveof', 'no one', IMMUTABLE],
    ['dir', '/tmp', "can't set protected config"],
    ['foo', 'bar', "ERR Unknown option or number of arguments for CONFIG SET - 'foo'"],
    ['rename-command', 'x', "ERR Unknown option or number of arguments for CONFIG SET - 'rename-command'"],
  ])('%s %j: %s', (name, value, answer) => {
    expect(answerTo(name, value)).toBe(answer);
  });

  test.each([
    ['hz', '1000', '500'],
    ['hz', '0', '1'],
    ['bind', '', ''],
    ['bind', '127.0.0.1 -::1', '127.0.0.1 -::1'],
    ['protected-mode', 'NO', 'no'],
    ['loglevel', 'DEBUG', 'debug'],
    ['proto-max-bulk-len', '2MB', '2097152'],
    ['proto-max-bulk-len', '512m', '512000000'],
    ['slowlog-max-len', INT64, INT64],
    ['save', '', ''],
    ['save', '+900 1 900 2', '900 1 900 2'],
    ['client-output-buffer-limit', '', 'normal 0 0 0 slave 268435456 67108864 60 pubsub 33554432 8388608 60'],
    [
      'client-output-buffer-limit',
      'NORMAL 1mb 1k 5 slave 0 0 0 REPLICA 5 5 5',
      'normal 1048576 1000 5 slave 5 5 5 pubsub 33554432 8388608 60',
    ],
    ['maxmemory-clients', '5%', '5%'],
    ['notify-keyspace-events', 'KEx', 'xKE'],
    ['notify-keyspace-events', 'g$lshzxetdmnAKE', 'AKEm'],
    ['shutdown-on-sigterm', 'default FORCE', 'force'],
    ['latency-tracking-info-percentiles', '1.50 2.000 100 0.12345678', '1.5 2 100 0.123457'],
    ['repl-backlog-size', '1', '16384'],
  ] as const)('%s %j is shown as %j', (name, value, text) => {
    expect(textAfter(name, value)).toBe(text);
  });
});

describe('CONFIG SET of several', () => {
  test('changes all of them or none', () => {
    const config = new Config();
    const failed = config.set([
      ['hz', '20'],
      ['client-output-buffer-limit', 'normal 1 1 1'],
      ['port', 'abc'],
    ]);
    expect(failed).toEqual({
      ok: false,
      error: `ERR CONFIG SET failed (possibly related to argument 'port') - ${NO_INTEGER}`,
    });
    expect([config.hz, config.port, config.clientOutputBufferLimit.normal.hardBytes]).toEqual([10, 6379, 0]);
  });

  test('names are checked before values, in order', () => {
    const errorOf = (...pairs: [string, string][]): string => {
      const result = new Config().set(pairs);
      return result.ok ? 'OK' : result.error;
    };
    expect(errorOf(['hz', 'x'], ['foo', 'y'])).toMatch(/^ERR Unknown option .* - 'foo'$/);
    expect(errorOf(['daemonize', 'no'], ['foo', 'x'])).toMatch(/'daemonize'\) - can't set immutable config$/);
    expect(errorOf(['port', '1'], ['Port', '2'])).toMatch(/'Port'\) - duplicate parameter$/);
    expect(errorOf(['lua-time-limit', '1'], ['busy-reply-threshold', '2'])).toBe('OK');
    expect(errorOf(['a\nb', 'c'])).toMatch(/ - 'a b'$/);
  });

  test('protected directives open as configured', () => {
    const set = (permission: string, localClient: boolean): boolean =>
      loadConfig({ words: ['--enable-protected-configs', permission] }).set([['dir', '/']], { localClient })
        .ok;
    expect([set('no', true), set('local', true), set('local', false), set('yes', false)]).toEqual([
      false,
      true,
      false,
      true,
    ]);
  });

  test('what cannot be honoured is refused', () => {
    expect(answerTo('min-replicas-to-write', '1')).toMatch(/not supported yet/);
    expect(answerTo('min-replicas-to-write', '0')).toBe('OK');
  });

  test('a change without effect is announced once', () => {
    const config = loadConfig({ words: ['--save', ''] });
    config.takeNotices();
    config.set([['crash-log-enabled', 'no']]);
    expect(config.takeNotices()).toEqual([
      'These directives are accepted but have no effect: crash-log-enabled.',
    ]);
    config.set([['crash-log-enabled', 'yes']]);
    expect(config.takeNotices()).toEqual([]);
  });
});

describe('listeners', () => {
  test('hear the new value and the old one, and nothing if it stays', () => {
    const config = new Config();
    const heard: unknown[] = [];
    config.onChange('timeout', (value, previous) => {
      heard.push([value, previous, config.timeout]);
      return undefined;
    });
    config.set([['timeout', '5']]);
    config.set([['timeout', '5']]);
    expect(heard).toEqual([[5, 0, 5]]);
  });

  test('an objection undoes everything, and tells those who have acted', () => {
    const config = new Config();
    const heard: number[] = [];
    config.onChange('timeout', (value) => {
      heard.push(value);
      return undefined;
    });
    config.onChange('bind', () => 'Failed to bind to specified addresses.');
    const result = config.set([
      ['timeout', '5'],
      ['bind', '1.2.3.4'],
    ]);
    expect(result).toEqual({
      ok: false,
      error:
        "ERR CONFIG SET failed (possibly related to argument 'bind') - Failed to bind to specified addresses.",
    });
    expect(heard).toEqual([5, 0]);
    expect([config.timeout, config.text('bind')]).toEqual([0, '* -::*']);
  });
});

test('whatever is accepted is shown in a form that is accepted again', () => {
  const names = fc.constantFrom(...directiveIndex.keys());
  const words = fc.constantFrom(
    '0',
    '1',
    '7',
    '64mb',
    'yes',
    'no',
    'normal',
    'a',
    '50',
    '16384',
    'always',
    '-1',
    'KE',
  );
  const values = fc.oneof(
    fc.array(words, { maxLength: 5 }).map((list) => list.join(' ')),
    fc.string(),
  );
  fc.assert(
    fc.property(names, values, (name, value) => {
      const config = new Config();
      if (!config.set([[name, value]]).ok) return;
      const [[, text] = ['', '']] = config.get([name]);
      expect(config.set([[name, text]])).toEqual({ ok: true });
      expect(config.get([name])).toEqual([[name, text]]);
    }),
    { numRuns: 2000 },
  );
});
