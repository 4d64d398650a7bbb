// LOLWUT: a picture for whoever asks, and the version. A flock of redwings crosses the sky, a new one each time.
import { version } from '../config/index.js';
import { type Call, word } from './call.js';
import type { CommandDeclaration } from './command.js';

const VERSION = word('VERSION');
const WIDTH = 64;
const HEIGHT = 10;
const BIRDS = 14;
/** Wings up, wide, and down: near birds, and far ones. */
const NEAR: readonly string[] = ['\\_v_/', '--v--', '/^v^\\'];
const FAR: readonly string[] = ['\\v/', '-v-', '~v~'];

function pick(from: readonly string[], random: () => number): string {
  return from[Math.floor(random() * from.length)];
}

/** A flock; `random` gives numbers from 0 up to 1. Each line ends with a line break. */
export function flock(random: () => number = Math.random): string {
  const sky = Array.from({ length: HEIGHT }, () => Array<string>(WIDTH).fill(' '));
  for (let i = 0; i < BIRDS; i++) {
    const row = Math.floor(random() * HEIGHT);
    // The lower, the nearer.
    const bird = pick(row > HEIGHT / 2 ? NEAR : FAR, random);
    const column = Math.floor(random() * (WIDTH - bird.length));
    for (let k = 0; k < bird.length; k++) sky[row][column + k] = bird[k];
  }
  return sky.map((line) => `${line.join('').trimEnd()}\n`).join('');
}

// Every version has the same picture; what follows the version is of no meaning to it.
function lolwut(c: Call): void {
  if (c.count >= 3 && c.is(1, VERSION) && c.integerOrError(2) === null) return;
  c.reply.verbatim('txt', `${flock()}\nRedwing ver. ${version}\n`);
}

export const lolwutCommand: CommandDeclaration = {
  name: 'lolwut',
  arity: -1,
  flags: ['readonly', 'fast'],
  group: 'server',
  since: '5.0.0',
  summary: 'Draws a picture, and tells the version',
  complexity: 'O(1)',
  arguments: '[VERSION version:integer]',
  reply: 'verbatim',
  handler: lolwut,
};
