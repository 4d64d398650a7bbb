// The face of the checks of files: what the tools, and whoever verifies what was written, need.
export { type AofCheckOptions, checkAof } from './aof-check.js';
export { CheckError, type CheckOutput, ProcessOutput } from './check-output.js';
export { checkSnapshotFile } from './rdb-check.js';
