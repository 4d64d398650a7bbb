/**
 * `npm run bench:memory`: what an item costs in memory, per kind of item, and what an idle connection costs.
 *
 * Each figure comes from a freshly started server: used_memory and the resident set are read, the items are
 * loaded, the server comes to rest, both are read again, and the difference is divided by the number of
 * items. The resident set is what the machine pays; used_memory is what the server believes (for Redwing,
 * what its own allocator and Node's heap hold). To add an item, add a row to `items`.
 */
import { parseArgs } from 'node:util';
import { HelperProcess } from './helper-process.js';
import { placeSelf } from './placement.js';
import { publish } from './report.js';
import { encodeCommand, RespError, type RespClient } from './resp-client.js';
import { machineFacts, MeasurementList, type Results } from './results.js';
import { RunningServer } from './servers.js';
import { loadMembers, loadStrings, numbered } from './workloads.js';

const usage = `npm run bench:memory -- [flags]
  --servers a,b,c    the first one is judged (redwing,redis-7.0,valkey-9.1)
  --items a,b        names of items as the table prints them (all)
  --count N          items of each kind (1000000)
  --connections N    idle connections (10000)
  --name N           saved as bench/results/N.{json,md} (memory)`;

interface Item {
  readonly name: string;
  /** A command without which a server cannot hold such an item. */
  readonly needs: string;
  load(client: RespClient, count: number): Promise<void>;
}

const VALUE = 'value:0000000016'; // 16 bytes, like the keys
const FIVE_FIELDS = [1, 2, 3, 4, 5].flatMap((i) => [`field${i}`, `value:${i}`]);

/** Loads one collection of `count` members; `fields(i)` are the arguments of member i. */
function collection(
  command: string,
  fields: (index: number) => readonly string[],
): Pick<Item, 'needs' | 'load'> {
  return { needs: command, load: (client, count) => loadMembers(client, [command, 'bench'], count, fields) };
}

const name16 = (index: number): string => numbered('mbr:', index);

const items: readonly Item[] = [
  { name: 'string', needs: 'SET', load: (client, count) => loadStrings(client, count, VALUE) },
  {
    name: 'string with TTL',
    needs: 'EXPIRE',
    load: (client, count) =>
      client.load(count, (i) => encodeCommand(['SET', numbered('key:', i), VALUE, 'EX', '100000'])),
  },
  { name: 'hash field', ...collection('HSET', (i) => [name16(i), VALUE]) },
  {
    // Per hash, its key included.
    name: 'small hash',
    needs: 'HSET',
    load: (client, count) =>
      client.load(count, (i) => encodeCommand(['HSET', numbered('key:', i), ...FIVE_FIELDS])),
  },
  { name: 'set member', ...collection('SADD', (i) => [name16(i)]) },
  { name: 'sorted-set member', ...collection('ZADD', (i) => [String((i * 7919) % 1_000_003), name16(i)]) },
  { name: 'list item', ...collection('RPUSH', (i) => [name16(i)]) },
  {
    name: 'stream entry',
    needs: 'XADD',
    load: (client, count) =>
      client.load(count, () =>
        encodeCommand(['XADD', 'bench', 'MAXLEN', '~', String(2 ** 40), '*', 'field', VALUE]),
      ),
  },
];

const CONNECTION_ITEM = 'idle connection';
/** Connections opened before the first reading, so that what the server sets up once is not counted. */
const CONNECTIONS_BEFORE = 500;
const REST_MS = 1000;

interface Reading {
  readonly used: number | undefined;
  readonly rss: number;
}

async function readMemory(server: RunningServer): Promise<Reading> {
  await server.settle(REST_MS);
  return { used: await server.usedMemory(), rss: server.readRss() };
}

function record(
  list: MeasurementList,
  subject: string,
  server: RunningServer,
  before: Reading,
  after: Reading,
  count: number,
): void {
  const rss = (after.rss - before.rss) / count;
  list.add(subject, server.name, 'rss_bytes', rss);
  const known = before.used !== undefined && after.used !== undefined;
  const used = known ? (after.used - before.used) / count : undefined;
  if (used !== undefined) list.add(subject, server.name, 'used_bytes', used);
  console.log(
    `${subject.padEnd(18)} ${server.name.padEnd(11)} ` +
      `used ${used?.toFixed(1) ?? '-'} B, RSS ${rss.toFixed(1)} B`,
  );
}

async function measureItem(
  list: MeasurementList,
  server: RunningServer,
  item: Item,
  count: number,
): Promise<void> {
  if (!server.mayKnow(item.needs)) return;
  const reply = await server.withClient((client) => client.call(item.needs));
  if (reply instanceof RespError && /unknown command/i.test(reply.message)) {
    console.log(`${server.name} has no ${item.needs}`);
    return;
  }
  const before = await readMemory(server);
  await server.withClient((client) => item.load(client, count));
  record(list, item.name, server, before, await readMemory(server), count);
}

async function measureConnections(
  list: MeasurementList,
  server: RunningServer,
  count: number,
): Promise<void> {
  const helper = HelperProcess.start<number, number>('memory/idle-connections.ts', [String(server.port)]);
  try {
    await helper.ask(CONNECTIONS_BEFORE);
    const before = await readMemory(server);
    await helper.ask(CONNECTIONS_BEFORE + count);
    record(list, CONNECTION_ITEM, server, before, await readMemory(server), count);
  } finally {
    await helper.stop();
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      servers: { type: 'string', default: 'redwing,redis-7.0,valkey-9.1' },
      items: { type: 'string' },
      count: { type: 'string', default: '1000000' },
      connections: { type: 'string', default: '10000' },
      name: { type: 'string', default: 'memory' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(usage);
    return;
  }
  placeSelf('load');
  const chosen = values.items?.split(',') ?? [...items.map((item) => item.name), CONNECTION_ITEM];
  const unknown = chosen.filter(
    (name) => name !== CONNECTION_ITEM && !items.some((item) => item.name === name),
  );
  if (unknown.length > 0) throw new Error(`no item named ${unknown.join(', ')}`);
  const [count, connections] = [Number(values.count), Number(values.connections)];
  const list = new MeasurementList();
  const versions: Record<string, string> = {};
  for (const subject of chosen) {
    for (const name of values.servers.split(',')) {
      const maxClients = ['--maxclients', String(connections + CONNECTIONS_BEFORE + 100)];
      const server = await RunningServer.start(name, {
        extra: subject === CONNECTION_ITEM ? maxClients : [],
      });
      versions[server.name] = server.version;
      const item = items.find((each) => each.name === subject);
      if (item === undefined) await measureConnections(list, server, connections);
      else await measureItem(list, server, item, count);
      await server.stop();
    }
  }
  const results: Results = {
    bench: 'memory',
    date: new Date().toISOString(),
    machine: machineFacts(),
    servers: versions,
    settings: { items: count, connections, keyBytes: 16, valueBytes: VALUE.length },
    measurements: list.all(),
  };
  publish(values.name, results);
}

await main();
