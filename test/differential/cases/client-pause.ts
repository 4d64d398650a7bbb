/** CLIENT PAUSE and UNPAUSE: what waits and what does not, in which order it goes on, and what stands still meanwhile. */
import type { DifferentialCase } from '../../support/server-pair.js';
import { onConnection, otherConnection, pause, pipeline, type Action } from '../../support/steps.js';
import { parseReply, textOf } from '../../support/reply.js';
import { each, likeRedis8, table } from '../../support/tables.js';
import { begins, leaves, receives, receivesNext } from '../../support/waiting.js';

/** Longer than any case takes; each ends its pause itself. */
const PAUSE_WRITES = 'CLIENT PAUSE 15000 WRITE';

/** How many clients wait, as INFO tells. */
const blockedClients: Action = {
  label: 'blocked_clients of INFO',
  commands: ['INFO clients'],
  run: async ({ connection }) => {
    const text = textOf(parseReply(await connection.command('INFO', 'clients'))) ?? '';
    return Buffer.from(/^blocked_clients:\d+/m.exec(text)?.[0] ?? text);
  },
};

/** CLIENT KILL of the further connection `name`, which waits. */
function killed(name: string): Action {
  return {
    label: `CLIENT KILL ADDR of [${name}]`,
    commands: ['CLIENT KILL ADDR 1.2.3.4:5'],
    run: async (session) => {
      const { localPort } = await otherConnection(session, name);
      return session.connection.command('CLIENT', 'KILL', 'ADDR', `127.0.0.1:${localPort}`);
    },
  };
}

/** One command of each kind on a further connection: whether it waits while writes do. */
function whatWaits(...lines: readonly string[]): DifferentialCase[] {
  return lines.map((line) => ({
    title: `CLIENT PAUSE WRITE: ${line}`,
    steps: ['SET k v', PAUSE_WRITES, begins('w', line), receives('w'), 'CLIENT UNPAUSE', receives('w')],
  }));
}

const LONG = 'x'.repeat(200_000);
const VERY_LONG = 'x'.repeat(9_000_000);

/** A long command, which waits, with another one behind it. */
function longCommand(name: string, value: string): Action {
  const action = begins(name, `SET k ${value}`, `APPEND k ${value}`, 'STRLEN k');
  return { ...action, label: `[${name}] SET and APPEND of ${value.length} bytes` };
}

export const clientPauseCases: DifferentialCase[] = [
  ...each('CLIENT PAUSE', [], ['CLIENT PAUSE', 'CLIENT PAUSE x', 'CLIENT PAUSE -1', 'CLIENT PAUSE 1.5',
    'CLIENT PAUSE ""', 'CLIENT PAUSE 10 x', 'CLIENT PAUSE x x', 'CLIENT PAUSE 10 write x', 'CLIENT PAUSE 10 ""',
    'CLIENT PAUSE 99999999999999999999', 'CLIENT UNPAUSE x', 'CLIENT UNPAUSE']),
  ...likeRedis8(each('CLIENT PAUSE', [], ['CLIENT PAUSE 9223372036854775807', 'client pause 9223372036854775807 all'])),
  ...whatWaits('SET k w', 'DEL nokey', 'GET k', 'PING', 'PFCOUNT h', 'PFADD h a', 'PUBLISH c m', 'SPUBLISH c m',
    'SUBSCRIBE c', 'EXPIRE nokey 1', 'GETEX k', 'SORT l', 'SORT l STORE m', 'SORT_RO l', 'BLPOP l 0.01', 'XREAD STREAMS s 0',
    'XREADGROUP GROUP g c STREAMS s >', 'FLUSHALL', 'SWAPDB 0 1', 'WATCH k', 'MULTI', 'EXEC', 'SET k', 'BOGUS', 'RESET',
    'CONFIG SET maxmemory 0', 'ACL WHOAMI', 'GEORADIUS g 0 0 1 m', 'GEORADIUS_RO g 0 0 1 m', 'BITFIELD k GET u8 0',
    'BITFIELD_RO k GET u8 0', 'COPY k l'),

  ...table(
    ['writes wait, reads do not', 'SET k v', PAUSE_WRITES, 'GET k', begins('w', 'SET k w', 'GET k'), begins('r', 'GET k'),
      receives('w'), receives('r'), 'GET k', 'CLIENT UNPAUSE', receives('w'), 'GET k'],
    ['the pausing client itself waits', pipeline('CLIENT PAUSE 30 WRITE', 'SET k v', 'GET k', 'DEL k')],
    ['everything waits', pipeline('CLIENT PAUSE 30', 'PING', 'GET k', 'CLIENT UNPAUSE', 'PING'), 'CLIENT PAUSE 30 ALL',
      onConnection('w', 'GET k'), 'PING', 'client pause 1 all', 'PING', 'CLIENT PAUSE 0', 'PING', pipeline('CLIENT PAUSE 0',
      'PING', 'SET k v')],
    ['first come, first served', PAUSE_WRITES, begins('a', 'RPUSH l a'), begins('b', 'RPUSH l b', 'RPUSH l b2'),
      begins('c', 'RPUSH l c'), begins('d', 'GET k', 'RPUSH l d', 'GET k'), blockedClients, 'CLIENT UNPAUSE', receives('a'),
      receives('b'), receives('c'), receives('d'), 'LRANGE l 0 -1', blockedClients],
    ['the end comes by itself', 'CLIENT PAUSE 40 WRITE', begins('a', 'RPUSH l a'), onConnection('b', 'RPUSH l b'),
      receives('a'), 'LRANGE l 0 -1', blockedClients],
    ['the longer pause counts', PAUSE_WRITES, 'CLIENT PAUSE 1 WRITE', pause(20), begins('w', 'SET k v'), receives('w'),
      'CLIENT UNPAUSE', receives('w')],
    ['a shorter pause is prolonged', 'CLIENT PAUSE 1 WRITE', PAUSE_WRITES, pause(20), begins('w', 'SET k v'), receives('w'),
      'CLIENT UNPAUSE', receives('w')],
    ['a pause behind a pause', 'CLIENT PAUSE 1 ALL', pause(120), PAUSE_WRITES, 'GET k', begins('w', 'SET k v'), receives('w'),
      'CLIENT UNPAUSE', receives('w')],
    ['a pause is repeated while clients wait', PAUSE_WRITES, begins('w', 'SET k v'), PAUSE_WRITES, receives('w'),
      'CLIENT UNPAUSE', receives('w'), PAUSE_WRITES, begins('w', 'SET k w'), receives('w'), 'CLIENT UNPAUSE', receives('w')],
    ['who waits is told of', PAUSE_WRITES, begins('w', 'SET k v'), blockedClients, 'CLIENT LIST', 'CLIENT UNPAUSE',
      receives('w'), blockedClients],
    ['who listens to all commands does not wait', onConnection('m', 'MONITOR'), 'CLIENT PAUSE 15000 ALL',
      onConnection('m', 'CLIENT UNPAUSE'), 'CLIENT UNPAUSE'],
  ),

  ...table(
    ['queueing a write waits', PAUSE_WRITES, begins('w', 'MULTI', 'GET k', 'SET k v', 'EXEC'), receives('w'),
      'CLIENT UNPAUSE', receives('w')],
    ['EXEC with a write waits', begins('w', 'MULTI', 'GET k', 'SET k v', 'GET k'), receives('w'), PAUSE_WRITES,
      begins('w', 'EXEC'), receives('w'), 'GET k', 'CLIENT UNPAUSE', receives('w'), 'GET k'],
    ['EXEC with reads does not', begins('w', 'MULTI', 'GET k', 'PING'), receives('w'), PAUSE_WRITES, begins('w', 'EXEC'),
      receives('w'), 'CLIENT UNPAUSE', receives('w')],
    ['EXEC with PUBLISH waits', begins('w', 'MULTI', 'PUBLISH c m'), receives('w'), PAUSE_WRITES, begins('w', 'EXEC'),
      receives('w'), 'CLIENT UNPAUSE', receives('w')],
    ['DISCARD does not wait', begins('w', 'MULTI', 'SET k v'), receives('w'), PAUSE_WRITES, begins('w', 'DISCARD'),
      receives('w'), 'CLIENT UNPAUSE', receives('w'), 'GET k'],
    ['a failed EXEC with a write waits', begins('w', 'MULTI', 'SET k v', 'BOGUS'), receives('w'), PAUSE_WRITES,
      begins('w', 'EXEC'), receives('w'), 'CLIENT UNPAUSE', receives('w')],
    ['a spoiled EXEC waits', begins('w', 'WATCH k', 'MULTI', 'SET k v'), 'SET k x', PAUSE_WRITES, begins('w', 'EXEC'),
      receives('w'), 'CLIENT UNPAUSE', receives('w')],
    ['a transaction that pauses goes on', 'MULTI', PAUSE_WRITES, 'SET k v', 'RPUSH l a', 'EXEC', 'GET k',
      begins('w', 'SET k w'), receives('w'), 'GET k', 'CLIENT UNPAUSE', receives('w'), 'GET k'],
    ['a transaction that pauses and serves who blocks', begins('b', 'BLPOP l 0'), 'MULTI', PAUSE_WRITES, 'RPUSH l a b',
      'EXEC', receives('b'), 'LRANGE l 0 -1', 'CLIENT UNPAUSE', receives('b')],
    ['a transaction that pauses and ends it', 'MULTI', PAUSE_WRITES, 'CLIENT UNPAUSE', 'EXEC', 'SET k v'],
  ),

  ...table(
    ['who blocks gives up in time', begins('b', 'BLPOP l 0.05'), PAUSE_WRITES, receivesNext('b'), blockedClients,
      'CLIENT UNPAUSE', receives('b')],
    ['BLPOP that waits begins to block later', PAUSE_WRITES, begins('b', 'BLPOP l 0'), receives('b'), 'CLIENT UNPAUSE',
      'RPUSH l a', receives('b')],
    ['no replies wanted', PAUSE_WRITES, begins('w', 'CLIENT REPLY SKIP', 'SET k v', 'GET k'), receives('w'),
      begins('x', 'CLIENT REPLY OFF', 'SET x v', 'CLIENT REPLY ON', 'GET x'), receives('x'), 'CLIENT UNPAUSE', receives('w'),
      receives('x')],
    ['who waits is ended', PAUSE_WRITES, begins('w', 'SET k v'), killed('w'), blockedClients, begins('x', 'SET x v'),
      'CLIENT UNPAUSE', receives('x'), 'MGET k x'],
    ['who waits leaves', PAUSE_WRITES, begins('w', 'SET k v'), leaves('w'), begins('x', 'SET x v'), blockedClients,
      'CLIENT UNPAUSE', receives('x'), 'MGET k x'],
    ['some checks come first', PAUSE_WRITES, 'SET k', 'BOGUS', begins('w', 'SET k v BOGUS'), receives('w'), 'CLIENT UNPAUSE',
      receives('w')],
    ['long commands wait', PAUSE_WRITES, longCommand('w', LONG), receives('w'), 'CLIENT UNPAUSE', receives('w'),
      longCommand('w', LONG), receives('w')],
    ['very long commands wait', PAUSE_WRITES, longCommand('w', VERY_LONG), receives('w'), 'CLIENT UNPAUSE', receives('w')],
    ['a quoted line waits', PAUSE_WRITES, begins('w', 'GET k'), 'CLIENT UNPAUSE', receives('w')],
    ['the configuration may change', PAUSE_WRITES, 'CONFIG SET timeout 0', 'CONFIG GET timeout', 'CLIENT UNPAUSE'],
  ),

  ...table(
    ['nothing expires', pipeline('SET k v PX 30', 'SET l v', PAUSE_WRITES), pause(60), 'DBSIZE', 'GET k', 'EXISTS k', 'TTL k',
      'TYPE k', 'KEYS *', 'SCAN 0', 'MGET k l', 'DBSIZE', pause(120), 'DBSIZE', 'CLIENT UNPAUSE', 'GET k', 'DBSIZE'],
    ['a write behind it finds the key gone', pipeline('SET k v PX 30', PAUSE_WRITES), pause(60), begins('w', 'APPEND k x'),
      receives('w'), 'DBSIZE', 'CLIENT UNPAUSE', receives('w'), 'GET k', 'TTL k'],
    ['nothing is evicted or refused', 'SET k v', PAUSE_WRITES, 'CONFIG SET maxmemory 1', begins('w', 'SET l v'), receives('w'),
      'CONFIG SET maxmemory-policy allkeys-lru', pause(120), 'DBSIZE', 'GET k', 'CONFIG SET maxmemory 0',
      'CONFIG SET maxmemory-policy noeviction', 'CLIENT UNPAUSE', receives('w'), 'DBSIZE'],
    ['memory is short again behind it', PAUSE_WRITES, 'CONFIG SET maxmemory 1', begins('w', 'SET l v'), 'CLIENT UNPAUSE',
      receives('w'), 'CONFIG SET maxmemory 0', 'SET l v'],
  ),

  ...likeRedis8(table(
    ['CLIENT UNBLOCK leaves alone who is paused', PAUSE_WRITES, begins('w', 'CLIENT ID', 'SET k v'), {
      label: 'CLIENT UNBLOCK of [w]',
      commands: ['CLIENT UNBLOCK 1'],
      run: async (session) => {
        const id = textOf(parseReply(await (await otherConnection(session, 'w')).reply())) ?? '';
        return session.connection.command('CLIENT', 'UNBLOCK', id);
      },
    }, 'CLIENT UNPAUSE', receives('w'), 'GET k'],
  )),
]; // prettier-ignore
