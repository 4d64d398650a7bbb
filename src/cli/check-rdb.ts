#!/usr/bin/env node
/**
 * The `redwing-check-rdb` command: checks an RDB file, one of Redis as well, and says what is in it.
 *
 * Exit codes: 0 if it is whole; 1 if not, or if it cannot be read, or for wrong arguments.
 */
import { checkSnapshotFile } from '../persistence/check/index.js';
import { runCheckTool } from './check-tool.js';

const USAGE = 'Usage: redwing-check-rdb <rdb-file-name>\n';

await runCheckTool(
  ([file, ...others], output) =>
    Promise.resolve(
      file === undefined || others.length > 0 ? null : checkSnapshotFile(file, false, output) >= 0,
    ),
  USAGE,
  process.stderr,
);
