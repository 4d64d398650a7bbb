/** The connection: PING, HELLO, names, CLIENT subcommands, RESET and QUIT. */
import type { DifferentialCase } from '../../support/server-pair.js';
import { fate, onConnection, otherConnection, pause, pipeline, type Action } from '../../support/steps.js';
import { parseReply, textOf } from '../../support/reply.js';
import { ALL_BYTES, arity, each, likeRedis8, table } from '../../support/tables.js';

/** CLIENT KILL of a further connection, found by what `filter` makes of its id and address. */
function kill(name: string, filter: (id: string, address: string) => readonly string[]): Action {
  const form = ['CLIENT', 'KILL', ...filter('<id>', '<address>')].join(' ');
  return {
    label: `${form} of [${name}]`,
    commands: [form],
    run: async (session) => {
      const other = await otherConnection(session, name);
      const id = textOf(parseReply(await other.command('CLIENT', 'ID'))) ?? '';
      return session.connection.command('CLIENT', 'KILL', ...filter(id, `127.0.0.1:${other.localPort}`));
    },
  };
}

/** Whether CLIENT LIST ID of this connection and a further one gives exactly their two lines, in order. */
const listTwo: Action = {
  label: 'CLIENT LIST ID <own> <other>',
  commands: ['CLIENT LIST ID 1 2'],
  run: async (session) => {
    const other = await otherConnection(session, 'second');
    const ids = await Promise.all(
      [session.connection, other].map(
        async (one) => textOf(parseReply(await one.command('CLIENT', 'ID'))) ?? '',
      ),
    );
    const list = textOf(parseReply(await session.connection.command('CLIENT', 'LIST', 'ID', ...ids))) ?? '';
    const found = list.trimEnd().split('\n').map((line) => /^id=(\d+) /.exec(line)?.[1]); // prettier-ignore
    return Buffer.from(found.map((id) => (id === undefined ? '?' : ids.indexOf(id))).join(' '));
  },
};

/** Whether this connection's id stays, and a later connection's is greater. */
const idsGrow: Action = {
  label: 'CLIENT ID of two connections',
  commands: ['CLIENT ID'],
  run: async (session) => {
    const own = Number(textOf(parseReply(await session.connection.command('CLIENT', 'ID'))));
    const again = Number(textOf(parseReply(await session.connection.command('CLIENT', 'ID'))));
    const other = await otherConnection(session, 'later');
    const later = Number(textOf(parseReply(await other.command('CLIENT', 'ID'))));
    return Buffer.from(`${own === again} ${later > own}`);
  },
};

export const connectionCases: DifferentialCase[] = [
  arity('PING', 2, 3),
  arity('ECHO', 0, 2, 3),
  arity('QUIT', 0),
  ...table(
    ['PING', 'PING', 'PING hello', 'ping ""', ['PING', ALL_BYTES], 'PiNg x'],
    ['ECHO', 'ECHO hello', 'ECHO ""', ['ECHO', ALL_BYTES], ['ECHO', 'x'.repeat(100_000)]],
    ['QUIT', 'PING', 'QUIT', fate()],
    ['QUIT with arguments', 'QUIT now please', fate()],
    ['QUIT ignores what is behind it', pipeline('PING', 'QUIT', 'PING'), fate()],
  ),

  ...table(
    ['HELLO', 'HELLO', 'HELLO 3', 'HELLO', 'HELLO 2', 'HELLO'],
    ['HELLO with a name', 'HELLO 3 SETNAME me', 'CLIENT GETNAME', 'HELLO 2 SETNAME you', 'CLIENT GETNAME',
      'HELLO 2 SETNAME ""', 'CLIENT GETNAME'],
    ['HELLO AUTH without a password set', 'HELLO 3 AUTH default any', 'HELLO 3 AUTH nobody any',
      'HELLO 2 AUTH default "" SETNAME x', 'CLIENT GETNAME'],
    ['HELLO keeps the database', 'SELECT 3', 'SET k v', 'HELLO 3', 'GET k', 'HELLO 2', 'GET k'],
    ['HELLO 3 changes nulls and maps', 'HELLO 3', 'GET nokey', 'MGET nokey nokey', 'CONFIG GET maxmemory',
      'LCS a b IDX', 'HELLO 2', 'GET nokey', 'LCS a b IDX', 'CONFIG GET maxmemory'],
    ['a failed HELLO changes nothing', 'HELLO 3', 'HELLO 4', 'GET nokey', 'HELLO 2 BOGUS', 'GET nokey',
      'HELLO 2 SETNAME "a b"', 'GET nokey', 'HELLO 2 AUTH nobody x', 'GET nokey'],
    ['HELLO in a pipeline', pipeline('GET nokey', 'HELLO 3 BOGUS', 'GET nokey', 'PING'), 'HELLO 3',
      pipeline('GET nokey', 'PING', 'GET nokey')],
  ),
  ...each('HELLO', [], ['HELLO 1', 'HELLO 4', 'HELLO 0', 'HELLO -1', 'HELLO abc', 'HELLO ""', 'HELLO 3.0',
    'HELLO 99999999999999999999', 'HELLO 3 BOGUS', 'HELLO 3 AUTH', 'HELLO 3 AUTH a', 'HELLO 3 SETNAME',
    'HELLO 3 SETNAME a b', 'HELLO SETNAME a', 'HELLO 3 AUTH default', 'hello 3 setname lower',
    'HELLO 3 SETNAME a SETNAME b', 'HELLO 3 SETNAME "a\\nb"', 'HELLO " 3"', 'HELLO 03']),

  ...table(
    ['RESET', 'SELECT 2', 'CLIENT SETNAME me', 'HELLO 3', 'RESET', 'GET nokey', 'CLIENT GETNAME', 'SET k v',
      'SELECT 0', 'GET k', 'CLIENT REPLY ON', 'reset'],
    ['RESET of CLIENT REPLY OFF', pipeline('CLIENT REPLY OFF', 'PING', 'RESET', 'PING')],
  ),
  arity('RESET', 1, 2),

  ...table(
    ['CLIENT ID', 'CLIENT ID', idsGrow, 'client id', 'CLIENT ID x'],
    ['CLIENT SETNAME and GETNAME', 'CLIENT GETNAME', 'CLIENT SETNAME me', 'CLIENT GETNAME',
      'CLIENT SETNAME "a b"', 'CLIENT SETNAME "a\\nb"', 'CLIENT SETNAME "\\x7f"',
      'CLIENT SETNAME "\\xc3\\xa9"', 'CLIENT SETNAME "!~"', 'CLIENT GETNAME', 'CLIENT SETNAME ""',
      'CLIENT GETNAME', 'CLIENT SETNAME', 'CLIENT SETNAME a b', 'CLIENT GETNAME x'],
    ['CLIENT SETNAME of a long name', ['CLIENT', 'SETNAME', 'n'.repeat(5000)], 'CLIENT GETNAME'],
    ['CLIENT INFO', 'CLIENT INFO', 'CLIENT SETNAME me', 'SELECT 5', 'CLIENT INFO', 'CLIENT INFO x',
      'client info'],
    ['CLIENT LIST', pause(30), 'CLIENT LIST', 'CLIENT SETNAME me', 'SELECT 4', 'CLIENT LIST',
      onConnection('second', 'CLIENT SETNAME other'), 'CLIENT LIST', listTwo],
    ['CLIENT LIST TYPE', pause(30), 'CLIENT LIST TYPE normal', 'CLIENT LIST TYPE NORMAL',
      'CLIENT LIST TYPE pubsub', 'CLIENT LIST TYPE replica', 'CLIENT LIST TYPE slave',
      'CLIENT LIST TYPE master', 'CLIENT LIST TYPE bogus', 'CLIENT LIST TYPE'],
    ['CLIENT LIST ID', 'CLIENT LIST ID 999999', 'CLIENT LIST ID 0', 'CLIENT LIST ID -1',
      'CLIENT LIST ID abc', 'CLIENT LIST ID', 'CLIENT LIST ID 999999 abc', 'CLIENT LIST BOGUS',
      'CLIENT LIST BOGUS x', 'CLIENT LIST TYPE normal x', 'client list id 999999'],
    ['CLIENT REPLY', 'CLIENT REPLY ON', 'CLIENT REPLY BOGUS', 'CLIENT REPLY', 'CLIENT REPLY ON x',
      'client reply on'],
    ['CLIENT REPLY OFF', pipeline('PING', 'CLIENT REPLY OFF', 'PING', 'SET k v', 'BOGUS', 'CLIENT REPLY ON',
      'GET k'), 'PING'],
    ['CLIENT REPLY SKIP', pipeline('CLIENT REPLY SKIP', 'PING a', 'PING b'), pipeline('CLIENT REPLY SKIP',
      'CLIENT REPLY SKIP', 'PING a', 'PING b'), pipeline('CLIENT REPLY SKIP', 'BOGUS', 'PING b'),
      pipeline('CLIENT REPLY OFF', 'CLIENT REPLY SKIP', 'PING', 'CLIENT REPLY ON')],
    ['CLIENT REPLY OFF twice', pipeline('CLIENT REPLY OFF', 'CLIENT REPLY OFF', 'GET nokey',
      'CLIENT REPLY ON', 'CLIENT REPLY ON')],
    ['CLIENT KILL by id', onConnection('victim', 'PING'), kill('victim', (id) => ['ID', id]), fate('victim'),
      fate(), 'PING'],
    ['CLIENT KILL by address', onConnection('victim', 'PING'), kill('victim', (_, address) => [address]),
      fate('victim'), 'PING'],
    ['CLIENT KILL ADDR', onConnection('victim', 'PING'), kill('victim', (_, address) => ['ADDR', address]),
      fate('victim'), 'PING'],
    ['CLIENT KILL with several filters', onConnection('victim', 'PING'), kill('victim', (id) => ['ID', id,
      'ADDR', '1.2.3.4:5']), fate('victim'), kill('victim', (id, address) => ['TYPE', 'normal', 'ID', id,
      'ADDR', address, 'SKIPME', 'yes', 'USER', 'default']), fate('victim')],
    ['CLIENT KILL TYPE', onConnection('victim', 'PING'), kill('victim', (id) => ['TYPE', 'pubsub', 'ID',
      id]), kill('victim', (id) => ['TYPE', 'replica', 'ID', id]), kill('victim', (id) => ['TYPE', 'bogus',
      'ID', id]), fate('victim'), 'CLIENT KILL TYPE master', 'CLIENT KILL TYPE slave'],
    ['CLIENT KILL LADDR', 'CLIENT KILL LADDR 1.2.3.4:5', fate()],
    ['CLIENT KILL of oneself', { label: 'CLIENT KILL ID <own> SKIPME no',
      commands: ['CLIENT KILL ID 1 SKIPME no'], run: async ({ connection }) => connection.command('CLIENT',
      'KILL', 'ID', textOf(parseReply(await connection.command('CLIENT', 'ID'))) ?? '', 'SKIPME', 'no') },
      fate()],
    ['CLIENT KILL skips oneself', { label: 'CLIENT KILL ID <own>', commands: ['CLIENT KILL ID 1'],
      run: async ({ connection }) => connection.command('CLIENT', 'KILL', 'ID',
      textOf(parseReply(await connection.command('CLIENT', 'ID'))) ?? '') }, fate()],
  ),
  ...each('CLIENT KILL', [], ['CLIENT KILL', 'CLIENT KILL 1.2.3.4:5', 'CLIENT KILL bogus', 'CLIENT KILL ""',
    'CLIENT KILL ID', 'CLIENT KILL ID abc', 'CLIENT KILL ID 0', 'CLIENT KILL ID -1', 'CLIENT KILL ID 999999',
    'CLIENT KILL ADDR 1.2.3.4:5', 'CLIENT KILL TYPE bogus', 'CLIENT KILL SKIPME',
    'CLIENT KILL ID 999999 SKIPME bogus', 'CLIENT KILL ID 999999 SKIPME', 'CLIENT KILL USER nobody',
    'CLIENT KILL BOGUS x', 'CLIENT KILL ID 999999 BOGUS x', 'CLIENT KILL ID 999999 ID 999998',
    'client kill id 999999 skipme YES']),
  ...each('CLIENT', [], ['CLIENT', 'CLIENT BOGUS', 'CLIENT BOGUS a b', 'CLIENT ""', 'CLIENT HELP',
    'CLIENT HELP x', 'CLIENT "a b"', 'CLIENT "\\xff"']),
  ...each('AUTH', [], ['AUTH', 'AUTH secret', 'AUTH default secret', 'AUTH default ""', 'AUTH nobody secret',
    'AUTH "" ""', 'AUTH a b c', 'auth default x']),
  ...each('CLIENT NO-EVICT', [], ['CLIENT NO-EVICT ON', 'CLIENT NO-EVICT off', 'CLIENT NO-EVICT', 'CLIENT NO-EVICT x',
    'CLIENT NO-EVICT ON x']),
  ...likeRedis8([
    ...each('CLIENT NO-TOUCH', [], ['CLIENT NO-TOUCH ON', 'CLIENT NO-TOUCH off', 'CLIENT NO-TOUCH', 'CLIENT NO-TOUCH x',
      'CLIENT NO-TOUCH ON x']),
    ...table(
      ['CLIENT SETINFO', 'CLIENT SETINFO LIB-NAME mylib', 'CLIENT SETINFO LIB-VER 1.2.3', 'CLIENT INFO',
        'CLIENT SETINFO lib-name ""', 'CLIENT INFO', 'RESET', 'CLIENT INFO'],
    ),
    ...each('CLIENT SETINFO', [], ['CLIENT SETINFO', 'CLIENT SETINFO LIB-NAME', 'CLIENT SETINFO BOGUS x',
      'CLIENT SETINFO LIB-NAME "a b"', 'CLIENT SETINFO LIB-VER "a\\nb"', 'CLIENT SETINFO LIB-NAME a b',
      'CLIENT SETINFO "" x', 'CLIENT SETINFO LIB-VER "\\xff"']),
  ]),
]; // prettier-ignore
