/** Directives of TLS. A TLS port that would not be opened is refused; the rest is kept until it has a meaning. */
import { onlyDefault, withoutEffect } from '../directive.js';
import { boolean, choice, integer, text, INT_MAX } from '../kinds.js';

/** The group's declarations. */
export const tls = withoutEffect({
  'tls-port': integer(
    0,
    65535,
    0,
    onlyDefault((value) => value === 0, 'TLS is not supported yet'),
  ),
  'tls-cluster': boolean(false),
  'tls-replication': boolean(false),
  'tls-auth-clients': choice(['no', 'yes', 'optional'], 'yes'),
  'tls-prefer-server-ciphers': boolean(false),
  'tls-session-caching': boolean(true),
  'tls-session-cache-size': integer(0, INT_MAX, 20480),
  'tls-session-cache-timeout': integer(0, INT_MAX, 300),
  'tls-cert-file': text(''),
  'tls-key-file': text(''),
  'tls-key-file-pass': text(''),
  'tls-client-cert-file': text(''),
  'tls-client-key-file': text(''),
  'tls-client-key-file-pass': text(''),
  'tls-dh-params-file': text(''),
  'tls-ca-cert-file': text(''),
  'tls-ca-cert-dir': text(''),
  'tls-protocols': text(''),
  'tls-ciphers': text(''),
  'tls-ciphersuites': text(''),
});
