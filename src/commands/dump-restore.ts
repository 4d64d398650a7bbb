// DUMP: a value as bytes that other servers take as well.
import type { Call } from './call.js';
import { type CommandDeclaration, keyAt } from './command.js';

function dump(c: Call): void {
  c.finishRead(c.store.writeDump(c.first + 1));
}

export const dumpRestore: readonly CommandDeclaration[] = [
  {
    name: 'dump',
    arity: 2,
    flags: ['readonly'],
    group: 'generic',
    keys: [keyAt(1, 'RO', 'access')],
    tips: ['nondeterministic_output'],
    since: '2.6.0',
    summary: 'Gives a value as bytes that RESTORE takes, on this server or another',
    complexity: 'O(N) with N the bytes of the value',
    arguments: 'key#0',
    reply: ['bulk', 'null'],
    handler: dump,
  },
];
