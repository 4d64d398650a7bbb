/** What the directives of copies of the data are for: on disk, on replicas, and across a cluster. */

export const snapshots = {
  save: 'Take a snapshot after so many seconds if there were so many changes: pairs of both. "" takes none.',
  'stop-writes-on-bgsave-error': 'Refuse writes after a snapshot has failed, so that somebody notices.',
  rdbcompression: 'Compress strings in snapshots.',
  rdbchecksum: 'Put a checksum at the end of snapshots, and check it.',
  'sanitize-dump-payload':
    'Check all of what RESTORE and snapshots bring in: never, always, or from clients only.',
  dbfilename: 'The name of the snapshot, in dir.',
  'rdb-del-sync-files':
    'Remove snapshots that were only made for a replica, where nothing else is kept on disk.',
  'rdb-save-incremental-fsync': 'Bring a snapshot to the disk piece by piece.',
  dir: 'The folder of all files that have no path of their own; it must exist.',
};

export const backups = {
  'backup-schedule':
    'Make a checked snapshot at these times, as in a crontab: "0 3 * * *" is 3 o\'clock each day. A directive of Redwing.',
  'backup-dir': 'The folder of backups, in dir; it is made if need be. A directive of Redwing.',
  'backup-keep': 'How many backups stay when a new one was made; 0 keeps all. A directive of Redwing.',
};

export const appendOnly = {
  appendonly: 'Write every change to a log that is read again at the start.',
  appendfilename: 'The beginning of the names of its files.',
  appenddirname: 'The folder of its files, in dir.',
  appendfsync:
    'When changes are brought to the disk: before each reply, once a second, or when the system likes.',
  'no-appendfsync-on-rewrite': 'Not while the log is being rewritten, which is faster and less safe.',
  'auto-aof-rewrite-percentage':
    'Rewrite the log when it has grown by this percentage since the last time; 0 never does.',
  'auto-aof-rewrite-min-size': 'But not as long as it is smaller than this.',
  'aof-load-truncated': 'Start with what is there if the end of the log is missing.',
  'aof-use-rdb-preamble': 'Begin a rewritten log with a snapshot, which is loaded faster.',
  'aof-timestamp-enabled': 'Note the time in the log, so that it can be restored up to a moment.',
  'aof-rewrite-incremental-fsync': 'Bring a rewritten log to the disk piece by piece.',
};

export const replication = {
  replicaof: 'Be a replica of the primary at this host and port.',
  masterauth: 'The password that the primary asks for.',
  masteruser: 'The user name that goes with it; the default user if none is given.',
  'replica-serve-stale-data': 'Answer from what is there while the primary cannot be reached.',
  'replica-read-only': 'Refuse writes on a replica.',
  'replica-priority': 'Which replica becomes primary first: the lowest number; 0 never does.',
  'replica-announced': 'Let sentinels know of this replica.',
  'replica-announce-ip':
    'The address to give to the primary, if it is not the one that connections come from.',
  'replica-announce-port': 'The port to give to the primary; 0 means the one that is listened on.',
  'replica-ignore-disk-write-errors': 'Let a replica go on that cannot write its files.',
  'propagation-error-behavior': 'What to do when a replicated command fails that should not.',
  'repl-diskless-sync': 'Send a snapshot straight to a new replica, without a file.',
  'repl-diskless-sync-delay': 'Seconds to wait for more replicas before that.',
  'repl-diskless-sync-max-replicas': 'Do not wait once there are this many; 0 always waits.',
  'repl-diskless-load': 'Whether a replica loads a snapshot as it comes, without a file.',
  'repl-ping-replica-period': 'Seconds between two signs of life to replicas.',
  'repl-timeout': 'Seconds of silence after which the other side is taken for dead.',
  'repl-disable-tcp-nodelay': 'Send fewer, larger packets to replicas, and later.',
  'repl-backlog-size': 'How much of the latest changes is kept for replicas that come back; 16 KB at least.',
  'repl-backlog-ttl': 'Seconds without any replica after which that is given up; 0 never does.',
  'min-replicas-to-write': 'Refuse writes unless this many replicas are connected; 0 never does.',
  'min-replicas-max-lag': 'Count only replicas that were heard of within so many seconds.',
};

export const cluster = {
  'cluster-enabled': 'Be a node of a cluster.',
  'cluster-config-file': "The file in which the node keeps the cluster's state; not to be edited.",
  'cluster-node-timeout': 'Milliseconds of silence after which a node is taken for dead.',
  'cluster-port': 'The port on which nodes talk with each other; 0 means the usual port and 10000.',
  'cluster-replica-validity-factor': 'How old the data of a replica may be that takes over; 0 is no limit.',
  'cluster-migration-barrier': 'How many replicas a primary keeps when another one has none left.',
  'cluster-allow-replica-migration': 'Let replicas move to such a primary.',
  'cluster-require-full-coverage': 'Refuse all commands while any slot has no node.',
  'cluster-replica-no-failover': 'Keep this replica from taking over by itself.',
  'cluster-allow-reads-when-down': 'Answer reads although the cluster is down.',
  'cluster-allow-pubsubshard-when-down': 'Deliver messages of sharded channels although the cluster is down.',
  'cluster-link-sendbuf-limit': 'How many bytes may wait for another node; 0 is no limit.',
  'cluster-announce-hostname': 'The host name that clients are told.',
  'cluster-announce-human-nodename': 'A name for this node in logs.',
  'cluster-preferred-endpoint-type':
    'What clients are told of where a node is: address, host name, or nothing.',
  'cluster-announce-ip': 'The address to announce, if it is not the one that is seen here.',
  'cluster-announce-port': 'The port to announce; 0 means the one that is listened on.',
  'cluster-announce-tls-port': 'The TLS port to announce.',
  'cluster-announce-bus-port': 'The port of the nodes to announce.',
};

export const testing = {
  'use-exit-on-panic': 'End the process instead of aborting it.',
  'aof-disable-auto-gc': 'Keep files of the append-only log that are not needed any more.',
  'req-res-logfile': 'A file for all requests and replies.',
  'client-default-resp': 'The protocol of a new connection.',
  'rdb-key-save-delay': 'Microseconds to wait after each key that is saved.',
  'key-load-delay': 'Microseconds to wait after each key that is loaded.',
  'watchdog-period': 'Milliseconds after which a command that still runs is reported.',
  'cluster-ping-interval': 'Milliseconds between two signs of life to other nodes.',
  'loading-process-events-interval-bytes': 'How many bytes are loaded before clients are looked after.',
};
