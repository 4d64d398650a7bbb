/**
 * Damaged append-only files and manifests are loaded, cut back or refused with an error that says what is wrong: some cases
 * of `npm run fuzz:aof`, on the ordinary build. As many as REDWING_FUZZ_RUNS says, from REDWING_SEED on.
 */
import { expect, it } from 'vitest';
import { runProcess } from './aof/process.js';

const CASES = 400;
const SEED_MAX = 2 ** 47;
const TIME_MS = 600_000;

it(
  'loads damaged append-only files, or says what is wrong with them',
  async () => {
    const { REDWING_FUZZ_RUNS: runs, REDWING_SEED: given } = process.env;
    const seed = Number(given ?? Math.floor(Math.random() * SEED_MAX));
    const cases = Number(runs ?? CASES);
    const run = await runProcess('plain', seed, cases);
    const again = `npm run fuzz:aof -- --plain --seed ${String(seed)} --cases ${String(cases)}`;
    expect(run.failure, `${again}: the case with the seed ${String(run.seed)}`).toBe('');
    const { loaded = 0, cut = 0, refused = 0 } = run.outcomes;
    expect(loaded + cut + refused).toBe(cases);
    console.log(`append-only files: ${String(cases)} cases, REDWING_SEED=${String(seed)}`);
  },
  TIME_MS,
);
