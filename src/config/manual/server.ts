/** What the directives of the process, its connections and its safety are for. */

export const network = {
  bind:
    'The addresses to listen on; * is every IPv4 address, ::* every IPv6 address. An address with a leading - may be ' +
    'missing on this machine. Unless protected-mode or a password guards the server, keep it to addresses you trust.',
  'bind-source-addr': 'The address that outgoing connections come from, where the machine has several.',
  port: 'The TCP port; 0 listens on none.',
  'protected-mode': 'While no password is set, serve only clients of this machine.',
  'tcp-backlog': 'How many connections may wait to be accepted; the kernel may allow fewer.',
  'tcp-keepalive':
    'Seconds of silence after which the kernel asks a client whether it is still there; 0 never asks.',
  timeout: 'Close a client that has been idle for this many seconds; 0 never does.',
  unixsocket: 'The path of a Unix socket to listen on.',
  unixsocketperm: 'The file mode of the Unix socket; 0 leaves it to the umask.',
  'socket-mark-id': 'A mark on the packets of the listening sockets, for firewalls and routing; 0 sets none.',
  'enable-protected-configs':
    'Who may change protected directives with CONFIG SET: local means clients of this machine.',
  'enable-debug-command': 'Who may use DEBUG: local means clients of this machine.',
  'enable-module-command': 'Who may use MODULE: local means clients of this machine.',
};

export const tls = {
  'tls-port': 'The port that speaks TLS; 0 for none.',
  'tls-cert-file': 'The certificate of this server, in PEM.',
  'tls-key-file': 'The private key of that certificate, in PEM.',
  'tls-key-file-pass': 'The passphrase of the private key.',
  'tls-client-cert-file':
    'The certificate to show when this server connects to another; the one above if none is given.',
  'tls-client-key-file': 'The private key of that certificate.',
  'tls-client-key-file-pass': 'The passphrase of that key.',
  'tls-dh-params-file': 'Diffie-Hellman parameters, for clients with old protocols.',
  'tls-ca-cert-file': 'The certificates of those whose signature under a client certificate is trusted.',
  'tls-ca-cert-dir': 'A folder of such certificates.',
  'tls-auth-clients': 'Whether clients must show a certificate, may, or need not.',
  'tls-replication': 'Whether a replica speaks TLS with its primary.',
  'tls-cluster': 'Whether the nodes of a cluster speak TLS with each other.',
  'tls-protocols':
    'The protocol versions to accept, such as "TLSv1.2 TLSv1.3"; the library decides if none are given.',
  'tls-ciphers': 'The ciphers to accept up to TLS 1.2, in the notation of OpenSSL.',
  'tls-ciphersuites': 'The cipher suites to accept in TLS 1.3, in the notation of OpenSSL.',
  'tls-prefer-server-ciphers': "Follow this server's order of ciphers instead of the client's.",
  'tls-session-caching': 'Let clients resume an earlier session, which makes connecting cheaper.',
  'tls-session-cache-size': 'How many sessions are remembered; 0 means no limit.',
  'tls-session-cache-timeout': 'Seconds for which a session is remembered.',
};

export const general = {
  daemonize: 'Leave the terminal and run in the background.',
  supervised:
    'Tell a service manager when the server is ready: systemd, upstart, or the one that auto finds.',
  pidfile: 'A file for the number of the process; it is removed at the end.',
  loglevel: 'The least important messages that are logged.',
  logfile: 'The log, relative to dir; "" is standard output.',
  'syslog-enabled': 'Send the log to the log daemon of the system as well.',
  'syslog-ident': 'The name under which messages stand in the system log.',
  'syslog-facility': 'The facility of messages in the system log.',
  'crash-log-enabled': 'Write a report to the log when the server crashes.',
  'crash-memcheck-enabled': 'Test the memory of the machine when the server crashes.',
  databases: 'How many databases there are; SELECT chooses one by its number, counted from 0.',
  'always-show-logo': 'Show a logo at the start even where the log is no terminal.',
  'set-proc-title': 'Show what the server does in the list of processes.',
  'proc-title-template':
    'What the list of processes shows. Variables: {title} {listen-addr} {server-mode} {port} {tls-port} {unixsocket} ' +
    '{config-file}.',
  'locale-collate': 'The locale by which SORT ALPHA compares texts; "" takes it from the environment.',
  'ignore-warnings': 'Warnings about the machine that are not to keep the server from starting.',
};

export const security = {
  requirepass:
    "The password of the default user; AUTH gives it. A server's speed makes guessing quick: take a long one.",
  aclfile: 'A file of users, instead of user lines in this file.',
  'acllog-max-len': 'How many refusals ACL LOG remembers.',
  'acl-pubsub-default': 'The channels that a new user may use, until rules say otherwise: all or none.',
};

export const clients = {
  maxclients: 'How many clients may be connected at once; more are turned away with an error.',
  'client-output-buffer-limit':
    'How many bytes of replies may wait for a client, by class (normal, replica, pubsub). Beyond the first number the ' +
    'client is closed at once, beyond the second if that lasts for as many seconds as the third says; 0 is no limit.',
  'client-query-buffer-limit':
    'How many bytes of one command may wait to be complete, and of commands that a client sends while it is blocked. ' +
    'With more it is closed.',
  'maxmemory-clients':
    'How much memory all clients may take together, after which the greediest are closed; 0 is no limit.',
  'proto-max-bulk-len': 'The longest argument of a command.',
  'tracking-table-max-keys': 'How many keys are remembered for clients that cache; 0 is no limit.',
};

export const processes = {
  'io-threads': 'Threads that read and write sockets. One event loop does both here.',
  'io-threads-do-reads': 'Whether those threads read, too.',
  'oom-score-adj': 'Tell the kernel which process to end first when memory runs out.',
  'oom-score-adj-values': 'The scores of a primary, of a replica, and of a background process.',
  'disable-thp': 'Keep the kernel from using huge pages for this process.',
  server_cpulist: 'The processors that the main thread may use, such as 0-3:2.',
  bio_cpulist: 'The processors that background threads may use.',
  aof_rewrite_cpulist: 'The processors that a rewrite of the append-only file may use.',
  bgsave_cpulist: 'The processors that a snapshot may use.',
  hz: 'How often a second the background jobs run; brought within 1 and 500.',
  'dynamic-hz': 'Run them more often while many clients are connected.',
  'shutdown-timeout': 'Seconds for which a stop waits for replicas to catch up.',
  'shutdown-on-sigint': 'What SIGINT does: the words of SHUTDOWN.',
  'shutdown-on-sigterm': 'What SIGTERM does: the words of SHUTDOWN.',
  'busy-reply-threshold': 'Milliseconds after which a running script makes other clients get a BUSY error.',
  'long-read-threshold':
    'From this many elements on, a command that only reads leaves the event loop for a worker. A directive of Redwing.',
  'metrics-port':
    'Serve figures to Prometheus on this port, over HTTP at /metrics; 0 is off. A directive of Redwing.',
  'metrics-bind': 'The address of metrics-port. Whoever reaches it may read. A directive of Redwing.',
};

export const observing = {
  'slowlog-log-slower-than':
    'SLOWLOG keeps commands that took longer than this many microseconds; -1 keeps none.',
  'slowlog-max-len': 'How many commands SLOWLOG keeps.',
  'latency-monitor-threshold': 'LATENCY keeps events that took this many milliseconds or more; 0 keeps none.',
  'latency-tracking': 'Keep a histogram of the time that each command takes.',
  'latency-tracking-info-percentiles': 'The percentiles of those times that INFO shows.',
  'notify-keyspace-events':
    'Which changes of keys are published. K: on __keyspace channels, E: on __keyevent channels; g: commands of all ' +
    'types, $ strings, l lists, s sets, h hashes, z sorted sets, t streams, d modules, x expired, e evicted, ' +
    'n new keys, m misses; A: g$lshztdxe together.',
};
