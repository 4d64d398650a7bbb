/**
 * Where TLS is listened on: `tls-port` at the addresses of `bind`, followed as CONFIG SET changes them.
 *
 * A *place* is a port with its addresses. The *wanted* place is the last one that was asked for and could be had; the
 * *held* one is what is open. Listening is Node's and takes a moment, so the latter follows the former:
 *
 *   move() ──► tried at once, so that the answer is known ──► wanted ──► settle(): opened, then the old one is closed
 *
 * Where only addresses change the old ones are closed first, since an address can be listened on once. Whoever takes a
 * move back, as a CONFIG SET that fails does, wants what is held still, and nothing happens.
 *
 * Invariants:
 * 1. `settle` runs once at a time, and does not end before the wanted place is held or has turned out not to be free.
 * 2. A place that was taken back is never held.
 */
import { createServer, isIP, type Server, type Socket } from 'node:net';
import { type BindAddress, type Config, messageOf } from '../../config/index.js';
import type { NativeStore } from '../../store/native.js';
import { ABSENT, numericAddress, resolveHost } from '../listeners.js';
import type { Log } from '../log.js';

interface Place {
  /** 0: nowhere. */
  readonly port: number;
  readonly addresses: readonly BindAddress[];
}

const NOWHERE: Place = { port: 0, addresses: [] };

/** The servers of a place, from when the first of them is made. */
class Listening {
  private readonly servers: Server[] = [];
  private isClosed = false;

  constructor(readonly place: Place) {}

  /** Listens at one address more. Rejects with what is wrong, or when it is closed meanwhile. */
  add(server: Server, host: string, backlog: number): Promise<void> {
    this.servers.push(server);
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.once('close', () => reject(new Error('closed')));
      if (this.isClosed) return void server.close();
      server.listen({ host, port: this.place.port, backlog, ipv6Only: true }, () => {
        server.removeListener('error', reject);
        // Node may have looked at the address while it was closed.
        if (this.isClosed) server.close();
        else resolve();
      });
    });
  }

  /** Lets go of the port at once. */
  close(): void {
    this.isClosed = true;
    for (const server of this.servers) server.close();
  }
}

function isSame(a: Place, b: Place): boolean {
  return a.port === b.port && (a.port === 0 || a.addresses === b.addresses);
}

function isAbsent(error: unknown): boolean {
  return error instanceof Error && 'code' in error && ABSENT.has(String(error.code));
}

export class TlsPorts {
  private wanted = NOWHERE;
  private held = new Listening(NOWHERE);
  private opening = new Listening(NOWHERE);
  private isSettling = false;
  private isStopped = false;

  constructor(
    private readonly config: Config,
    private readonly log: Log,
    private readonly store: Pick<NativeStore, 'probeTcp'>,
    private readonly accept: (socket: Socket) => void,
  ) {}

  private place(): Place {
    return { port: this.config.tlsPort, addresses: this.config.bind };
  }

  /** Listens where the configuration says. Rejects with what is wrong. */
  async open(): Promise<void> {
    this.wanted = this.place();
    const failure = await this.settle();
    if (failure !== undefined) throw failure;
  }

  /** Moves to where the configuration says now. False: that cannot be, and it is listened on where it was. */
  move(): boolean {
    const place = this.place();
    if (isSame(place, this.wanted)) return true;
    const isTaken = [this.held, this.opening].some((one) => isSame(one.place, place));
    if (place.port === 0) this.release();
    else if (!isTaken) {
      if (this.held.place.port === place.port || this.opening.place.port === place.port) this.release();
      if (!this.isFree(place)) {
        void this.settle();
        return false;
      }
    }
    this.wanted = place;
    void this.settle();
    return true;
  }

  /** Stops listening for good. */
  stop(): void {
    this.isStopped = true;
    this.release();
  }

  private release(): void {
    this.held.close();
    this.opening.close();
    this.held = this.opening = new Listening(NOWHERE);
  }

  // Names are looked up when they are listened on.
  private isFree({ port, addresses }: Place): boolean {
    let listening = 0;
    for (const { host, optional } of addresses) {
      const ip = numericAddress(host);
      const error = isIP(ip) === 0 ? null : this.store.probeTcp(ip, port, true);
      if (error === null) listening++;
      else {
        this.log.warning(`Could not listen on ${host}, TLS port ${String(port)}: ${error}`);
        if (!optional || !ABSENT.has(error)) return false;
      }
    }
    return listening > 0 || addresses.length === 0;
  }

  // Holds the wanted place. Gives what is wrong if it was free a moment ago and is not any more.
  private async settle(): Promise<Error | undefined> {
    if (this.isSettling) return undefined;
    this.isSettling = true;
    let failure: Error | undefined;
    while (failure === undefined && !this.isSettled) failure = await this.step();
    this.isSettling = false;
    return failure;
  }

  private get isSettled(): boolean {
    return this.isStopped || this.wanted.port === 0 || isSame(this.held.place, this.wanted);
  }

  // Opens the wanted place, and lets go of it if it is wanted no longer.
  private async step(): Promise<Error | undefined> {
    const opening = (this.opening = new Listening(this.wanted));
    let failure: Error | undefined;
    try {
      await this.listen(opening);
    } catch (error) {
      failure = error instanceof Error ? error : new Error(String(error));
    }
    // Another one, once it was released.
    const isWanted = this.opening === opening && isSame(opening.place, this.wanted);
    this.opening = new Listening(NOWHERE);
    if (isWanted && failure === undefined) {
      this.held.close();
      this.held = opening;
      return undefined;
    }
    opening.close();
    if (!isWanted || failure === undefined) return undefined;
    this.log.warning(failure.message);
    return failure;
  }

  private async listen(opening: Listening): Promise<void> {
    const { port, addresses } = opening.place;
    let listening = 0;
    for (const { host, optional } of addresses) {
      const server = createServer({ noDelay: true });
      server.on('connection', this.accept);
      try {
        await opening.add(server, await resolveHost(host), this.config.tcpBacklog);
        server.on('error', (error) => this.log.warning(`TLS port: ${messageOf(error)}`));
        listening++;
      } catch (error) {
        const what = `listen on ${host}, TLS port ${String(port)}: ${messageOf(error)}`;
        if (!optional || !isAbsent(error)) throw new Error(`Cannot ${what}`);
        this.log.warning(`Could not ${what}`);
      }
    }
    if (listening === 0 && addresses.length > 0)
      throw new Error(`None of the addresses to bind exists on this machine (TLS port ${String(port)})`);
  }
}
