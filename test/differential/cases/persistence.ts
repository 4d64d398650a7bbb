/** SAVE, BGSAVE, LASTSAVE: what they reply at once. What they do with files is tested in test/persistence. */
import type { DifferentialCase } from '../../support/server-pair.js';

export const persistenceCases: DifferentialCase[] = [
  {
    title: 'SAVE writes what there is, and takes no arguments',
    steps: ['SET a 1', 'SAVE', 'SAVE x', 'MULTI', 'SAVE', 'EXEC'],
  },
  {
    title: 'BGSAVE takes SCHEDULE only',
    steps: ['BGSAVE x', 'BGSAVE SCHEDULE x', 'BGSAVE x SCHEDULE'],
  },
  {
    title: 'LASTSAVE takes no arguments',
    steps: ['LASTSAVE x'],
  },
  {
    title: 'SHUTDOWN refuses what contradicts itself',
    steps: ['SHUTDOWN x', 'SHUTDOWN SAVE NOSAVE', 'SHUTDOWN ABORT', 'SHUTDOWN NOW ABORT'],
  },
];
