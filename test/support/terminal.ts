/**
 * A program in a pseudo terminal, as a person at a keyboard uses it.
 *
 * `script` (util-linux) makes the terminal: what is written to it is typed, what it prints is what the program shows.
 * A line editor redraws its line for every key; `lines` gives what each line showed last.
 */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const WAIT_MS = 60_000;
const POLL_MS = 5;
/** Escape sequences that move the cursor, erase and colour. */
const SEQUENCES = /\x1b\[[0-9;?]*[A-Za-z]/g;

/** Keys that no character stands for. */
export const Key = { enter: '\r', interrupt: '\x03', eraseLine: '\x15', tab: '\t', up: '\x1b[A' } as const;

export class Terminal {
  #shown = '';
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #home = mkdtempSync(join(tmpdir(), 'redwing-terminal-'));
  #looked = 0;

  /** Starts `program`, whose words must not need quotes, in a terminal of 200 columns. */
  constructor(program: string, ...words: readonly string[]) {
    const command = `stty cols 200 rows 50; exec ${[program, ...words].join(' ')}`;
    this.#child = spawn('script', ['-qefc', command, '/dev/null'], {
      env: { ...process.env, HOME: this.#home, TERM: 'xterm', SHELL: '/bin/sh' },
    });
    this.#child.stdout.on('data', (chunk: Buffer) => (this.#shown += chunk.toString('latin1')));
    this.#child.stdin.on('error', () => undefined);
  }

  /** Types these keys. */
  type(keys: string): void {
    this.#looked = this.#shown.length;
    this.#child.stdin.write(keys);
  }

  /** Waits until what was shown since keys were typed last, without escape sequences, matches. */
  async shows(pattern: RegExp): Promise<void> {
    const deadline = Date.now() + WAIT_MS;
    while (!pattern.test(plain(this.#shown.slice(this.#looked)))) {
      if (Date.now() > deadline || this.#child.exitCode !== null)
        throw new Error(`the terminal never showed ${String(pattern)}, but:\n${JSON.stringify(this.#shown)}`);
      await new Promise((done) => setTimeout(done, POLL_MS));
    }
  }

  /** Every line, as it was shown last. */
  get lines(): string[] {
    return plain(this.#shown)
      .split('\n')
      .map((line) => line.split('\r').findLast((redraw) => redraw.trim() !== '') ?? '');
  }

  /** The line that the cursor is in, as it was shown last. */
  get line(): string {
    return this.lines.at(-1) ?? '';
  }

  /** The code the program ends with. */
  async ended(): Promise<number | null> {
    if (this.#child.exitCode === null) await once(this.#child, 'exit');
    return this.#child.exitCode;
  }

  /** Ends the program, whatever it does. */
  close(): void {
    this.#child.kill('SIGKILL');
    rmSync(this.#home, { recursive: true, force: true });
  }
}

function plain(shown: string): string {
  return shown.replaceAll(SEQUENCES, '');
}
