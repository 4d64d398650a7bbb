// The check of an RDB file, alone or in front of the commands of an append-only file: reads it as the server would, and
// says what is in it, or where it is wrong.
import { statSync } from 'node:fs';
import { bytesOf, fileProblem } from '../../config/index.js';
import { openSnapshotCheck } from '../../store/native.js';
import type { SnapshotReading } from '../../store/snapshot-operations.js';
import { CheckError, type CheckOutput } from './check-output.js';

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

function describeCounts(reading: SnapshotReading, libraries: number, output: CheckOutput): void {
  const { keysInFile, expiringInFile, expired, version } = reading;
  if (version > 0) output.line(`[info] RDB version ${version}`);
  output.line(`[info] ${keysInFile} keys read`);
  output.line(`[info] ${expiringInFile} expires`);
  output.line(`[info] ${expired} already expired`);
  if (libraries > 0) output.line(`[info] ${libraries} libraries of functions`);
}

function isReadable(file: string): boolean {
  try {
    return statSync(file).isFile();
  } catch (error) {
    throw new CheckError(`Cannot open file ${file}: ${fileProblem(error)}`);
  }
}

/**
 * Checks an RDB file. Gives the offset at which it ends, or -1 if it is damaged, which the output has been told. Behind its
 * end something may follow; the output is told of it unless `hasTail` says that it belongs there (commands). Throws a CheckError when it cannot be opened. O(bytes)
 */
export function checkSnapshotFile(file: string, hasTail: boolean, output: CheckOutput): number {
  if (!isReadable(file)) throw new CheckError(`Cannot read ${file}: it is no file`);
  output.line(`[offset 0] Checking RDB file ${file}`);
  const check = openSnapshotCheck(bytesOf(file), true, Date.now());
  let reading = check.step(STEP_US);
  while (reading.isMore) {
    output.progress(file, reading.bytes, reading.totalBytes);
    reading = check.step(STEP_US);
  }
  const { facts, functions } = check.contents();
  for (const [name, value] of facts)
    output.line(`[info] AUX FIELD ${printable(name)} = '${printable(value)}'`);
  const isBroken = reading.error !== '';
  if (isBroken) describeError(reading, output);
  else output.line(`[offset ${reading.bytes}] \\o/ RDB looks OK! \\o/`);
  describeCounts(reading, functions.length, output);
  const tail = reading.totalBytes - reading.bytes;
  if (!isBroken && tail > 0 && !hasTail)
    output.line(`[warning] ${tail} bytes behind its end are not read when it is loaded`);
  return isBroken ? -1 : reading.bytes;
}
