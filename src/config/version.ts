/**
 * The version of Redwing, as package.json states it: the one place a version number is written down.
 */
import { readFileSync } from 'node:fs';

function readVersion(): string {
  // The manifest lies two folders up from both src/config/ and dist/config/.
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  if (typeof manifest === 'object' && manifest !== null && 'version' in manifest) {
    if (typeof manifest.version === 'string') return manifest.version;
  }
  throw new Error('package.json states no version');
}

/** The version of this package, for example `0.1.0`. */
export const version: string = readVersion();
