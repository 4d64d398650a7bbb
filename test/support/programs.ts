/**
 * Where the real servers and tools are that tests compare with: on PATH, or in the folder of unpacked references.
 */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Programs without which the comparing tests cannot run. */
export const REFERENCE_PROGRAMS = [
  'redis-server',
  'redis-server-8.0',
  'redis-cli',
  'redis-benchmark',
] as const;

/** The path of a program on PATH or in `$REFERENCE_DIR/bin` (by default /var/tmp/reference/bin). */
export function findProgram(name: string): string | undefined {
  const directories = (process.env['PATH'] ?? '').split(delimiter);
  directories.push(join(process.env['REFERENCE_DIR'] ?? '/var/tmp/reference', 'bin'));
  return directories.map((directory) => join(directory, name)).find((path) => existsSync(path));
}
