/**
 * Directives of several arguments, and single ones with rules of their own. Error texts are Redis 7.0.15's.
 *
 * Cost: linear in the arguments.
 */
import { realpathSync, statSync } from 'node:fs';
import * as path from 'node:path';
import { quoteArgument } from './arguments.js';
import { fileProblem } from './file-problem.js';
import {
  directive,
  oneLine,
  type Directive,
  type FileLine,
  type Parsed,
  type Setting,
  type Shape,
  type Traits,
} from './directive.js';
import { formatMemory, notOneOf, parseInteger, parseMemory, single } from './kinds.js';

/** An address to listen on. */
export interface BindAddress {
  /** A host name, an IP address, or `*` (every IPv4 address) or `::*` (every IPv6 address). */
  readonly host: string;
  /** True (written with a leading `-`) if the server may start where this address does not exist. */
  readonly optional: boolean;
}

/** A snapshot is due when `changes` writes have happened and `seconds` have passed since the last one. */
export interface SavePoint {
  readonly seconds: number;
  readonly changes: number;
}

/** How many bytes of replies may wait for a client; 0 means no limit. */
export interface OutputBufferLimit {
  /** At this many bytes the client is closed at once. */
  readonly hardBytes: number;
  /** The client is closed when it stays above this many bytes for `softSeconds`. */
  readonly softBytes: number;
  readonly softSeconds: number;
}

/** The classes of clients that have a limit of their own. */
export interface OutputBufferLimits {
  readonly normal: OutputBufferLimit;
  readonly replica: OutputBufferLimit;
  readonly pubsub: OutputBufferLimit;
}

/** The most addresses `bind` takes. */
const BIND_ADDRESSES_MAX = 16;

/** Declares a directive of any number of arguments. */
function several<V>(
  rest: Pick<Shape<V>, 'initial' | 'accepts' | 'lines'>,
  parse: (args: readonly string[], current: V | undefined, repeated: boolean) => Parsed<V>,
  traits?: Traits<V>,
): Directive<V> {
  const shape: Shape<V> = {
    ...rest,
    many: true,
    parse: (args, { current, repeated }) => parse(args, current, repeated),
  };
  return directive(shape, traits);
}

/** Lines that are written even where they say what is the default. */
function always<V>(write: (setting: Setting<V>) => readonly string[]): Directive<V>['lines'] {
  return (setting) => write(setting).map((words) => ({ words, isDefault: false }));
}

/** A 64-bit integer as C's strtoll reads it: white space before it is skipped, and no digits at all mean zero. */
function parseLenient(text: string): number | undefined {
  if (text === '') return 0;
  return /^[ \t-\r]*[+-]?[0-9]{1,15}$/.test(text) ? Number(text) : undefined;
}

/** True for `name ""` and for a bare `name`: both empty a list. */
function isEmptyList(args: readonly string[]): boolean {
  return args.length === 0 || (args.length === 1 && args[0] === '');
}

/** The addresses to listen on; none at all if the only argument is empty. */
export function bindAddresses(
  initial: readonly string[],
  traits?: Traits<readonly BindAddress[]>,
): Directive<readonly BindAddress[]> {
  const parse = (args: readonly string[]): Parsed<readonly BindAddress[]> => {
    if (args.length > BIND_ADDRESSES_MAX) return { error: 'Too many bind addresses specified.' };
    if (isEmptyList(args)) return { value: [], text: '' };
    const value = args.map((arg) => ({ host: arg.replace(/^-/, ''), optional: arg.startsWith('-') }));
    return { value, text: args.join(' ') };
  };
  const lines = oneLine<readonly BindAddress[]>(({ text }) => {
    const words = text.split(' ').map((word) => (/^[^\s"']+$/.test(word) ? word : quoteArgument(word)));
    return words.join(' ');
  });
  return several({ initial, accepts: 'up to 16 addresses', lines }, parse, traits);
}

function renderSavePoints(value: readonly SavePoint[]): Setting<readonly SavePoint[]> {
  return {
    value,
    text: value.map(({ seconds, changes }) => `${String(seconds)} ${String(changes)}`).join(' '),
  };
}

/** Save points: pairs of seconds and changes. The lines of one load add up; an empty argument removes them all. */
export function savePoints(
  initial: readonly string[],
  traits?: Traits<readonly SavePoint[]>,
): Directive<readonly SavePoint[]> {
  const error = 'Invalid save parameters';
  const parse = (
    args: readonly string[],
    current: readonly SavePoint[] | undefined,
    repeated: boolean,
  ): Parsed<readonly SavePoint[]> => {
    if (isEmptyList(args)) return renderSavePoints([]);
    const numbers = args.map((arg) => parseLenient(arg) ?? -1);
    if (numbers.length % 2 !== 0 || numbers.some((number) => number < 0)) return { error };
    const points: SavePoint[] = repeated && current !== undefined ? [...current] : [];
    for (let at = 0; at < numbers.length; at += 2) {
      const [seconds = 0, changes = 0] = numbers.slice(at, at + 2);
      if (seconds < 1) return { error };
      points.push({ seconds, changes });
    }
    return renderSavePoints(points);
  };
  const lines = always<readonly SavePoint[]>(({ value }) =>
    value.length === 0 ? ['""'] : value.map((one) => renderSavePoints([one]).text),
  );
  return several({ initial, accepts: 'pairs of seconds and changes, or ""', lines }, parse, traits);
}

const NO_LIMIT: OutputBufferLimit = { hardBytes: 0, softBytes: 0, softSeconds: 0 };

function clientClass(name: string): keyof OutputBufferLimits | undefined {
  const lower = name.toLowerCase();
  if (lower === 'normal' || lower === 'pubsub') return lower;
  return lower === 'replica' || lower === 'slave' ? 'replica' : undefined;
}

function renderLimits(value: OutputBufferLimits): Setting<OutputBufferLimits> {
  const one = (name: string, { hardBytes, softBytes, softSeconds }: OutputBufferLimit): string =>
    [name, hardBytes, softBytes, softSeconds].join(' ');
  const { normal, replica, pubsub } = value;
  return { value, text: [one('normal', normal), one('slave', replica), one('pubsub', pubsub)].join(' ') };
}

function limitLines(
  { value }: Setting<OutputBufferLimits>,
  { value: initial }: Setting<OutputBufferLimits>,
): FileLine[] {
  const words = (who: keyof OutputBufferLimits, limits: OutputBufferLimits): string => {
    const { hardBytes, softBytes, softSeconds } = limits[who];
    return [who, formatMemory(BigInt(hardBytes)), formatMemory(BigInt(softBytes)), softSeconds].join(' ');
  };
  return (['normal', 'replica', 'pubsub'] as const).map((who) => {
    return { words: words(who, value), isDefault: words(who, value) === words(who, initial) };
  });
}

/** Groups of class, hard limit, soft limit, soft seconds; a class that is not named keeps its limits. */
export function outputBufferLimits(
  initial: readonly string[],
  traits?: Traits<OutputBufferLimits>,
): Directive<OutputBufferLimits> {
  const parse = (
    args: readonly string[],
    current: OutputBufferLimits | undefined,
  ): Parsed<OutputBufferLimits> => {
    if (args.length % 4 !== 0) return { error: 'Wrong number of arguments in buffer limit configuration.' };
    const limits = { ...(current ?? { normal: NO_LIMIT, replica: NO_LIMIT, pubsub: NO_LIMIT }) };
    for (let at = 0; at < args.length; at += 4) {
      const [name = '', hard = '', soft = '', seconds = ''] = args.slice(at, at + 4);
      const who = clientClass(name);
      if (who === undefined)
        return { error: 'Invalid client class specified in buffer limit configuration.' };
      const hardBytes = parseMemory(hard);
      const softBytes = parseMemory(soft);
      const softSeconds = parseLenient(seconds);
      if (
        hardBytes === undefined ||
        softBytes === undefined ||
        softSeconds === undefined ||
        softSeconds < 0
      ) {
        return { error: 'Error in hard, soft or soft_seconds setting in buffer limit configuration.' };
      }
      limits[who] = {
        hardBytes: Number(hardBytes),
        softBytes: Number(softBytes),
        softSeconds,
      };
    }
    return renderLimits(limits);
  };
  const accepts = 'a class (normal, replica or pubsub), two numbers of bytes, and seconds';
  return several({ initial, accepts, lines: limitLines }, parse, traits);
}

/** A double as C's strtod reads it, hexadecimal and infinite ones too, or undefined; NaN is none. */
function parseDouble(text: string): number | undefined {
  const [, sign, word = ''] = /^([+-]?)(.*)$/s.exec(text) ?? [];
  const factor = sign === '-' ? -1 : 1;
  if (/^inf(inity)?$/i.test(word)) return factor * Infinity;
  if (/^([0-9]+\.?[0-9]*|\.[0-9]+)(e[+-]?[0-9]+)?$/i.test(word)) return factor * Number(word);
  const [, whole = '', rest = '', exponent = '0'] =
    /^0x([0-9a-f]*)\.?([0-9a-f]*)(?:p([+-]?[0-9]+))?$/i.exec(word) ?? [];
  if (whole + rest === '') return undefined;
  return factor * Number.parseInt(whole + rest, 16) * 2 ** (Number(exponent) - 4 * rest.length);
}

/** A number as C's `%f` prints it, without the zeros at its end. */
function formatDouble(value: number): string {
  const text = value.toFixed(6).replace(/\.?0+$/, '');
  return Object.is(value, -0) ? `-${text}` : text;
}

/** The percentiles that INFO latencystats shows, each from 0 to 100. */
export function percentiles(
  initial: readonly string[],
  traits?: Traits<readonly number[]>,
): Directive<readonly number[]> {
  const name = 'latency-tracking-info-percentiles';
  const parse = (args: readonly string[]): Parsed<readonly number[]> => {
    if (isEmptyList(args)) return { value: [], text: '' };
    const numbers = args.map(parseDouble);
    const value = numbers.filter((one) => one !== undefined);
    if (value.length < numbers.length) return { error: `Invalid ${name} parameters` };
    if (value.some((one) => one < 0 || one > 100)) {
      return { error: `${name} parameters should sit between [0.0,100.0]` };
    }
    return { value, text: value.map(formatDouble).join(' ') };
  };
  const lines = always<readonly number[]>(({ text }) => [text || '""']);
  return several({ initial, accepts: 'numbers from 0 to 100, or ""', lines }, parse, traits);
}

/** Three adjustments of the kernel's OOM score: for a primary, a replica, a background child. */
export function oomScores(initial: readonly string[]): Directive<readonly number[]> {
  const parse = (args: readonly string[]): Parsed<readonly number[]> => {
    if (args.length !== 3) return { error: 'wrong number of arguments' };
    const value = args.map((arg) => parseLenient(arg) ?? Number.NaN);
    if (!value.every((one) => one >= -2000 && one <= 2000)) {
      return { error: 'Invalid oom-score-adj-values, elements must be between -2000 and 2000.' };
    }
    return { value, text: value.join(' ') };
  };
  return several({ initial, accepts: 'three integers from -2000 to 2000' }, parse);
}

const SHUTDOWN_WORDS = ['default', 'save', 'nosave', 'now', 'force'] as const;

/** One word of what a signal to stop does. */
export type ShutdownWord = Exclude<(typeof SHUTDOWN_WORDS)[number], 'default'>;

/** What a signal to stop does: words of SHUTDOWN, none of them being the default. */
export function shutdownWords(traits?: Traits<readonly ShutdownWord[]>): Directive<readonly ShutdownWord[]> {
  const parse = (args: readonly string[]): Parsed<readonly ShutdownWord[]> => {
    const words = args.map((arg) => SHUTDOWN_WORDS.find((word) => word === arg.toLowerCase()));
    if (words.length === 0 || words.includes(undefined)) return notOneOf(SHUTDOWN_WORDS);
    if (words.includes('save') && words.includes('nosave')) {
      return { error: "shutdown options SAVE and NOSAVE can't be used simultaneously" };
    }
    const value = SHUTDOWN_WORDS.filter((word) => word !== 'default' && words.includes(word));
    return { value: value as ShutdownWord[], text: value.join(' ') || 'default' };
  };
  const accepts = 'default, or some of save, nosave, now, force';
  return several({ initial: ['default'], accepts }, parse, traits);
}

/** The host and port of a primary. */
export interface PrimaryAddress {
  readonly host: string;
  readonly port: number;
}

/** The primary to replicate; `no one` means none. */
export function primaryAddress(
  traits?: Traits<PrimaryAddress | undefined>,
): Directive<PrimaryAddress | undefined> {
  const parse = (args: readonly string[]): Parsed<PrimaryAddress | undefined> => {
    const [host, port] = args;
    if (host === undefined || port === undefined || args.length !== 2) {
      return { error: 'wrong number of arguments' };
    }
    if (host.toLowerCase() === 'no' && port.toLowerCase() === 'one') return { value: undefined, text: '' };
    const number = parseInteger(port);
    if (number === undefined || number < 0n || number > 65535n) return { error: 'Invalid master port' };
    return { value: { host, port: Number(number) }, text: `${host} ${port}` };
  };
  const lines: Directive<PrimaryAddress | undefined>['lines'] = ({ text }) =>
    text === '' ? [] : [{ words: text, isDefault: false }];
  return several({ initial: ['no', 'one'], accepts: 'a host and a port, or no one', lines }, parse, traits);
}

/** Classes of keyspace events in the order they are shown; `A` stands for those of KEYSPACE_CLASSES_A. */
const KEYSPACE_CLASSES = 'g$lshzxetdn';
const KEYSPACE_CLASSES_A = 'g$lshzxetd';

/** Which keyspace events are published: letters, kept in a canonical order. */
export function keyspaceEvents(traits?: Traits<string>): Directive<string> {
  const parse = (given: string): Parsed<string> => {
    if (/[^Ag$lshzxeKEtmdn]/.test(given)) {
      return { error: "Invalid event class character. Use 'Ag$lshzxeKEtmdn'." };
    }
    const has = (letter: string): boolean => given.includes(letter);
    const isAll = has('A') || Array.from(KEYSPACE_CLASSES_A).every(has);
    // New keys are not shown beside A, though they are published.
    const classes = isAll ? 'A' : Array.from(KEYSPACE_CLASSES).filter(has).join('');
    const text = classes + Array.from('KEm').filter(has).join('');
    return { value: isAll && has('n') ? `${text}n` : text, text };
  };
  const lines = oneLine<string>(({ text }) => quoteArgument(text));
  return single({ initial: '', accepts: 'letters of event classes', lines }, parse, traits);
}

/** An existing folder, relative to the one before; its value is an absolute path without symbolic links. */
export function folder(traits?: Traits<string>): Directive<string> {
  const parse = (given: string, current: string | undefined): Parsed<string> => {
    try {
      if (given === '') return { error: 'No such file or directory' };
      const value = realpathSync(path.resolve(current ?? '', given));
      return statSync(value).isDirectory() ? { value, text: value } : { error: 'Not a directory' };
    } catch (error) {
      return { error: fileProblem(error) };
    }
  };
  const lines = always<string>(({ text }) => [quoteArgument(text)]);
  return single({ initial: '.', accepts: 'an existing folder', lines }, parse, traits);
}
