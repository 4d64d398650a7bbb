/**
 * Compares what commands leave in Redwing's stream of effects with what they leave in a real Redis's log.
 *
 * A step is a line: a command; several with ` | ` between them, sent in one write; `@name line`: on a further connection;
 * `@name? line`: the same, and its client waits, so no reply is waited for; `sleep`: until what lives a millisecond is gone.
 *
 * Times differ between the servers: numbers (and identifiers of stream entries) that can be times are equal if they are
 * within some seconds of each other. Everything else is compared byte by byte.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeCommand, parseCommandLine } from './command-line.js';
import { type Effect, type EffectServer, startReference, startTested } from './effect-servers.js';
import type { RawConnection } from './raw-connection.js';
import type { ReferenceVersion } from './server-process.js';
import { settle } from './steps.js';

const LIFE_MS = 5;
/** How far the clocks of the two servers may be apart at the same step, with all that a slow machine adds. */
const CLOCKS_MS = 20_000;

/** A connection of each name to one server. */
class Clients {
  private readonly connections = new Map<string, RawConnection>();

  constructor(private readonly server: EffectServer) {}

  async get(name: string): Promise<RawConnection> {
    const known = this.connections.get(name);
    if (known !== undefined) return known;
    const opened = await this.server.connect();
    this.connections.set(name, opened);
    return opened;
  }

  async perform(step: string): Promise<Effect[]> {
    if (step === 'sleep') {
      await new Promise((done) => setTimeout(done, LIFE_MS));
      return [];
    }
    const [, name = '', waits = '', lines = ''] = /^(?:@(\w+)(\?)? )?(.*)$/s.exec(step) ?? [];
    const connection = await this.get(name);
    const commands = lines.split(' | ').map((line) => encodeCommand(parseCommandLine(line)));
    await connection.send(Buffer.concat(commands));
    if (waits === '') await connection.replies(commands.length);
    else await settle(await this.get(''), connection);
    return this.server.take();
  }

  close(): void {
    for (const connection of this.connections.values()) connection.close();
  }
}

function isTime(text: string): boolean {
  return /^\d{13}(-\d+)?$/.test(text);
}

function areAlike(ours: string, theirs: string): boolean {
  if (!isTime(ours) || !isTime(theirs)) return ours === theirs;
  const [a, sequenceA] = ours.split('-');
  const [b, sequenceB] = theirs.split('-');
  // Which entries of a stream share a millisecond depends on the clock.
  const isSame = (sequenceA === undefined) === (sequenceB === undefined);
  return isSame && Math.abs(Number(a) - Number(b)) < CLOCKS_MS;
}

/** Our effects, with times that are like theirs replaced by theirs. */
export function withTheirTimes(ours: readonly Effect[], theirs: readonly Effect[]): Effect[] {
  return ours.map((effect, i) =>
    effect.map((text, k) => {
      const other = theirs[i]?.[k] ?? '';
      return areAlike(text, other) ? other : text;
    }),
  );
}

export interface EffectCase {
  readonly name: string;
  readonly steps: readonly string[];
  /** Members that are chosen at random are not compared: what follows the key of SREM. */
  readonly isRandom?: boolean;
}

/** Effects as lines. */
export function shownEffects(effects: readonly Effect[]): string[] {
  return effects.map((effect) =>
    effect.map((text) => (/^[\x21-\x7e]+$/.test(text) ? text : JSON.stringify(text))).join(' '),
  );
}

function shown(effects: readonly Effect[], { isRandom = false }: EffectCase): string[] {
  if (!isRandom) return shownEffects(effects);
  const isChosen = (effect: Effect): boolean => effect[0] === 'SREM';
  return shownEffects(
    effects.map((effect) => (isChosen(effect) ? effect.map((text, i) => (i < 2 ? text : '?')) : effect)),
  );
}

/** Declares a test for each case, which both servers go through from empty databases on. */
export function describeEffects(
  title: string,
  cases: readonly EffectCase[],
  version: ReferenceVersion = '7.0',
): void {
  describe(title, () => {
    let servers: EffectServer[] = [];
    beforeAll(async () => {
      servers = [await startTested(), await startReference(version)];
    });
    afterAll(async () => {
      await Promise.all(servers.map((server) => server.stop()));
    });
    for (const one of cases) {
      it(one.name, async () => {
        const [ours, theirs] = servers.map((server) => new Clients(server));
        if (ours === undefined || theirs === undefined) throw new Error('no servers');
        for (const clients of [ours, theirs])
          for (const line of ['FLUSHALL', 'DEBUG SET-ACTIVE-EXPIRE 0']) await clients.perform(line);
        for (const step of one.steps) {
          const expected = await theirs.perform(step);
          const actual = withTheirTimes(await ours.perform(step), expected);
          expect(shown(actual, one), `left by: ${step}`).toEqual(shown(expected, one));
        }
        ours.close();
        theirs.close();
      });
    }
  });
}
