/** How commands that wait are counted: in commandstats, in LATENCY HISTOGRAM and in SLOWLOG, once, when they are done. */
import { parseReply, textOf } from '../../support/reply.js';
import type { DifferentialCase } from '../../support/server-pair.js';
import type { Action, Step } from '../../support/steps.js';
import { likeRedis8, table } from '../../support/tables.js';
import { begins, receivesNext } from '../../support/waiting.js';

const COMMANDS = ['blpop', 'brpop', 'blmove', 'bzpopmin', 'bzmpop', 'xread', 'xreadgroup', 'lpush', 'exec'];

/** What is counted of the commands that these cases are about, without times. */
const COUNTED: Action = {
  label: 'calls, histograms and slow log',
  commands: ['INFO commandstats', 'LATENCY HISTOGRAM', 'SLOWLOG GET -1'],
  run: async ({ connection }) => {
    const info = textOf(parseReply(await connection.command('INFO', 'commandstats'))) ?? '';
    const calls = info
      .split('\r\n')
      .filter((line) => COMMANDS.some((name) => line.startsWith(`cmdstat_${name}:`)))
      .map((line) => line.replace(/usec=.*?,rejected/, 'rejected'));
    const histogram = parseReply(await connection.command('LATENCY', 'HISTOGRAM', ...COMMANDS)).items ?? [];
    const counted: string[] = [];
    for (let i = 0; i + 1 < histogram.length; i += 2)
      counted.push(`${textOf(histogram[i])} ${textOf(histogram[i + 1].items?.[1] ?? histogram[i])}`);
    const slow = parseReply(await connection.command('SLOWLOG', 'GET', '-1')).items ?? [];
    const logged = slow
      .map((entry) => (entry.items?.[3]?.items ?? []).map(textOf).join(' '))
      .filter((line) => COMMANDS.includes(line.split(' ')[0].toLowerCase()));
    return Buffer.from([...calls.sort(), ...counted.sort(), ...logged].join('\n'));
  },
};

const NOTHING: readonly Step[] = [
  'CONFIG RESETSTAT',
  'SLOWLOG RESET',
  'CONFIG SET slowlog-log-slower-than 0',
];

function waits(title: string, ...steps: Step[]): [string, ...Step[]] {
  return [title, ...NOTHING, ...steps, 'CONFIG SET slowlog-log-slower-than 10000'];
}

/** CLIENT UNBLOCK of the one client that is blocked. */
function unblock(...options: string[]): Action {
  return {
    label: `CLIENT UNBLOCK ${options.join(' ')}`,
    commands: ['CLIENT UNBLOCK 1', 'CLIENT LIST'],
    run: async ({ connection }) => {
      const list = textOf(parseReply(await connection.command('CLIENT', 'LIST'))) ?? '';
      const blocked = list.split('\n').find((line) => / flags=\w*b/.test(line)) ?? '';
      const id = /^id=(\d+)/.exec(blocked)?.[1] ?? '0';
      return connection.command('CLIENT', 'UNBLOCK', id, ...options);
    },
  };
}

export const waitingTimesCases: DifferentialCase[] = likeRedis8(
  table(
    waits('counts BLPOP when it is served', begins('a', 'BLPOP k 0'), COUNTED, 'LPUSH k x', receivesNext('a'), COUNTED),
    waits('counts BLPOP that need not wait', 'LPUSH k x', 'BLPOP k 0', COUNTED),
    waits('counts BLPOP when its time is over', begins('a', 'BLPOP k 0.05'), receivesNext('a'), COUNTED),
    waits('counts BLPOP that is unblocked', begins('a', 'BLPOP k 0'), unblock(), receivesNext('a'), COUNTED),
    waits('counts BLPOP that is unblocked with an error', begins('a', 'BLPOP k 0'), unblock('ERROR'), receivesNext('a'),
      COUNTED),
    waits('counts BLPOP that is wrong', 'BLPOP k x', 'SET k v', 'BLPOP k 0', COUNTED),
    waits('counts two clients, the first one first', begins('a', 'BRPOP k 0'), begins('b', 'BRPOP k 0'), 'LPUSH k x',
      receivesNext('a'), COUNTED, 'LPUSH k y', receivesNext('b'), COUNTED),
    waits('counts who is served by EXEC', begins('a', 'BLMOVE k l LEFT RIGHT 0'), 'MULTI', 'LPUSH k x', 'EXEC',
      receivesNext('a'), COUNTED),
    waits('counts BZPOPMIN', begins('a', 'BZPOPMIN z 0'), COUNTED, 'ZADD z 1 a', receivesNext('a'), COUNTED),
    waits('counts BZMPOP', begins('a', 'BZMPOP 0 2 y z MIN'), COUNTED, 'ZADD z 1 a', receivesNext('a'), COUNTED),
    waits('counts XREAD', 'XADD x 1-1 a b', begins('a', 'XREAD BLOCK 0 STREAMS x 1-1'), COUNTED, 'XADD x 2-1 a b',
      receivesNext('a'), COUNTED),
    waits('does not count who leaves', begins('a', 'BLPOP k 0'), COUNTED),
  ),
); // prettier-ignore
