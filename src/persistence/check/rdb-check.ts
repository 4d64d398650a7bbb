// The check of an RDB file, alone or in front of the commands of an append-only file: reads it as the server would, and
// says what is in it, or where it is wrong.
import { statSync } from 'node:fs';
import { openSnapshotCheck } from '../../store/native.js';
import { type SnapshotReading, SnapshotCheckState } from '../../store/snapshot-check.js';
import { CheckError, type CheckOutput, describeFileError } from './check-output.js';

/** How long the check goes on between two looks at the time, microseconds. */
const STEP_US = 100_000;

// Bytes as a person can read them: what cannot be printed is escaped.
function printable(text: string): string {
  return text.replace(/[^ -~]|[\\']/g, (character) => {
    if (character === '\\' || character === "'") return `\\${character}`;
    return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
}

function describeError(reading: SnapshotReading, output: CheckOutput): void {
  output.line('--- RDB ERROR DETECTED ---');
  output.line(`[offset ${reading.errorOffset}] ${reading.error}`);
  if (reading.errorKey !== '') output.line(`[additional info] Reading key '${printable(reading.errorKey)}'`);
}

function describeContents(reading: SnapshotReading, output: CheckOutput): void {
  const { keys, expiring, expired, functions, version } = reading;
  if (version > 0) output.line(`[info] RDB version ${version}`);
  output.line(`[info] ${keys} keys read`);
  output.line(`[info] ${expiring} expires`);
  output.line(`[info] ${expired} already expired`);
  if (functions > 0) output.line(`[info] ${functions} libraries of functions`);
}

function isReadable(file: string): boolean {
  try {
    return statSync(file).isFile();
  } catch (error) {
    throw new CheckError(`Cannot open file ${file}: ${describeFileError(error)}`);
  }
}

/**
 * Checks an RDB file. Gives the offset at which it ends, which is that of the commands if `hasTail` is set, or -1 if it
 * is damaged, which the output has been told. Throws a CheckError when it cannot be opened. O(bytes)
 */
export function checkSnapshotFile(file: string, hasTail: boolean, output: CheckOutput): number {
  if (!isReadable(file)) throw new CheckError(`Cannot read ${file}: it is no file`);
  output.line(`[offset 0] Checking RDB file ${file}`);
  const check = openSnapshotCheck(file, hasTail, Date.now());
  let state = check.step(STEP_US);
  while (state === SnapshotCheckState.more) {
    const { bytes, totalBytes } = check.reading();
    output.progress(file, bytes, totalBytes);
    state = check.step(STEP_US);
  }
  const reading = check.reading();
  for (const [name, value] of reading.facts)
    output.line(`[info] AUX FIELD ${printable(name)} = '${printable(value)}'`);
  if (state === SnapshotCheckState.failed) describeError(reading, output);
  else output.line(`[offset ${reading.bytes}] \\o/ RDB looks OK! \\o/`);
  describeContents(reading, output);
  return state === SnapshotCheckState.failed ? -1 : reading.bytes;
}
