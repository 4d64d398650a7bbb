/** Directives of replication and of the cluster. What would promise a second copy of the data is refused. */
import { onlyDefault, withoutEffect } from '../directive.js';
import { primaryAddress } from '../compound-kinds.js';
import { boolean, choice, clamped, integer, memory, text, INT64_MAX, INT_MAX, UINT64_MAX } from '../kinds.js';

const NO_REPLICATION = 'replication is not supported yet';

function hostName(value: string): string | undefined {
  if (/^[a-z0-9.-]{0,255}$/i.test(value)) return undefined;
  const tooLong = value.length > 255;
  return tooLong
    ? 'Hostnames must be less than 256 characters'
    : 'Hostnames may only contain alphanumeric characters, hyphens or dots';
}

function nodeName(value: string): string | undefined {
  const isInvalid = /[\0!#$%&()*+:;<>?@[\]^{|}~]/.test(value);
  return isInvalid ? 'Announced human node name contained invalid character' : undefined;
}

const replication = withoutEffect({
  replicaof: primaryAddress({
    change: 'immutable',
    alias: 'slaveof',
    refuse: (primary) => (primary === undefined ? undefined : NO_REPLICATION),
  }),
  masterauth: text(
    '',
    onlyDefault((value) => value === '', NO_REPLICATION),
  ),
  masteruser: text(''),
  'replica-serve-stale-data': boolean(true, { alias: 'slave-serve-stale-data' }),
  'replica-read-only': boolean(true, { alias: 'slave-read-only' }),
  'replica-priority': integer(0, INT_MAX, 100, { alias: 'slave-priority' }),
  'replica-announced': boolean(true),
  'replica-announce-ip': text('', { alias: 'slave-announce-ip' }),
  'replica-announce-port': integer(0, 65535, 0, { alias: 'slave-announce-port' }),
  'replica-ignore-disk-write-errors': boolean(false),
  'propagation-error-behavior': choice(['ignore', 'panic', 'panic-on-replicas'], 'ignore'),
  'repl-diskless-sync': boolean(true),
  'repl-diskless-sync-delay': integer(0, INT_MAX, 5),
  'repl-diskless-sync-max-replicas': integer(0, INT_MAX, 0),
  'repl-diskless-load': choice(['disabled', 'on-empty-db', 'swapdb'], 'disabled'),
  'repl-ping-replica-period': integer(1, INT_MAX, 10, { alias: 'repl-ping-slave-period' }),
  'repl-timeout': integer(1, INT_MAX, 60),
  'repl-disable-tcp-nodelay': boolean(false),
  'repl-backlog-size': clamped(memory(1, INT64_MAX, '1mb'), 16384, Number.MAX_VALUE),
  'repl-backlog-ttl': integer(0, INT64_MAX, 3600),
  'min-replicas-to-write': integer(0, INT_MAX, 0, {
    alias: 'min-slaves-to-write',
    ...onlyDefault<number>((value) => value === 0, NO_REPLICATION),
  }),
  'min-replicas-max-lag': integer(0, INT_MAX, 10, { alias: 'min-slaves-max-lag' }),
});

const cluster = withoutEffect({
  'cluster-enabled': boolean(false, {
    change: 'immutable',
    ...onlyDefault<boolean>((value) => !value, 'cluster mode is not supported yet'),
  }),
  'cluster-config-file': text('nodes.conf', { change: 'immutable' }),
  'cluster-node-timeout': integer(0, INT64_MAX, 15000),
  'cluster-port': integer(0, 65535, 0, { change: 'immutable' }),
  'cluster-replica-validity-factor': integer(0, INT_MAX, 10, { alias: 'cluster-slave-validity-factor' }),
  'cluster-migration-barrier': integer(0, INT_MAX, 1),
  'cluster-allow-replica-migration': boolean(true),
  'cluster-require-full-coverage': boolean(true),
  'cluster-replica-no-failover': boolean(false, { alias: 'cluster-slave-no-failover' }),
  'cluster-allow-reads-when-down': boolean(false),
  'cluster-allow-pubsubshard-when-down': boolean(true),
  'cluster-link-sendbuf-limit': memory(0, UINT64_MAX, '0'),
  'cluster-announce-hostname': text('', {}, hostName),
  'cluster-announce-human-nodename': text('', {}, nodeName),
  'cluster-preferred-endpoint-type': choice(['ip', 'hostname', 'unknown-endpoint'], 'ip'),
  'cluster-announce-ip': text(''),
  'cluster-announce-port': integer(0, 65535, 0),
  'cluster-announce-tls-port': integer(0, 65535, 0),
  'cluster-announce-bus-port': integer(0, 65535, 0),
  'cluster-ping-interval': integer(0, INT64_MAX, 0, { hidden: true }),
});

/** The group's declarations. */
export const replicationAndCluster = { ...replication, ...cluster };
