/**
 * Keys that hold something else than a string, for the cases that ask a command for the wrong type.
 *
 * `ENABLED_TYPES` names the types that the server under test has; a type is added here in the same change
 * that brings its commands, and every table that uses `otherTypes` covers it from then on.
 */
import type { DifferentialCase } from './server-pair.js';
import type { Step } from './steps.js';

/** How a key of each type is made. */
const CREATION = {
  list: 'RPUSH other one two three',
  hash: 'HSET other field value',
  set: 'SADD other one two three',
  zset: 'ZADD other 1 one 2 two',
  stream: 'XADD other 1-1 field value',
} as const;

/** A type that is not a string. */
export type OtherType = keyof typeof CREATION;

/** The types that exist in the server under test. */
export const ENABLED_TYPES: readonly OtherType[] = ['list', 'hash', 'set', 'zset', 'stream'];

/**
 * One case per enabled type: the key `other` holds that type when `steps` run; its type is asked at the end.
 */
export function otherTypes(title: string, ...steps: readonly Step[]): DifferentialCase[] {
  return ENABLED_TYPES.map((type) => ({
    title: `${title}, on a ${type}`,
    steps: [CREATION[type], ...steps, 'TYPE other', 'EXISTS other'],
  }));
}

/** Like `otherTypes`, and one case more in which the key `other` holds a string. */
export function stringAndOtherTypes(title: string, ...steps: readonly Step[]): DifferentialCase[] {
  const onString: DifferentialCase = {
    title: `${title}, on a string`,
    steps: ['SET other value', ...steps, 'GET other', 'TYPE other', 'EXISTS other'],
  };
  return [onString, ...otherTypes(title, ...steps)];
}
