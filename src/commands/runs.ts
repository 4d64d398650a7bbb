// Runs: how the store executes a row of equal commands in one call (see `run` in command.ts).
import type { Call } from './call.js';

/**
 * The handler of a run: `store(c, first, length)` executes up to `length` commands, whose first arguments behind the
 * name are `first`, `first + c.count`, .., and returns how many went well; the next one, which fails, then replies
 * through its own handler, `single`.
 */
export function runOf(
  store: (c: Call, first: number, length: number) => number,
  single: (c: Call) => void,
): (c: Call, length: number) => void {
  return (c, length) => {
    const { first, count } = c;
    for (let done = 0; done < length; done++) {
      done += store(c, first + done * count + 1, length - done);
      if (done >= length) break;
      c.first = first + done * count;
      single(c);
    }
    c.first = first;
  };
}

/** The same for writes: `changes` tells how many changes the `done` commands made that the store has executed. */
export function writeRunOf(
  store: (c: Call, first: number, length: number) => number,
  single: (c: Call) => void,
  changes: (c: Call, done: number) => number,
): (c: Call, length: number) => void {
  return writeRun(store, single, (c, from, done) => c.ranChanges(from, done, changes(c, done)));
}

/** The same for writes of which the store leaves the effects, command by command, since they are not their frames. */
export function rewrittenRunOf(
  store: (c: Call, first: number, length: number) => number,
  single: (c: Call) => void,
  changes: (c: Call, done: number) => number,
): (c: Call, length: number) => void {
  return writeRun(store, single, (c, _, done) => c.countChanges(changes(c, done)));
}

function writeRun(
  store: (c: Call, first: number, length: number) => number,
  single: (c: Call) => void,
  tell: (c: Call, from: number, done: number) => void,
): (c: Call, length: number) => void {
  return (c, length) => {
    const { first, count, row } = c;
    for (let done = 0; done < length; done++) {
      const executed = store(c, first + done * count + 1, length - done);
      tell(c, done, executed);
      done += executed;
      if (done >= length) break;
      c.first = first + done * count;
      c.row = row + done;
      c.alone(single);
      c.first = first;
      c.row = row;
    }
  };
}

/** What a run changed: something with each command, or as much as the store says. */
export const oneEach = (_: Call, done: number): number => done;
export const asAffected = (c: Call): number => c.affected;

/**
 * The same for reads of one key that fail for its type only, which the store has then counted as read: they need not
 * be asked again.
 */
export function readRunOf(
  store: (c: Call, first: number, length: number) => number,
): (c: Call, length: number) => void {
  return runOf(store, (c) => c.wrongType());
}
