/**
 * Helper of long-read.ts: sends one command with a huge reply again and again, and throws the replies away.
 *
 * It should run at a scheduling class below the latency client's, since both share the load core. Replies are
 * not parsed: each command is followed by an ECHO of a token of its own, and the reply has ended when its
 * bytes have arrived. Started with the port; asked for a command and for how long, it answers with the
 * milliseconds that each complete read took: it always finishes the read it is in.
 */
import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { performance } from 'node:perf_hooks';
import { answerRequests } from '../helper-process.js';
import { encodeCommand } from '../resp-client.js';

/** What reader.ts is asked for. */
export interface ReadRequest {
  readonly command: readonly string[];
  /** Reads begin only before this many seconds have passed; at least one always does. */
  readonly seconds: number;
}

const BUFFER_BYTES = 1 << 20;
const port = Number(process.argv[2]);

let tail = '';
let onEnd = (): void => {};
let token = '';

const socket = connect({
  port,
  host: '127.0.0.1',
  // One buffer for all reads: throwing 100 MB away must not make garbage to collect.
  onread: {
    buffer: Buffer.alloc(BUFFER_BYTES),
    callback: (bytes, buffer) => {
      const last = Buffer.from(buffer.buffer, buffer.byteOffset, bytes).toString(
        'latin1',
        Math.max(0, bytes - 64),
      );
      tail = (tail + last).slice(-64);
      if (token !== '' && tail.endsWith(`${token}\r\n`)) onEnd();
      return true;
    },
  },
});

async function readOnce(command: readonly string[]): Promise<number> {
  const startMs = performance.now();
  token = randomUUID();
  const ended = new Promise<void>((resolve) => (onEnd = resolve));
  socket.write(encodeCommand(command) + encodeCommand(['ECHO', token]));
  await ended;
  return performance.now() - startMs;
}

answerRequests(async ({ command, seconds }: ReadRequest) => {
  const endMs = performance.now() + seconds * 1000;
  const tookMs: number[] = [];
  do tookMs.push(await readOnce(command));
  while (performance.now() < endMs);
  return tookMs;
});
