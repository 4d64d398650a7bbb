// CONFIG SET port and bind: the server listens in the new places, or, if it cannot, goes on where it was.
//
// A new port is opened before the old one is closed, so nobody is turned away in between. Where only addresses change,
// the old ones are closed first, since an address can be listened on once. Clients that are connected stay.
import { isIP } from 'node:net';
import type { BindAddress, Config } from '../config/index.js';
import type { NativeStore } from '../store/native.js';
import { ABSENT, numericAddress } from './listeners.js';
import type { Log } from './log.js';

interface Place {
  readonly port: number;
  readonly addresses: readonly BindAddress[];
}

/** The TCP listeners of a server that runs, and moves them. */
class Listeners {
  /** The listeners in use are those from here on. */
  #first = 0;
  #place: Place;

  constructor(
    private readonly store: NativeStore,
    private readonly config: Config,
    private readonly log: Log,
  ) {
    this.#place = this.#wanted();
  }

  #wanted(): Place {
    return { port: this.config.port, addresses: this.config.bind };
  }

  /** Listens where the configuration says now; `failure` if that cannot be, and all is as it was. */
  move(failure: string): string | undefined {
    const { store } = this;
    const [old, wanted] = [this.#place, this.#wanted()];
    if (old.port === wanted.port && old.addresses === wanted.addresses) return undefined;
    const end = store.listenerCount();
    const isSamePort = old.port === wanted.port;
    if (isSamePort) store.closeTcpListeners(this.#first, end);
    if (this.#listen(wanted)) {
      if (!isSamePort) store.closeTcpListeners(this.#first, end);
      this.#first = end;
      this.#place = wanted;
      return undefined;
    }
    store.closeTcpListeners(end, store.listenerCount());
    if (isSamePort) {
      this.#first = store.listenerCount();
      if (!this.#listen(old)) this.log.warning('The server does not listen any more where it did.');
    }
    return failure;
  }

  // False if a place that is not optional cannot be listened on, or none can.
  #listen({ port, addresses }: Place): boolean {
    if (port === 0) return true;
    let listening = 0;
    for (const { host, optional } of addresses) {
      const address = numericAddress(host);
      // A name would have to be looked up, and a command cannot wait for that.
      const error =
        isIP(address) === 0
          ? 'not an IP address'
          : this.store.listenTcp(address, port, this.config.tcpBacklog, true);
      if (error === null) listening++;
      else {
        this.log.warning(`Could not listen on ${host}, port ${String(port)}: ${error}`);
        if (!optional || !ABSENT.has(error)) return false;
      }
    }
    return listening > 0 || addresses.length === 0;
  }
}

/** Lets CONFIG SET move the TCP listeners of a server that has begun to listen. */
export function followListeners(store: NativeStore, config: Config, log: Log): void {
  const listeners = new Listeners(store, config, log);
  config.onChange('port', () => listeners.move('Unable to listen on this port. Check server logs.'));
  config.onChange('bind', () => listeners.move('Failed to bind to specified addresses.'));
}
