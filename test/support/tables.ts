/**
 * Short forms for case tables.
 */
import type { DifferentialCase } from './server-pair.js';
import { isAction, type Step } from './steps.js';

/** A row of a table: its title, then its steps. */
export type Row = readonly [title: string, ...steps: Step[]];

/** Rows as cases. */
export function table(...rows: readonly Row[]): DifferentialCase[] {
  return rows.map(([title, ...steps]) => ({ title, steps }));
}

/** How a step is called in a title. */
export function nameOf(step: Step): string {
  if (typeof step === 'string') return step;
  return isAction(step) ? step.label : step.map(String).join(' ').slice(0, 80);
}

/** One case per line, each behind the same `setup`. */
export function each(title: string, setup: readonly Step[], lines: readonly Step[]): DifferentialCase[] {
  return lines.map((line) => ({
    title: `${title}: ${nameOf(line)}`,
    steps: [...setup, line],
  }));
}

/**
 * `command` with every number of arguments given, the arguments being plain words. The keyspace holds a
 * string under the first word, and whether it was touched is asked afterwards.
 */
export function arity(command: string, ...counts: readonly number[]): DifferentialCase {
  const words = ['w1', '2', 'w3', '4', 'w5', '6', 'w7', '8', 'w9'];
  const lines = counts.map((count) => [command, ...words.slice(0, count)].join(' '));
  return {
    title: `${command} with ${counts.join(', ')} arguments`,
    steps: ['SET w1 v', ...lines, 'GET w1', 'DBSIZE'],
  };
}

/** The same cases, compared with Redis 8.0. */
export function likeRedis8(cases: readonly DifferentialCase[]): DifferentialCase[] {
  return cases.map((test) => ({ ...test, reference: '8.0' as const }));
}

/** Every byte value once. */
export const ALL_BYTES: Buffer = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));

/** Integers at and around the limits of 64 bits and of what callers like to get wrong. */
export const EDGE_INTEGERS: readonly string[] = [
  '0',
  '-0',
  '+1',
  '1',
  '-1',
  '01',
  ' 1',
  '1 ',
  '1.0',
  '1e3',
  '0x10',
  '',
  'abc',
  '9223372036854775807',
  '9223372036854775808',
  '-9223372036854775808',
  '-9223372036854775809',
  '18446744073709551615',
  '99999999999999999999999999',
  '4294967296',
  '2147483648',
  '-2147483649',
];

/** `count` words: the prefix and a number counted from `from`. */
export function numbered(prefix: string, count: number, from = 0): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}${from + index}`);
}
