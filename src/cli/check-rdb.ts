#!/usr/bin/env node
/**
 * The `redwing-check-rdb` command: checks an RDB file, one of Redis as well, and says what is in it.
 *
 * Exit codes: 0 if it is whole; 1 if not, or if it cannot be read, or for wrong arguments.
 */
import { CheckError, checkSnapshotFile, ProcessOutput } from '../persistence/check/index.js';

const USAGE = 'Usage: redwing-check-rdb <rdb-file-name>\n';

function run(words: readonly string[]): 0 | 1 {
  const [file] = words;
  if (file === undefined || words.length > 1) {
    process.stderr.write(USAGE);
    return 1;
  }
  const output = new ProcessOutput();
  try {
    return checkSnapshotFile(file, false, output) < 0 ? 1 : 0;
  } catch (error) {
    if (!(error instanceof CheckError)) throw error;
    output.line(error.message);
    return 1;
  }
}

const words = process.argv.slice(2);
if (words.length === 1 && ['-h', '--help'].includes(words[0])) process.stdout.write(USAGE);
else process.exitCode = run(words);
