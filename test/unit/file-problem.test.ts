/** Why an operation on a file failed, in the system's words. */
import { mkdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { fileProblem, isMissing, namedFileProblem } from '../../src/config/index.js';

const MISSING = '/nowhere/at/all';

function errorOf(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('it has succeeded');
}

it('is said in the words of the system, with or without the file', () => {
  const error = errorOf(() => readFileSync(Buffer.from(MISSING)));
  expect(fileProblem(error)).toBe('No such file or directory');
  expect(namedFileProblem(error)).toBe(`${MISSING}: No such file or directory`);
  expect(isMissing(error)).toBe(true);
});

it('that has no words here is said by its message, which names the file', () => {
  const error = errorOf(() => mkdirSync('/'));
  expect(namedFileProblem(error)).toBe(fileProblem(error));
  expect(fileProblem(error)).toMatch(/^E[A-Z]+: .*'\/'$/);
  expect(isMissing(error)).toBe(false);
});

it('may be none of a file', () => {
  expect(namedFileProblem(new Error('it is being rewritten'))).toBe('it is being rewritten');
  expect(fileProblem('text')).toBe('text');
  expect(isMissing(undefined)).toBe(false);
});
