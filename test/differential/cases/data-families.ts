/** Cases of all commands that change data, by the names of their families: for tests of what changes leave. */
import type { Families } from '../../support/whole-families.js';
import { bitfieldCases } from './bitfield.js';
import { bitmapsCases } from './bitmaps.js';
import { expiryCases } from './expiry.js';
import { geoCases } from './geo.js';
import { hashExpirationCases } from './hash-expiration.js';
import { hashFieldsCases } from './hash-fields.js';
import { hashesCases } from './hashes.js';
import { hyperloglogCases } from './hyperloglog.js';
import { keysCases } from './keys.js';
import { listsCases } from './lists.js';
import { setAlgebraCases } from './set-algebra.js';
import { setsCases } from './sets.js';
import { sortCases } from './sort.js';
import { sortedSetAlgebraCases } from './sorted-set-algebra.js';
import { sortedSetRangesCases } from './sorted-set-ranges.js';
import { sortedSetsCases } from './sorted-sets.js';
import { streamGroupsCases } from './stream-groups.js';
import { streamsCases } from './streams.js';
import { stringsCases } from './strings.js';

export const dataFamilies: Families = {
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
};
