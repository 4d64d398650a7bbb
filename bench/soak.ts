/**
 * `npm run soak`: many clients, each checking every reply, for a long time; fails when one is lost, reordered
 * or wrong, when the server dies, or when its memory keeps growing. See soak/client.ts for what clients do.
 */
import { parseArgs } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import { placeSelf } from './placement.js';
import { RespClient, RespError } from './resp-client.js';
import { RunningServer } from './servers.js';
import { SoakClient, type SoakContext, type SoakCounts } from './soak/client.js';
import { CommandSource, ValueSource } from './soak/commands.js';
import { afterWarmUp, judgeGrowth, type MemoryReading } from './soak/memory-watch.js';
import { Random } from './soak/random.js';
import { Sweeper } from './soak/sweeper.js';

const usage = `npm run soak -- [flags]
  --server NAME      (redwing; also redis-7.0, redis-8.0, valkey-9.1, prototype)
  --minutes N        (10)
  --clients N        (200)
  --largest BYTES    largest value (1048576)
  --seed N           to make the same choices again (random)`;

const MEBIBYTE = 2 ** 20;

/** Which of the soak's commands the server knows: the others are left out, and named. */
async function knownCommands(server: RunningServer): Promise<Set<string>> {
  const known = new Set<string>();
  for (const name of CommandSource.names) {
    const [command = ''] = name.split(' ');
    if (!server.mayKnow(name)) continue;
    const reply = await server.withClient((client) => client.call(command));
    const unknown = reply instanceof RespError && /unknown command/i.test(reply.message);
    if (unknown === (command === 'NOSUCHCOMMAND')) known.add(name);
  }
  const missing = CommandSource.names.filter((name) => !known.has(name));
  if (missing.length > 0) console.log(`left out, unknown to ${server.name}: ${missing.join(', ')}`);
  return known;
}

async function readMemory(server: RunningServer, startMs: number): Promise<MemoryReading> {
  return { atSeconds: (Date.now() - startMs) / 1000, rss: server.readRss(), used: await server.usedMemory() };
}

function report(reading: MemoryReading, counts: SoakCounts, sweeper: Sweeper): void {
  const used = reading.used === undefined ? '-' : (reading.used / MEBIBYTE).toFixed(1);
  const { replies, bytes, connections, abandoned } = counts;
  const rss = (reading.rss / MEBIBYTE).toFixed(1);
  console.log(
    `${reading.atSeconds.toFixed(0).padStart(5)} s  RSS ${rss} MiB, used ${used} MiB; ` +
      `${(replies / 1e6).toFixed(2)}M replies, ${(bytes / MEBIBYTE).toFixed(0)} MiB, ` +
      `${connections} connections, ${abandoned} cut, ${sweeper.checked} swept`,
  );
}

/** Samples memory and sweeps until `endMs`; rejects when sweeping finds something wrong. */
async function watch(
  server: RunningServer,
  context: SoakContext,
  endMs: number,
  everyMs: number,
): Promise<MemoryReading[]> {
  const readings: MemoryReading[] = [];
  const startMs = Date.now();
  let next = startMs + everyMs;
  while (Date.now() < endMs && !context.stopping) {
    await sleep(Math.min(200, everyMs));
    await context.sweeper.sweep();
    if (Date.now() < next) continue;
    next += everyMs;
    const reading = await readMemory(server, startMs);
    readings.push(reading);
    report(reading, context.counts, context.sweeper);
  }
  return readings;
}

/** Prints the verdict on each series; true when one grows. */
function memoryGrows(readings: readonly MemoryReading[]): boolean {
  let grows = false;
  const settled = afterWarmUp(readings);
  const used = settled.flatMap((reading) => reading.used ?? []);
  for (const [name, series] of [
    ['RSS', settled.map((reading) => reading.rss)],
    ['used_memory', used],
  ] as const) {
    const { thirds, growing } = judgeGrowth(series);
    const medians = thirds.map((bytes) => (bytes / MEBIBYTE).toFixed(1)).join(' → ');
    if (thirds.length > 0)
      console.log(`${name}: ${medians} MiB over thirds ${growing ? 'KEEPS GROWING' : 'steady'}`);
    else console.log(`${name}: too few readings to judge`);
    grows ||= growing;
  }
  return grows;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      server: { type: 'string', default: 'redwing' },
      minutes: { type: 'string', default: '10' },
      clients: { type: 'string', default: '200' },
      largest: { type: 'string', default: String(MEBIBYTE) },
      seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(usage);
    return;
  }
  const [seed, minutes] = [Number(values.seed), Number(values.minutes)];
  placeSelf('load');
  const server = await RunningServer.start(values.server);
  console.log(`${server.name} ${server.version}, ${values.clients} clients, ${minutes} min, seed ${seed}`);
  const known = await knownCommands(server);
  const valueSource = new ValueSource(new Random(seed), Number(values.largest));
  const context: SoakContext = {
    port: server.port,
    commands: new CommandSource(valueSource, (name) => known.has(name)),
    sweeper: new Sweeper(await RespClient.connect(server.port), known.has('MGET') && known.has('DEL')),
    counts: { replies: 0, bytes: 0, connections: 0, abandoned: 0 },
    stopping: false,
  };
  const durationMs = minutes * 60_000;
  const everyMs = Math.min(10_000, durationMs / 30);
  const clients = Array.from({ length: Number(values.clients) }, (_, id) =>
    new SoakClient(context, id, seed).run(),
  );
  const failed = Promise.all(clients).finally(() => (context.stopping = true));
  try {
    const [readings] = await Promise.all([
      watch(server, context, Date.now() + durationMs, everyMs).finally(() => (context.stopping = true)),
      failed,
    ]);
    await context.sweeper.finish();
    if (memoryGrows(readings)) throw new Error('memory keeps growing');
    console.log(
      `passed: ${context.counts.replies} replies as expected, ${context.sweeper.checked} states checked`,
    );
  } catch (error) {
    console.error(`FAILED (seed ${seed}): ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  } finally {
    await server.stop();
  }
  process.exit();
}

await main();
