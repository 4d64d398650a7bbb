/**
 * What the real servers dump, in every form that their settings give it, restored into the server under test: the digests
 * must be those of the originals, whatever forms its own settings give the values.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeCommand, toBytes } from '../support/command-line.js';
import type { RawConnection } from '../support/raw-connection.js';
import { parseReply, textOf } from '../support/reply.js';
import {
  ServerProcess,
  programUnderTest,
  referenceProgram,
  type ReferenceVersion,
} from '../support/server-process.js';
import { argumentsOf, type Step } from '../support/steps.js';
import { LATER, VALUES } from './cases/digest.js';

/** Settings that make small forms of nearly everything, or of nothing. */
const SIZES = {
  usual: [],
  tiny: [
    ['list-max-listpack-size', '2'],
    ['hash-max-listpack-entries', '0'],
    ['zset-max-listpack-entries', '0'],
    ['set-max-intset-entries', '0'],
    ['stream-node-max-entries', '2'],
    ['rdbcompression', 'no'],
  ],
  large: [
    ['list-max-listpack-size', '-5'],
    ['hash-max-listpack-entries', '100000'],
    ['hash-max-listpack-value', '100000'],
    ['zset-max-listpack-entries', '100000'],
    ['zset-max-listpack-value', '100000'],
    ['set-max-intset-entries', '100000'],
    ['stream-node-max-entries', '0'],
    ['stream-node-max-bytes', '100000'],
  ],
} as const;
type Size = keyof typeof SIZES;
const ALL_SIZES = Object.keys(SIZES) as Size[];

const DEBUG = ['--enable-debug-command', 'yes'];

class Side {
  private constructor(
    private readonly server: ServerProcess,
    private readonly connection: RawConnection,
  ) {}

  static async start(version: ReferenceVersion | null): Promise<Side> {
    const program = version === null ? programUnderTest() : referenceProgram(version);
    const server = await ServerProcess.start(program, DEBUG);
    return new Side(server, await server.connect());
  }

  stop(): Promise<void> {
    this.connection.close();
    return this.server.stop();
  }

  async configure(size: Size): Promise<void> {
    for (const [name, value] of SIZES[size]) await this.ask('CONFIG', 'SET', name, value);
  }

  async ask(...words: readonly (string | Buffer)[]): Promise<Buffer> {
    await this.connection.send(encodeCommand(words.map(toBytes)));
    const reply = parseReply(await this.connection.reply());
    if (reply.type === '-') throw new Error(`${String(words[0])}: ${textOf(reply) ?? ''}`);
    return reply.text ?? reply.items?.[0]?.text ?? Buffer.alloc(0);
  }

  /** Some steps are meant to be refused. */
  async take(step: Step): Promise<void> {
    await this.connection.send(encodeCommand(argumentsOf(step) ?? []));
    await this.connection.reply();
  }
}

describe.each(['7.0', '8.0'] as const)('dumps of Redis %s', (version) => {
  // A negative zero loses its sign in small forms, here as there.
  const values = (version === '7.0' ? VALUES : [...VALUES, ...LATER]).filter(
    ([title]) => !title.startsWith('a negative zero'),
  );

  describe.each(ALL_SIZES)('with %s forms', (size) => {
    let origin: Side;
    const targets: Side[] = [];
    beforeAll(async () => {
      origin = await Side.start(version);
      await origin.configure(size);
      for (const own of ALL_SIZES) {
        const target = await Side.start(null);
        await target.configure(own);
        targets.push(target);
      }
    });
    afterAll(async () => {
      for (const side of [origin, ...targets.splice(0)]) await side.stop();
    });

    it.each(values.map(([title, steps]) => [title, steps] as const))('%s', async (_, steps) => {
      await origin.ask('FLUSHALL');
      for (const step of steps) await origin.take(step);
      const payload = await origin.ask('DUMP', 'k');
      const digest = (await origin.ask('DEBUG', 'DIGEST-VALUE', 'k')).toString();
      for (const target of targets) {
        await target.ask('RESTORE', 'k', '0', payload, 'REPLACE');
        expect((await target.ask('DEBUG', 'DIGEST-VALUE', 'k')).toString()).toBe(digest);
      }
    });
  });
});
