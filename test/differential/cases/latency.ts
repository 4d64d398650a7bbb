/** LATENCY: events of commands that take long, and histograms of all. Needs DEBUG SLEEP. */
import { encodeCommand, parseCommandLine } from '../../support/command-line.js';
import { parseReply, textOf, type Reply } from '../../support/reply.js';
import type { DifferentialCase } from '../../support/server-pair.js';
import { type Action, pause } from '../../support/steps.js';
import { each, table } from '../../support/tables.js';

/** Names, calls, and whether the histogram is one: bounds that grow, from counts that grow up to the calls. */
function histograms(line: string): Action {
  return {
    label: `${line}, without times`,
    commands: [line],
    run: async ({ connection }) => {
      const reply = parseReply(await connection.command(...line.split(' ')));
      const items = reply.items ?? [];
      const lines: string[] = [];
      for (let i = 0; i + 1 < items.length; i += 2) {
        const [callsName, calls, histogramName, histogram] = items[i + 1].items ?? [];
        const numbers = (histogram?.items ?? []).map((item) => Number(textOf(item)));
        const bounds = numbers.filter((_, at) => at % 2 === 0);
        const counts = numbers.filter((_, at) => at % 2 === 1);
        const grows = (list: number[]): boolean => list.every((n, at) => at === 0 || n > list[at - 1]);
        const isOne = grows(bounds) && grows(counts) && counts.at(-1) === Number(textOf(calls));
        const shape = `${items[i + 1].type}${textOf(callsName)}:${textOf(histogramName)}${histogram?.type}`;
        lines.push(`${textOf(items[i])} ${textOf(calls)} ${shape} ${isOne}`);
      }
      return Buffer.from([reply.type, ...lines.sort()].join('\n'));
    },
  };
}

/** Which part of a time is told apart: below, or that many tens of milliseconds, up to a few. */
function shapeOf(reply: Reply): string {
  if (reply.items !== undefined) return `${reply.type}[${reply.items.map(shapeOf).join(' ')}]`;
  const text = textOf(reply) ?? 'null';
  if (!/^\d+$/.test(text)) return text;
  const value = Number(text);
  if (Math.abs(value - Date.now() / 1000) < 60) return 'now';
  return value >= 20 && value < 5000 ? 'slept' : text;
}

function events(line: string): Action {
  return {
    label: `${line}, without times`,
    commands: [line],
    run: async ({ connection }) =>
      Buffer.from(shapeOf(parseReply(await connection.command(...line.split(' '))))),
  };
}

/** Percentiles of INFO latencystats of some commands: their names and number. */
function percentiles(...names: string[]): Action {
  return {
    label: `INFO latencystats of ${names.join(' ')}`,
    commands: ['INFO latencystats'],
    run: async ({ connection }) => {
      const text = textOf(parseReply(await connection.command('INFO', 'latencystats'))) ?? '';
      const lines = text.split('\r\n').filter((line) => names.some((name) => line.includes(`usec_${name}:`)));
      return Buffer.from(
        lines
          .map((line) => line.replace(/=\d+\.\d{3}(?=,|$)/g, '=time'))
          .sort()
          .join('\n'),
      );
    },
  };
}

/** Lines sent in one piece, without their replies. */
function together(...lines: string[]): Action {
  return {
    label: `(in one piece) ${lines.join(' | ')}`,
    commands: lines,
    run: async ({ connection }) => {
      await connection.send(Buffer.concat(lines.map((line) => encodeCommand(parseCommandLine(line)))));
      await connection.replies(lines.length);
      return Buffer.alloc(0);
    },
  };
}

const WATCHED = 'CONFIG SET latency-monitor-threshold 200';
const UNWATCHED = 'CONFIG SET latency-monitor-threshold 0';

export const latencyCases: DifferentialCase[] = [
  ...table(
    ['LATENCY events', WATCHED, 'LATENCY RESET', events('LATENCY LATEST'), 'DEBUG SLEEP 0.25', events('LATENCY LATEST'),
      events('LATENCY HISTORY command'), 'LATENCY HISTORY fast-command', 'LATENCY HISTORY bogus', 'PING',
      'LATENCY RESET bogus', 'LATENCY RESET command bogus', 'LATENCY LATEST', 'LATENCY HISTORY command', UNWATCHED],
    ['LATENCY events below the threshold', WATCHED, 'LATENCY RESET', 'DEBUG SLEEP 0.001', 'LATENCY LATEST', UNWATCHED,
      'DEBUG SLEEP 0.25', 'LATENCY LATEST'],
    ['LATENCY events of a second are one', WATCHED, 'LATENCY RESET', 'DEBUG SLEEP 0.25', pause(1100), 'DEBUG SLEEP 0.25',
      events('LATENCY HISTORY command'), 'LATENCY RESET', UNWATCHED],
    ['LATENCY HISTOGRAM', 'CONFIG RESETSTAT', 'SET k v', 'SET k w', 'GET k', 'LPUSH l a', 'LRANGE l 0 -1', 'INCR l', 'GET',
      'CONFIG GET hz', 'OBJECT ENCODING k', histograms('LATENCY HISTOGRAM set get lpush lrange incr config object'),
      histograms('LATENCY HISTOGRAM SET bogus Config|Get config'), histograms('LATENCY HISTOGRAM object|encoding'),
      'LATENCY HISTOGRAM bogus', 'LATENCY HISTOGRAM del', 'LATENCY HISTOGRAM config|bogus'],
    ['LATENCY HISTOGRAM of all', 'CONFIG RESETSTAT', 'SET k v', 'GET k', histograms('LATENCY HISTOGRAM')],
    ['LATENCY HISTOGRAM of a pipeline', 'CONFIG RESETSTAT', together(...Array<string>(50).fill('SET k v'),
      ...Array<string>(30).fill('GET k'), 'INCR n'), histograms('LATENCY HISTOGRAM set get incr')],
    ['LATENCY HISTOGRAM without tracking', 'CONFIG RESETSTAT', 'SET k v', 'CONFIG SET latency-tracking no', 'SET k w',
      'GET k', histograms('LATENCY HISTOGRAM set get'), 'CONFIG SET latency-tracking yes'],
    ['INFO latencystats', 'CONFIG RESETSTAT', 'SET k v', 'GET k', 'CONFIG GET hz', percentiles('set', 'get', 'config|get'),
      'CONFIG SET latency-tracking-info-percentiles "0 12.5 100"', percentiles('set', 'get'),
      'CONFIG SET latency-tracking-info-percentiles "50 99 99.9"', percentiles('set', 'get')],
  ),
  ...each('LATENCY', [], ['LATENCY', 'LATENCY BOGUS', 'LATENCY HISTORY', 'LATENCY HISTORY a b', 'LATENCY LATEST x',
    'LATENCY GRAPH', 'LATENCY GRAPH bogus', 'LATENCY GRAPH a b', 'LATENCY DOCTOR x', 'LATENCY HELP x', 'LATENCY ""']),
]; // prettier-ignore
