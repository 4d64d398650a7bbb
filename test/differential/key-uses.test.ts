/** What commands leave of the use of keys, by which eviction chooses. Each use adds one to a counter. */
import { describeFamily } from '../support/differential.js';
import { keyUsesCases } from './cases/key-uses.js';

// With a limit, Redis does not let small integers share an object, and its counter with it.
const serverArguments = '--maxmemory 1gb --lfu-log-factor 0 --lfu-decay-time 0'.split(' ');
describeFamily('uses of keys', keyUsesCases, { serverArguments });
