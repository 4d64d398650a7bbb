/**
 * What the tls-* directives ask of node:tls: certificates and keys read from their files, versions, ciphers.
 *
 * Relative paths start at `dir`. An empty directive leaves the choice to Node: TLS 1.2 and 1.3, its own list of
 * ciphers, the system's certificate authorities never (who may connect is a matter of the directives alone).
 *
 * Everything is read when it is asked for, synchronously, so that a wrong file is an error of the start or of the
 * CONFIG SET that names it.
 */
import { constants } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { DEFAULT_CIPHERS, getCiphers, type SecureVersion, type TlsOptions } from 'node:tls';
import { type Config, messageOf } from '../../config/index.js';

/** What is wrong with the configuration of TLS; the message is for the log. */
export class TlsConfigError extends Error {
  override readonly name = 'TlsConfigError';
}

/** How long a peer may take for its handshake, ms. */
const HANDSHAKE_TIMEOUT_MS = 10_000;

/** The name under which OpenSSL looks a certificate up in a folder: a hash of its subject, and a count. */
const HASHED_NAME = /^[0-9a-f]{8}\.[0-9]+$/;

/** Versions from the oldest to the newest, with what keeps each from being spoken. */
const VERSIONS: readonly (readonly [SecureVersion, number])[] = [
  ['TLSv1', constants.SSL_OP_NO_TLSv1],
  ['TLSv1.1', constants.SSL_OP_NO_TLSv1_1],
  ['TLSv1.2', constants.SSL_OP_NO_TLSv1_2],
  ['TLSv1.3', constants.SSL_OP_NO_TLSv1_3],
];

// The contents of the file that a directive names; undefined when it names none.
function contents(config: Config, what: string, file: string): Buffer | undefined {
  if (file === '') return undefined;
  try {
    return readFileSync(path.resolve(config.dir, file));
  } catch (error) {
    throw new TlsConfigError(`Cannot read the ${what}: ${messageOf(error)}`);
  }
}

function certificatesOfFolder(config: Config): Buffer[] {
  if (config.tlsCaCertDir === '') return [];
  const folder = path.resolve(config.dir, config.tlsCaCertDir);
  try {
    const names = readdirSync(folder).filter((name) => HASHED_NAME.test(name));
    return names.map((name) => readFileSync(path.join(folder, name)));
  } catch (error) {
    throw new TlsConfigError(`Cannot read the CA certificates of ${folder}: ${messageOf(error)}`);
  }
}

// The versions to speak: the oldest, the newest, and what leaves out those between that are not named.
function versions(config: Config): Pick<TlsOptions, 'minVersion' | 'maxVersion' | 'secureOptions'> {
  const words = config.tlsProtocols.split(/\s+/).filter(Boolean);
  const known = VERSIONS.map(([name]) => name.toLowerCase());
  if (words.some((word) => !known.includes(word.toLowerCase()))) {
    const names = VERSIONS.map(([name]) => name).join(', ');
    throw new TlsConfigError(`tls-protocols '${config.tlsProtocols}' names a version other than ${names}`);
  }
  const asked = words.length === 0 ? ['tlsv1.2', 'tlsv1.3'] : words.map((word) => word.toLowerCase());
  const spoken = VERSIONS.filter(([name]) => asked.includes(name.toLowerCase()));
  const omitted = VERSIONS.filter((version) => !spoken.includes(version));
  const oldest = spoken[0]?.[0];
  const newest = spoken.at(-1)?.[0];
  const tickets = config.tlsSessionCaching ? 0 : constants.SSL_OP_NO_TICKET;
  return {
    ...(oldest === undefined ? {} : { minVersion: oldest }),
    ...(newest === undefined ? {} : { maxVersion: newest }),
    secureOptions: omitted.reduce((bits, [, bit]) => bits | bit, tickets),
  };
}

// Ciphers of TLS 1.2 and suites of TLS 1.3 as one list, which Node tells apart by the names of the latter.
function ciphers(config: Config): string {
  const known = getCiphers();
  for (const suite of config.tlsCiphersuites.split(':').filter(Boolean)) {
    if (!suite.startsWith('TLS_') || !known.includes(suite.toLowerCase()))
      throw new TlsConfigError(`tls-ciphersuites names '${suite}', which is no suite of TLS 1.3`);
  }
  const defaults = DEFAULT_CIPHERS.split(':');
  const suites = config.tlsCiphersuites || defaults.filter((name) => name.startsWith('TLS_')).join(':');
  const older = config.tlsCiphers || defaults.filter((name) => !name.startsWith('TLS_')).join(':');
  return `${suites}:${older}`;
}

/**
 * The options of a tls.Server as the configuration has them. Throws TlsConfigError when a file is missing, unreadable
 * or needed and not named; what is wrong inside a file shows when the server is made.
 */
export function secureOptions(config: Config): TlsOptions {
  const authClients = config.tlsAuthClients;
  if (config.tlsCertFile === '') throw new TlsConfigError('tls-cert-file is not set');
  const cert = contents(config, 'certificate (tls-cert-file)', config.tlsCertFile);
  // A certificate's file may hold its key as well.
  const key = contents(config, 'key (tls-key-file)', config.tlsKeyFile || config.tlsCertFile);
  const ca = contents(config, 'CA certificates (tls-ca-cert-file)', config.tlsCaCertFile);
  const dhparam = contents(config, 'DH parameters (tls-dh-params-file)', config.tlsDhParamsFile);
  if (authClients !== 'no' && config.tlsCaCertFile === '' && config.tlsCaCertDir === '')
    throw new TlsConfigError(
      'tls-auth-clients asks for certificates of clients, so tls-ca-cert-file or tls-ca-cert-dir must be set',
    );
  return {
    cert,
    key,
    ca: [...(ca === undefined ? [] : [ca]), ...certificatesOfFolder(config)],
    ...(config.tlsKeyFilePass === '' ? {} : { passphrase: config.tlsKeyFilePass }),
    dhparam: dhparam ?? 'auto',
    ...versions(config),
    ciphers: ciphers(config),
    honorCipherOrder: config.tlsPreferServerCiphers,
    requestCert: authClients !== 'no',
    // Where they are optional, a client without one is served and one with a wrong one is not; see TlsListener.
    rejectUnauthorized: authClients === 'yes',
    handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
    ...(config.tlsSessionCacheTimeout > 0 ? { sessionTimeout: config.tlsSessionCacheTimeout } : {}),
  };
}
