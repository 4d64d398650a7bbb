// Client-side caching: the subcommands of CLIENT by which a client asks to be told of keys that it caches. Who is told what
// is in src/server/tracking.ts.
import { type Call, word } from './call.js';
import type { Client } from './client.js';
import type { CommandDeclaration, CommandFlag } from './command.js';
import { Errors } from './errors.js';
import type { HelpEntry } from './help.js';
import type { Tracker, TrackingOptions } from './tracker.js';

const BCAST = word('BCAST');
const NO = word('NO');
const NOLOOP = word('NOLOOP');
const OFF = word('OFF');
const ON = word('ON');
const OPTIN = word('OPTIN');
const OPTOUT = word('OPTOUT');
const PREFIX = word('PREFIX');
const REDIRECT = word('REDIRECT');
const YES = word('YES');

// ---- TRACKING ------------------------------------------------------------------------------------------------------

/** Options as they were read. */
interface Options extends TrackingOptions {
  readonly prefixes: string[];
}

function tracking(c: Call): void {
  const options = readOptions(c);
  if (options === null) return;
  const { client } = c;
  if (c.is(2, ON)) {
    const objection = objectionTo(options, client.tracker);
    if (objection !== null) return c.reply.errorBytes(objection);
    c.server.tracking.enable(client, options);
  } else if (c.is(2, OFF)) {
    c.server.tracking.disable(client);
  } else {
    return c.syntaxError();
  }
  c.reply.ok();
}

// The options, or null with the error replied.
function readOptions(c: Call): Options | null {
  const options: Options = {
    redirect: null,
    broadcast: false,
    prefixes: [],
    optIn: false,
    optOut: false,
    noLoop: false,
  };
  for (let i = 3; i < c.count; i++) {
    const hasValue = i + 1 < c.count;
    if (c.is(i, REDIRECT) && hasValue) {
      if (!readRedirect(c, ++i, options)) return null;
    } else if (c.is(i, BCAST)) options.broadcast = true;
    else if (c.is(i, OPTIN)) options.optIn = true;
    else if (c.is(i, OPTOUT)) options.optOut = true;
    else if (c.is(i, NOLOOP)) options.noLoop = true;
    else if (c.is(i, PREFIX) && hasValue) options.prefixes.push(c.text(++i));
    else {
      c.error(Errors.syntax);
      return null;
    }
  }
  return options;
}

function readRedirect(c: Call, i: number, options: Options): boolean {
  if (options.redirect !== null) {
    c.error('ERR A client can only redirect to a single other client');
    return false;
  }
  const id = c.integerOrError(i);
  if (id === null) return false;
  options.redirect = findClient(c, id);
  if (options.redirect === null) c.error('ERR The client ID you want redirect to does not exist');
  return options.redirect !== null;
}

function findClient(c: Call, id: number): Client | null {
  for (const client of c.server.clients()) if (client.id === id) return client;
  return null;
}

// Why the options cannot be (in the state that the client is in), as an error; null: they can.
function objectionTo(options: Options, tracker: Tracker | null): string | null {
  const { broadcast, optIn, optOut, prefixes } = options;
  if (!broadcast && prefixes.length > 0) return 'ERR PREFIX option requires BCAST mode to be enabled';
  if (tracker !== null && tracker.broadcast !== broadcast) return cannotSwitch('BCAST mode on/off');
  if (broadcast && (optIn || optOut)) return 'ERR OPTIN and OPTOUT are not compatible with BCAST';
  if (optIn && optOut) return "ERR You can't specify both OPTIN mode and OPTOUT mode";
  if ((optIn && tracker?.optOut === true) || (optOut && tracker?.optIn === true))
    return cannotSwitch('OPTIN/OPTOUT mode');
  return overlapOf(prefixes, tracker);
}

function cannotSwitch(what: string): string {
  return (
    `ERR You can't switch ${what} before disabling tracking for this client, ` +
    'and then re-enabling it with a different mode.'
  );
}

// Two prefixes of which one begins with the other would tell of the same key twice.
function overlapOf(prefixes: readonly string[], tracker: Tracker | null): string | null {
  for (const [i, prefix] of prefixes.entries()) {
    const overlaps = (other: string): boolean => prefix.startsWith(other) || other.startsWith(prefix);
    const existing = sorted(tracker).find(overlaps);
    if (existing !== undefined) return overlap(prefix, 'an existing prefix', existing);
    const provided = prefixes.slice(i + 1).find(overlaps);
    if (provided !== undefined) return overlap(prefix, 'another provided prefix', provided);
  }
  return null;
}

function overlap(prefix: string, what: string, other: string): string {
  const [one, two] = [prefix, other].map((text) => text.split('\0', 1)[0]);
  return `ERR Prefix '${one}' overlaps with ${what} '${two}'. Prefixes for a single client must not overlap.`;
}

function sorted(tracker: Tracker | null): string[] {
  return [...(tracker?.prefixes ?? [])].sort();
}

// ---- CACHING, GETREDIR, TRACKINGINFO -------------------------------------------------------------------------------

function caching(c: Call): void {
  const { tracker } = c.client;
  if (tracker === null)
    return c.error(
      'ERR CLIENT CACHING can be called only when the client is in tracking mode with OPTIN or OPTOUT mode enabled',
    );
  const isYes = c.is(2, YES);
  if (!isYes && !c.is(2, NO)) return c.syntaxError();
  if (isYes && !tracker.optIn)
    return c.error('ERR CLIENT CACHING YES is only valid when tracking is enabled in OPTIN mode.');
  if (!isYes && !tracker.optOut)
    return c.error('ERR CLIENT CACHING NO is only valid when tracking is enabled in OPTOUT mode.');
  tracker.caching = true;
  c.reply.ok();
}

function getredir(c: Call): void {
  c.reply.integer(c.client.tracker?.redirectId ?? -1);
}

function trackinginfo(c: Call): void {
  const { reply } = c;
  const { tracker } = c.client;
  const flags = flagsOf(tracker);
  const prefixes = sorted(tracker);
  reply.map(3);
  reply.bulk('flags');
  reply.set(flags.length);
  for (const flag of flags) reply.bulk(flag);
  reply.bulk('redirect');
  reply.integer(tracker?.redirectId ?? -1);
  reply.bulk('prefixes');
  reply.array(prefixes.length);
  for (const prefix of prefixes) reply.bulkLatin1(prefix);
}

function flagsOf(tracker: Tracker | null): string[] {
  if (tracker === null) return ['off'];
  const flags = ['on'];
  if (tracker.broadcast) flags.push('bcast');
  if (tracker.optIn) flags.push('optin');
  if (tracker.optIn && tracker.caching) flags.push('caching-yes');
  if (tracker.optOut) flags.push('optout');
  if (tracker.optOut && tracker.caching) flags.push('caching-no');
  if (tracker.noLoop) flags.push('noloop');
  if (tracker.hasBrokenRedirect) flags.push('broken_redirect');
  return flags;
}

// ---- declarations --------------------------------------------------------------------------------------------------

/** What CLIENT HELP says of these. */
export const TRACKING_HELP: readonly HelpEntry[] = [
  ['CACHING (YES|NO)', 'Let the keys of the next command be remembered, or not (modes OPTIN and OPTOUT).'],
  ['GETREDIR', 'Tell the number of the client that is told of keys in place of this one.'],
  [
    'TRACKING (ON|OFF) [REDIRECT <id>] [BCAST] [PREFIX <prefix> [...]]',
    '         [OPTIN] [OPTOUT] [NOLOOP]',
    'Tell this client of changes of keys that it may have cached, or no longer.',
  ],
  ['TRACKINGINFO', 'Tell how this client is told of keys that it may have cached.'],
];

const FLAGS: readonly CommandFlag[] = ['noscript', 'loading', 'stale'];

/** The subcommands of CLIENT. */
export const clientTracking: readonly CommandDeclaration[] = [
  {
    name: 'tracking',
    arity: -3,
    flags: FLAGS,
    group: 'connection',
    since: '6.0.0',
    summary: 'Begins or ends to tell the connection which cached keys have changed',
    complexity: 'O(1); some options cost more',
    arguments: `
      status(ON | OFF) [REDIRECT client-id:integer] [PREFIX... prefix...] [BCAST] [OPTIN] [OPTOUT] [NOLOOP]`,
    reply: 'status',
    handler: tracking,
  },
  {
    name: 'caching',
    arity: 3,
    flags: FLAGS,
    group: 'connection',
    since: '6.0.0',
    summary: 'Says whether the keys of the next command are to be remembered',
    complexity: 'O(1)',
    arguments: 'mode(YES | NO)',
    reply: 'status',
    handler: caching,
  },
  {
    name: 'getredir',
    arity: 2,
    flags: FLAGS,
    group: 'connection',
    since: '6.0.0',
    summary: 'Tells which connection is told of changed keys in place of this one',
    complexity: 'O(1)',
    reply: 'integer',
    handler: getredir,
  },
  {
    name: 'trackinginfo',
    arity: 2,
    flags: FLAGS,
    group: 'connection',
    since: '6.2.0',
    summary: 'Tells how the connection is told of changed keys',
    complexity: 'O(N) for N prefixes',
    reply: 'map',
    handler: trackinginfo,
  },
];
