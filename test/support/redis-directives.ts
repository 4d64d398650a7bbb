/** The names of the configuration directives of Redis 7.2, aside from other names that some of them have. */

/** Those that CONFIG GET finds by pattern. */
export const DIRECTIVES: readonly string[] = `
  bind bind-source-addr port protected-mode tcp-backlog tcp-keepalive timeout unixsocket unixsocketperm
  socket-mark-id enable-protected-configs enable-debug-command enable-module-command tls-port
  tls-cluster tls-replication tls-auth-clients tls-prefer-server-ciphers tls-session-caching
  tls-session-cache-size tls-session-cache-timeout tls-cert-file tls-key-file tls-key-file-pass
  tls-client-cert-file tls-client-key-file tls-client-key-file-pass tls-dh-params-file tls-ca-cert-file
  tls-ca-cert-dir tls-protocols tls-ciphers tls-ciphersuites daemonize supervised pidfile loglevel
  logfile syslog-enabled syslog-ident syslog-facility crash-log-enabled crash-memcheck-enabled databases
  always-show-logo set-proc-title proc-title-template locale-collate save stop-writes-on-bgsave-error
  rdbcompression rdbchecksum sanitize-dump-payload dbfilename rdb-del-sync-files dir replicaof
  masterauth masteruser replica-serve-stale-data replica-read-only replica-priority replica-announced
  replica-announce-ip replica-announce-port replica-ignore-disk-write-errors propagation-error-behavior
  repl-diskless-sync repl-diskless-sync-delay repl-diskless-sync-max-replicas repl-diskless-load
  repl-ping-replica-period repl-timeout repl-disable-tcp-nodelay repl-backlog-size repl-backlog-ttl
  min-replicas-to-write min-replicas-max-lag aclfile acllog-max-len requirepass acl-pubsub-default
  maxclients tracking-table-max-keys maxmemory maxmemory-policy maxmemory-samples
  maxmemory-eviction-tenacity replica-ignore-maxmemory active-expire-effort lazyfree-lazy-eviction
  lazyfree-lazy-expire lazyfree-lazy-server-del lazyfree-lazy-user-del lazyfree-lazy-user-flush
  replica-lazy-flush io-threads io-threads-do-reads oom-score-adj oom-score-adj-values disable-thp
  appendonly appendfilename appenddirname appendfsync no-appendfsync-on-rewrite
  auto-aof-rewrite-percentage auto-aof-rewrite-min-size aof-load-truncated aof-use-rdb-preamble
  aof-timestamp-enabled shutdown-timeout shutdown-on-sigint shutdown-on-sigterm busy-reply-threshold
  cluster-enabled cluster-config-file cluster-node-timeout cluster-port cluster-replica-validity-factor
  cluster-migration-barrier cluster-allow-replica-migration cluster-require-full-coverage
  cluster-replica-no-failover cluster-allow-reads-when-down cluster-allow-pubsubshard-when-down
  cluster-link-sendbuf-limit cluster-announce-hostname cluster-announce-human-nodename
  cluster-preferred-endpoint-type cluster-announce-ip cluster-announce-port cluster-announce-tls-port
  cluster-announce-bus-port slowlog-log-slower-than slowlog-max-len latency-monitor-threshold
  latency-tracking latency-tracking-info-percentiles notify-keyspace-events hash-max-listpack-entries
  hash-max-listpack-value list-max-listpack-size list-compress-depth set-max-intset-entries
  set-max-listpack-entries set-max-listpack-value zset-max-listpack-entries zset-max-listpack-value
  hll-sparse-max-bytes stream-node-max-bytes stream-node-max-entries activerehashing
  client-output-buffer-limit client-query-buffer-limit maxmemory-clients proto-max-bulk-len hz
  dynamic-hz aof-rewrite-incremental-fsync rdb-save-incremental-fsync lfu-log-factor lfu-decay-time
  activedefrag active-defrag-ignore-bytes active-defrag-threshold-lower active-defrag-threshold-upper
  active-defrag-cycle-min active-defrag-cycle-max active-defrag-max-scan-fields jemalloc-bg-thread
  server_cpulist bio_cpulist aof_rewrite_cpulist bgsave_cpulist ignore-warnings
`
  .trim()
  .split(/\s+/);

/** Those that it finds by name only. */
export const HIDDEN_DIRECTIVES: readonly string[] = `
  use-exit-on-panic aof-disable-auto-gc req-res-logfile client-default-resp rdb-key-save-delay
  key-load-delay watchdog-period cluster-ping-interval loading-process-events-interval-bytes
`
  .trim()
  .split(/\s+/);
