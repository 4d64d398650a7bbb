/**
 * One client of TLS: joins its decrypted socket to a relay of the transport.
 *
 *   socket 'data' ──► relayInput      paused while the relay takes no more
 *   socket.write  ◄── takeRelayOutput one slice under way; the next when it has left for the network
 *
 * Since output stays with the transport until the socket has sent it, a client that does not read is held back and
 * meets the same limits as one without TLS.
 *
 * States: open; ended (the peer sends no more, replies still leave); closed (the transport has let go of the
 * connection). The socket is destroyed in the end, whatever happens.
 */
import type { TLSSocket } from 'node:tls';
import type { NativeStore } from '../../store/native.js';

/** The most plain text that is handed to the socket at a time, bytes. */
const SLICE_BYTES = 65536;
/** How long a peer that has ended its side may take no replies before its socket is destroyed, ms. */
const LINGER_MS = 10_000;

type Relays = Pick<NativeStore, 'openRelay' | 'relayInput' | 'endRelay' | 'takeRelayOutput' | 'relaySent'>;

// "1.2.3.4:5" or "[::1]:5".
function address(host: string | undefined, port: number | undefined): string {
  const ip = host ?? '?';
  return `${ip.includes(':') ? `[${ip}]` : ip}:${String(port ?? 0)}`;
}

// The descriptor, which CLIENT LIST shows; Node has no other way to it.
function descriptorOf(socket: TLSSocket): number {
  const handle: unknown = Reflect.get(socket, '_handle');
  const fd: unknown = typeof handle === 'object' && handle !== null ? Reflect.get(handle, 'fd') : undefined;
  return typeof fd === 'number' ? fd : -1;
}

export class RelayedSocket {
  /** The number of the relay. */
  readonly relay: number;
  private isWriting = false;
  private isClosed = false;

  /** Opens a relay for a socket whose handshake is done. */
  constructor(
    private readonly relays: Relays,
    private readonly socket: TLSSocket,
  ) {
    const peer = address(socket.remoteAddress, socket.remotePort);
    this.relay = relays.openRelay(peer, address(socket.localAddress, socket.localPort), descriptorOf(socket));
    socket.on('data', (bytes: Buffer) => {
      if (!relays.relayInput(this.relay, bytes)) socket.pause();
    });
    socket.on('end', () => {
      if (!this.isClosed) relays.endRelay(this.relay, false);
      socket.setTimeout(LINGER_MS, () => socket.destroy());
    });
    socket.on('close', () => this.vanish());
    socket.on('error', () => socket.destroy());
  }

  /** The relay has `bytes` to be sent. */
  output(bytes: number): void {
    if (!this.isWriting && !this.isClosed) this.send(bytes);
  }

  /** The relay takes input again. */
  input(): void {
    this.socket.resume();
  }

  /** The transport has closed the connection: what was sent may still leave, what was only taken is lost. */
  closed(): void {
    this.isClosed = true;
    if (this.isWriting) this.socket.destroy();
    else this.socket.destroySoon();
  }

  private send(bytes: number): void {
    if (bytes === 0) return;
    if (this.socket.destroyed) return this.vanish();
    const slice = Buffer.allocUnsafe(Math.min(bytes, SLICE_BYTES));
    const taken = this.relays.takeRelayOutput(this.relay, slice);
    this.isWriting = true;
    this.socket.write(slice.subarray(0, taken), (error) => {
      this.isWriting = false;
      if (this.isClosed) return;
      if (error) this.vanish();
      else this.send(this.relays.relaySent(this.relay));
    });
  }

  // Nobody will read what is still to be sent.
  private vanish(): void {
    if (!this.isClosed) this.relays.endRelay(this.relay, true);
  }
}
