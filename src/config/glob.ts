/**
 * Glob patterns: over names of directives (CONFIG GET) and over paths (`include`).
 *
 * `*` any run of characters, `?` one character, `[abc]` `[a-z]` `[^a]` one of a class, `\` makes the next character
 * plain. A class that is never closed ends with the pattern.
 *
 * Cost: matching goes back only to the latest star, so it is at most pattern × text, never exponential.
 */
import { readdirSync } from 'node:fs';
import * as path from 'node:path';

/** One position of a pattern: a star, or a test of one character. */
type Piece = '*' | ((char: string) => boolean);

/** Compiles the class that begins after `[` at `at`; gives its test and where the pattern goes on. */
function compileClass(pattern: string, at: number): [(char: string) => boolean, number] {
  const negated = pattern[at] === '^';
  const ranges: [string, string][] = [];
  let next = negated ? at + 1 : at;
  for (; next < pattern.length && pattern[next] !== ']'; next++) {
    if (pattern[next] === '\\' && next + 1 < pattern.length) next++;
    const from = pattern[next] ?? '';
    const isRange = pattern[next + 1] === '-' && next + 2 < pattern.length;
    const to = isRange ? (pattern[next + 2] ?? '') : from;
    if (isRange) next += 2;
    ranges.push(from <= to ? [from, to] : [to, from]);
  }
  const test = (char: string): boolean => ranges.some(([from, to]) => char >= from && char <= to) !== negated;
  return [test, next + 1];
}

function compile(pattern: string): Piece[] {
  const pieces: Piece[] = [];
  for (let at = 0; at < pattern.length;) {
    const char = pattern[at] ?? '';
    if (char === '[') {
      const [test, next] = compileClass(pattern, at + 1);
      pieces.push(test);
      at = next;
      continue;
    }
    if (char === '*') pieces.push('*');
    else if (char === '?') pieces.push(() => true);
    else {
      const plain = char === '\\' && at + 1 < pattern.length ? (pattern[++at] ?? '') : char;
      pieces.push((other) => other === plain);
    }
    at++;
  }
  return pieces;
}

function matchesPieces(pieces: readonly Piece[], text: string): boolean {
  let piece = 0;
  let star = -1;
  let resume = 0;
  for (let at = 0; at < text.length;) {
    const current = pieces[piece];
    if (current === '*') {
      star = piece++;
      resume = at;
    } else if (current?.(text[at] ?? '')) {
      piece++;
      at++;
    } else if (star >= 0) {
      piece = star + 1;
      at = ++resume;
    } else return false;
  }
  while (pieces[piece] === '*') piece++;
  return piece === pieces.length;
}

/** Whether the whole of `text` matches `pattern`, letter case included. */
export function matchesGlob(pattern: string, text: string): boolean {
  return matchesPieces(compile(pattern), text);
}

/** The same for many texts: the pattern is read once. */
export function globMatcher(pattern: string): (text: string) => boolean {
  const pieces = compile(pattern);
  return (text) => matchesPieces(pieces, text);
}

/** Whether `text` has a character that makes it a pattern. */
export function isGlob(text: string): boolean {
  return /[*?[]/.test(text);
}

/**
 * The existing paths that match `pattern`, which starts at `base` unless it is absolute, in order of their names; none if
 * nothing matches. A wildcard does not
 * cross `/` and does not match a name's leading dot. Reads each folder that the pattern leads through.
 */
export function expandPath(pattern: string, base = ''): string[] {
  const root = path.parse(pattern).root;
  let found = [root || base];
  for (const segment of pattern.slice(root.length).split('/')) {
    if (segment === '') continue;
    found = found.flatMap((folder) =>
      isGlob(segment) ? list(folder, segment) : [path.join(folder, segment)],
    );
  }
  return found.filter((file) => list(path.dirname(file), '*', path.basename(file)).length > 0);
}

/** The paths of `folder`'s entries whose names match, or that bear exactly the name `only`. */
function list(folder: string, pattern: string, only?: string): string[] {
  let names: string[];
  try {
    names = readdirSync(folder === '' ? '.' : folder);
  } catch {
    return []; // A folder that is missing or closed to us holds no match.
  }
  const wanted = (name: string): boolean =>
    only === undefined
      ? matchesGlob(pattern, name) && (!name.startsWith('.') || pattern.startsWith('.'))
      : name === only;
  return names
    .filter(wanted)
    .sort()
    .map((name) => path.join(folder, name));
}
