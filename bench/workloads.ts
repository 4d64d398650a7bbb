/**
 * What `npm run bench` runs: a table of tests. To add one, add a row.
 *
 * A test is what redis-benchmark is told to send, the keyspace it runs over, and what must be in the server
 * before. Tests that share a data set run on the same freshly started servers, one after the other; a test
 * with `prepare` gets an empty server for every single run, because it consumes or grows what it works on.
 */
import { encodeCommand, type RespClient } from './resp-client.js';

/** Keys that exist before a test, named `key:000000000012` as redis-benchmark's `-r` names them. */
export type Dataset = 'small' | 'million' | 'large';

/** Number of keys of each data set, and the range redis-benchmark draws random numbers from. */
export const datasetKeys: Readonly<Record<Dataset, number>> = {
  small: 100_000,
  million: 1_000_000,
  large: 5_000_000,
};

/** One row of the bench. */
export interface Workload {
  /** As results and budgets name it. */
  readonly name: string;
  /** What `--tests` may name instead of the test itself. */
  readonly group: 'strings' | 'connection' | 'lists' | 'hashes' | 'sets' | 'sorted-sets' | 'streams' | 'geo';
  /** redis-benchmark's arguments: `-t name`, or a command of its own with `__rand_int__` placeholders. */
  readonly args: readonly string[];
  readonly dataset: Dataset;
  /** Pipeline depths it runs at when `--pipelines` does not say; default: all of them. */
  readonly pipelines?: readonly number[];
  /** A command that must not fail for a server to be measured: servers that lack it are left out. */
  readonly probe: readonly string[];
  /** Fills an empty server with what `operations` commands need. */
  readonly prepare?: (client: RespClient, operations: number) => Promise<void>;
  /** Whether it is only run when asked for by name or group. */
  readonly onDemand?: boolean;
}

/** The name redis-benchmark gives random number `number`: twelve digits after `prefix`. */
export function numbered(prefix: string, number: number): string {
  return prefix + String(number).padStart(12, '0');
}

/** Sets every key of `dataset` to redis-benchmark's own three-byte value. */
export async function loadDataset(client: RespClient, dataset: Dataset): Promise<void> {
  await loadStrings(client, datasetKeys[dataset], 'xxx');
}

/** Sets `count` keys `key:000000000000`, … to `value`, which must be ASCII. */
export async function loadStrings(client: RespClient, count: number, value: string): Promise<void> {
  const tail = `\r\n$${value.length}\r\n${value}\r\n`;
  await client.load(count, (i) => `*3\r\n$3\r\nSET\r\n$16\r\n${numbered('key:', i)}${tail}`);
}

const MEMBERS_PER_COMMAND = 100;

/** Adds `count` members to one collection, 100 per command. `fields(i)` are the arguments of member i. */
export async function loadMembers(
  client: RespClient,
  command: readonly string[],
  count: number,
  fields: (index: number) => readonly string[],
): Promise<void> {
  await client.load(Math.ceil(count / MEMBERS_PER_COMMAND), (i) => {
    const args = [...command];
    const end = Math.min(count, (i + 1) * MEMBERS_PER_COMMAND);
    for (let member = i * MEMBERS_PER_COMMAND; member < end; member++) args.push(...fields(member));
    return encodeCommand(args);
  });
}

const element = (i: number): string => numbered('element:', i);

const nothing = async (): Promise<void> => {};
const fillList = (client: RespClient, operations: number): Promise<void> =>
  loadMembers(client, ['RPUSH', 'mylist'], operations, () => ['xxx']);
const thousandItems = (client: RespClient): Promise<void> => fillList(client, 1000);
const fillSet = (client: RespClient, operations: number): Promise<void> =>
  loadMembers(client, ['SADD', 'myset'], operations, (i) => [element(i)]);
const fillSortedSet = (client: RespClient, operations: number): Promise<void> =>
  loadMembers(client, ['ZADD', 'myzset'], operations, (i) => [String((i * 7919) % 1_000_003), element(i)]);

const hundredThousandScored = (client: RespClient): Promise<void> => fillSortedSet(client, 100_000);

const small = 'small';

/** Every test, in the order of the report. */
export const workloads: readonly Workload[] = [
  {
    name: 'PING_INLINE',
    group: 'connection',
    args: ['-t', 'ping_inline'],
    dataset: small,
    probe: ['ECHO', 'x'],
  },
  { name: 'PING_MBULK', group: 'connection', args: ['-t', 'ping_mbulk'], dataset: small, probe: ['PING'] },
  { name: 'SET', group: 'strings', args: ['-t', 'set'], dataset: small, probe: ['SET', 'probe', 'x'] },
  { name: 'GET', group: 'strings', args: ['-t', 'get'], dataset: small, probe: ['GET', 'probe'] },
  { name: 'INCR', group: 'strings', args: ['-t', 'incr'], dataset: small, probe: ['INCR', 'probe:n'] },
  { name: 'MSET', group: 'strings', args: ['-t', 'mset'], dataset: small, probe: ['MSET', 'probe', 'x'] },
  {
    ...{ name: 'SET 5M', group: 'strings', args: ['-t', 'set'], dataset: 'large' },
    ...{ probe: ['SET', 'key:000000000000', 'xxx'], pipelines: [16] },
  },
  {
    ...{ name: 'GET 5M', group: 'strings', args: ['-t', 'get'], dataset: 'large' },
    ...{ probe: ['GET', 'key:000000000000'], pipelines: [16] },
  },
  onDemand('LPUSH', 'lists', ['-t', 'lpush'], ['LPUSH', 'probe:l', 'x'], nothing),
  onDemand('RPUSH', 'lists', ['-t', 'rpush'], ['RPUSH', 'probe:l', 'x'], nothing),
  onDemand('LPOP', 'lists', ['-t', 'lpop'], ['LPOP', 'probe:l'], fillList),
  onDemand('RPOP', 'lists', ['-t', 'rpop'], ['RPOP', 'probe:l'], fillList),
  onDemand(
    'LRANGE_100',
    'lists',
    ['LRANGE', 'mylist', '0', '99'],
    ['LRANGE', 'probe:l', '0', '1'],
    thousandItems,
  ),
  onDemand(
    'LRANGE_300',
    'lists',
    ['LRANGE', 'mylist', '0', '299'],
    ['LRANGE', 'probe:l', '0', '1'],
    thousandItems,
  ),
  onDemand(
    'LRANGE_500',
    'lists',
    ['LRANGE', 'mylist', '0', '499'],
    ['LRANGE', 'probe:l', '0', '1'],
    thousandItems,
  ),
  onDemand(
    'LRANGE_600',
    'lists',
    ['LRANGE', 'mylist', '0', '599'],
    ['LRANGE', 'probe:l', '0', '1'],
    thousandItems,
  ),
  onDemand('SADD', 'sets', ['-t', 'sadd'], ['SADD', 'probe:s', 'x'], nothing),
  onDemand('SPOP', 'sets', ['-t', 'spop'], ['SPOP', 'probe:s'], fillSet),
  onDemand(
    'SINTER',
    'sets',
    ['SINTER', 'set:a', 'set:b'],
    ['SINTER', 'probe:s', 'probe:t'],
    async (client) => {
      await loadMembers(client, ['SADD', 'set:a'], 100, (i) => [element(i)]);
      await loadMembers(client, ['SADD', 'set:b'], 1000, (i) => [element(i * 2)]);
    },
  ),
  onDemand('HSET', 'hashes', ['-t', 'hset'], ['HSET', 'probe:h', 'f', 'x'], nothing),
  onDemand('HGETALL', 'hashes', ['HGETALL', 'myhash'], ['HGETALL', 'probe:h'], (client) =>
    loadMembers(client, ['HSET', 'myhash'], 20, (i) => [`field:${i}`, 'value:0000000016']),
  ),
  onDemand('ZADD', 'sorted-sets', ['-t', 'zadd'], ['ZADD', 'probe:z', '1', 'x'], nothing),
  onDemand('ZPOPMIN', 'sorted-sets', ['-t', 'zpopmin'], ['ZPOPMIN', 'probe:z'], fillSortedSet),
  onDemand(
    'ZRANGE_100',
    'sorted-sets',
    ['ZRANGE', 'myzset', '1000', '1099'],
    ['ZRANGE', 'probe:z', '0', '1'],
    hundredThousandScored,
  ),
  onDemand(
    'ZRANK',
    'sorted-sets',
    ['ZRANK', 'myzset', 'element:__rand_int__'],
    ['ZRANK', 'probe:z', 'x'],
    hundredThousandScored,
  ),
  onDemand(
    'ZADD 1M',
    'sorted-sets',
    ['ZADD', 'myzset', '__rand_int__', 'element:__rand_int__'],
    ['ZADD', 'probe:z', '1', 'x'],
    (client) => fillSortedSet(client, 1_000_000),
    'million',
  ),
  onDemand(
    'ZRANK 1M',
    'sorted-sets',
    ['ZRANK', 'myzset', 'element:__rand_int__'],
    ['ZRANK', 'probe:z', 'x'],
    (client) => fillSortedSet(client, 1_000_000),
    'million',
  ),
  onDemand(
    'XADD',
    'streams',
    ['XADD', 'mystream', '*', 'field', 'xxx'],
    ['XADD', 'probe:x', '*', 'f', 'x'],
    nothing,
  ),
  onDemand(
    'XRANGE_100',
    'streams',
    ['XRANGE', 'mystream', '1-500', '+', 'COUNT', '100'],
    ['XRANGE', 'probe:x', '-', '+'],
    (client) =>
      client.load(1000, (i) =>
        encodeCommand(['XADD', 'mystream', `1-${i + 1}`, 'field', 'value:0000000016']),
      ),
  ),
  onDemand(
    'GEOSEARCH',
    'geo',
    ['GEOSEARCH', 'places', 'FROMLONLAT', '13.4', '52.5', 'BYRADIUS', '50', 'km', 'ASC', 'COUNT', '10'],
    ['GEOSEARCH', 'probe:g', 'FROMLONLAT', '1', '1', 'BYRADIUS', '1', 'km'],
    (client) =>
      loadMembers(client, ['GEOADD', 'places'], 10_000, (i) => [
        String(11 + (i % 100) / 20),
        String(50 + Math.floor(i / 100) / 20),
        element(i),
      ]),
  ),
];

function onDemand(
  name: string,
  group: Workload['group'],
  args: readonly string[],
  probe: readonly string[],
  prepare: NonNullable<Workload['prepare']>,
  dataset: Dataset = 'small',
): Workload {
  return { name, group, args, dataset, probe, prepare, onDemand: true };
}

/**
 * The tests that `selection` names: test names, groups or `all`, separated by commas, in any case; without
 * one, every test that is not on demand. Throws on a name that means nothing.
 */
export function selectWorkloads(selection: string | undefined): readonly Workload[] {
  if (selection === undefined) return workloads.filter((workload) => workload.onDemand !== true);
  const chosen = new Set<Workload>();
  for (const name of selection.split(',')) {
    const wanted = name.trim().toLowerCase();
    const found = workloads.filter(
      (each) => wanted === 'all' || each.name.toLowerCase() === wanted || each.group === wanted,
    );
    if (found.length === 0) throw new Error(`no test or group named ${name}`);
    found.forEach((each) => chosen.add(each));
  }
  return workloads.filter((workload) => chosen.has(workload));
}
