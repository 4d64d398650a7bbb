/** The sample configuration: docs/redwing.conf is what the declarations give, and changes nothing. */
import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { expect, test } from 'vitest';
import { Config, loadConfig, sampleConfig } from '../../src/config/index.js';
import { directives } from '../../src/config/directives.js';

const file = path.resolve(import.meta.dirname, '../../docs/redwing.conf');
const sample = readFileSync(file, 'utf8');

test('is up to date (npm run sample writes it)', () => {
  expect(sampleConfig(new Config())).toBe(sample);
});

test('names each directive once', () => {
  const lastLines = sample
    .trim()
    .split('\n\n')
    .slice(1)
    .map((part) => part.split('\n').at(-1) ?? '');
  const names = lastLines.flatMap((line) => /^(?:# )?([a-z][a-z_-]*) /.exec(line)?.[1] ?? []);
  expect(names.sort()).toEqual(Object.keys(directives).sort());
});

test('gives every directive its default', () => {
  const config = loadConfig({ file });
  expect(config.get(['*'])).toEqual(new Config().get(['*']));
  expect(config.takeNotices()).toEqual(new Config().takeNotices());
});

test('has no long lines', () => {
  expect(sample.split('\n').filter((line) => line.length > 100)).toEqual([]);
});
