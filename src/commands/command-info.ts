// What COMMAND and COMMAND INFO tell of a command, derived from its declaration:
//
//   name, arity, flags, first key, last key, step, ACL categories, tips, key specifications, subcommands
import type { CommandFlag, KeyFlag, KeySpec } from './command.js';
import { hasMovableKeys, legacyRange } from './key-positions.js';
import type { Command } from './registry.js';
import { type ReplyText, ReplyTexts } from './reply-text.js';

/** Flags that are told, in the order in which they are. */
const FLAGS: readonly CommandFlag[] = [
  'write',
  'readonly',
  'denyoom',
  'module',
  'admin',
  'pubsub',
  'noscript',
  'blocking',
  'loading',
  'stale',
  'skip_monitor',
  'skip_slowlog',
  'asking',
  'fast',
  'no_auth',
  'no_mandatory_keys',
  'no_async_loading',
  'no_multi',
  'movablekeys',
  'allow_busy',
];

/** ACL categories in their order, without '@'; all that there are. */
export const CATEGORIES: readonly string[] = [
  'keyspace',
  'read',
  'write',
  'set',
  'sortedset',
  'list',
  'hash',
  'string',
  'bitmap',
  'hyperloglog',
  'geo',
  'stream',
  'pubsub',
  'admin',
  'fast',
  'slow',
  'blocking',
  'dangerous',
  'connection',
  'transaction',
  'scripting',
];

const KEY_FLAGS: readonly KeyFlag[] = [
  'RO',
  'RW',
  'OW',
  'RM',
  'access',
  'update',
  'insert',
  'delete',
  'not_key',
  'incomplete',
  'variable_flags',
];

/** The flags of a key in the order in which they are told. */
export function orderedKeyFlags(flags: readonly KeyFlag[]): readonly KeyFlag[] {
  return KEY_FLAGS.filter((flag) => flags.includes(flag));
}

/** The flags of a command that are told, with those that follow from the rest of its declaration. */
export function shownFlags(command: Command): readonly CommandFlag[] {
  const movable = hasMovableKeys(command);
  return FLAGS.filter((flag) => command.flags.includes(flag) || (flag === 'movablekeys' && movable));
}

/** The ACL categories of a command, without '@'. */
export function orderedCategories(command: Command): readonly string[] {
  return CATEGORIES.filter((category) => command.allCategories.includes(category));
}

function writeInfo(command: Command, reply: ReplyText): void {
  const { first, last, step } = legacyRange(command);
  const tips = command.tips ?? [];
  const specs = command.keys ?? [];
  reply.array(10);
  reply.bulk(command.fullName);
  reply.integer(command.arity);
  reply.flags(shownFlags(command));
  reply.integer(first);
  reply.integer(last);
  reply.integer(step);
  reply.flags(orderedCategories(command).map((category) => `@${category}`));
  reply.set(tips.length);
  for (const tip of tips) reply.bulk(tip);
  reply.set(specs.length);
  for (const spec of specs) writeSpec(spec, reply);
  // No subcommands are an empty set, some of them an array.
  if (command.children.size === 0) reply.set(0);
  else reply.array(command.children.size);
  for (const child of command.children.values()) writeInfo(child, reply);
}

function writeSpec(spec: KeySpec, reply: ReplyText): void {
  const { begin, find } = spec;
  reply.map(spec.notes === undefined ? 3 : 4);
  if (spec.notes !== undefined) {
    reply.bulk('notes');
    reply.bulk(spec.notes);
  }
  reply.bulk('flags');
  reply.flags(orderedKeyFlags(spec.flags));
  reply.bulk('begin_search');
  if ('hidden' in begin) {
    writeTyped(reply, 'unknown', {});
    reply.bulk('find_keys');
    writeTyped(reply, 'unknown', {});
    return;
  }
  if ('index' in begin) writeTyped(reply, 'index', { index: begin.index });
  else writeTyped(reply, 'keyword', { keyword: begin.keyword, startfrom: begin.from });
  reply.bulk('find_keys');
  if ('count' in find)
    writeTyped(reply, 'keynum', { keynumidx: find.count, firstkey: find.first, keystep: find.step });
  else writeTyped(reply, 'range', { lastkey: find.last, keystep: find.step, limit: find.limit });
}

// One half of a key specification: its type, and what belongs to that.
function writeTyped(reply: ReplyText, type: string, spec: Readonly<Record<string, number | string>>): void {
  const entries = Object.entries(spec);
  reply.map(2);
  reply.bulk('type');
  reply.bulk(type);
  reply.bulk('spec');
  reply.map(entries.length);
  for (const [name, value] of entries) {
    reply.bulk(name);
    if (typeof value === 'number') reply.integer(value);
    else reply.bulk(value);
  }
}

/** Replies of COMMAND INFO, by command. */
export const commandInfos = new ReplyTexts<Command>(writeInfo);
