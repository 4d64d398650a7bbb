// All families of commands, in the order in which COMMAND lists them.
import type { CommandDeclaration } from './command.js';
import { acl } from './acl.js';
import { blocking } from './blocking.js';
import { bitmaps } from './bitmaps.js';
import { connection } from './connection.js';
import { dumpRestore } from './dump-restore.js';
import { expiry } from './expiry.js';
import { geo } from './geo.js';
import { hashExpiration } from './hash-expiration.js';
import { hashes } from './hashes.js';
import { hyperloglog } from './hyperloglog.js';
import { introspection } from './introspection.js';
import { keys } from './keys.js';
import { lcs } from './lcs.js';
import { lists } from './lists.js';
import { migration } from './migrate.js';
import { persistenceCommands } from './persistence-commands.js';
import { serverCommands } from './server-commands.js';
import { sets } from './sets.js';
import { pubsub } from './pubsub.js';
import { sorting } from './sort.js';
import { sortedSetAlgebra } from './sorted-set-algebra.js';
import { sortedSetRanges } from './sorted-set-ranges.js';
import { sortedSets } from './sorted-sets.js';
import { streamGroups } from './stream-groups.js';
import { streamInfo } from './stream-info.js';
import { streams } from './streams.js';
import { counters } from './counters.js';
import { strings } from './strings.js';
import { transactions } from './transactions.js';

export const declarations: readonly CommandDeclaration[] = [
  ...strings,
  ...counters,
  ...lcs,
  ...keys,
  ...expiry,
  ...dumpRestore,
  ...bitmaps,
  ...hyperloglog,
  ...sets,
  ...lists,
  ...sortedSets,
  ...sortedSetRanges,
  ...sortedSetAlgebra,
  ...migration,
  ...blocking,
  ...hashes,
  ...hashExpiration,
  ...streams,
  ...streamGroups,
  ...streamInfo,
  ...geo,
  ...sorting,
  ...transactions,
  ...pubsub,
  ...connection,
  ...acl,
  ...serverCommands,
  ...persistenceCommands,
  ...introspection,
];
