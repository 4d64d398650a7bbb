// The files that a manifest of append-only files names, for a check of them.
import { readFileSync, statSync } from 'node:fs';
import { fileProblem } from '../../config/index.js';
import { Manifest, MANIFEST_BYTES_MAX, ManifestError } from '../append-only/manifest.js';
import { CheckError } from './check-output.js';

/** Names of files within the manifest's folder. */
export interface ManifestFiles {
  readonly base: string | null;
  readonly increments: readonly string[];
}

function readManifest(manifest: string): string {
  try {
    if (statSync(manifest).size <= MANIFEST_BYTES_MAX) return readFileSync(manifest, 'utf8');
  } catch (error) {
    throw new CheckError(`Cannot read ${manifest}: ${fileProblem(error)}`);
  }
  throw new CheckError(`Cannot read ${manifest}: it is too large for a manifest`);
}

/** Reads a manifest. Throws a CheckError that names the line which is wrong. O(bytes) */
export function readManifestFiles(manifest: string): ManifestFiles {
  try {
    const { base, increments } = Manifest.parse(readManifest(manifest));
    return { base: base?.name ?? null, increments: increments.map(({ name }) => name) };
  } catch (error) {
    if (!(error instanceof ManifestError)) throw error;
    throw new CheckError(`The manifest ${manifest} is wrong ${error.message}`);
  }
}
