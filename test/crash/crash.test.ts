/** Some crashes of each kind; `npm run crash` makes as many as one has time for. */
import { describe, it } from 'vitest';
import { programUnderTest } from '../support/server-process.js';
import { CrashTest, type CrashOptions, POLICIES } from './rounds.js';

const ROUNDS = 3;
const TIMEOUT_MS = 180_000;

const OPTIONS: Omit<CrashOptions, 'policy' | 'loss'> = {
  program: programUnderTest(),
  seed: Number(process.env['REDWING_SEED'] ?? 20_251),
  writers: 4,
  filler: 3000,
  loadMs: 400,
  lostMs: 2000,
};

describe.each(POLICIES)('%s', (policy) => {
  it('leaves a prefix of the writes when the server is killed', { timeout: TIMEOUT_MS }, async () => {
    await new CrashTest({ ...OPTIONS, policy, loss: 'process' }).run(ROUNDS);
  });

  // What is lost with the power is known by what Linux loads in front of the server.
  it.runIf(process.platform === 'linux')(
    'leaves a prefix of the writes when the power fails',
    { timeout: TIMEOUT_MS },
    async () => {
      await new CrashTest({ ...OPTIONS, policy, loss: 'power' }).run(ROUNDS);
    },
  );
});
