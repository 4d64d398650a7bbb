/** A server for a program that has one within itself. */
import { configOf, type DirectiveTexts } from '../config/index.js';
import { Log } from './log.js';
import { startServer } from './server.js';

/** What `serve` does beside serving. */
export interface ServeOptions {
  /** Is given each line of the log, with its line break, from the `loglevel` directive on. Default: nobody. */
  readonly log?: (line: string) => void;
}

/** How a server that was started by `serve` ends. */
export interface StopOptions {
  /** Whether data is saved before; default: if there are save points, as at a SIGTERM. */
  readonly save?: boolean;
}

/** A server that `serve` has started. */
export interface ServedServer {
  /**
   * Saves, then closes every connection and frees the data; what an append-only file was given is on the disk behind it.
   * Rejects if saving has failed: the server then goes on, and may be stopped without. A second call waits for the first.
   */
  stop(options?: StopOptions): Promise<void>;
}

/**
 * Starts a server in this process, as `redwing` does from the command line, with some directives and the others at their
 * defaults; `port: 0` with `unixsocket` listens on no TCP port. Resolves when data is loaded and clients are served.
 * Rejects with ConfigError if a directive is wrong, and when the server cannot listen or load. Log lines go to
 * `options.log` alone: `logfile` and `syslog-enabled` have no effect.
 */
export async function serve(
  directives: DirectiveTexts = {},
  options: ServeOptions = {},
): Promise<ServedServer> {
  const config = configOf(directives);
  const server = await startServer(config, new Log(config.loglevel, options.log ?? (() => undefined)));
  return {
    async stop({ save } = {}) {
      if (!server.shutdown({ saves: save, isForced: false }))
        throw new Error('The data could not be saved, so the server goes on; its log says why');
      await server.stop();
    },
  };
}
