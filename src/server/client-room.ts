// Room for clients: keeps `maxclients` to what the process may have open, so that connections never take the
// descriptors that files need. Without it, clients could keep the server from saving its data.
import type { Config } from '../config/index.js';
import type { NativeStore } from '../store/native.js';
import type { Log } from './log.js';

/** Descriptors kept for what is no client: listeners, the event loop, the log, snapshots, other servers. */
const OWN_DESCRIPTORS = 64;

/**
 * Lowers `maxclients` to what there is room for, with a warning, and has CONFIG SET refuse more; has the system make room for
 * as many before they come. Throws if there is room for nobody.
 */
export function keepRoomForFiles(
  store: Pick<NativeStore, 'descriptorsMax' | 'reserveDescriptors'>,
  config: Config,
  log: Log,
): void {
  const descriptors = store.descriptorsMax();
  const room = descriptors - OWN_DESCRIPTORS;
  const limit = `The process may have ${String(descriptors)} files and connections open (ulimit -n)`;
  if (room < 1) throw new Error(`${limit}, but needs ${String(OWN_DESCRIPTORS + 1)}.`);
  if (config.maxclients > room) {
    log.warning(
      `${limit}, so maxclients is ${String(room)} instead of ${String(config.maxclients)}. ` +
        `Raise that to ${String(config.maxclients + OWN_DESCRIPTORS)} for as many.`,
    );
    config.set([['maxclients', String(room)]]);
  }
  store.reserveDescriptors(config.maxclients + OWN_DESCRIPTORS);
  config.onChange('maxclients', (clients) => {
    if (clients > room)
      return `The operating system is not able to handle the specified number of clients, try with ${String(room)}`;
    store.reserveDescriptors(clients + OWN_DESCRIPTORS);
    return undefined;
  });
}
