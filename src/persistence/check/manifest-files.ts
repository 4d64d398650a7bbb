// The files that a manifest of append-only files names, by the rules of Redis:
//
//   file appendonly.aof.2.base.rdb seq 2 type b      the base: one at most
//   file appendonly.aof.2.incr.aof seq 2 type i      an increment, in ascending order of seq
//   file appendonly.aof.1.incr.aof seq 1 type h      history: to be deleted, of no more interest
//
// Each line is a list of name and value; names that are not known are passed over. A line that begins with # is a comment.
import { readFileSync, statSync } from 'node:fs';
import { splitArguments } from '../../config/index.js';
import { CheckError, describeFileError } from './check-output.js';

/** Longest line, bytes, without its end. */
const LINE_MAX = 1022;
/** Larger manifests are none: thousands of files would be named. */
const MANIFEST_BYTES_MAX = 16 * 1024 * 1024;
const WORDS_MIN = 6;

/** Names of files within the manifest's folder. */
export interface ManifestFiles {
  readonly base: string | null;
  readonly increments: readonly string[];
}

interface Line {
  readonly file: string;
  readonly sequence: number;
  readonly type: string;
}

// One line; a text says what is wrong with it.
function readLine(text: string): Line | string {
  if (text.length > LINE_MAX) return 'the line is too long';
  const words = splitArguments(text);
  if (words === undefined || words.length < WORDS_MIN || words.length % 2 !== 0)
    return 'a line is "file <name> seq <number> type <b|h|i>"';
  let file = '';
  let sequence = 0;
  let type = '';
  for (let i = 0; i < words.length; i += 2) {
    const [name, value] = [words[i].toLowerCase(), words[i + 1]];
    if (name === 'file') file = value;
    else if (name === 'seq') sequence = /^\d{1,18}$/.test(value) ? Number(value) : 0;
    else if (name === 'type') type = value;
  }
  if (file === '' || sequence === 0) return 'the name of a file, or its number (1 or more), is missing';
  if (/[/\\]/.test(file)) return 'the name of a file must not lead to another folder';
  return ['b', 'h', 'i'].includes(type) ? { file, sequence, type } : `no file is of type "${type}"`;
}

function readManifest(manifest: string): string {
  try {
    if (statSync(manifest).size <= MANIFEST_BYTES_MAX) return readFileSync(manifest, 'utf8');
  } catch (error) {
    throw new CheckError(`Cannot read ${manifest}: ${describeFileError(error)}`);
  }
  throw new CheckError(`Cannot read ${manifest}: it is too large for a manifest`);
}

/** Reads a manifest. Throws a CheckError that names the line which is wrong. O(bytes) */
export function readManifestFiles(manifest: string): ManifestFiles {
  const text = readManifest(manifest);
  const lines = text.split('\n');
  const fail = (i: number, reason: string): never => {
    throw new CheckError(`The manifest ${manifest} is wrong at line ${i + 1}: ${reason}\n>>> ${lines[i]}`);
  };
  let base: string | null = null;
  const increments: string[] = [];
  let lastSequence = 0;
  // Behind the end of the last line there is nothing.
  if (lines.at(-1) !== '') fail(lines.length - 1, 'the line does not end');
  for (const [i, lineText] of lines.slice(0, -1).entries()) {
    if (lineText.startsWith('#')) continue;
    const line = readLine(lineText);
    if (typeof line === 'string') return fail(i, line);
    if (line.type === 'b') {
      if (base !== null) fail(i, 'there is a second base');
      base = line.file;
    } else if (line.type === 'i') {
      if (line.sequence <= lastSequence) fail(i, 'the numbers of increments must ascend');
      lastSequence = line.sequence;
      increments.push(line.file);
    }
  }
  return { base, increments };
}
