/**
 * Helper of long-read.ts: sends one command with a huge reply again and again, and throws the replies away; or
 * deletes and refills a set.
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
  /** Instead of sending the command: deletes the set `command[0]` and adds this many members to it. */
  readonly refill?: number;
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

async function exchange(commands: string): Promise<void> {
  token = randomUUID();
  const ended = new Promise<void>((resolve) => (onEnd = resolve));
  socket.write(commands + encodeCommand(['ECHO', token]));
  await ended;
}

const MEMBERS_PER_COMMAND = 100;
const MEMBERS_PER_EXCHANGE = 2000;

async function refillOnce(key: string, members: number): Promise<void> {
  await exchange(encodeCommand(['DEL', key]));
  for (let from = 0; from < members; from += MEMBERS_PER_EXCHANGE) {
    let commands = '';
    for (let at = from; at < from + MEMBERS_PER_EXCHANGE; at += MEMBERS_PER_COMMAND) {
      const names = Array.from({ length: MEMBERS_PER_COMMAND }, (_, i) => `refill:${at + i}`);
      commands += encodeCommand(['SADD', key, ...names]);
    }
    await exchange(commands);
  }
}

async function readOnce(request: ReadRequest): Promise<number> {
  const startMs = performance.now();
  if (request.refill !== undefined) await refillOnce(request.command[0] ?? '', request.refill);
  else await exchange(encodeCommand(request.command));
  return performance.now() - startMs;
}

answerRequests(async (request: ReadRequest) => {
  const endMs = performance.now() + request.seconds * 1000;
  const tookMs: number[] = [];
  do tookMs.push(await readOnce(request));
  while (performance.now() < endMs);
  return tookMs;
});
