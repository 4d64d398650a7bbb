/**
 * Values for every directive, good and bad: what CONFIG SET and CONFIG GET answer must not differ from Redis's.
 */

import { Config } from '../../../src/config/index.js';
import { directiveIndex, directives } from '../../../src/config/directives.js';
import type { DifferentialCase } from '../../support/server-pair.js';
import { table } from '../../support/tables.js';

/** Values of every kind, at the edges of every range; each directive refuses most of them. */
const COMMON_VALUES: readonly string[] = [
  ...['', '0', '1', '-1', '-2', '2', '3', '5', '7', '10', '16', '99', '100', '101', '511', '777', '888'],
  ...['1000', '1001', '1023', '1024', '16383', '16384', '65535', '65536', '1048575', '1048576', '7777'],
  ...['2147483647', '2147483648', '4294967295', '4294967296', '9223372036854775807', '9223372036854775808'],
  ...['18446744073709551615', '18446744073709551616', '-2147483648', '-2147483649', '-9223372036854775809'],
  ...['abc', ' 5', '5 ', '010', '+5', '0x10', '1.5', '-0', '1e3', 'inf', 'nan', '5\t', '\t5', '1  2', ' '],
  ...[
    '1kb',
    '1k',
    '1mb',
    '2gb',
    '1GB',
    '1Mb',
    '1tb',
    '1.5gb',
    '-1kb',
    'kb',
    '10%',
    '101%',
    '-5%',
    '%',
    '5.5%',
  ],
  ...[
    'yes',
    'no',
    'YES',
    'maybe',
    'true',
    'debug',
    'WARNING',
    'everysec',
    'always',
    'noeviction',
    'allkeys-lru',
  ],
  ...[
    'VOLATILE-LFU',
    'disabled',
    'swapdb',
    'on-empty-db',
    'flush-before-load',
    'optional',
    'local',
    'clients',
  ],
  ...['absolute', 'relative', 'ip', 'hostname', 'unknown-endpoint', 'allchannels', 'resetchannels', 'panic'],
  ...['default', 'save', 'nosave', 'nosave now', 'save nosave', 'default force', 'NOW FORCE', 'now bogus'],
  ...['60 5', '60 5 20 7', '60 x', '60', '0 1', '1 -1', '100 0', '+60 05', '1 2 3', '-1 0 2000', '2001 0 0'],
  ...['50 99', '50 101', '99.99 1e1', '0.0000001', '12.3456789', '-0.5', '1 2 ', '0x1p3'],
  ...['normal 0 0 0', 'slave 1mb 2k 3 pubsub 1 2 3', 'REPLICA 5 5 5', 'bogus 0 0 0', 'normal 1mb x 3'],
  ...['normal 0 0', 'normal 0 0 -1', 'normal 0 0 +5', 'master 0 0 5', 'normal 0 0 '],
  ...['KEA', 'AKEmn', 'KEg$lshzxetd', 'q', 'xe', 'A', 'K', 'mn', 'g$lshzxet'],
  ...[
    'a/b',
    '/',
    'a\nb',
    'a\r\nb',
    'a b',
    '"q"',
    "it's",
    '{title}',
    '{title} {port}',
    '{x}',
    '{',
    'a.b-c',
    'a_b',
  ],
  ...['C', 'de_DE', 'é', 'a'.repeat(256), '0-3', '1,2'],
];

/** Directives that get these values only, because of what the others would do. */
const CHOSEN_VALUES: Readonly<Record<string, readonly string[]>> = {
  // What Redwing cannot honour yet it refuses (docs/differences.md).
  maxmemory: ['', '-1', 'abc', '1.5gb', '10%', '0'],
  // Whoever has set one would have to authenticate from then on.
  requirepass: [''],
  appendonly: ['', 'maybe', 'no', 'NO'],
  masterauth: [''],
  'min-replicas-to-write': ['', '-1', 'abc', '2147483648', '0'],
  'min-slaves-to-write': ['', '-1', 'abc', '2147483648', '0'],
  'tls-port': ['', '-1', 'abc', '65536', '0'],
  // With TLS built in but not set up, Redis refuses what would change how it uses TLS.
  'tls-cluster': ['', 'maybe', 'no'],
  'tls-replication': ['', 'maybe', 'no'],
  // Debian builds Redis without the allocator that this takes.
  activedefrag: ['', 'maybe', 'no'],
  // Others would move the listening sockets from under the connections of the test.
  port: ['', '-1', 'abc', '65536'],
  bind: ['a b c d e f g h i j k l m n o p q'],
  // Redis brings this up to two turns of its clock.
  'watchdog-period': ['', '-1', 'abc', '2147483648', '0'],
  // Names are checked against the locales that a machine has installed.
  'locale-collate': ['', 'C'],
  // What is allowed depends on how many files a process may open.
  maxclients: ['', '-1', 'abc', '0', '4294967296', '10000'],
};

/** Directives that are shown differently on both sides of a comparison. */
const OF_THE_SERVER: ReadonlySet<string> = new Set(['dir', 'port']);

/** Directives that Redis has had only since 7.2, if only under their names. */
const SINCE_7_2: ReadonlySet<string> = new Set([
  'locale-collate',
  'cluster-announce-human-nodename',
  'cluster-ping-interval',
  'set-max-listpack-entries',
  'set-max-listpack-value',
]);

/** Directives that no Redis here can be asked about: those of tests in 7.2 alone, and Redwing's own. */
const UNKNOWN: ReadonlySet<string> = new Set([
  'client-default-resp',
  'req-res-logfile',
  'long-read-threshold',
  'metrics-bind',
  'metrics-port',
  'backup-schedule',
  'backup-dir',
  'backup-keep',
]);

/** One case per directive and alias: each value is set and shown; then the default is set again. */
export const settingCases: DifferentialCase[] = [...directiveIndex.values()]
  .filter(({ name }) => !UNKNOWN.has(name))
  .map(({ label, name }) => ({
    title: `CONFIG SET ${label}`,
    reference: SINCE_7_2.has(name) ? '8.0' : '7.0',
    steps: [
      ...(CHOSEN_VALUES[label] ?? COMMON_VALUES).flatMap((value) => [
        ['CONFIG', 'SET', label, value],
        ...(OF_THE_SERVER.has(label) ? [] : [['CONFIG', 'GET', label]]),
      ]),
      ...(directives[name].change === 'free' && !OF_THE_SERVER.has(label)
        ? [['CONFIG', 'SET', label, new Config().text(name)]]
        : []),
    ],
  }));

/** Cases for servers whose protected directives may be changed. */
export const protectedCases: DifferentialCase[] = table(
  ['dir', 'CONFIG SET dir /', 'CONFIG GET dir', 'CONFIG SET dir /nonexistent', 'CONFIG SET dir ""',
    'CONFIG SET dir /dev/null', 'CONFIG SET dir dev', 'CONFIG GET dir', 'CONFIG SET dir ..', 'CONFIG GET dir',
    'CONFIG SET dir "a b"'],
  ['dbfilename', 'CONFIG SET dbfilename a/b', 'CONFIG SET dbfilename ""', 'CONFIG GET dbfilename',
    'CONFIG SET dbfilename "x y"', 'CONFIG GET dbfilename'],
  ['several, undone', 'CONFIG SET dir / hz 20', 'CONFIG SET dir /tmp hz abc', 'CONFIG GET dir', 'CONFIG GET hz',
    'CONFIG SET dir /nonexistent hz 30', 'CONFIG GET dir', 'CONFIG GET hz', 'CONFIG SET hz 30 dir /nonexistent timeout 5',
    'CONFIG GET hz', 'CONFIG SET timeout 7 hz 40 lua-time-limit 1', 'CONFIG GET timeout', 'CONFIG GET hz'],
); // prettier-ignore

/** Cases of several directives in one command. */
export const severalCases: DifferentialCase[] = table(
  ['two names of one directive', 'CONFIG SET lua-time-limit 1 busy-reply-threshold 2',
    'CONFIG GET lua-time-limit', 'CONFIG SET busy-reply-threshold 3 lua-time-limit 4',
    'CONFIG GET busy-reply-threshold', 'CONFIG SET lua-time-limit 5000'],
  ['wrong ones', 'CONFIG SET hz 20 bogus 1', 'CONFIG SET bogus 1 hz 20', 'CONFIG SET hz x bogus 1',
    'CONFIG SET databases 1 bogus 2', 'CONFIG SET bogus 2 databases 1', 'CONFIG SET hz 5 hz 6', 'CONFIG SET hz 5 HZ 6',
    'CONFIG SET hz 20 timeout', 'CONFIG SET hz 20 timeout x maxmemory-samples y', 'CONFIG GET hz',
    'CONFIG SET save "1 1" client-output-buffer-limit "normal 1 1 1" hz x', 'CONFIG GET client-output-buffer-limit',
    'CONFIG SET rename-command x', 'CONFIG SET include x', 'CONFIG SET user x', 'CONFIG SET loadmodule x',
    'CONFIG SET list-max-ziplist-entries 5', 'CONFIG SET lua-replicate-commands yes', 'CONFIG SET "h?" 5'],
  ['any bytes', 'CONFIG SET masteruser "a\\xff\\xc3\\xa9b"', 'CONFIG GET masteruser', 'CONFIG SET masteruser "\\xc3\\xa9"',
    'CONFIG GET masteruser', 'CONFIG SET "\\xff" 1', 'CONFIG GET "\\xff"', 'CONFIG SET masteruser ""'],
  ['patterns', 'CONFIG GET slowlog-max-len slowlog-max-len', 'CONFIG GET bogus', 'CONFIG GET "slowlog-max-le[n]"',
    'CONFIG GET SLOWLOG-MAX-LEN', 'CONFIG GET "watchdog-perio?"', 'CONFIG GET watchdog-period',
    'CONFIG GET lua-time-limit', 'CONFIG GET "lua-time-limi*"', 'CONFIG GET ""'],
); // prettier-ignore
