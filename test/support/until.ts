/** Waiting for what another process or connection brings about. */

const POLL_MS = 10;
const POLLS = 2000;

/** Waits until `condition` holds, at most 20 s; then it rejects. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < POLLS; tries++) {
    if (await condition()) return;
    await new Promise((done) => setTimeout(done, POLL_MS));
  }
  throw new Error('it never came to that');
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
