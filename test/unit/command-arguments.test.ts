/**
 * The grammar in which declarations tell the arguments of commands.
 */
import { describe, expect, it } from 'vitest';
import { type CommandArgument, parseArguments } from '../../src/commands/command-arguments.js';
import type { CommandDeclaration } from '../../src/commands/command.js';
import { declarations } from '../../src/commands/table.js';

/** The only argument of a text, without what it has not. */
function one(text: string): Partial<CommandArgument> {
  const [argument, ...more] = parseArguments(text);
  expect(more).toEqual([]);
  return brief(argument);
}

/** An argument without its negative facts, so that expectations tell only what there is. */
function brief(argument: CommandArgument): Partial<CommandArgument> {
  const entries = Object.entries({ ...argument, members: argument.members.map(brief) });
  return Object.fromEntries(
    entries.filter(
      ([, value]) => value !== undefined && value !== false && !(Array.isArray(value) && value.length === 0),
    ),
  );
}

const NX = { name: 'nx', type: 'pure-token', displayText: 'nx', token: 'NX' };
const XX = { name: 'xx', type: 'pure-token', displayText: 'xx', token: 'XX' };
const MEMBER = { name: 'member', type: 'string', displayText: 'member' };

describe('values', () => {
  it.each([
    ['member', MEMBER],
    ['count:integer', { name: 'count', type: 'integer', displayText: 'count' }],
    ['timeout:double', { name: 'timeout', type: 'double', displayText: 'timeout' }],
    ['at:unix-time', { name: 'at', type: 'unix-time', displayText: 'at' }],
    ['key#0', { name: 'key', type: 'key', displayText: 'key', keySpec: 0 }],
    ['destination#12', { name: 'destination', type: 'key', displayText: 'destination', keySpec: 12 }],
    ['key:key', { name: 'key', type: 'key', displayText: 'key' }],
    ['by:pattern#1~pattern', { name: 'by', type: 'pattern', displayText: 'pattern', keySpec: 1 }],
    [
      'old~ip:port!2.8.12',
      { name: 'old', type: 'string', displayText: 'ip:port', deprecatedSince: '2.8.12' },
    ],
    ['[member]', { ...MEMBER, isOptional: true }],
    ['[ member ]', { ...MEMBER, isOptional: true }],
    ['member...', { ...MEMBER, isRepeated: true }],
    ['[member@6.2.0...]', { ...MEMBER, since: '6.2.0', isOptional: true, isRepeated: true }],
  ])('%s', (text, expected) => {
    expect(one(text)).toEqual(expected);
  });

  it('stand one after the other', () => {
    expect(parseArguments('').length).toBe(0);
    expect(parseArguments(' \n ').length).toBe(0);
    expect(parseArguments('key#0\n  field value ').map(({ name }) => name)).toEqual([
      'key',
      'field',
      'value',
    ]);
  });
});

describe('tokens', () => {
  it.each([
    ['NX', NX],
    ['[NX@3.0.2]', { ...NX, since: '3.0.2', isOptional: true }],
    ['change=CH', { name: 'change', type: 'pure-token', displayText: 'change', token: 'CH' }],
    ['equal="="', { name: 'equal', type: 'pure-token', displayText: 'equal', token: '=' }],
    ['empty=""', { name: 'empty', type: 'pure-token', displayText: 'empty', token: '' }],
    ['LIB-NAME', { name: 'lib-name', type: 'pure-token', displayText: 'lib-name', token: 'LIB-NAME' }],
    ['EX seconds:integer', { name: 'seconds', type: 'integer', displayText: 'seconds', token: 'EX' }],
    ['"m" member', { ...MEMBER, token: 'm' }],
    ['[GET member...]', { ...MEMBER, token: 'GET', isOptional: true, isRepeated: true }],
    ['GET... member...', { ...MEMBER, token: 'GET', isRepeated: true, isTokenRepeated: true }],
    ['SET data(member)', { name: 'data', type: 'block', token: 'SET', members: [MEMBER] }],
  ])('%s', (text, expected) => {
    expect(one(text)).toEqual(expected);
  });

  it('belong to no argument behind them that is optional or names another token', () => {
    expect(parseArguments('FULL [count:integer]').map(brief)).toMatchObject([
      { name: 'full', type: 'pure-token' },
      { name: 'count', isOptional: true },
    ]);
    expect(parseArguments('full=FULL count:integer').map(({ token }) => token)).toEqual(['FULL', undefined]);
    expect(parseArguments('NX change=CH').map(({ token }) => token)).toEqual(['NX', 'CH']);
  });
});

describe('groups', () => {
  it.each([
    ['data(member)', { name: 'data', type: 'block', members: [MEMBER] }],
    ['condition(NX | XX)', { name: 'condition', type: 'oneof', members: [NX, XX] }],
    [
      '[condition@6.2.0( NX|XX )...]',
      {
        name: 'condition',
        type: 'oneof',
        since: '6.2.0',
        isOptional: true,
        isRepeated: true,
        members: [NX, XX],
      },
    ],
    [
      'a(NX | b([XX] member...))',
      {
        name: 'a',
        type: 'oneof',
        members: [
          NX,
          {
            name: 'b',
            type: 'block',
            members: [
              { ...XX, isOptional: true },
              { ...MEMBER, isRepeated: true },
            ],
          },
        ],
      },
    ],
  ])('%s', (text, expected) => {
    expect(one(text)).toEqual(expected);
  });
});

describe('malformed texts', () => {
  it.each([
    ['key#', 'a number'],
    ['key#x', 'a number'],
    ['member~', 'a text'],
    ['member@6.2', 'a version'],
    ['NX!', 'a version'],
    ['count:number', 'a type'],
    ['count:block', 'a type'],
    ['[member', "']'"],
    ['[member NX]', "']'"],
    ['member]', 'a name or a token'],
    ['a | b', 'a name or a token'],
    ['()', 'a name or a token'],
    ['data()', 'a name or a token'],
    ['data(member', 'a name or a token'],
    ['data(NX | )', 'a name or a token'],
    ['data(NX | XX [member])', "'|'"],
    ['data([NX] member | XX)', 'a name or a token'],
    ['data(NX XX | member)', 'a name or a token'],
    ['data:integer(member)', 'a group without a type'],
    ['data#0(member)', 'a group without a type'],
    ['change=member', 'a token'],
    ['"="', 'a name for a token'],
    ['""', 'a name for a token'],
    ['"open', 'a name or a token'],
    ['Member', 'the end of an argument'],
    ['a"b"', 'the end of an argument'],
    ['member..', 'the end of an argument'],
    ['NX...', 'a value or a group'],
    ['GET... [member]', 'a value or a group'],
    ['$', 'a name or a token'],
  ])('%s: %s expected', (text, expected) => {
    expect(() => parseArguments(text)).toThrow(`${expected} expected at`);
  });
});

describe('the declarations', () => {
  const all = declarations.flatMap((command) => [command, ...(command.subcommands ?? [])]);

  it('have arguments that can be read', () => {
    for (const command of all) parseArguments(command.arguments ?? '');
  });

  it('name key specifications that there are', () => {
    for (const command of all) {
      const named = new Set(keySpecs(parseArguments(command.arguments ?? '')));
      const count = command.keys?.length ?? 0;
      expect(
        [...named].filter((index) => index >= count),
        command.name,
      ).toEqual([]);
    }
  });

  it('ask for no more arguments than an arity allows', () => {
    for (const command of all) {
      const isSubcommand = !declarations.includes(command);
      expect(least(command) + (isSubcommand ? 2 : 1), command.name).toBeLessThanOrEqual(
        Math.abs(command.arity),
      );
    }
  });
});

function keySpecs(list: readonly CommandArgument[]): number[] {
  return list.flatMap(({ keySpec, members }) => [
    ...(keySpec === undefined ? [] : [keySpec]),
    ...keySpecs(members),
  ]);
}

/** How many words a command's arguments need at least. */
function least(command: CommandDeclaration): number {
  return parseArguments(command.arguments ?? '').reduce((sum, argument) => sum + leastWords(argument), 0);
}

function leastWords({ type, token, isOptional, members }: CommandArgument): number {
  if (isOptional) return 0;
  const own = token === undefined || type === 'pure-token' ? 0 : 1;
  const inner = members.map(leastWords);
  if (type === 'oneof') return own + Math.min(...inner);
  if (type === 'block') return own + inner.reduce((sum, words) => sum + words, 0);
  return own + 1;
}
