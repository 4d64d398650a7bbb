/** Directives of snapshots and of the append-only file. */
import { withoutEffect } from '../directive.js';
import { savePoints } from '../compound-kinds.js';
import { boolean, choice, fileName, integer, memory, INT64_MAX, INT_MAX } from '../kinds.js';

const INT_MIN = -2147483648;

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
  appendonly: boolean(false),
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

/** The group's declarations. */
export const persistence = { ...snapshots, ...kept, ...appendOnly };
