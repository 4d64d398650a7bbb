/** SLOWLOG: which commands are kept, how they are shown, and which directives say so. */
import type { DifferentialCase } from '../../support/server-pair.js';
import { parseReply, textOf } from '../../support/reply.js';
import { type Action } from '../../support/steps.js';
import { each, table } from '../../support/tables.js';

/**
 * The entries without number, times and port, which no two servers share; the oldest first. A number that does not
 * follow on the one before it shows.
 */
function entries(count = '-1'): Action {
  return {
    label: `SLOWLOG GET ${count}, without what varies`,
    commands: ['SLOWLOG GET -1'],
    run: async ({ connection }) => {
      const reply = parseReply(await connection.command('SLOWLOG', 'GET', count));
      let last: number | undefined;
      const lines = (reply.items ?? []).map((entry) => {
        const [id, second, time, args, peer, name] = entry.items ?? [];
        const number = Number(textOf(id));
        const follows = last === undefined || number === last - 1;
        last = number;
        const isRecent = Math.abs(Number(textOf(second)) - Date.now() / 1000) < 60;
        const words = (args?.items ?? []).map((arg) => `${arg.type}${textOf(arg) ?? ''}`).join(' ');
        const address = (textOf(peer) ?? '').replace(/:\d+$/, ':port');
        const facts = [follows, isRecent, Number(textOf(time)) >= 0, entry.items?.length].join(' ');
        return `${facts} | ${words} | ${address} | ${textOf(name) ?? ''}`;
      });
      return Buffer.from(lines.reverse().join('\n'));
    },
  };
}

const EVERYTHING = 'CONFIG SET slowlog-log-slower-than 0';
const NOTHING = 'CONFIG SET slowlog-log-slower-than -1';
const DEFAULTS = 'CONFIG SET slowlog-log-slower-than 10000 slowlog-max-len 128';

function numbers(count: number): string {
  return Array.from({ length: count }, (_, i) => i).join(' ');
}

function logged(title: string, ...lines: string[]): [string, ...(string | Action)[]] {
  return [title, NOTHING, 'SLOWLOG RESET', EVERYTHING, ...lines, entries(), NOTHING, DEFAULTS];
}

export const slowLogCases: DifferentialCase[] = [
  ...table(
    logged('keeps commands with their arguments', 'SET k v', 'GET k', 'MGET a b', 'get k', 'PING',
      'HSET h a 1', 'HGETALL h', 'OBJECT ENCODING h', 'CONFIG GET hz'),
    logged('keeps commands that fail, but not those that are refused', 'SET k v', 'LPUSH k x', 'GET', 'BOGUS x',
      'INCR k', 'OBJECT BOGUS'),
    logged('cuts arguments', `SET k ${'x'.repeat(128)}`, `SET k ${'y'.repeat(129)}`, `SET k ${'z'.repeat(1000)}`,
      `SADD s ${numbers(30)}`, `SADD s ${numbers(31)}`, `SADD s ${numbers(100)}`, `GET ${'k'.repeat(300)}`),
    logged('hides what is secret', 'AUTH secret', 'AUTH user secret', 'HELLO 2 AUTH user secret', 'HELLO 2 SETNAME bob',
      'CONFIG SET requirepass "" hz 10', 'CLIENT SETNAME ""', 'GET k', 'CONFIG SET REQUIREPASS "" maxmemory 0',
      'CONFIG SET bogus 1 requirepass secret', 'CONFIG SET requirepass secret bogus 1', 'HELLO 3 AUTH default',
      'HELLO 2', 'ACL SETUSER bob on >secret ~k', 'ACL SETUSER bob >secret bogus', 'ACL SETUSER bob', 'ACL GETUSER nobody',
      'ACL DRYRUN default GET k', 'ACL DELUSER bob nobody', 'MULTI', 'ACL SETUSER bob >secret', 'ACL DELUSER bob', 'EXEC'),
    logged('keeps what EXEC executes, not EXEC', 'MULTI', 'SET k v', 'INCR n', 'EXEC', 'MULTI', 'GET k', 'DISCARD'),
    logged('knows the name of the client', 'CLIENT SETNAME alice', 'SET k v', 'CLIENT SETNAME ""', 'SET k w'),
    logged('is shortened', 'SET a 1', 'SET b 2', 'CONFIG SET slowlog-max-len 2', 'SLOWLOG LEN', 'SET c 3', 'SLOWLOG LEN',
      'CONFIG SET slowlog-max-len 5', 'SET d 4', 'SLOWLOG LEN', 'CONFIG SET slowlog-max-len 0', 'SLOWLOG LEN',
      'SET e 5', 'SLOWLOG LEN', 'CONFIG SET slowlog-max-len 128'),
    ['SLOWLOG GET counts', NOTHING, 'SLOWLOG RESET', EVERYTHING, ...numbers(12).split(' ').map((i) => `ECHO ${i}`), NOTHING,
      'SLOWLOG LEN', entries('0'), entries('1'), entries('5'), entries('-1'), entries('100'),
      entries('9223372036854775807'), 'SLOWLOG RESET', entries(), 'SLOWLOG LEN', DEFAULTS],
    ['SLOWLOG and time', 'SLOWLOG RESET', 'SET k v', 'GET k', 'SLOWLOG LEN', 'CONFIG SET slowlog-log-slower-than 100000',
      'SLOWLOG LEN', DEFAULTS],
  ),
  ...each('SLOWLOG', [], ['SLOWLOG', 'SLOWLOG BOGUS', 'SLOWLOG GET x', 'SLOWLOG GET -2', 'SLOWLOG GET 1 2',
    'SLOWLOG GET 99999999999999999999', 'SLOWLOG LEN x', 'SLOWLOG RESET x', 'SLOWLOG HELP x', 'SLOWLOG ""']),
]; // prettier-ignore
