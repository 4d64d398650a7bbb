/**
 * Turns saved measurements into Markdown and charts.
 *
 * As a program, `tsx bench/report.ts [name …]` (`npm run bench:chart`) draws the tables and charts of saved
 * results again, all of them when no name is given: a change of layout needs no new measurement.
 */
import { readdirSync, writeFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { judge, type Verdict } from './budgets.js';
import { drawComparison } from './chart.js';
import { find, readResults, resultsPath, saveResults, type Metric, type Results } from './results.js';

/** A server that lost more of its core than this to others makes its row doubtful. */
const DISTURBED_FROM = 0.03;
/** Below this share of a run, running or ready to run, the server was waiting for load. */
const STARVED_BELOW = 0.95;

/** Saves `results` as NAME.json, .md and, where there is one, .svg, and prints the table. */
export function publish(name: string, results: Results): void {
  saveResults(name, results);
  render(name, results);
  console.log('\n' + markdown(results) + `\nSaved as ${resultsPath(name, 'json')}`);
}

function render(name: string, results: Results): void {
  writeFileSync(resultsPath(name, 'md'), markdown(results));
  if (results.bench === 'compare') writeFileSync(resultsPath(name, 'svg'), drawComparison(results));
}

function table(heading: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`;
  const rule = heading.map((_, column) => (column === 0 ? '---' : '---:'));
  return line(heading) + line(rule) + rows.map(line).join('');
}

/** Everything about a run as Markdown: facts, figures, budgets. */
export function markdown(results: Results): string {
  const [judged = ''] = Object.keys(results.servers);
  const { machine } = results;
  const servers = Object.entries(results.servers).map(([name, version]) => `${name} (${version})`);
  const settings = Object.entries(results.settings).map(([name, value]) => `${name} ${value}`);
  const facts = [
    `${results.date.slice(0, 10)}, ${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB`,
    `${machine.system}, Node ${machine.node}, ${machine.pinned ? 'server and load pinned' : 'not pinned'}`,
    `Servers: ${servers.join(', ')}`,
    `Settings: ${settings.join(', ')}`,
  ];
  const figures = {
    compare: comparisonTable,
    memory: memoryTable,
    'long-read': longReadTable,
    micro: microTable,
    eviction: evictionTable,
    messages: comparisonTable,
    durability: plainTable,
  }[results.bench];
  const verdicts = judge(results, judged);
  return (
    `# ${results.bench}\n\n${facts.join('  \n')}\n\n${figures(results, judged)}\n` +
    (verdicts.length === 0 ? '' : `## Budgets of ${judged}\n\n${budgetTable(verdicts)}`)
  );
}

interface Row {
  readonly subject: string;
  readonly pipeline?: number;
}

/** Each subject and pipeline depth once, in the order measured. */
function rowsOf(results: Results): Row[] {
  const rows = new Map<string, Row>();
  for (const { subject, pipeline } of results.measurements) {
    rows.set(`${subject} ${pipeline}`, { subject, ...(pipeline === undefined ? {} : { pipeline }) });
  }
  return [...rows.values()];
}

function rate(perSecond: number): string {
  return perSecond >= 1e6 ? `${(perSecond / 1e6).toFixed(2)}M` : `${(perSecond / 1e3).toFixed(0)}k`;
}

function ratio(results: Results, row: Row, metric: Metric, judged: string, other: string): string {
  const mine = find(results, row.subject, row.pipeline, judged, metric);
  const theirs = find(results, row.subject, row.pipeline, other, metric);
  return mine === undefined || theirs === undefined ? '' : (mine / theirs).toFixed(2);
}

/** Marks a figure that the load generator limited (`*`) or that other work on the core disturbed (`!`). */
function marks(results: Results, row: Row, server: string): string {
  const busy = find(results, row.subject, row.pipeline, server, 'server_busy') ?? 1;
  const waited = find(results, row.subject, row.pipeline, server, 'server_waited') ?? 0;
  return (busy + waited < STARVED_BELOW ? '\\*' : '') + (waited > DISTURBED_FROM ? '!' : '');
}

function comparisonTable(results: Results, judged: string): string {
  const servers = Object.keys(results.servers);
  const others = servers.filter((server) => server !== judged);
  const heading = ['test', 'P', ...servers.map((server) => `${server}: per s, CPU per op`)];
  heading.push(...others.flatMap((other) => [`throughput × ${other}`, `CPU × ${other}`]));
  const rows = rowsOf(results).map((row) => {
    const cells = [row.subject, String(row.pipeline ?? '')];
    for (const server of servers) {
      const throughput = find(results, row.subject, row.pipeline, server, 'throughput_per_s');
      const cpu = find(results, row.subject, row.pipeline, server, 'cpu_ns_per_op');
      const measured = throughput !== undefined && cpu !== undefined;
      const figures = measured
        ? `${rate(throughput)}${marks(results, row, server)}, ${(cpu / 1e3).toFixed(3)} µs`
        : '';
      cells.push(figures);
    }
    for (const other of others) {
      cells.push(ratio(results, row, 'throughput_per_s', judged, other));
      cells.push(ratio(results, row, 'cpu_ns_per_op', judged, other));
    }
    return cells;
  });
  const legend =
    '`*` the server was not busy all the time: the load generator limits its throughput. ' +
    '`!` other work took more than 3 % of its core.';
  return table(heading, rows) + `\n${legend}\n`;
}

// Every metric of a subject in a row of its own.
function plainTable(results: Results, judged: string): string {
  const servers = Object.keys(results.servers);
  const others = servers.filter((server) => server !== judged);
  const lines = new Map<string, Row & { metric: Metric }>();
  for (const { subject, pipeline, metric } of results.measurements)
    lines.set(JSON.stringify([subject, pipeline, metric]), {
      subject,
      metric,
      ...(pipeline === undefined ? {} : { pipeline }),
    });
  const rows = [...lines.values()].map((row) => [
    row.subject + (row.pipeline === undefined ? '' : `, P=${row.pipeline}`),
    row.metric,
    ...servers.map((server) => {
      const value = find(results, row.subject, row.pipeline, server, row.metric);
      return value === undefined ? '-' : value >= 1000 ? value.toFixed(0) : value.toFixed(2);
    }),
    ...others.map((other) => ratio(results, row, row.metric, judged, other) || '-'),
  ]);
  return table(['', 'figure', ...servers, ...others.map((other) => `× ${other}`)], rows);
}

function memoryTable(results: Results, judged: string): string {
  const servers = Object.keys(results.servers);
  const others = servers.filter((server) => server !== judged);
  const heading = ['bytes per item', ...servers.map((server) => `${server}: used, RSS`)];
  heading.push(...others.map((other) => `used, RSS × ${other}`));
  const rows = rowsOf(results).map((row) => {
    const bytes = (server: string, metric: Metric): string =>
      find(results, row.subject, undefined, server, metric)?.toFixed(1) ?? '-';
    const cells = servers.map((server) => `${bytes(server, 'used_bytes')}, ${bytes(server, 'rss_bytes')}`);
    const ratios = others.map((other) =>
      (['used_bytes', 'rss_bytes'] as const)
        .map((metric) => ratio(results, row, metric, judged, other) || '-')
        .join(', '),
    );
    return [row.subject, ...cells, ...ratios];
  });
  return table(heading, rows);
}

function longReadTable(results: Results): string {
  const columns: readonly (readonly [string, Metric])[] = [
    ['idle p50', 'idle_p50_ms'],
    ['idle p99', 'idle_p99_ms'],
    ['idle p99.9', 'idle_p999_ms'],
    ['idle max', 'idle_max_ms'],
    ['during p50', 'during_p50_ms'],
    ['during p99', 'during_p99_ms'],
    ['during p99.9', 'during_p999_ms'],
    ['during max', 'during_max_ms'],
    ['p99.9 rise', 'p999_rise_ms'],
    ['one read takes', 'read_ms'],
  ];
  const rows: string[][] = [];
  for (const { subject } of rowsOf(results)) {
    for (const server of Object.keys(results.servers)) {
      const values = columns.map(
        ([, metric]) => find(results, subject, undefined, server, metric)?.toFixed(2) ?? '',
      );
      if (values.some((value) => value !== '')) rows.push([`${subject}, ${server}`, ...values]);
    }
  }
  return table(['GET latency in ms', ...columns.map(([title]) => title)], rows);
}

function evictionTable(results: Results, judged: string): string {
  const servers = Object.keys(results.servers);
  const [, reference = ''] = servers;
  const cell = (subject: string, server: string, metric: Metric, digits: number): string =>
    find(results, subject, undefined, server, metric)?.toFixed(digits) ?? '';
  const quotient = (subject: string, metric: Metric): string => {
    const [ours, theirs] = [judged, reference].map((server) =>
      find(results, subject, undefined, server, metric),
    );
    return ours === undefined || theirs === undefined ? '' : (ours / theirs).toFixed(3);
  };
  const held = (['keys_held', 'rss_bytes'] as const).map((metric) => [
    metric,
    ...servers.map((server) => cell('small keys', server, metric, 0)),
    quotient('small keys', metric),
    '',
  ]);
  const policies = rowsOf(results).filter(({ subject }) => subject !== 'small keys');
  const ratios = policies.map(({ subject }) => [
    `hit ratio, ${subject}`,
    ...servers.map((server) => cell(subject, server, 'hit_ratio', 4)),
    quotient(subject, 'hit_ratio'),
    cell(subject, judged, 'hit_ratio_as_many_keys', 4),
  ]);
  const heading = ['', ...servers, `${judged} / ${reference}`, `${judged} with as many keys`];
  return table(heading, [...held, ...ratios]);
}

function microTable(results: Results): string {
  const rows = results.measurements.map(({ subject, value }) => [subject, value.toFixed(2)]);
  return table(['case', 'ns per operation'], rows);
}

function budgetTable(verdicts: readonly Verdict[]): string {
  const rows = verdicts.map(({ budget, subject, pipeline, value, met }) => [
    pipeline === undefined ? subject : `${subject}, P=${pipeline}`,
    `${budget.metric}${budget.against === 'nothing' ? '' : ` × ${budget.against}`}`,
    budget.atMost === undefined ? `at least ${budget.atLeast}` : `at most ${budget.atMost}`,
    value.toFixed(2),
    met ? 'met' : '**missed**',
  ]);
  return table(['', 'metric', 'budget', 'measured', ''], rows);
}

function main(): void {
  const directory = dirname(resultsPath('any', 'json'));
  const saved = readdirSync(directory).filter((file) => file.endsWith('.json'));
  const names =
    process.argv.length > 2 ? process.argv.slice(2) : saved.map((file) => basename(file, '.json'));
  for (const name of names) {
    render(name, readResults(name));
    console.log(resultsPath(name, 'md'));
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) main();
