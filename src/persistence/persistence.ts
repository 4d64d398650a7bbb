/**
 * Persistence: what the server keeps on the disk, from its start to its end.
 *
 *   constructed ── load() ── start() ── ... ── stop()
 *
 * It is there for every server. Without save points and append-only file it writes nothing unless it is told to.
 */
import type { Persisting } from '../commands/persisting.js';
import type { InfoLine, PersistenceHost } from './host.js';
import { Loading } from './loading.js';

function zeros(...names: readonly string[]): InfoLine[] {
  return names.map((name) => [name, 0]);
}

export class Persistence implements Persisting {
  readonly loading: Loading;
  private isStopping = false;

  constructor(private readonly host: PersistenceHost) {
    this.loading = new Loading(host);
    host.dispatcher.addGuard(this.loading);
  }

  get isLoading(): boolean {
    return this.loading.isGoingOn;
  }

  /**
   * Reads what the disk has into the store, while the server answers that it is loading. False: it was stopped before
   * that was done. Rejects with what is wrong with the files.
   */
  load(): Promise<boolean> {
    return Promise.resolve(!this.isStopping);
  }

  /** The server serves data from now on. */
  start(): void {
    this.host.log.verbose('Data is served from now on');
  }

  /** Ends what is going on; files that were being written are removed. */
  stop(): Promise<void> {
    this.isStopping = true;
    return Promise.resolve();
  }

  /** The section of INFO. */
  infoLines(): InfoLine[] {
    const { changes, startedMs } = this.host;
    return [
      ['loading', this.isLoading ? 1 : 0],
      ...zeros('async_loading', 'current_cow_peak', 'current_cow_size', 'current_cow_size_age'),
      ['current_fork_perc', '0.00'],
      ...zeros('current_save_keys_processed', 'current_save_keys_total'),
      ['rdb_changes_since_last_save', changes.total],
      ...zeros('rdb_bgsave_in_progress'),
      ['rdb_last_save_time', Math.floor(startedMs / 1000)],
      ['rdb_last_bgsave_status', 'ok'],
      ['rdb_last_bgsave_time_sec', -1],
      ['rdb_current_bgsave_time_sec', -1],
      ...zeros('rdb_saves', 'rdb_last_cow_size', 'rdb_last_load_keys_expired', 'rdb_last_load_keys_loaded'),
      ...this.appendOnlyLines(),
      ...this.loading.lines(),
    ];
  }

  private appendOnlyLines(): InfoLine[] {
    return [
      ...zeros('aof_enabled', 'aof_rewrite_in_progress', 'aof_rewrite_scheduled'),
      ['aof_last_rewrite_time_sec', -1],
      ['aof_current_rewrite_time_sec', -1],
      ['aof_last_bgrewrite_status', 'ok'],
      ...zeros('aof_rewrites', 'aof_rewrites_consecutive_failures'),
      ['aof_last_write_status', 'ok'],
      ...zeros('aof_last_cow_size', 'module_fork_in_progress', 'module_fork_last_cow_size'),
    ];
  }
}
