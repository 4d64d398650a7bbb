/**
 * How long a property is checked, and from which seed.
 *
 *   REDWING_FUZZ_RUNS=5000   that many runs, however long they take; without it, what fits into the time
 *   REDWING_FUZZ_TIME=0.5    that share of the time
 *   REDWING_SEED=1234        the seed of the first chunk; without it a random one
 *
 * Runs come in chunks, each with a seed of its own (the one before plus one), so that time can end them
 * between two runs and never inside one. A failure names the seed of its chunk: given back, it fails in the
 * first chunk again.
 */
import fc from 'fast-check';

const CHUNK_RUNS = 20;

/** The seed in REDWING_SEED, or a random one. */
function firstSeed(): number {
  const given = Number(process.env['REDWING_SEED']);
  return Number.isInteger(given) && given !== 0 ? given : Math.floor(Math.random() * 0x7fffffff);
}

/**
 * Checks `property` for `milliseconds`, or for REDWING_FUZZ_RUNS runs. Prints the seed; rejects with what
 * failed.
 */
export async function checkProperty<T>(
  title: string,
  property: fc.IAsyncProperty<T>,
  milliseconds: number,
): Promise<void> {
  const wanted = Number(process.env['REDWING_FUZZ_RUNS']);
  const deadline = Date.now() + milliseconds * Number(process.env['REDWING_FUZZ_TIME'] ?? 1);
  const seed = firstSeed();
  let runs = 0;
  for (let chunk = 0; wanted > 0 ? runs < wanted : Date.now() < deadline; chunk++) {
    await fc.assert(property, { seed: seed + chunk, numRuns: CHUNK_RUNS });
    runs += CHUNK_RUNS;
  }
  console.log(`${title}: ${runs} runs, REDWING_SEED=${seed}`);
}
