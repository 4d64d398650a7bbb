// Writes src/store/layout.ts from native/transport/layout.h, so that the shared layout has one definition.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

const root = new URL('../../', import.meta.url);
const header = readFileSync(new URL('native/transport/layout.h', root), 'utf8');
const lines = [
  '// Generated from native/transport/layout.h by native/binding/generate-layout.mjs; not to be edited.',
];
for (const line of header.split('\n')) {
  const section = /^\/\/ ---- (.*?) -+$/.exec(line);
  if (section) lines.push('', `// ${section[1]}`);
  const constant = /^inline constexpr int32_t k(\w+) = (-?\d+);(?:\s*\/\/ (.*))?$/.exec(line);
  if (!constant) {
    if (line.startsWith('inline constexpr'))
      throw new Error(`layout.h: a constant must fit one line: ${line}`);
    continue;
  }
  if (constant[3]) lines.push(`/** ${constant[3]} */`);
  lines.push(`export const ${constant[1]} = ${constant[2]};`);
}
const target = new URL('src/store/layout.ts', root);
const text = lines.join('\n') + '\n';
// What is right already stays untouched: others may be reading it.
if (!existsSync(target) || readFileSync(target, 'utf8') !== text) writeFileSync(target, text);
