// What a check tells the person who runs it: lines on standard output, and how far it is on standard error.

/** Where a check writes; replaced in tests. */
export interface CheckOutput {
  /** A line of the result. */
  line(text: string): void;
  /** Asks a question whose answer is yes or no; no if there is nobody to answer. */
  confirm(question: string): Promise<boolean>;
  /** How far the check of a file is. Shown now and then when it takes long. */
  progress(path: string, done: number, total: number): void;
}

const FIRST_PROGRESS_MS = 2000;
const TERMINAL_PROGRESS_MS = 500;
const LOG_PROGRESS_MS = 10_000;
const PERCENT = 100;
const MEGABYTE = 1024 * 1024;

/** Output to the terminal, or to wherever the streams of the process lead. */
export class ProcessOutput implements CheckOutput {
  private nextProgressMs = Date.now() + FIRST_PROGRESS_MS;
  /** Characters of the progress that stands on the terminal's last line. */
  private shown = 0;

  line(text: string): void {
    this.clear();
    process.stdout.write(`${text}\n`);
  }

  async confirm(question: string): Promise<boolean> {
    this.clear();
    process.stdout.write(question);
    const answer = await new Promise<string>((done) => {
      process.stdin.once('data', (chunk: Buffer) => done(chunk.toString('latin1')));
      process.stdin.once('end', () => done(''));
      process.stdin.once('error', () => done(''));
    });
    process.stdin.destroy();
    return /^y/i.test(answer);
  }

  progress(path: string, done: number, total: number): void {
    const now = Date.now();
    if (now < this.nextProgressMs) return;
    const isTerminal = process.stderr.isTTY;
    this.nextProgressMs = now + (isTerminal ? TERMINAL_PROGRESS_MS : LOG_PROGRESS_MS);
    const percent = Math.floor((PERCENT * done) / Math.max(total, 1));
    const megabytes = `${Math.floor(done / MEGABYTE)} of ${Math.ceil(total / MEGABYTE)} MB`;
    const text = `${path}: ${percent} % (${megabytes}) checked`;
    process.stderr.write(isTerminal ? `\r${text.padEnd(this.shown)}` : `${text}\n`);
    if (isTerminal) this.shown = text.length;
  }

  private clear(): void {
    if (this.shown === 0) return;
    process.stderr.write(`\r${' '.repeat(this.shown)}\r`);
    this.shown = 0;
  }
}

/** What ends a check: the reason is for the person who runs it. */
export class CheckError extends Error {}
