/**
 * The steps that a differential case is made of.
 *
 * Most are commands: a quoted line, or a list of arguments when bytes are built. The rest are *actions*: a
 * small program run against each server, whose outcome is bytes that must be equal. Actions serve what one
 * reply cannot show: a full SCAN, raw traffic, a second connection, time that passes.
 */
import { encodeCommand, parseCommandLine, toBytes, type Argument } from './command-line.js';
import { type RawConnection, type Fate } from './raw-connection.js';
import { canonicalForm, parseReply, textOf, type Reply } from './reply.js';
import type { ServerProcess } from './server-process.js';

const BARRIER_PINGS = 3;
const MAX_BARRIERS = 2_000;
const MAX_SCAN_CALLS = 100_000;

/** What an action sees of one server: the case's connection, one for barriers, and named further ones. */
export interface Session {
  readonly server: ServerProcess;
  readonly protocol: 2 | 3;
  readonly connection: RawConnection;
  readonly control: RawConnection;
  readonly others: Map<string, RawConnection>;
}

/** A program run against both servers; `commands` are the command lines it exercises, for coverage. */
export interface Action {
  readonly label: string;
  readonly commands: readonly string[];
  /** How long it takes by itself, milliseconds. */
  readonly lastsMs?: number;
  run(session: Session): Promise<Uint8Array>;
}

/** One step of a case. */
export type Step = string | readonly Argument[] | Action;

/** The arguments of a command step; undefined for an action. */
export function argumentsOf(step: Step): Buffer[] | undefined {
  if (typeof step === 'string') return parseCommandLine(step);
  return isAction(step) ? undefined : step.map(toBytes);
}

/** Whether a step is an action. */
export function isAction(step: Step): step is Action {
  return typeof step === 'object' && 'run' in step;
}

/** Lets time pass; both servers wait together. */
export function pause(milliseconds: number): Action {
  return {
    label: `(pause ${milliseconds} ms)`,
    commands: [],
    lastsMs: milliseconds,
    run: async () => {
      await new Promise((done) => setTimeout(done, milliseconds));
      return Buffer.alloc(0);
    },
  };
}

/**
 * `command`, which scans (HSCAN, SSCAN and ZSCAN with their key), from 0 until the cursor is 0 again, with
 * `options` behind the cursor; what `entriesOf` finds in the second item of the replies, sorted, each once.
 */
export function scanned(command: string, options: string, entriesOf: (found: Reply) => string[]): Action {
  return {
    label: `${command} (all) ${options}`,
    commands: [`${command} 0 ${options}`],
    run: async ({ connection }) => {
      const found = new Set<string>();
      let cursor = '0';
      for (let calls = 0; calls < MAX_SCAN_CALLS; calls++) {
        const line = parseCommandLine(`${command} ${cursor} ${options}`);
        const reply = parseReply(await connection.command(...line));
        if (reply.items === undefined) return Buffer.from(textOf(reply) ?? 'null');
        cursor = textOf(reply.items[0]) ?? '0';
        for (const entry of entriesOf(reply.items[1] ?? { type: '*' })) found.add(entry);
        if (cursor === '0') return Buffer.from([...found].sort().join('\n'));
      }
      return Buffer.from('the cursor never returned to 0');
    },
  };
}

/** SCAN from 0 until the cursor is 0 again, with `options` behind the cursor; the keys, sorted, each once. */
export function scanAll(options: string): Action {
  const keysOf = (found: Reply): string[] => (found.items ?? []).map((key) => canonicalForm(key));
  return scanned('SCAN', options, keysOf);
}

/** A command whose aggregate reply is compared without its order. */
export function unordered(line: string): Action {
  return {
    label: `${line} (in any order)`,
    commands: [line],
    run: async ({ connection }) => {
      const reply = parseReply(await connection.command(...parseCommandLine(line)));
      return Buffer.from(canonicalForm(reply, true));
    },
  };
}

/** A command on a further connection, opened in RESP2 at its first use and kept for the case under `name`. */
export function onConnection(name: string, line: string): Action {
  return {
    label: `[${name}] ${line}`,
    commands: [line],
    run: async (session) => (await otherConnection(session, name)).command(...parseCommandLine(line)),
  };
}

/** The further connection `name` of this case. */
export async function otherConnection(session: Session, name: string): Promise<RawConnection> {
  const known = session.others.get(name);
  if (known !== undefined) return known;
  const opened = await session.server.connect();
  session.others.set(name, opened);
  return opened;
}

/**
 * Waits up to 50 ms, once the server is done, for it to close the case's connection (or the further one
 * named); its fate.
 */
export function fate(name?: string): Action {
  return {
    label: `(fate of the connection${name === undefined ? '' : ` ${name}`})`,
    commands: [],
    run: async (session) => {
      const connection = name === undefined ? session.connection : await otherConnection(session, name);
      await settle(session.control, connection);
      if (connection.fate === 'open') await connection.waitForClose(50);
      return Buffer.from(connection.fate);
    },
  };
}

/** Sends exact bytes, waits until the server has done all it will, and takes whatever came, and the fate. */
export function bytes(raw: string | Uint8Array, commands: readonly string[] = []): Action {
  const sent = typeof raw === 'string' ? Buffer.from(raw, 'latin1') : raw;
  return {
    label: `(bytes) ${JSON.stringify(Buffer.from(sent.subarray(0, 300)).toString('latin1'))}`,
    commands,
    run: async ({ connection, control }) => exchange(connection, control, [sent]),
  };
}

/** Sends commands in one write, and takes whatever comes back once the server is done. */
export function pipeline(...lines: readonly string[]): Action {
  const parsed = lines.map(parseCommandLine);
  return {
    label: `(one write) ${lines.join(' | ').slice(0, 500)}`,
    commands: lines,
    run: async ({ connection, control }) =>
      exchange(connection, control, [Buffer.concat(parsed.map(encodeCommand))]),
  };
}

/**
 * Sends `segments` one after the other, each once the previous one has been handed over and the loop has
 * turned, and resolves with the bytes that came back followed by `<open>` or `<closed>`.
 */
export async function exchange(
  connection: RawConnection,
  control: RawConnection,
  segments: readonly Uint8Array[],
  pauseBetween?: (index: number) => Promise<void>,
): Promise<Buffer> {
  for (const [index, segment] of segments.entries()) {
    await connection.send(segment);
    await pauseBetween?.(index);
  }
  await settle(control, connection);
  const result: Fate = connection.fate;
  return Buffer.concat([connection.takeBytes(), Buffer.from(`<${result}>`)]);
}

/**
 * Waits until the server has worked off what `connection` sent: PINGs on `control` go through the same loop,
 * and while anything still arrives on `connection`, more of them follow. Bounded: 2,000 rounds.
 */
export async function settle(control: RawConnection, connection: RawConnection): Promise<void> {
  for (let rounds = 0; rounds < MAX_BARRIERS; rounds++) {
    const before = connection.receivedBytes;
    const fateBefore = connection.fate;
    for (let ping = 0; ping < BARRIER_PINGS; ping++) await control.command('PING');
    await new Promise((done) => setTimeout(done, 1));
    if (connection.receivedBytes === before && connection.fate === fateBefore) return;
  }
}
