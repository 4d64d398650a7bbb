/**
 * Directives of TLS.
 *
 * Those that name files are references: CONFIG SET reads the files anew even if it gives the name that is there
 * already, which is how certificates are renewed without a restart.
 */
import { withoutEffect } from '../directive.js';
import { boolean, choice, integer, text, INT_MAX } from '../kinds.js';

const reference = { isReference: true };

const effective = {
  'tls-port': integer(0, 65535, 0),
  'tls-auth-clients': choice(['no', 'yes', 'optional'], 'yes'),
  'tls-prefer-server-ciphers': boolean(false),
  'tls-session-caching': boolean(true),
  'tls-session-cache-size': integer(0, INT_MAX, 20480),
  'tls-session-cache-timeout': integer(0, INT_MAX, 300),
  'tls-cert-file': text('', reference),
  'tls-key-file': text('', reference),
  'tls-key-file-pass': text('', reference),
  'tls-dh-params-file': text('', reference),
  'tls-ca-cert-file': text('', reference),
  'tls-ca-cert-dir': text('', reference),
  'tls-protocols': text(''),
  'tls-ciphers': text(''),
  'tls-ciphersuites': text(''),
};

// Those of connections that a server opens itself, to its primary and in a cluster.
const kept = withoutEffect({
  'tls-cluster': boolean(false),
  'tls-replication': boolean(false),
  'tls-client-cert-file': text('', reference),
  'tls-client-key-file': text('', reference),
  'tls-client-key-file-pass': text('', reference),
});

/** The group's declarations. */
export const tls = { ...effective, ...kept };
