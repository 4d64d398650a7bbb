// Registry: all commands, numbered, with what the hot path asks of them precomputed into typed arrays.
//
// Names that clients use and names that logs use are not the same: what the server writes into its log by itself has the
// names that commands were declared with, whatever `rename-command` makes of them. So commands that were removed stay in
// the registry, where no name leads to them but that of a log.
//
// It fails fast: a duplicate name, a key specification that cannot be or an arity that contradicts it stops the start.
import { NameTable } from '../protocol/name-table.js';
import type { CommandDeclaration } from './command.js';

/** A declared command with what follows from its place. */
export interface Command extends CommandDeclaration {
  /** Number of a command of its own; of subcommands, numbered behind them. */
  id: number;
  /** The name it was declared with; `name` is another one when it was renamed. */
  declaredName: string;
  /** "config|get" for a subcommand, otherwise the name. */
  fullName: string;
  container: Command | null;
  children: ReadonlyMap<string, Command>;
  /** ACL categories, all, without '@'. */
  allCategories: readonly string[];
}

/** Commands that a client which has said MULTI executes at once, by the names they were declared with. */
const NEVER_QUEUED: ReadonlySet<string> = new Set(['exec', 'discard', 'multi', 'watch', 'quit', 'reset']);

/** Whether a transaction queues `command` (or refuses it) rather than executing it at once. */
export function isQueued(command: Command): boolean {
  return command.container !== null || !NEVER_QUEUED.has(command.declaredName);
}

/** ACL categories that follow from a group. */
const GROUP_CATEGORIES: Readonly<Record<string, string>> = {
  generic: 'keyspace',
  string: 'string',
  list: 'list',
  set: 'set',
  'sorted-set': 'sortedset',
  hash: 'hash',
  hyperloglog: 'hyperloglog',
  bitmap: 'bitmap',
  geo: 'geo',
  stream: 'stream',
  pubsub: 'pubsub',
  connection: 'connection',
  transactions: 'transaction',
  scripting: 'scripting',
};

function categoriesOf(declaration: CommandDeclaration): string[] {
  const flags = new Set(declaration.flags);
  const found = new Set(declaration.categories ?? []);
  if (flags.has('write')) found.add('write');
  if (flags.has('readonly') && !found.has('scripting')) found.add('read');
  if (flags.has('admin')) found.add('admin').add('dangerous');
  if (flags.has('pubsub')) found.add('pubsub');
  if (flags.has('blocking')) found.add('blocking');
  found.add(flags.has('fast') ? 'fast' : 'slow');
  if (!declaration.categories) {
    const byGroup = GROUP_CATEGORIES[declaration.group];
    if (byGroup) found.add(byGroup);
  }
  return [...found];
}

export class Registry {
  /** By number; top-level commands first, those that were removed last. */
  readonly commands: readonly Command[];
  /** How many of them are commands of their own, and not removed. */
  readonly topCount: number;
  /** Names by which clients call commands. */
  readonly names: NameTable;
  /** The names that they were declared with, and the commands' numbers in that order. */
  private readonly declaredNames: NameTable;
  private readonly declaredIds: Int32Array;
  /** By number: least and most arguments. */
  readonly minCount: Int32Array;
  readonly maxCount: Int32Array;
  /** By number: index of the first key, 0: none at a fixed place. */
  readonly keyIndexes: Int32Array;
  /** By number: arguments of each command in a run, 0: no runs. */
  readonly runCounts: Int32Array;
  /** By number: 1 for commands with the flag `fast` that never wait. */
  readonly fast: Uint8Array;
  /** By number: 1 for commands that leave their frame as their effect if they have changed something. */
  readonly effective: Uint8Array;
  /** By number: 1 for commands that a transaction queues whatever their arguments are. */
  readonly queueable: Uint8Array;

  /** `renames`: new names by old ones, '' removes a command. */
  constructor(declarations: readonly CommandDeclaration[], renames: ReadonlyMap<string, string> = new Map()) {
    const top: Command[] = [];
    const removed: Command[] = [];
    for (const declaration of declarations) {
      const renamed = renames.get(declaration.name);
      if (renamed === '') removed.push(this.build(declaration, null, declaration.name));
      else top.push(this.build(declaration, null, renamed?.toLowerCase() ?? declaration.name));
    }
    const below = (commands: Command[]): Command[] =>
      commands.flatMap(({ children }) => [...children.values()]);
    this.commands = [...top, ...below(top), ...removed, ...below(removed)];
    this.commands.forEach((command, id) => (command.id = id));
    this.topCount = top.length;
    this.names = new NameTable(top.map((command) => command.name));
    const declared = [...top, ...removed];
    this.declaredNames = new NameTable(declared.map(({ declaredName }) => declaredName));
    this.declaredIds = Int32Array.from(declared, ({ id }) => id);
    this.minCount = Int32Array.from(this.commands, (c) => Math.abs(c.arity));
    this.maxCount = Int32Array.from(this.commands, (c) => (c.arity < 0 ? 2 ** 31 - 1 : c.arity));
    this.keyIndexes = Int32Array.from(this.commands, firstKey);
    this.runCounts = Int32Array.from(this.commands, (c) => c.run?.count ?? 0);
    const isFast = ({ flags }: Command): boolean => flags.includes('fast') && !flags.includes('blocking');
    this.fast = Uint8Array.from(this.commands, (c) => (isFast(c) ? 1 : 0));
    const isEffective = ({ flags }: Command): boolean =>
      flags.includes('write') || flags.includes('may_replicate');
    this.effective = Uint8Array.from(this.commands, (c) => (isEffective(c) ? 1 : 0));
    const isQueueable = (c: Command): boolean =>
      isQueued(c) && c.subcommands === undefined && !c.flags.includes('no_multi');
    this.queueable = Uint8Array.from(this.commands, (c) => (isQueueable(c) ? 1 : 0));
  }

  private build(declaration: CommandDeclaration, container: Command | null, name: string): Command {
    const children = new Map<string, Command>();
    const command: Command = {
      ...declaration,
      id: -1,
      name,
      declaredName: declaration.name,
      fullName: container ? `${container.name}|${name}` : name,
      container,
      children,
      allCategories: categoriesOf(declaration),
    };
    check(command);
    for (const sub of declaration.subcommands ?? []) {
      if (children.has(sub.name)) throw new Error(`duplicate subcommand '${command.name}|${sub.name}'`);
      children.set(sub.name, this.build(sub, command, sub.name));
    }
    return command;
  }

  /**
   * The number of the command that a log means by the name at `bytes[at .. at + length)`: what a client means by it, or, if
   * that is nothing, the command that was declared with it. -1: neither.
   */
  findLogged(bytes: Uint8Array, at: number, length: number): number {
    const id = this.names.find(bytes, at, length);
    if (id >= 0) return id;
    const declared = this.declaredNames.find(bytes, at, length);
    return declared < 0 ? -1 : this.declaredIds[declared];
  }

  /** A command by its name in any case, or "container|subcommand". */
  find(name: string): Command | undefined {
    const [first, second] = name.toLowerCase().split('|', 2);
    const bytes = Buffer.from(first, 'latin1');
    const id = this.names.find(bytes, 0, bytes.length);
    if (id < 0) return undefined;
    return second === undefined ? this.commands[id] : this.commands[id].children.get(second);
  }
}

function firstKey(command: Command): number {
  const spec = command.keys?.[0];
  if (!spec || !('index' in spec.begin) || 'count' in spec.find || spec.flags.includes('not_key')) return 0;
  return spec.begin.index;
}

function check(command: Command): void {
  if (!/^[a-z][a-z0-9_|-]*$/.test(command.name)) throw new Error(`command name '${command.name}'`);
  if (command.arity === 0) throw new Error(`arity of '${command.fullName}'`);
  if (!command.handler && !command.subcommands) throw new Error(`'${command.fullName}' has no handler`);
  for (const spec of command.keys ?? []) {
    const beyond = command.arity < 0 ? 1 - command.arity : command.arity;
    if ('index' in spec.begin && (spec.begin.index < 1 || spec.begin.index >= beyond))
      throw new Error(`key specification of '${command.fullName}' lies beyond its arity`);
  }
  if (command.run && command.arity > 0 && command.run.count !== command.arity)
    throw new Error(`runs of '${command.fullName}' contradict its arity`);
}
