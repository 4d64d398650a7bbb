/** What the tools that check files have in common: their usage, their output and their exit codes. */
import { CheckError, ProcessOutput } from '../persistence/check/index.js';

/** What is checked, given the words of the command line; resolves to whether it is valid, null: the words make no sense. */
export type Check = (words: readonly string[], output: ProcessOutput) => Promise<boolean | null>;

// Whoever reads the output may have seen enough: the check goes on, for its exit code. What cannot be written for any
// other reason is told.
function watchOutput(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return;
    process.stderr.write(`Cannot write the result: ${error.message}\n`);
    process.exitCode = 1;
  });
  process.stderr.on('error', () => undefined);
}

async function verdictOf(check: Check, usage: string, usageStream: NodeJS.WriteStream): Promise<boolean> {
  const output = new ProcessOutput();
  try {
    const isValid = await check(process.argv.slice(2), output);
    if (isValid === null) usageStream.write(usage);
    return isValid === true;
  } catch (error) {
    if (!(error instanceof CheckError)) throw error;
    output.line(error.message);
    return false;
  }
}

/**
 * Runs a tool. The exit code is 0 if what it checks is valid, 1 if not, or if that cannot be said or written.
 * `usageStream` is where its usage goes when it is called in a wrong way.
 */
export async function runCheckTool(
  check: Check,
  usage: string,
  usageStream: NodeJS.WriteStream,
): Promise<void> {
  watchOutput();
  const [first = '', ...others] = process.argv.slice(2);
  if (others.length === 0 && ['-h', '--help'].includes(first)) {
    process.stdout.write(usage);
    return;
  }
  if (!(await verdictOf(check, usage, usageStream))) process.exitCode = 1;
}
