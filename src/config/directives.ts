/**
 * Every configuration directive of Redis 7.2, and Redwing's own, declared once.
 *
 * A group's file holds its declarations; this one joins them and derives the names and types that the rest works
 * with. To add a directive, add one entry to its group: parsing, default, validation, CONFIG GET, CONFIG SET and the
 * typed getter of Config follow from it.
 */
import type { Directive, ValueOf } from './directive.js';
import { general } from './directives/general.js';
import { memoryGroup } from './directives/memory.js';
import { network } from './directives/network.js';
import { persistence } from './directives/persistence.js';
import { replicationAndCluster } from './directives/replication.js';
import { tls } from './directives/tls.js';

/** The declarations by name, in the order in which CONFIG GET lists them. */
export const directives = {
  ...network,
  ...general,
  ...persistence,
  ...replicationAndCluster,
  ...memoryGroup,
  ...tls,
};

/** The name of a directive, without aliases. */
export type DirectiveName = keyof typeof directives;

/** `tcp-keepalive` as a property is `tcpKeepalive`. */
export type PropertyName<N extends string> = N extends `${infer Head}-${infer Tail}`
  ? `${Head}${Capitalize<PropertyName<Tail>>}`
  : N;

/** The type of a directive's value. */
export type DirectiveValue<N extends DirectiveName> = ValueOf<(typeof directives)[N]>;

/** Every directive's value under its property name. */
export type ConfigValues = { readonly [N in DirectiveName as PropertyName<N>]: DirectiveValue<N> };

/** The property that holds a directive's value. */
export function propertyName(name: string): string {
  return name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** Lines that redis.conf may still hold though they have long had no meaning; they take one argument. */
export const IGNORED_DIRECTIVES: ReadonlySet<string> = new Set([
  'list-max-ziplist-entries',
  'list-max-ziplist-value',
  'lua-replicate-commands',
]);

/** A directive under one of its names. */
export interface NamedDirective {
  /** The name or the alias it was looked up by, in lower case. */
  readonly label: string;
  readonly name: DirectiveName;
  /** Where the directive stands in the order of declaration. */
  readonly slot: number;
  readonly directive: Directive<unknown>;
}

/** Every name and alias with what it means. Throws if a name is given twice: that is a mistake in a declaration. */
function buildIndex(): ReadonlyMap<string, NamedDirective> {
  const index = new Map<string, NamedDirective>();
  const entries = Object.entries(directives) as [DirectiveName, Directive<unknown>][];
  entries.forEach(([name, directive], slot) => {
    for (const label of directive.alias === undefined ? [name] : [name, directive.alias]) {
      if (index.has(label) || IGNORED_DIRECTIVES.has(label)) throw new Error(`${label} is declared twice`);
      index.set(label, { label, name, slot, directive });
    }
  });
  return index;
}

/** Every name and alias, in lower case, in the order of declaration. */
export const directiveIndex: ReadonlyMap<string, NamedDirective> = buildIndex();
