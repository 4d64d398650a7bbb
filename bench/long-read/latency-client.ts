/**
 * Helper of long-read.ts and others: an open-loop client. It sends GETs (or SETs) at a fixed rate whether or not the server keeps
 * up, and counts each latency from the moment its request was due. A server that stops for a second therefore
 * shows a second of late replies, not one slow request followed by silence ("coordinated omission").
 *
 * Node's timers have a resolution of a millisecond, so the loop polls instead: it turns the event loop, and
 * sleeps on a futex for at most 100 µs at a time, which leaves the core to others in between. A latency is
 * therefore known to about 0.15 ms.
 *
 * Started with port, rate per second, number of keys, and `SET` or nothing; asked for a number of seconds, it answers with
 * every latency in milliseconds, sorted. Invariant: keys exist and hold three bytes, so that replies need no
 * parser.
 */
import { connect, type Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import { answerRequests } from '../helper-process.js';
import { encodeCommand } from '../resp-client.js';
import { numbered } from '../workloads.js';

const CONNECTIONS = 10;
const PREPARED_REQUESTS = 8192;
const NAP_MS_MAX = 0.1;
const NAP_MS_MIN = 0.02;
const GIVE_UP_MS = 120_000;

const [port = 0, ratePerSecond = 0, keys = 1] = process.argv.slice(2, 5).map(Number);
const writes = process.argv[5] === 'SET';
const REPLY = Buffer.from(writes ? '+OK\r\n' : '$3\r\nxxx\r\n');

const requests = Array.from({ length: PREPARED_REQUESTS }, () => {
  const key = numbered('key:', Math.floor(Math.random() * keys));
  return Buffer.from(encodeCommand(writes ? ['SET', key, 'xxx'] : ['GET', key]));
});
const napCell = new Int32Array(new SharedArrayBuffer(4));

/** One connection and the due times, in order, of what it has in flight. */
class Connection {
  private readonly due: number[] = [];
  private head = 0;
  private received = 0;

  private constructor(
    private readonly socket: Socket,
    private readonly onLatency: (ms: number) => void,
  ) {
    socket.setNoDelay(true);
    socket.on('data', (data) => this.receive(data));
    socket.on('close', () => {
      throw new Error('the server closed the connection');
    });
  }

  static async open(onLatency: (ms: number) => void): Promise<Connection> {
    const socket = connect({ port, host: '127.0.0.1' });
    await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    return new Connection(socket, onLatency);
  }

  get inFlight(): number {
    return this.due.length - this.head;
  }

  send(request: Buffer, dueMs: number): void {
    this.due.push(dueMs);
    this.socket.write(request);
  }

  private receive(data: Buffer): void {
    const now = performance.now();
    const expected = REPLY[this.received % REPLY.length];
    if (data[0] !== expected) throw new Error(`not the reply to expect: ${data.toString('latin1', 0, 100)}`);
    const before = Math.floor(this.received / REPLY.length);
    this.received += data.length;
    const replies = Math.floor(this.received / REPLY.length) - before;
    for (let i = 0; i < replies; i++) this.onLatency(now - (this.due[this.head++] ?? now));
    if (this.inFlight === 0) {
      this.due.length = 0;
      this.head = 0;
    }
  }
}

let latencies: number[] = [];
const connections: Connection[] = [];

async function measure(seconds: number): Promise<Float64Array> {
  latencies = [];
  const intervalMs = 1000 / ratePerSecond;
  const total = Math.round(ratePerSecond * seconds);
  const startMs = performance.now() + 10;
  let sent = 0;
  await new Promise<void>((resolve, reject) => {
    const turn = (): void => {
      const now = performance.now();
      while (sent < total && startMs + sent * intervalMs <= now) {
        const request = requests[sent % PREPARED_REQUESTS];
        if (request !== undefined)
          connections[sent % CONNECTIONS]?.send(request, startMs + sent * intervalMs);
        sent++;
      }
      if (sent === total && connections.every((each) => each.inFlight === 0)) return resolve();
      if (now - startMs > seconds * 1000 + GIVE_UP_MS) return reject(new Error('replies are missing'));
      const napMs = Math.min(NAP_MS_MAX, startMs + sent * intervalMs - performance.now());
      if (napMs > NAP_MS_MIN || sent === total) Atomics.wait(napCell, 0, 0, Math.max(napMs, NAP_MS_MIN));
      setImmediate(turn);
    };
    turn();
  });
  return Float64Array.from(latencies).sort();
}

answerRequests(async (seconds: number) => {
  while (connections.length < CONNECTIONS) {
    connections.push(await Connection.open((latencyMs) => latencies.push(latencyMs)));
  }
  return Array.from(await measure(seconds));
});
