/** Steps that show what a command leaves of the use of keys: their counters under an LFU policy, or their idle times. */
import { encodeCommand, parseCommandLine } from './command-line.js';
import type { RawConnection } from './raw-connection.js';
import { parseReply, textOf } from './reply.js';
import { settle, type Action, type Session } from './steps.js';

/** What a key that nobody uses is aged to, seconds. */
const IDLE_SECONDS = 1_000;

/** Replies to commands that were sent in one write: a case looks at thousands. */
async function replies(
  control: RawConnection,
  lists: readonly (readonly (string | Buffer)[])[],
): Promise<Buffer[]> {
  await control.send(
    Buffer.concat(lists.map((words) => encodeCommand(words.map((word) => Buffer.from(word))))),
  );
  const found: Buffer[] = [];
  for (let i = 0; i < lists.length; i++) found.push(await control.reply());
  return found;
}

async function keysOf(control: RawConnection): Promise<string[]> {
  const found = parseReply(await control.command('KEYS', '*')).items ?? [];
  return found.map((key) => textOf(key) ?? '').sort();
}

/** What `OBJECT <what>` tells of every key. */
async function figures(control: RawConnection, what: string): Promise<Map<string, number>> {
  const keys = await keysOf(control);
  const told = await replies(
    control,
    keys.map((key) => ['OBJECT', what, key]),
  );
  return new Map(keys.map((key, i) => [key, Number(textOf(parseReply(told[i] ?? Buffer.alloc(0))))]));
}

/** Sends a command `times` in one write, and waits until all is done; what was replied is another test's matter. */
async function perform({ connection, control }: Session, line: string, times: number): Promise<void> {
  const one = encodeCommand(parseCommandLine(line));
  await connection.send(Buffer.concat(Array.from({ length: times }, () => one)));
  await settle(control, connection);
  connection.takeBytes();
}

/**
 * How far the counters of keys grow by a command, sent `times` in one write; or where those of new ones begin. A counter
 * that falls is told of as it is afterwards.
 */
export function counted(line: string, times = 1): Action {
  return {
    label: `(uses) ${times === 1 ? '' : `${times} times `}${line}`,
    commands: [line],
    run: async (session) => {
      const before = await figures(session.control, 'FREQ');
      await perform(session, line, times);
      const after = await figures(session.control, 'FREQ');
      const told = [...after].map(([key, now]) => {
        const was = before.get(key);
        return `${key} ${was === undefined || now < was ? `is ${now}` : `+${now - was}`}`;
      });
      return Buffer.from(told.join(', '));
    },
  };
}

/** Which keys a command makes used just now, all having been idle before. */
export function refreshed(line: string): Action {
  return {
    label: `(idle times) ${line}`,
    commands: [line],
    run: async (session) => {
      const { control } = session;
      const keys = await keysOf(control);
      const known = await replies(
        control,
        keys.flatMap((key) => [
          ['PEXPIRETIME', key],
          ['DUMP', key],
        ]),
      );
      const restoring = keys.map((key, i) => {
        const [at, payload] = known.slice(2 * i).map(parseReply);
        const expiry = textOf(at) ?? '';
        const rest = ['REPLACE', 'ABSTTL', 'IDLETIME', String(IDLE_SECONDS)];
        return ['RESTORE', key, expiry.startsWith('-') ? '0' : expiry, payload.text ?? '', ...rest];
      });
      const restored = (await replies(control, restoring)).map(String).filter((reply) => reply !== '+OK\r\n');
      if (restored.length > 0) throw new Error(`RESTORE: ${restored.join()}`);
      await perform(session, line, 1);
      const told = [...(await figures(control, 'IDLETIME'))].map(
        ([key, seconds]) => `${key} ${seconds < IDLE_SECONDS / 2 ? 'used' : 'idle'}`,
      );
      return Buffer.from(told.join(', '));
    },
  };
}
