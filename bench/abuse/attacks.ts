/**
 * What clients may do to a server, and what has to become of them.
 *
 * An attack is what each of many connections sends: once (`opening`), and over and over (`again`) for as long as the
 * server takes it. `fate` is whether the server must end the connection or may hold it; `says` is what every error reply
 * must match. An attacker reads what it is sent, except where it is said not to.
 */
import { encodeCommand } from '../resp-client.js';

/** One way to misuse a server. */
export interface Attack {
  readonly name: string;
  readonly opening: Buffer;
  readonly again?: Buffer;
  readonly fate: 'closed' | 'held';
  readonly says?: RegExp;
  /** Never takes what it is sent. */
  readonly neverReads?: boolean;
  /** Sends `again` only when as many replies have come as that calls for. */
  readonly repliesEach?: number;
  /** Closes at once and comes back. */
  readonly leaves?: boolean;
  /** A stranger, of whom a password is asked. */
  readonly isStranger?: boolean;
}

/**
 * Whether some attackers hear the error that they cause: one that goes on sending while its connection is closed may
 * lose what was replied, since the kernel answers what nobody will read by a reset.
 */
export function isHeard({ says, again, repliesEach }: Attack): boolean {
  return says !== undefined && (again === undefined || repliesEach !== undefined);
}

/** The key that attackers read, with a value of LARGE_SIZE bytes. */
export const LARGE_KEY = 'abuse:large';
export const LARGE_SIZE = 4096;
/** The user of whom attackers do not know the password. */
export const USER = 'abuse';

const CHUNK = 16 * 1024;
const nothing = Buffer.alloc(0);

function command(...words: readonly string[]): Buffer {
  return Buffer.from(encodeCommand(words));
}

function repeated(times: number, bytes: Buffer): Buffer {
  return Buffer.concat(Array<Buffer>(times).fill(bytes));
}

/** The same bytes in every run (xorshift, Marsaglia 2003). */
function garbage(size: number): Buffer {
  const bytes = Buffer.alloc(size);
  let state = 0x9e3779b9;
  for (let i = 0; i < size; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[i] = state & 255;
  }
  return bytes;
}

export const attacks: readonly Attack[] = [
  {
    ...{ name: 'garbage', opening: nothing, again: garbage(CHUNK), fate: 'closed' },
    says: /^-ERR (unknown command|Protocol error)/,
  },
  { name: 'half a command', opening: Buffer.from('*3\r\n$3\r\nSET\r\n$5\r\nhel'), fate: 'held' },
  {
    name: 'half of a large value',
    opening: Buffer.concat([
      Buffer.from('*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$536870912\r\n'),
      Buffer.alloc(CHUNK, 'x'),
    ]),
    fate: 'held',
  },
  {
    name: 'few of very many arguments',
    opening: Buffer.concat([
      Buffer.from('*2147483647\r\n$4\r\nMGET\r\n'),
      repeated(100, Buffer.from('$1\r\nx\r\n')),
    ]),
    fate: 'held',
  },
  {
    ...{ name: 'too many arguments', opening: Buffer.from('*2147483648\r\n'), fate: 'closed' },
    says: /^-ERR Protocol error: invalid multibulk length/,
  },
  {
    ...{ name: 'too long an argument', opening: Buffer.from('*1\r\n$2147483647\r\n'), fate: 'closed' },
    says: /^-ERR Protocol error: invalid bulk length/,
  },
  {
    ...{ name: 'an endless line', opening: nothing, again: Buffer.alloc(CHUNK, 'a'), fate: 'closed' },
    says: /^-ERR Protocol error: too big inline request/,
  },
  {
    ...{
      name: 'an endless number',
      opening: Buffer.from('*'),
      again: Buffer.alloc(CHUNK, '1'),
      fate: 'closed',
    },
    says: /^-ERR Protocol error: too big mbulk count string/,
  },
  {
    ...{
      name: 'many arguments of a stranger',
      opening: Buffer.from('*11\r\n'),
      fate: 'closed',
      isStranger: true,
    },
    says: /^-ERR Protocol error: unauthenticated multibulk length/,
  },
  {
    ...{ name: 'a long argument of a stranger', opening: Buffer.from('*1\r\n$16385\r\n'), fate: 'closed' },
    ...{ isStranger: true, says: /^-ERR Protocol error: unauthenticated bulk length/ },
  },
  {
    name: 'commands of a stranger',
    opening: nothing,
    again: repeated(20, command('GET', LARGE_KEY)),
    ...{ fate: 'held', isStranger: true, repliesEach: 20, says: /^-NOAUTH / },
  },
  {
    name: 'wrong passwords',
    opening: nothing,
    again: repeated(5, command('AUTH', USER, 'wrong'.repeat(50))),
    ...{ fate: 'held', repliesEach: 5, says: /^-WRONGPASS / },
  },
  {
    name: 'replies that nobody reads',
    opening: repeated(64, command('GET', LARGE_KEY)),
    ...{ fate: 'held', neverReads: true },
  },
  {
    name: 'a transaction without end',
    opening: Buffer.concat([command('MULTI'), repeated(50, command('SET', 'k', 'x'.repeat(100)))]),
    fate: 'held',
  },
  {
    name: 'subscriptions',
    opening: command('SUBSCRIBE', ...Array.from({ length: 10 }, (_, i) => `abuse:channel:${String(i)}`)),
    fate: 'held',
  },
  { name: 'HTTP', opening: Buffer.from('POST / HTTP/1.1\r\nHost: x\r\n\r\nSET k v\r\n'), fate: 'closed' },
  { name: 'comings and goings', opening: command('PING'), fate: 'held', leaves: true },
];
