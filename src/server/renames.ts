// What `rename-command` makes of the command table.
import { declarations } from '../commands/table.js';
import { applyRenames, type Config } from '../config/index.js';

/**
 * The new names of renamed commands by their old ones, '' for those that are removed. Throws ConfigError at a line
 * that renames what is not there, or to what is there already.
 */
export function renamesOf(config: Config): Map<string, string> {
  const renames = new Map<string, string>();
  const names = new Set(declarations.map(({ name }) => name));
  applyRenames(config, (from, to) => {
    const old = from.toLowerCase();
    const name = to.toLowerCase();
    if (!names.delete(old)) return 'No such command in rename-command';
    if (name !== '' && names.has(name)) return 'Target command name already exists';
    if (name !== '') names.add(name);
    const original = [...renames].find(([, renamed]) => renamed === old)?.[0] ?? old;
    renames.set(original, name);
    return undefined;
  });
  return renames;
}
