/** Directives of listening, connections and who may reach what. */
import { withoutEffect } from '../directive.js';
import { bindAddresses, outputBufferLimits } from '../compound-kinds.js';
import {
  boolean,
  choice,
  integer,
  memory,
  memoryOrPercent,
  octal,
  text,
  INT64_MAX,
  INT_MAX,
  UINT_MAX,
} from '../kinds.js';

const WHO = ['no', 'yes', 'local'] as const;
const MEGABYTE = 1048576;

const effective = {
  port: integer(0, 65535, 6379),
  bind: bindAddresses(['*', '-::*']),
  'tcp-backlog': integer(0, INT_MAX, 511, { change: 'immutable' }),
  'tcp-keepalive': integer(0, INT_MAX, 300),
  timeout: integer(0, INT_MAX, 0),
  unixsocket: text('', { change: 'immutable' }),
  unixsocketperm: octal('0', { change: 'immutable' }),
  'protected-mode': boolean(true),
  maxclients: integer(1, UINT_MAX, 10000),
  'proto-max-bulk-len': memory(MEGABYTE, INT64_MAX, '512mb'),
  'client-query-buffer-limit': memory(MEGABYTE, INT64_MAX, '1gb'),
  'client-output-buffer-limit': outputBufferLimits(
    'normal 0 0 0 replica 256mb 64mb 60 pubsub 32mb 8mb 60'.split(' '),
  ),
  'tracking-table-max-keys': integer(0, INT64_MAX, 1000000),
  'maxmemory-clients': memoryOrPercent('0'),
  'enable-debug-command': choice(WHO, 'no', { change: 'immutable' }),
  'enable-protected-configs': choice(WHO, 'no', { change: 'immutable' }),
  // Never written to a file: the line of the default user has the password's hash.
  requirepass: { ...text(''), lines: () => [] },
  aclfile: text('', { change: 'immutable', isEmptyWritten: true }),
  'acllog-max-len': integer(0, INT64_MAX, 128),
  'acl-pubsub-default': choice(['allchannels', 'resetchannels'], 'resetchannels'),
};

const kept = withoutEffect({
  'bind-source-addr': text(''),
  'socket-mark-id': integer(0, UINT_MAX, 0, { change: 'immutable' }),
  'enable-module-command': choice(WHO, 'no', { change: 'immutable' }),
  'client-default-resp': integer(2, 3, 2, { change: 'immutable', hidden: true }),
  'req-res-logfile': text('', { change: 'immutable', hidden: true }),
});

/** The group's declarations. */
export const network = { ...effective, ...kept };
