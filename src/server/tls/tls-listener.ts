/**
 * The TLS port: accepts sockets, lets node:tls do the handshake and the cryptography, and joins what comes out of it
 * to the transport (see RelayedSocket).
 *
 * The port is held by a plain server. Handshakes are done by a tls.Server that does not listen, so that a change of the
 * configuration is a new one in its place: connections that stand keep what they agreed on, the next ones get what is
 * new, and a configuration that is wrong changes nothing.
 *
 * Sockets that are still in their handshake count against maxclients, so that a flood of them is bounded too.
 */
import { createServer as createPlainServer, isIP, type Server as PlainServer, type Socket } from 'node:net';
import { createServer, type Server as SecureServer, type TLSSocket } from 'node:tls';
import type { Config } from '../../config/index.js';
import { RelayClosed, RelayOutput } from '../../store/layout.js';
import type { NativeStore } from '../../store/native.js';
import { numericAddress, resolveHost } from '../listeners.js';
import type { Log } from '../log.js';
import { RelayedSocket } from './relayed-socket.js';
import { secureOptions } from './secure-options.js';
import { SessionCache } from './session-cache.js';

/** What it needs to know of the server. */
export interface TlsHost {
  readonly clientCount: number;
  connectionsReceived: number;
  connectionsRejected: number;
}

const CONFIGURATION_REFUSED = 'Unable to update TLS configuration. Check server logs.';
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

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

export class TlsListener {
  private secure: SecureServer | undefined;
  private ports: PlainServer[] = [];
  /** Sockets of the port, in their handshake and after. */
  private readonly sockets = new Set<Socket>();
  private readonly relayed = new Map<number, RelayedSocket>();
  private isStopped = false;
  /** Settled when the addresses have changed as they were last told to. */
  private moved: Promise<void> = Promise.resolve();

  constructor(
    private readonly config: Config,
    private readonly log: Log,
    private readonly store: NativeStore,
    private readonly host: TlsHost,
  ) {}

  /** Listens if the configuration says so, and follows its changes. Rejects with what is wrong. */
  async start(): Promise<void> {
    this.store.setRelayListener((relay, event, bytes) => this.told(relay, event, bytes));
    for (const name of FOLLOWED) this.config.onChange(name, () => this.reconfigure());
    this.config.onChange('tls-port', () => this.movePort());
    this.config.onChange('bind', () => this.moveAddresses());
    if (this.config.tlsPort === 0) return;
    this.secure = this.makeSecureServer();
    this.ports = await this.listen(this.config.tlsPort);
  }

  /** Stops listening and ends every connection. */
  stop(): void {
    this.isStopped = true;
    this.closePorts();
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
      this.log.verbose(`TLS handshake failed: ${describe(error)}`);
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
      this.log.warning(`TLS cannot be configured so: ${describe(error)}`);
      return CONFIGURATION_REFUSED;
    }
  }

  // The new port is tried now, since the answer is due now, and opened in a moment.
  private movePort(): string | undefined {
    const port = this.config.tlsPort;
    if (port === 0) {
      this.closePorts();
      return undefined;
    }
    const refused = this.reconfigure();
    if (refused !== undefined) return refused;
    for (const { host, optional } of this.config.bind) {
      const ip = numericAddress(host);
      const error = isIP(ip) === 0 ? null : this.store.probeTcp(ip, port, true);
      if (error === null || optional) continue;
      this.log.warning(`Could not listen on ${host}, port ${String(port)}: ${error}`);
      return PORT_REFUSED;
    }
    void this.listen(port).then(
      (opened) => {
        this.closePorts();
        this.ports = opened;
        if (this.isStopped || this.config.tlsPort !== port) this.closePorts();
      },
      (error: unknown) => this.log.warning(describe(error)),
    );
    return undefined;
  }

  // The plain port has tried the addresses (see rebinding.ts). The old ones are left at once, so that none that was
  // taken back is open any longer; moves that follow each other wait, since they may share addresses.
  private moveAddresses(): undefined {
    this.closePorts();
    this.moved = this.moved.then(() => this.reopen());
  }

  private async reopen(): Promise<void> {
    const port = this.config.tlsPort;
    if (this.isStopped || port === 0) return;
    this.closePorts();
    try {
      this.ports = await this.listen(port);
    } catch (error) {
      this.log.warning(describe(error));
    }
    if (this.isStopped || this.config.tlsPort !== port) this.closePorts();
  }

  // ---- listening -----------------------------------------------------------------------------------------------------

  private async listen(port: number): Promise<PlainServer[]> {
    const opened: PlainServer[] = [];
    for (const { host, optional } of this.config.bind) {
      try {
        opened.push(await this.listenOn(await resolveHost(host), port));
      } catch (error) {
        this.log.warning(`Could not listen on ${host}, TLS port ${String(port)}: ${describe(error)}`);
        if (optional) continue;
        for (const server of opened) server.close();
        throw new Error(`Cannot listen on ${host}, TLS port ${String(port)}: ${describe(error)}`);
      }
    }
    return opened;
  }

  private listenOn(host: string, port: number): Promise<PlainServer> {
    const { tcpKeepalive, tcpBacklog } = this.config;
    const server = createPlainServer({
      // A peer that has sent all it wants is still replied to.
      allowHalfOpen: true,
      noDelay: true,
      keepAlive: tcpKeepalive > 0,
      keepAliveInitialDelay: tcpKeepalive * SECOND_MS,
    });
    server.on('connection', (socket) => this.accept(socket));
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host, port, backlog: tcpBacklog, ipv6Only: true }, () => {
        server.removeListener('error', reject);
        server.on('error', (error) => this.log.warning(`TLS port: ${describe(error)}`));
        resolve(server);
      });
    });
  }

  private closePorts(): void {
    for (const server of this.ports) server.close();
    this.ports = [];
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
