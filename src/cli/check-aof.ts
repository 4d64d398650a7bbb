#!/usr/bin/env node
/**
 * The `redwing-check-aof` command: checks append-only files, those of Redis as well, and mends them on request.
 *
 * Exit codes: 0 if all is valid, or was made so; 1 if not, or if it cannot be read, or for wrong arguments.
 */
import { type AofCheckOptions, checkAof, CheckError } from '../persistence/check/index.js';
import { runCheckTool } from './check-tool.js';

const USAGE = `Usage: redwing-check-aof [--fix|--truncate-to-timestamp $timestamp] <file.manifest|file.aof>

  redwing-check-aof appendonlydir/appendonly.aof.manifest   check a manifest and the files that it names
  redwing-check-aof appendonly.aof                          check one file
  --fix                                                     cut off what is not whole at the end, after a question
  --truncate-to-timestamp <seconds>                         cut off what was written after a time (Unix time), as
                                                            \`aof-timestamp-enabled\` lets the server note it

Check no files that a running server writes.
`;

/** What the words of the command line ask for; null if nothing that makes sense. */
function readArguments(words: readonly string[]): { file: string; options: AofCheckOptions } | null {
  const [first = '', second = '', third = ''] = words;
  if (words.length === 1) return { file: first, options: { fixes: false } };
  if (words.length === 2 && first === '--fix') return { file: second, options: { fixes: true } };
  if (words.length !== 3 || first !== '--truncate-to-timestamp') return null;
  if (!/^[+-]?\d+$/.test(second)) throw new CheckError(`Not a timestamp (Unix time, seconds): ${second}`);
  return { file: third, options: { fixes: false, untilTimestamp: Number(second) } };
}

await runCheckTool(
  async (words, output) => {
    const given = readArguments(words);
    if (given === null) return null;
    await checkAof(given.file, given.options, output);
    return true;
  },
  USAGE,
  process.stdout,
);
