/**
 * Load that needs a process of its own, so that it neither waits for the bench nor shares its limits: a
 * program of this folder, started on the load core, that is told what to do and answers, one message for one
 * message.
 */
import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { placed } from './placement.js';
import { spawnWithManyFiles } from './servers.js';

/** A running helper. `Request` and `Answer` are plain data, the same types the helper's program names. */
export class HelperProcess<Request, Answer> {
  private constructor(private readonly child: ChildProcess) {}

  /** Starts `program`, relative to this folder; `wrapper` are words before it, e.g. a scheduler's command. */
  static start<Request, Answer>(
    program: string,
    args: readonly string[],
    wrapper: readonly string[] = [],
  ): HelperProcess<Request, Answer> {
    const path = fileURLToPath(new URL(program, import.meta.url));
    const node = [...wrapper, process.execPath, ...process.execArgv, path, ...args];
    const stdio = ['ignore', 'inherit', 'inherit', 'ipc'] as const;
    return new HelperProcess(spawnWithManyFiles(placed('load', node), process.cwd(), stdio));
  }

  /** Sends `request` and resolves with the answer; rejects when the helper exits first. */
  ask(request: Request): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const exited = (code: number | null): void => reject(new Error(`the helper exited with ${code}`));
      this.child.once('exit', exited);
      this.child.once('message', (answer) => {
        this.child.off('exit', exited);
        resolve(answer as Answer);
      });
      this.child.send(request as object);
    });
  }

  /** Ends the helper at once. */
  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const gone = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGKILL');
    await gone;
  }
}

/**
 * The helper's side: answers each message with what `handle` makes of it. The parent alone talks to it, and sends
 * what `handle` names as its parameter.
 */
export function answerRequests(handle: (request: never) => Promise<unknown>): void {
  process.on('message', (request) => {
    void handle(request as never).then((answer) => process.send?.(answer));
  });
  process.on('disconnect', () => process.exit(0));
}
