/** What the program does with its process: every thread that serves no client gives way to the one that does. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { programUnderTest, ServerProcess } from '../support/server-process.js';

/** Place of a thread's niceness among what stands behind its name in its stat. */
const NICE = 16;

function niceness(pid: number, thread: string): number {
  const stat = readFileSync(`/proc/${String(pid)}/task/${thread}/stat`, 'latin1');
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[NICE]);
}

it('other threads are nicer than the event loop', async () => {
  const server = await ServerProcess.start(programUnderTest());
  try {
    const { pid } = server;
    const threads = readdirSync(`/proc/${String(pid)}/task`);
    const loop = niceness(pid, String(pid));
    const others = threads.filter((thread) => thread !== String(pid));
    expect(others.length).toBeGreaterThan(3);
    for (const thread of others) expect(niceness(pid, thread)).toBeGreaterThan(loop);
  } finally {
    await server.stop();
  }
});
