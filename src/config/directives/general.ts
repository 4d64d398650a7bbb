/** Directives of the process: logging, folders, clocks, latency, events, shutting down. */
import { withoutEffect } from '../directive.js';
import { folder, keyspaceEvents, oomScores, percentiles, shutdownWords } from '../compound-kinds.js';
import { boolean, choice, clamped, integer, text, INT64_MAX, INT_MAX } from '../kinds.js';

/** Runs per second of the background jobs: any 32-bit number is accepted and brought within these. */
const HZ_MIN = 1;
const HZ_MAX = 500;

const TITLE_VARIABLES = [
  'title',
  'listen-addr',
  'server-mode',
  'port',
  'tls-port',
  'unixsocket',
  'config-file',
];

/** Says why a template of the process title is wrong: it would be empty, or names a variable that there is not. */
function checkTitle(template: string): string | undefined {
  // The title proper may be empty, so a template of nothing else is no title.
  const expanded = template.replace(/\{([^{}]*)\}/g, (all, name: string) => {
    if (name === 'title') return '';
    return TITLE_VARIABLES.includes(name) ? name : all;
  });
  const isValid = expanded.trim() !== '' && !expanded.includes('{');
  return isValid ? undefined : 'template format is invalid or contains unknown variables';
}

const FACILITIES = [
  'user',
  'local0',
  'local1',
  'local2',
  'local3',
  'local4',
  'local5',
  'local6',
  'local7',
] as const;

const effective = {
  daemonize: boolean(false, { change: 'immutable' }),
  supervised: choice(['upstart', 'systemd', 'auto', 'no'], 'no', { change: 'immutable' }),
  pidfile: text('', { change: 'immutable' }),
  loglevel: choice(['debug', 'verbose', 'notice', 'warning'], 'notice'),
  logfile: text('', { change: 'immutable', isEmptyWritten: true }),
  'notify-keyspace-events': keyspaceEvents(),
  'syslog-enabled': boolean(false, { change: 'immutable' }),
  'syslog-ident': text('redis', { change: 'immutable' }),
  'syslog-facility': choice(FACILITIES, 'local0', { change: 'immutable' }),
  'shutdown-on-sigint': shutdownWords(),
  'shutdown-on-sigterm': shutdownWords(),
  databases: integer(1, INT_MAX, 16, { change: 'immutable' }),
  'always-show-logo': boolean(false, { change: 'immutable' }),
  'set-proc-title': boolean(true, { change: 'immutable' }),
  dir: folder({ change: 'protected', isFixedWhileLoading: true }),
  hz: clamped(integer(0, INT_MAX, 10), HZ_MIN, HZ_MAX),
  'dynamic-hz': boolean(true),
  'busy-reply-threshold': integer(0, INT64_MAX, 5000, { alias: 'lua-time-limit' }),
  'slowlog-log-slower-than': integer(-1, INT64_MAX, 10000),
  'slowlog-max-len': integer(0, INT64_MAX, 128),
  'latency-tracking': boolean(true),
  // Redwing's own: from this many elements on, a command that only reads leaves the event loop for a worker.
  'long-read-threshold': integer(1, INT64_MAX, 10000),
  // Redwing's own: where Prometheus reads figures; 0 is nowhere.
  'metrics-port': integer(0, 65535, 0, { change: 'immutable' }),
  'metrics-bind': text('127.0.0.1', { change: 'immutable' }),
};

const kept = withoutEffect({
  'crash-log-enabled': boolean(true),
  'crash-memcheck-enabled': boolean(true),
  'proc-title-template': text('{title} {listen-addr} {server-mode}', {}, checkTitle),
  'locale-collate': text('', { isEmptyWritten: true }),
  'io-threads': integer(1, 128, 1, { change: 'immutable' }),
  'io-threads-do-reads': boolean(false, { change: 'immutable' }),
  'oom-score-adj': choice(['no', 'yes', 'relative', 'absolute'], 'no', {}, { relative: 'yes' }),
  'oom-score-adj-values': oomScores(['0', '200', '800']),
  'disable-thp': boolean(true, { change: 'immutable' }),
  'shutdown-timeout': integer(0, INT_MAX, 10),
  'latency-monitor-threshold': integer(0, INT64_MAX, 0),
  'latency-tracking-info-percentiles': percentiles(['50', '99', '99.9']),
  server_cpulist: text('', { change: 'immutable' }),
  bio_cpulist: text('', { change: 'immutable' }),
  aof_rewrite_cpulist: text('', { change: 'immutable' }),
  bgsave_cpulist: text('', { change: 'immutable' }),
  'ignore-warnings': text('', { isEmptyWritten: true }),
  'use-exit-on-panic': boolean(false, { hidden: true }),
  'watchdog-period': integer(0, INT_MAX, 0, { hidden: true }),
});

/** The group's declarations. */
export const general = { ...effective, ...kept };
