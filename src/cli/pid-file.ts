/** The file that holds the process's number while it serves. */
import { rmSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { type Config, messageOf } from '../config/index.js';

/** Where a process in the background leaves its number if the configuration names no file. */
const DAEMON_FILE = '/var/run/redwing.pid';

/**
 * Writes the file, and removes it when the process exits. A file that cannot be written is said with `warn` and keeps
 * nobody from serving.
 */
export function writePidFile(config: Config, isDaemon: boolean, warn: (message: string) => void): void {
  const named = config.pidfile === '' ? '' : path.resolve(config.dir, config.pidfile);
  const file = named === '' && isDaemon ? DAEMON_FILE : named;
  if (file === '') return;
  try {
    writeFileSync(file, `${String(process.pid)}\n`);
  } catch (error) {
    warn(`Could not write the pid file: ${messageOf(error)}`);
    return;
  }
  process.on('exit', () => {
    try {
      rmSync(file, { force: true });
    } catch {
      // A folder that has become read-only keeps the file; the next start overwrites it.
    }
  });
}
