/**
 * `npm run bench:messages`: messages between clients, and transactions, against the reference servers.
 *
 * The servers take turns, as in `npm run bench`, and the median of the rounds counts. What is judged is the CPU
 * time of the server per operation (messages/scenarios.ts says what one is): the load generator is one
 * process of Node.js, which limits the throughput of every server.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { scenarios, type Scenario } from './messages/scenarios.js';
import { placeSelf } from './placement.js';
import { cpuUse } from './process-stats.js';
import { publish } from './report.js';
import { machineFacts, MeasurementList, versions, type Results } from './results.js';
import { RunningServer } from './servers.js';

const usage = `npm run bench:messages -- [flags]
  --servers a,b,c    the first one is judged (redwing,redis-7.0,valkey-9.1,kernel-floor); the last of these is no
                     server, but shows what of each load is the kernel's (messages/kernel_floor.cc)
  --rounds N         runs per server, of which the median counts (3)
  --seconds S        length of a run (3)
  --name N           saved as bench/results/N.{json,md} (messages)`;

const WARM_UP_MS = 500;

/** One run: counts operations and CPU time between two moments of a load that goes on before and after. */
async function measureRun(
  list: MeasurementList,
  server: RunningServer,
  scenario: Scenario,
  pipeline: number,
  seconds: number,
): Promise<void> {
  const load = await scenario.start(server.port, pipeline);
  await sleep(WARM_UP_MS);
  const [before, from] = [server.readCpu(), load.count()];
  await sleep(seconds * 1000);
  const [after, to] = [server.readCpu(), load.count()];
  await load.stop();
  const use = cpuUse(before, after);
  const operations = to - from;
  if (operations === 0) throw new Error(`${server.name} completed nothing of ${scenario.name}`);
  const figures = {
    throughput_per_s: (operations / use.elapsedNs) * 1e9,
    cpu_ns_per_op: use.cpuNs / operations,
    server_busy: use.cpuNs / use.elapsedNs,
    server_waited: use.waitedNs / use.elapsedNs,
  } as const;
  for (const metric of ['throughput_per_s', 'cpu_ns_per_op', 'server_busy', 'server_waited'] as const)
    list.add(scenario.name, server.name, metric, figures[metric], pipeline);
  const rate = `${(figures.throughput_per_s / 1e3).toFixed(1)}k/s`.padStart(10);
  const cpu = `${(figures.cpu_ns_per_op / 1e3).toFixed(3)} µs/op`.padStart(14);
  const title = `${scenario.name.padEnd(14)} P=${String(pipeline).padEnd(4)} ${server.name.padEnd(11)}`;
  console.log(`${title}${rate}${cpu}  busy ${(figures.server_busy * 100).toFixed(0)} %`);
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      servers: { type: 'string', default: 'redwing,redis-7.0,valkey-9.1,kernel-floor' },
      rounds: { type: 'string', default: '3' },
      seconds: { type: 'string', default: '3' },
      name: { type: 'string', default: 'messages' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(usage);
    return;
  }
  placeSelf('load');
  const [rounds, seconds] = [Number(values.rounds), Number(values.seconds)];
  const servers: RunningServer[] = [];
  for (const name of values.servers.split(',')) servers.push(await RunningServer.start(name));
  const list = new MeasurementList();
  for (const scenario of scenarios) {
    for (const pipeline of scenario.pipelines) {
      for (let round = 0; round < rounds; round++) {
        for (const server of servers) await measureRun(list, server, scenario, pipeline, seconds);
      }
    }
  }
  for (const server of servers) await server.stop();
  const results: Results = {
    bench: 'messages',
    date: new Date().toISOString(),
    machine: machineFacts(),
    servers: versions(servers),
    settings: { rounds, secondsPerRun: seconds },
    measurements: list.all(),
  };
  publish(values.name, results);
}

await main();
