/**
 * Feeds damaged append-only files and manifests to what loads them, under the address and undefined behaviour sanitizers:
 * `npm run fuzz:aof -- --cases 1000000`.
 *
 * What is tried is not a parser but the whole way of a log into the store - the manifest, the parser of frames, the
 * dispatcher and every command that changes data, the snapshot at the beginning of a base - because most of what can go
 * wrong with a log that is damaged is a command that nobody would send. That way is TypeScript over the addon, so it runs in
 * Node, with the sanitizers' library loaded before it. Their look for leaks is off, since Node leaves memory behind when it
 * ends; instead the store is asked, at the end of each process, what it still holds.
 *
 * Processes are started anew for every few thousand cases; this one sees when one of them dies, or goes on for too long
 * with a case. A case is made by its seed alone: seed + number. One that fails is kept as files, and how to try
 * it again is said. What the case before it may have left behind is tried again by naming the process's first seed.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { parseArgs } from 'node:util';
import { type Corpus, makeCase } from './cases.js';
import { root, type Run, runProcess } from './process.js';
import { loadModules, openCorpus, writeCase } from './subject.js';

const USAGE = `Usage: npm run fuzz:aof -- [options]

  --cases N      cases (1000000)
  --seed S       the seed of the first; the next have S + 1, S + 2, ... (random)
  --seconds T    ends after that time, if not before
  --jobs N       processes at a time (2)
  --plain        the ordinary build, without sanitizers
  --keep-going   goes on behind a case that failed, with the next process

What fails is kept in build/fuzz-aof.`;

const KEPT = path.join(root, 'build/fuzz-aof');
const CASES_OF_A_PROCESS = 4000;
const REPORT_MS = 15_000;
const S = 1000;

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 47)) },
    seconds: { type: 'string', default: '0' },
    jobs: { type: 'string', default: '2' },
    plain: { type: 'boolean', default: false },
    'keep-going': { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

/** Keeps the files of a case that failed; says where they are, and how it is tried again. */
function keep(corpus: Corpus, first: number, { seed, failure }: Run): void {
  const folder = path.join(KEPT, String(seed));
  mkdirSync(folder, { recursive: true });
  writeCase(path.join(folder, 'appendonlydir'), makeCase(corpus, seed));
  writeFileSync(path.join(folder, 'failure.txt'), failure);
  const again = (from: number): string =>
    `npm run fuzz:aof -- ${values.plain ? '--plain ' : ''}--seed ${String(from)} --cases ${String(seed - from + 1)}`;
  console.log(`FAILED: the case with the seed ${String(seed)}: ${failure}`);
  console.log(
    `Its files: ${folder}\nAgain:     ${again(seed)}\nor, if it needs those before: ${again(first)}`,
  );
}

// Tries all cases, in as many processes at a time as were asked for.
class Fuzzing {
  failed = 0;
  private readonly seed = Number(values.seed);
  private readonly cases = Number(values.cases);
  private readonly startedMs = Date.now();
  private readonly endMs = Number(values.seconds) > 0 ? Date.now() + Number(values.seconds) * S : Infinity;
  private reportedMs = this.startedMs;
  private given = 0;
  private done = 0;
  private readonly outcomes: Record<string, number> = {};

  constructor(private readonly corpus: Corpus) {
    console.log(`seed ${String(this.seed)}, ${String(this.cases)} cases`);
  }

  /** Starts processes one after the other, until there are no cases left. */
  async goOn(): Promise<void> {
    while (
      this.given < this.cases &&
      Date.now() < this.endMs &&
      (this.failed === 0 || values['keep-going'])
    ) {
      const first = this.seed + this.given;
      const count = Math.min(CASES_OF_A_PROCESS, this.cases - this.given);
      this.given += count;
      const result = await runProcess(values.plain ? 'plain' : 'sanitized', first, count);
      this.done += result.seed - first + 1;
      for (const [name, cases] of Object.entries(result.outcomes))
        this.outcomes[name] = (this.outcomes[name] ?? 0) + cases;
      if (result.failure !== '') {
        this.failed++;
        keep(this.corpus, first, result);
      }
      if (Date.now() - this.reportedMs > REPORT_MS) this.report();
    }
  }

  report(): void {
    this.reportedMs = Date.now();
    const rate = (this.done / (Date.now() - this.startedMs)) * S;
    console.log(`${String(this.done)} cases, ${JSON.stringify(this.outcomes)}, ${rate.toFixed(0)} cases/s`);
  }
}

async function run(): Promise<number> {
  if (!values.plain) {
    const build = path.join(import.meta.dirname, 'build-sanitized.mjs');
    if (spawnSync(process.execPath, [build], { stdio: 'inherit' }).status !== 0) return 1;
  }
  const modules = values.plain ? 'dist' : 'build/asan/dist';
  const fuzzing = new Fuzzing(openCorpus(await loadModules(path.join(root, modules))));
  await Promise.all(Array.from({ length: Number(values.jobs) }, () => fuzzing.goOn()));
  fuzzing.report();
  console.log(fuzzing.failed === 0 ? 'ok' : `${String(fuzzing.failed)} cases failed`);
  return fuzzing.failed === 0 ? 0 : 1;
}

if (values.help) console.log(USAGE);
else process.exit(await run());
