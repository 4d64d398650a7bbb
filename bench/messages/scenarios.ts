/**
 * What `npm run bench:messages` runs: loads in which a command of one client is more than a command, or
 * answers another client. Each is a table row; a row says what counts as one operation.
 */
import { encodeCommand } from '../resp-client.js';
import { CountingConnection } from './connection.js';

/** A load that goes on until it is told to stop. */
export interface RunningLoad {
  /** Operations completed so far. */
  count(): number;
  /** Ends the load when what was begun is completed; rejects when a client failed. */
  stop(): Promise<void>;
}

/** One row of the bench. */
export interface Scenario {
  /** As results and budgets name it. */
  readonly name: string;
  /** Pipeline depths it runs at. */
  readonly pipelines: readonly number[];
  /** Connects its clients to the server at `port` and begins. */
  readonly start: (port: number, pipeline: number) => Promise<RunningLoad>;
}

const SUBSCRIBERS = 50;
const CLIENTS = 50;
const PAIRS = 25;
const COMMANDS_IN_TRANSACTION = 10;
const CHANNEL = 'channel';
const MESSAGE = 'message:00000016';

const commands = (words: readonly string[], times: number): Buffer =>
  Buffer.from(encodeCommand(words).repeat(times), 'latin1');

async function connectAll(port: number, count: number): Promise<CountingConnection[]> {
  return Promise.all(Array.from({ length: count }, () => CountingConnection.connect(port)));
}

/**
 * Repeats `turn`, which completes `operations` of them, in `loops` loops at once until stopped; `finish` completes
 * what the last turn of a loop has left. `parties` are closed at the end.
 */
function repeat(
  parties: readonly CountingConnection[],
  operations: number,
  turn: (index: number) => Promise<void>,
  loops: number,
  finish: (index: number) => Promise<void> = () => Promise.resolve(),
): RunningLoad {
  let stopped = false;
  let completed = 0;
  const loop = async (index: number): Promise<void> => {
    while (!stopped) {
      await turn(index);
      completed += operations;
    }
    await finish(index);
  };
  const all = Promise.all(Array.from({ length: loops }, (_, index) => loop(index)));
  // A failure is told by stop().
  all.catch(() => undefined);
  return {
    count: () => completed,
    async stop() {
      stopped = true;
      try {
        await all;
      } finally {
        for (const party of parties) party.close();
      }
    },
  };
}

/** One publisher, 50 subscribers of one channel; an operation is a message that one subscriber received. */
async function fanOut(port: number, pipeline: number): Promise<RunningLoad> {
  const parties = await connectAll(port, SUBSCRIBERS + 1);
  const [publisher, ...subscribers] = parties as [CountingConnection, ...CountingConnection[]];
  const confirmed = encodeCommand(['subscribe', CHANNEL]).replace('*2', '*3').length + ':1\r\n'.length;
  const request = commands(['SUBSCRIBE', CHANNEL], 1);
  await Promise.all(subscribers.map((subscriber) => subscriber.exchange(request, confirmed)));
  const publish = commands(['PUBLISH', CHANNEL, MESSAGE], pipeline);
  const replies = `:${SUBSCRIBERS}\r\n`.length * pipeline;
  const messages = encodeCommand(['message', CHANNEL, MESSAGE]).length * pipeline;
  const turn = async (): Promise<void> => {
    const received = subscribers.map((subscriber) => subscriber.receive(messages));
    await Promise.all([publisher.exchange(publish, replies), ...received]);
  };
  return repeat(parties, SUBSCRIBERS * pipeline, turn, 1);
}

/** 50 clients that each send MULTI, ten SET and EXEC in one write; an operation is a transaction. */
async function transactions(port: number, pipeline: number): Promise<RunningLoad> {
  const clients = await connectAll(port, CLIENTS);
  const requests = clients.map((_, client) => {
    const sets = Array.from({ length: COMMANDS_IN_TRANSACTION }, (__, i) =>
      encodeCommand(['SET', `key:${client}:${i}`, 'value:0000000016']),
    );
    const transaction = encodeCommand(['MULTI']) + sets.join('') + encodeCommand(['EXEC']);
    return Buffer.from(transaction.repeat(pipeline), 'latin1');
  });
  const queued = '+QUEUED\r\n'.length * COMMANDS_IN_TRANSACTION;
  const executed = '*10\r\n'.length + '+OK\r\n'.length * COMMANDS_IN_TRANSACTION;
  const replies = ('+OK\r\n'.length + queued + executed) * pipeline;
  const turn = (index: number): Promise<void> => clients[index].exchange(requests[index], replies);
  return repeat(clients, pipeline, turn, CLIENTS);
}

/**
 * 25 pairs that hand an element to and fro: who has popped it pushes it to the other's list and waits at its own.
 * An operation is one hand-over: an LPUSH, and the BLPOP that it serves.
 */
async function pingPong(port: number): Promise<RunningLoad> {
  const clients = await connectAll(port, 2 * PAIRS);
  const list = (index: number): string => `list:${String(index).padStart(2, '0')}`;
  const pop = (index: number): string => encodeCommand(['BLPOP', list(index), '0']);
  const push = (index: number): string => encodeCommand(['LPUSH', list(index ^ 1), 'element']);
  const requests = clients.map((_, index) => Buffer.from(push(index) + pop(index), 'latin1'));
  const popped = encodeCommand([list(0), 'element']).length;
  const replies = ':1\r\n'.length + popped;
  const at = (index: number): CountingConnection => clients[index];
  // The second of each pair waits at its list whenever a turn begins.
  const waiting = Array.from({ length: PAIRS }, (_, pair) =>
    at(2 * pair + 1).exchange(Buffer.from(pop(2 * pair + 1), 'latin1'), popped),
  );
  const turn = async (pair: number): Promise<void> => {
    const [first, second] = [2 * pair, 2 * pair + 1];
    const answered = at(first).exchange(requests[first], replies);
    await waiting[pair];
    waiting[pair] = at(second).exchange(requests[second], replies);
    await answered;
  };
  const finish = async (pair: number): Promise<void> => {
    await at(2 * pair).exchange(Buffer.from(push(2 * pair), 'latin1'), ':1\r\n'.length);
    await waiting[pair];
  };
  return repeat(clients, 2, turn, PAIRS, finish);
}

/** Every scenario, in the order of the report. */
export const scenarios: readonly Scenario[] = [
  { name: 'PUBLISH to 50', pipelines: [1, 16, 128], start: fanOut },
  { name: 'EXEC of 10', pipelines: [1, 16], start: transactions },
  { name: 'BLPOP/LPUSH', pipelines: [1], start: pingPong },
];
