/**
 * Helper of memory.ts: opens connections and holds them. Each one sends a PING and reads its reply, as a
 * client of a pool would, and is silent from then on. Started with the port; asked for a total, it answers
 * with the total once all of them are open and answered.
 */
import { connect } from 'node:net';
import { answerRequests } from '../helper-process.js';

const OPENING_AT_ONCE = 100; // below every server's backlog

const port = Number(process.argv[2]);
let open = 0;

function openOne(): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.once('error', reject);
    socket.once('close', () => reject(new Error(`connection ${open} was closed by the server`)));
    socket.once('connect', () => socket.write('*1\r\n$4\r\nPING\r\n'));
    socket.on('data', () => resolve());
  });
}

answerRequests(async (total: number) => {
  while (open < total) {
    const batch = Math.min(OPENING_AT_ONCE, total - open);
    await Promise.all(Array.from({ length: batch }, openOne));
    open += batch;
  }
  return open;
});
