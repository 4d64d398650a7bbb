/**
 * One process of the fuzzing: `worker.ts <root> <folder> <first seed> <cases>` tries cases one after the other. The number
 * of each goes to the standard output before it is tried, so that whoever watches knows which one it was when this process
 * hangs, or is no more. The last line is how many were loaded, cut and refused. Exit code 2: a defect.
 */
import { writeSync } from 'node:fs';
import { makeCase } from './cases.js';
import { loadModules, openCorpus, type Outcome, Subject } from './subject.js';

const STDOUT = 1;
const DEFECT = 2;

const PAUSE_MS = 5;

/** Writes a line at once, so that it is there whatever happens next; waits while whoever watches is behind. */
function say(line: string): void {
  for (;;) {
    try {
      writeSync(STDOUT, `${line}\n`);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
    }
  }
}

const [root, folder, first, count] = process.argv.slice(2);
const modules = await loadModules(root);
const corpus = openCorpus(modules);
const subject = await Subject.open(modules, folder);
const outcomes: Record<Outcome, number> = { loaded: 0, cut: 0, refused: 0 };
try {
  for (let seed = Number(first); seed < Number(first) + Number(count); seed++) {
    say(String(seed));
    outcomes[await subject.try(seed, makeCase(corpus, seed))]++;
  }
  await subject.checkLeaks();
} catch (error) {
  process.stderr.write(`${String(error instanceof Error ? error.stack : error)}\n`);
  process.exit(DEFECT);
}
say(JSON.stringify(outcomes));
await subject.stop();
process.exit(0);
