/**
 * Helper of durability.ts: writes at a fixed rate, whether or not the server keeps up: SETs of random keys, in one
 * pipeline of many each millisecond, over ten connections. Replies are counted, not looked at.
 *
 * Started with port, writes per second, and number of keys; asked for 'start' it answers at once and goes on, asked for
 * 'stop' it answers with the writes that were replied to, per second.
 */
import { connect, type Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import { answerRequests } from '../helper-process.js';
import { encodeCommand } from '../resp-client.js';
import { numbered } from '../workloads.js';

const CONNECTIONS = 10;
const PREPARED = 512;
const REPLY_BYTES = 5; // +OK\r\n
/** A server that is further behind than this is not sent more: its replies would only tell of the load's memory. */
const IN_FLIGHT_MAX = 200_000;

const [port = 0, ratePerSecond = 0, keys = 1] = process.argv.slice(2).map(Number);

const perTurn = Math.max(1, Math.round(ratePerSecond / 1000));
const pipelines = Array.from({ length: PREPARED }, () => {
  let text = '';
  for (let i = 0; i < perTurn; i++)
    text += encodeCommand(['SET', numbered('key:', Math.floor(Math.random() * keys)), 'xxx']);
  return Buffer.from(text);
});

const sockets: Socket[] = [];
let replied = 0;
let sent = 0;
let startMs = 0;
let timer: NodeJS.Timeout | undefined;

function turn(): void {
  const due = ((performance.now() - startMs) * ratePerSecond) / 1000;
  while (sent + perTurn <= due && sent - replied < IN_FLIGHT_MAX) {
    const turns = sent / perTurn;
    const pipeline = pipelines[turns % PREPARED];
    if (pipeline !== undefined) sockets[turns % CONNECTIONS]?.write(pipeline);
    sent += perTurn;
  }
}

async function start(): Promise<void> {
  while (sockets.length < CONNECTIONS) {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    socket.on('data', (data) => (replied += data.length / REPLY_BYTES));
    sockets.push(socket);
  }
  sent = replied = 0;
  startMs = performance.now();
  timer = setInterval(turn, 1);
}

answerRequests(async (what: 'start' | 'stop') => {
  if (what === 'start') {
    await start();
    return 0;
  }
  clearInterval(timer);
  return (replied / (performance.now() - startMs)) * 1000;
});
