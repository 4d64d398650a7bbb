/** Waiting for what another process or connection brings about. */

const POLL_MS = 10;
const PATIENCE_MS = 60_000;

/** Waits until `condition` holds, at most a minute; then it rejects. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const start = performance.now();
  while (!(await condition())) {
    if (performance.now() - start > PATIENCE_MS) throw new Error('it never came to that');
    await new Promise((done) => setTimeout(done, POLL_MS));
  }
}

/** Whether there is a process of this number that one may signal. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
