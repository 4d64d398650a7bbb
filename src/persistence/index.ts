/** Persistence: snapshots, the append-only file, backups. */
export type { InfoLine, PersistenceHost, PersistenceLog } from './host.js';
export { Persistence } from './persistence.js';
