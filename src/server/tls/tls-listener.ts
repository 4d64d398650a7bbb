/**
 * The TLS port: accepts sockets, lets node:tls do the handshake and the cryptography, and joins what comes out of it
 * to the transport (see RelayedSocket).
 *
 * The port is held by plain servers (see TlsPorts). Handshakes are done by a tls.Server that does not listen, so that a
 * change of the configuration is a new one in its place: connections that stand keep what they agreed on, the next ones
 * get what is new, and a configuration that is wrong changes nothing.
 *
 * Sockets that are still in their handshake count against maxclients, so that a flood of them is bounded too.
 */
import type { Socket } from 'node:net';
import { createServer, type Server as SecureServer, type TLSSocket } from 'node:tls';
import { type Config, messageOf } from '../../config/index.js';
import { RelayClosed, RelayOutput } from '../../store/layout.js';
import type { NativeStore } from '../../store/native.js';
import type { Log } from '../log.js';
import { RelayedSocket } from './relayed-socket.js';
import { secureOptions } from './secure-options.js';
import { SessionCache } from './session-cache.js';
import { TlsPorts } from './tls-ports.js';

/** What it needs to know of the server. */
export interface TlsHost {
  readonly clientCount: number;
  connectionsReceived: number;
  connectionsRejected: number;
}

const CONFIGURATION_REFUSED = 'Unable to update TLS configuration. Check server logs.';
const ADDRESSES_REFUSED = 'Failed to bind to specified addresses.';
const PORT_REFUSED = 'Unable to listen on this port. Check server logs.';
const SECOND_MS = 1000;

/** The directives that take effect on handshakes. */
const FOLLOWED = [
  'tls-auth-clients',
  'tls-prefer-server-ciphers',
  'tls-session-caching',
  'tls-session-cache-size',
  'tls-session-cache-timeout',
  'tls-cert-file',
  'tls-key-file',
  'tls-key-file-pass',
  'tls-dh-params-file',
  'tls-ca-cert-file',
  'tls-ca-cert-dir',
  'tls-protocols',
  'tls-ciphers',
  'tls-ciphersuites',
] as const;

export class TlsListener {
  private secure: SecureServer | undefined;
  private readonly ports: TlsPorts;
  /** Sockets of the port, in their handshake and after. */
  private readonly sockets = new Set<Socket>();
  private readonly relayed = new Map<number, RelayedSocket>();
  private isStopped = false;

  constructor(
    private readonly config: Config,
    private readonly log: Log,
    private readonly store: NativeStore,
    private readonly host: TlsHost,
  ) {
    this.ports = new TlsPorts(config, log, store, (socket) => this.accept(socket));
  }

  /** Listens if the configuration says so, and follows its changes. Rejects with what is wrong. */
  async start(): Promise<void> {
    this.store.setRelayListener((relay, event, bytes) => this.told(relay, event, bytes));
    for (const name of FOLLOWED) this.config.onChange(name, () => this.reconfigure());
    this.config.onChange('tls-port', () => this.movePort());
    this.config.onChange('bind', () => (this.ports.move() ? undefined : ADDRESSES_REFUSED));
    if (this.config.tlsPort === 0) return;
    this.secure = this.makeSecureServer();
    await this.ports.open();
  }

  /** Stops listening and ends every connection. */
  stop(): void {
    this.isStopped = true;
    this.ports.stop();
    for (const socket of this.sockets) socket.destroy();
    this.secure?.removeAllListeners();
  }

  // ---- configuration -------------------------------------------------------------------------------------------------

  private makeSecureServer(): SecureServer {
    const { config } = this;
    const server = createServer(secureOptions(config));
    if (config.tlsSessionCaching) {
      const timeoutMs = config.tlsSessionCacheTimeout * SECOND_MS;
      new SessionCache(config.tlsSessionCacheSize, timeoutMs).attach(server);
    }
    const isOptional = config.tlsAuthClients === 'optional';
    server.on('secureConnection', (socket) => this.join(socket, isOptional));
    server.on('tlsClientError', (error, socket) => {
      this.log.verbose(`TLS handshake failed: ${messageOf(error)}`);
      socket.destroy();
    });
    return server;
  }

  private reconfigure(): string | undefined {
    if (this.config.tlsPort === 0) return undefined;
    try {
      this.secure = this.makeSecureServer();
      return undefined;
    } catch (error) {
      this.log.warning(`TLS cannot be configured so: ${messageOf(error)}`);
      return CONFIGURATION_REFUSED;
    }
  }

  private movePort(): string | undefined {
    if (this.config.tlsPort !== 0) {
      const refused = this.reconfigure();
      if (refused !== undefined) return refused;
    }
    return this.ports.move() ? undefined : PORT_REFUSED;
  }

  // ---- connections ---------------------------------------------------------------------------------------------------

  private accept(socket: Socket): void {
    const handshakes = this.sockets.size - this.relayed.size;
    if (this.isStopped || this.host.clientCount + handshakes >= this.config.maxclients) {
      this.host.connectionsReceived++;
      this.host.connectionsRejected++;
      socket.destroy();
      return;
    }
    const { tcpKeepalive } = this.config;
    if (tcpKeepalive > 0) socket.setKeepAlive(true, tcpKeepalive * SECOND_MS);
    this.sockets.add(socket);
    socket.on('close', () => this.sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    this.secure?.emit('connection', socket);
  }

  // A handshake is done.
  private join(socket: TLSSocket, isOptional: boolean): void {
    const hasCertificate = socket.getPeerX509Certificate() !== undefined;
    if (this.isStopped || socket.destroyed || (isOptional && hasCertificate && !socket.authorized)) {
      socket.destroy();
      return;
    }
    // A peer that has sent all it wants is still replied to, while one that leaves its handshake is gone at once.
    socket.allowHalfOpen = true;
    const relayed = new RelayedSocket(this.store, socket);
    this.relayed.set(relayed.relay, relayed);
  }

  private told(relay: number, event: number, bytes: number): void {
    const relayed = this.relayed.get(relay);
    if (event === RelayOutput) return relayed?.output(bytes);
    if (event !== RelayClosed) return relayed?.input();
    this.relayed.delete(relay);
    relayed?.closed();
  }
}
