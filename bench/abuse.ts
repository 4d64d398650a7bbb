/**
 * `npm run abuse`: thousands of connections that misuse the server in every way of abuse/attacks.ts, one way after the
 * other, while an ordinary client (long-read/latency-client.ts) sends GETs at a fixed rate.
 *
 * For each attack: what became of the attackers, the errors they were told, the latencies of the ordinary client, and
 * the server's resident memory: before, at most, and some seconds after. It fails when attackers have another fate than
 * they must, when errors are others, or when memory grows beyond the bound:
 *
 *   64 KB for each connection, plus 256 MB
 *
 * which is what a connection may keep unread (its input of up to 16 KB here, its replies, its place in the tables) several
 * times over, and far below what was announced: 512 MB each.
 */
import { parseArgs } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import { Attackers } from './abuse/attackers.js';
import { attacks, type Attack, isHeard, LARGE_KEY, LARGE_SIZE, USER } from './abuse/attacks.js';
import { HelperProcess } from './helper-process.js';
import { placeSelf } from './placement.js';
import { RunningServer } from './servers.js';
import { warmMemory } from './warm-memory.js';
import { loadStrings } from './workloads.js';

const usage = `npm run abuse -- [flags]
  --server NAME      (redwing; also redis-7.0, redis-8.0, valkey-9.1)
  --connections N    of each attack (10000)
  --seconds S        how long each attack goes on at least (5)
  --rate N           GETs per second of the ordinary client (1000)
  --attack TEXT      only those whose names contain it`;

const KEYS = 1000;
const MEBIBYTE = 2 ** 20;
const BOUND_EACH = 64 * 1024;
const BOUND_ALL = 256 * MEBIBYTE;
const FATE_MS = 30_000;
const REST_MS = 2000;
const SAMPLE_MS = 50;
const MEMORY_GIB = 2;
const PASSWORD = 'a password';

interface Settings {
  readonly server: string;
  readonly connections: number;
  readonly seconds: number;
  readonly rate: number;
  readonly attack: string;
}

function readSettings(): Settings {
  const { values } = parseArgs({
    options: {
      server: { type: 'string', default: 'redwing' },
      connections: { type: 'string', default: '10000' },
      seconds: { type: 'string', default: '5' },
      rate: { type: 'string', default: '1000' },
      attack: { type: 'string', default: '' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(usage);
    process.exit(0);
  }
  const { server, attack } = values;
  const [connections, seconds, rate] = [values.connections, values.seconds, values.rate].map(Number);
  return { server, attack, connections, seconds, rate };
}

type Probe = HelperProcess<number, number[]>;

/** The ordinary client, before others on its core where that may be arranged. */
function startProbe(server: RunningServer, rate: number): Probe {
  const first = process.getuid?.() === 0 ? ['nice', '-n', '-15'] : [];
  const args = [server.port, rate, KEYS].map(String);
  return HelperProcess.start('long-read/latency-client.ts', args, first);
}

/** Latencies as p50, p99 and the longest. */
function percentiles(latencies: readonly number[]): string {
  const at = (share: number): string =>
    (latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? 0).toFixed(2);
  return `p50 ${at(0.5)}  p99 ${at(0.99)}  max ${at(1)} ms`;
}

function inMebibytes(bytes: number): string {
  return (bytes / MEBIBYTE).toFixed(0);
}

/** Faults of one attack. */
async function endure(
  attack: Attack,
  server: RunningServer,
  probe: Probe,
  settings: Settings,
): Promise<string[]> {
  const { connections, seconds } = settings;
  const setPassword = (password: string): Promise<unknown> =>
    server.withClient(async (client) => {
      if (password === '') await client.demand('AUTH', PASSWORD);
      await client.demand('CONFIG', 'SET', 'requirepass', password);
    });
  if (attack.isStranger === true) await setPassword(PASSWORD);
  const before = server.readRss();
  let most = before;
  const sampler = setInterval(() => (most = Math.max(most, server.readRss())), SAMPLE_MS);
  let attackers: Attackers | undefined;
  const started = Attackers.start(server.port, attack, connections).then((all) => (attackers = all));
  const latencies: number[] = [];
  for (let measured = 0; measured < seconds || attackers === undefined; measured++)
    latencies.push(...(await probe.ask(1)));
  attackers = await started;
  const metFate = await attackers.meetFate(FATE_MS);
  const { opened, closed, dropped, errors, strange } = attackers.outcome;
  await attackers.stop();
  if (attack.isStranger === true) await setPassword('');
  await sleep(REST_MS);
  clearInterval(sampler);
  const memory = `RSS ${inMebibytes(before)} > ${inMebibytes(most)} > ${inMebibytes(server.readRss())} MiB`;
  console.log(`${attack.name.padEnd(32)} ${percentiles(latencies.sort((a, b) => a - b))}  ${memory}`);
  const counts = `${opened} opened, ${dropped} never accepted, ${closed} closed by the server, ${errors} errors`;
  console.log(`${''.padEnd(32)} ${counts}`);
  const faults: string[] = [];
  if (!metFate) faults.push(`${closed} of ${opened} were closed, but they must be ${attack.fate}`);
  if (strange.length > 0) faults.push(`they were told: ${strange.join(' | ').slice(0, 300)}`);
  if (isHeard(attack) && errors === 0) faults.push('nobody was told of an error');
  if (most - before > BOUND_EACH * connections + BOUND_ALL) faults.push('memory has grown beyond the bound');
  return faults.map((fault) => `${attack.name}: ${fault}`);
}

async function main(settings: Settings): Promise<boolean> {
  placeSelf('load');
  const extra = ['--maxclients', '20000', '--user', USER, 'on', '>right', '+@all', '~*'];
  const server = await RunningServer.start(settings.server, { extra });
  await server.withClient(async (client) => {
    await loadStrings(client, KEYS, 'xxx');
    await client.demand('SET', LARGE_KEY, 'x'.repeat(LARGE_SIZE));
  });
  const probe = startProbe(server, settings.rate);
  console.log(`${server.name} ${server.version}, ${settings.connections} connections`);
  console.log(`${'nobody'.padEnd(32)} ${percentiles(await probe.ask(settings.seconds))}`);
  const faults: string[] = [];
  for (const attack of attacks.filter(({ name }) => name.includes(settings.attack))) {
    warmMemory(MEMORY_GIB);
    faults.push(...(await endure(attack, server, probe, settings)));
  }
  await probe.stop();
  await server.stop();
  for (const fault of faults) console.error(`FAULT ${fault}`);
  return faults.length === 0;
}

process.exit((await main(readSettings())) ? 0 : 1);
