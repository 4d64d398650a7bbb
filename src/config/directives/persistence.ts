/** Directives of snapshots and of the append-only file. */
import { Cron } from 'croner';
import { withoutEffect } from '../directive.js';
import { savePoints } from '../compound-kinds.js';
import { boolean, choice, fileName, integer, memory, text, INT64_MAX, INT_MAX } from '../kinds.js';

const INT_MIN = -2147483648;

/** Says why a schedule is none. */
function checkSchedule(schedule: string): string | undefined {
  if (schedule === '') return undefined;
  try {
    new Cron(schedule, { paused: true }).stop();
    return undefined;
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/^CronPattern: /, '') : String(error);
    return `not a schedule of cron: ${reason}`;
  }
}

const snapshots = {
  save: savePoints('3600 1 300 100 60 10000'.split(' ')),
  'stop-writes-on-bgsave-error': boolean(true),
  rdbcompression: boolean(true),
  rdbchecksum: boolean(true, { change: 'immutable' }),
  dbfilename: fileName('dbfilename', 'filename', 'dump.rdb', { change: 'protected', mayBeEmpty: true }),
  'rdb-save-incremental-fsync': boolean(true),
  'rdb-key-save-delay': integer(INT_MIN, INT_MAX, 0, { hidden: true }),
  'key-load-delay': integer(INT_MIN, INT_MAX, 0, { hidden: true }),
};

const kept = withoutEffect({
  'sanitize-dump-payload': choice(['no', 'yes', 'clients'], 'no'),
  'rdb-del-sync-files': boolean(false),
  // Loading looks at the time, and not at how much was read, to decide when others are served.
  'loading-process-events-interval-bytes': integer(1024, INT_MAX, 2097152, { hidden: true }),
});

const appendOnly = {
  appendonly: boolean(false, { isFixedWhileLoading: true }),
  appendfilename: fileName('appendfilename', 'filename', 'appendonly.aof', {
    change: 'immutable',
    mayBeEmpty: false,
  }),
  appenddirname: fileName('appenddirname', 'dirname', 'appendonlydir', {
    change: 'immutable',
    mayBeEmpty: false,
  }),
  appendfsync: choice(['everysec', 'always', 'no'], 'everysec'),
  'no-appendfsync-on-rewrite': boolean(false),
  'auto-aof-rewrite-percentage': integer(0, INT_MAX, 100),
  'auto-aof-rewrite-min-size': memory(0, INT64_MAX, '64mb'),
  'aof-load-truncated': boolean(true),
  'aof-use-rdb-preamble': boolean(true),
  'aof-timestamp-enabled': boolean(false),
  'aof-rewrite-incremental-fsync': boolean(true),
  'aof-disable-auto-gc': boolean(false, { hidden: true }),
};

/** Redwing's own: checked snapshots with the time in their names. */
const backups = {
  'backup-schedule': text('', { isEmptyWritten: true }, checkSchedule),
  'backup-dir': text('backups', { change: 'protected' }, (value) =>
    value === '' ? "backup-dir can't be empty" : undefined,
  ),
  'backup-keep': integer(0, INT_MAX, 7),
};

/** The group's declarations. */
export const persistence = { ...backups, ...snapshots, ...kept, ...appendOnly };
