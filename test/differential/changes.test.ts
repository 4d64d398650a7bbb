/** How many changes commands count for INFO: every family's cases. */
import { describeChanges } from '../support/change-comparison.js';
import { bitfieldCases } from './cases/bitfield.js';
import { bitmapsCases } from './cases/bitmaps.js';
import { expiryCases } from './cases/expiry.js';
import { geoCases } from './cases/geo.js';
import { hashExpirationCases } from './cases/hash-expiration.js';
import { hashFieldsCases } from './cases/hash-fields.js';
import { hashesCases } from './cases/hashes.js';
import { hyperloglogCases } from './cases/hyperloglog.js';
import { keysCases } from './cases/keys.js';
import { listsCases } from './cases/lists.js';
import { runCases } from './cases/runs.js';
import { setAlgebraCases } from './cases/set-algebra.js';
import { setsCases } from './cases/sets.js';
import { sortCases } from './cases/sort.js';
import { sortedSetAlgebraCases } from './cases/sorted-set-algebra.js';
import { sortedSetRangesCases } from './cases/sorted-set-ranges.js';
import { sortedSetsCases } from './cases/sorted-sets.js';
import { streamGroupsCases } from './cases/stream-groups.js';
import { streamsCases } from './cases/streams.js';
import { stringsCases } from './cases/strings.js';

describeChanges({
  runs: runCases,
  strings: stringsCases,
  bitmaps: bitmapsCases,
  'bit fields': bitfieldCases,
  HyperLogLogs: hyperloglogCases,
  keys: keysCases,
  expiry: expiryCases,
  lists: listsCases,
  sets: setsCases,
  'set algebra': setAlgebraCases,
  hashes: hashesCases,
  'hash fields': hashFieldsCases,
  'hash expiration': hashExpirationCases,
  'sorted sets': sortedSetsCases,
  'sorted set ranges': sortedSetRangesCases,
  'sorted set algebra': sortedSetAlgebraCases,
  places: geoCases,
  streams: streamsCases,
  'stream groups': streamGroupsCases,
  sort: sortCases,
});
