/**
 * `npm run bench`: Redwing against the reference servers under redis-benchmark.
 *
 * For each test and pipeline depth the servers take turns (A B C A B C A B C), so that whatever disturbs the
 * machine disturbs them alike, and the median of the rounds counts. Each run is sized, per server, to last
 * about `--seconds`. Measured are throughput and the CPU time the server spends per command; see README.md
 * for how to read them. Flags are listed in `usage`.
 */
import { parseArgs } from 'node:util';
import { placeSelf } from './placement.js';
import { calibrate, runBenchmark, type BenchmarkRun } from './redis-benchmark.js';
import { publish } from './report.js';
import { RespError } from './resp-client.js';
import { machineFacts, MeasurementList, versions, type Results } from './results.js';
import { RunningServer } from './servers.js';
import { datasetKeys, loadDataset, selectWorkloads, type Dataset, type Workload } from './workloads.js';

const usage = `npm run bench -- [flags]
  --servers a,b,c    the first one is judged (redwing,redis-7.0,valkey-9.1; also redis-8.0, prototype)
  --tests a,b        tests or groups: strings, connection, lists, hashes, sets, sorted-sets, streams, all
  --pipelines 1,16   pipeline depths (1,16,128)
  --rounds N         runs per server, of which the median counts (3)
  --seconds S        length of a run (2.5)
  --quick            one round of one second
  --name N           saved as bench/results/N.{json,md,svg} (compare)`;

interface Settings {
  readonly servers: readonly string[];
  readonly workloads: readonly Workload[];
  /** Undefined: each test decides. */
  readonly pipelines: readonly number[] | undefined;
  readonly rounds: number;
  readonly seconds: number;
  readonly name: string;
}

const DEFAULT_PIPELINES = [1, 16, 128];

function readSettings(): Settings {
  const { values } = parseArgs({
    options: {
      servers: { type: 'string', default: 'redwing,redis-7.0,valkey-9.1' },
      tests: { type: 'string' },
      pipelines: { type: 'string' },
      rounds: { type: 'string' },
      seconds: { type: 'string' },
      quick: { type: 'boolean', default: false },
      name: { type: 'string', default: 'compare' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(usage);
    process.exit(0);
  }
  return {
    servers: values.servers.split(','),
    workloads: selectWorkloads(values.tests),
    pipelines: values.pipelines?.split(',').map(Number),
    rounds: Number(values.rounds ?? (values.quick ? 1 : 3)),
    seconds: Number(values.seconds ?? (values.quick ? 1 : 2.5)),
    name: values.name,
  };
}

/** Whether `server` runs the command of `workload`; one that lacks it is left out of that test. */
async function supports(server: RunningServer, workload: Workload): Promise<boolean> {
  const [command = ''] = workload.probe;
  if (!server.mayKnow(command)) return false;
  const reply = await server.withClient((client) => client.call(...workload.probe));
  if (reply instanceof RespError) console.log(`${server.name} has no ${workload.name}: ${reply.message}`);
  return !(reply instanceof RespError);
}

/** Empties `server` and fills it for a run of `operations`, when the workload wants that. */
async function prepareRun(server: RunningServer, workload: Workload, operations: number): Promise<void> {
  const prepare = workload.prepare;
  if (prepare === undefined) return;
  await server.withClient(async (client) => {
    await client.demand('FLUSHALL');
    await prepare(client, operations);
  });
  await server.settle();
}

function record(
  list: MeasurementList,
  workload: Workload,
  pipeline: number,
  server: string,
  run: BenchmarkRun,
): void {
  list.add(workload.name, server, 'throughput_per_s', run.throughput, pipeline);
  list.add(workload.name, server, 'cpu_ns_per_op', run.cpuNsPerOp, pipeline);
  list.add(workload.name, server, 'server_busy', run.busy, pipeline);
  list.add(workload.name, server, 'server_waited', run.waited, pipeline);
  const rate = `${(run.throughput / 1e3).toFixed(0)}k/s`.padStart(9);
  const cpu = `${(run.cpuNsPerOp / 1e3).toFixed(3)} µs/op`.padStart(13);
  const title = `${workload.name.padEnd(12)} P=${String(pipeline).padEnd(4)} ${server.padEnd(11)}`;
  const shares = `busy ${(run.busy * 100).toFixed(0)} %, waited ${(run.waited * 100).toFixed(0)} %`;
  console.log(`${title}${rate}${cpu}  ${shares}`);
}

async function measure(
  servers: readonly RunningServer[],
  workload: Workload,
  pipeline: number,
  settings: Settings,
  list: MeasurementList,
): Promise<void> {
  const load = { args: workload.args, pipeline, keyspace: datasetKeys[workload.dataset] };
  const contenders: { server: RunningServer; operations: number }[] = [];
  for (const server of servers) {
    if (!(await supports(server, workload))) continue;
    const prepare = (operations: number): Promise<void> => prepareRun(server, workload, operations);
    contenders.push({ server, operations: await calibrate(server, load, settings.seconds, prepare) });
  }
  for (let round = 0; round < settings.rounds; round++) {
    for (const { server, operations } of contenders) {
      await prepareRun(server, workload, operations);
      record(list, workload, pipeline, server.name, await runBenchmark(server, { ...load, operations }));
    }
  }
}

/** Starts the servers and loads `dataset`, or nothing, into each. */
async function startAll(names: readonly string[], dataset: Dataset | 'empty'): Promise<RunningServer[]> {
  const servers: RunningServer[] = [];
  for (const name of names) {
    const server = await RunningServer.start(name);
    servers.push(server);
    if (dataset !== 'empty') await server.withClient((client) => loadDataset(client, dataset));
    await server.settle();
  }
  return servers;
}

async function main(): Promise<void> {
  const settings = readSettings();
  placeSelf('load');
  const list = new MeasurementList();
  let seen: Record<string, string> = {};
  for (const dataset of ['small', 'empty', 'large'] as const) {
    const chosen = settings.workloads.filter(
      (each) => (each.prepare === undefined ? each.dataset : 'empty') === dataset,
    );
    if (chosen.length === 0) continue;
    const servers = await startAll(settings.servers, dataset);
    seen = versions(servers);
    for (const workload of chosen) {
      for (const pipeline of settings.pipelines ?? workload.pipelines ?? DEFAULT_PIPELINES) {
        await measure(servers, workload, pipeline, settings, list);
      }
    }
    for (const server of servers) await server.stop();
  }
  const results: Results = {
    bench: 'compare',
    date: new Date().toISOString(),
    machine: machineFacts(),
    servers: seen,
    settings: { rounds: settings.rounds, secondsPerRun: settings.seconds, clients: 50, valueBytes: 3 },
    measurements: list.all(),
  };
  publish(settings.name, results);
}

await main();
