/**
 * Places on the globe, kept in sorted sets: adding them, their positions, distances and hashes, searches by
 * radius and by box, and searches that are stored.
 *
 * Coordinates are printed with 17 decimals up to 7.4, so 7.0 decides; 8.0 prints them in the shortest form.
 * Distances that are stored become scores, whose form is that of 7.2, so there 8.0 decides.
 *
 * Some searches of Redis miss places: from a longitude of exactly 180, across thousands of kilometres beside it,
 * and over a pole. Those are in test/interop/geo-search.test.ts, with what they ought to find.
 */
import { inEveryState, subsets } from '../../support/key-steps.js';
import { otherTypes } from '../../support/other-types.js';
import type { DifferentialCase } from '../../support/server-pair.js';
import type { Step } from '../../support/steps.js';
import { ALL_BYTES, EDGE_INTEGERS, arity, each, likeRedis8, table } from '../../support/tables.js';

const SICILY: Step = 'GEOADD k 13.361389 38.115556 Palermo 15.087269 37.502669 Catania';
const CITIES: Step = [
  'GEOADD', 'k', ...[
    [13.361389, 38.115556, 'Palermo'], [15.087269, 37.502669, 'Catania'], [2.352222, 48.856614, 'Paris'],
      [-0.127758, 51.507351, 'London'],
    [-74.005941, 40.712784, 'New York'], [151.209296, -33.86882, 'Sydney'], [-70.669265, -33.448890,
      'Santiago'], [139.691706, 35.689487, 'Tokyo'],
    [18.424055, -33.924869, 'Cape Town'], [178.441895, -18.141600, 'Suva'], [-176.2, -43.9, 'Chatham'],
      [-179.99, 0.01, 'west of the line'],
    [179.99, -0.01, 'east of the line'], [0, 0, 'nowhere'], [10, 84.9, 'far north'], [-60, -84.9,
      'far south'], [12.496366, 41.902782, 'Rome'],
  ].flat().map(String),
]; // prettier-ignore

/** Points of a lattice around Sicily, hundreds of them, so that the sorted set is large. */
const LATTICE: Step = [
  'GEOADD', 'k', ...Array.from({ length: 400 }, (_, at) => [
    String(12 + (at % 20) * 0.2), String(36 + Math.floor(at / 20) * 0.15), `p${at}`,
  ]).flat(),
]; // prettier-ignore
const ALL: Step = 'ZRANGE k 0 -1 WITHSCORES';
const COUNTED: readonly Step[] = ['ZCARD k', 'EXISTS k'];

const LONGITUDES = ['0', '-0', '180', '-180', '180.0001', '-180.0001', '179.999999999', '-179.999999999',
  '1e-10', '1e2', '360', 'inf', '-inf', 'nan', '', 'x', ' 1', '1 ', '0x10', '1e400', '+5', '.5', '5.', '1,5',
  '1\0']; // prettier-ignore
const LATITUDES = ['0', '85.05112878', '-85.05112878', '85.05112879', '-85.05112879', '85.05112877', '90',
  '-90', '45.0', 'inf', 'nan', '', 'x', ' 1', '1 ', '0x10', '1e-300']; // prettier-ignore

const addCases: DifferentialCase[] = [
  arity('GEOADD', 0, 1, 2, 3, 5, 6, 8),
  ...inEveryState('GEOADD longitude', ['k'], [SICILY], LONGITUDES.map((value) => ['GEOADD', 'k', value, '10',
    'm']), [...COUNTED, 'GEOHASH k m', 'ZSCORE k m']),
  ...inEveryState('GEOADD latitude', ['k'], [SICILY], LATITUDES.map((value) => ['GEOADD', 'k', '10', value,
    'm']), [...COUNTED, 'GEOHASH k m', 'ZSCORE k m']),
  ...subsets(['NX', 'XX', 'CH']).map((flags) => ({
    title: `GEOADD ${flags.join(' ')}`,
    steps: [`GEOADD k ${flags.join(' ')} 1 2 new`, ALL, SICILY,
      `GEOADD k ${flags.join(' ')} 1 2 Palermo 3 4 other`, ALL, `GEOADD k ${flags.join(' ')} 1 2 Palermo`,
      ALL, 'SET k v', `GEOADD k ${flags.join(' ')} 1 2 a`],
  })),
  ...inEveryState('GEOADD', ['k'], [SICILY], ['GEOADD k', 'GEOADD k 1 2', 'GEOADD k 1 2 a 3',
    'GEOADD k 1 2 a 3 4', 'GEOADD k NX', 'GEOADD k NX 1 2', 'GEOADD k nx ch 1 2 a', 'GEOADD k NX NX 1 2 a',
    'GEOADD k BOGUS 1 2 a', 'GEOADD k GT 1 2 a', 'GEOADD k INCR 1 2 a', 'GEOADD k 1 2 NX',
    'GEOADD k 1 2 a NX',
    'GEOADD k 1 2 a x y b', 'GEOADD k 1 2 a 200 4 b', 'GEOADD k 200 100 a', 'GEOADD k x 100 a',
      'GEOADD k 1 2 a 1 2 a', 'GEOADD k CH 13.361389 38.115556 Palermo',
      'GEOADD k CH 13.3613891 38.115556 Palermo', 'GEOADD k XX NX', 'GEOADD k XX NX 200 2 a',
      'GEOADD k 1 2 ""'], [ALL, 'EXISTS k']),
  ...table(
    ['GEOADD is a sorted set', SICILY, 'TYPE k', 'OBJECT ENCODING k', ALL, 'ZREM k Palermo', 'ZRANGE k 0 -1',
      'ZREM k Catania', 'EXISTS k'],
    ['GEOADD keeps the expiry', SICILY, 'EXPIRE k 100', 'GEOADD k 1 2 a', 'TTL k'],
    ['every byte', ['GEOADD', ALL_BYTES, '1', '2', ALL_BYTES, '3', '4', ''], ['GEOPOS', ALL_BYTES, ALL_BYTES,
      ''], ['GEOHASH', ALL_BYTES, ALL_BYTES], ['GEODIST', ALL_BYTES, ALL_BYTES, ''], ['GEOSEARCH', ALL_BYTES,
      'FROMMEMBER', '', 'BYRADIUS', '1000', 'km', 'ASC']],
    ['many', LATTICE, 'OBJECT ENCODING k', 'ZCARD k', 'ZRANGE k 0 20 WITHSCORES',
      'GEOHASH k p0 p1 p399 p200'],
  ),
  ...otherTypes('GEOADD', 'GEOADD other 1 2 a', 'GEOADD other x 2 a', 'GEOADD other NX XX 1 2 a',
    'GEOADD other 200 2 a'),
]; // prettier-ignore

const placeCases: DifferentialCase[] = [
  arity('GEOPOS', 0),
  arity('GEOHASH', 0),
  arity('GEODIST', 0, 1, 2, 4, 5),
  ...inEveryState('places', ['k'], [SICILY], ['GEOPOS k', 'GEOPOS k Palermo',
    'GEOPOS k Palermo nobody Catania', 'GEOPOS k nobody', 'GEOHASH k', 'GEOHASH k Palermo',
    'GEOHASH k Palermo nobody Catania', 'GEOHASH k nobody', 'GEODIST k Palermo Catania',
    'GEODIST k Palermo Catania m', 'GEODIST k Palermo Catania km',
    'GEODIST k Palermo Catania mi', 'GEODIST k Palermo Catania ft', 'GEODIST k Palermo Catania KM',
      'GEODIST k Palermo Catania Ft', 'GEODIST k Palermo Catania BOGUS', 'GEODIST k Palermo Catania ""',
      'GEODIST k Palermo nobody', 'GEODIST k nobody Catania', 'GEODIST k nobody nobody',
      'GEODIST k Palermo Palermo', 'GEODIST k nobody x BOGUS',
    'GEODIST k Palermo Catania km x', 'GEODIST k Palermo', 'GEODIST k Palermo Catania meters']),
  ...table(
    ['positions of cities', CITIES,
      'GEOPOS k Palermo Catania Paris London "New York" Sydney Santiago Tokyo "Cape Town" Suva Chatham',
      'GEOPOS k "west of the line" "east of the line" nowhere "far north" "far south" Rome',
      'GEOHASH k Palermo Paris London "New York" Sydney Santiago Tokyo Suva nowhere',
      'GEOHASH k "far north" "far south" "west of the line"', ALL],
    ['distances of cities', CITIES, ...['Paris London', 'Sydney Santiago', '"New York" Tokyo',
      '"west of the line" "east of the line"', '"far north" "far south"', 'nowhere Rome',
      'Suva Chatham'].flatMap((pair) => ['m', 'km', 'ft', 'mi'].map((unit) => `GEODIST k ${pair} ${unit}`))],
    ['a sorted set that holds no places',
      'ZADD k 0 zero 1 one -1 minus inf infinite 4503599627370495 full 4503599627370496 over',
      'GEOSEARCH k FROMMEMBER one BYRADIUS 1000 km ASC', 'ZADD k 9007199254740992 twice 1.5 half',
      'GEOPOS k zero one full half', 'GEOHASH k zero one full half',
        'GEODIST k zero one', 'GEODIST k one full km'],
    ['a hash is of 11 characters', 'GEOADD k 0 0 a -180 -85.05112878 b 180 85.05112878 c', 'GEOHASH k a b c',
      'GEOPOS k a b c', 'GEODIST k b c', 'ZRANGE k 0 -1 WITHSCORES'],
  ),
  ...otherTypes('places', 'GEOPOS other a', 'GEOHASH other a', 'GEODIST other a b', 'GEODIST other a b BOGUS',
    'GEOPOS other', 'GEOHASH other'),
]; // prettier-ignore

const SHAPES = [
  'BYRADIUS 200 km', 'BYRADIUS 0 m', 'BYRADIUS 100 mi', 'BYRADIUS 1000000 ft', 'BYRADIUS 3000 km',
    'BYRADIUS 30000 km', 'BYBOX 400 400 km', 'BYBOX 100 3000 km', 'BYBOX 3000 100 km', 'BYBOX 0 0 m',
    'BYBOX 40000 40000 km', 'BYBOX 1 1 mi', 'BYRADIUS 0.0001 m', 'BYBOX 0.5 1e6 ft',
]; // prettier-ignore
const CENTRES = ['FROMLONLAT 15 37', 'FROMMEMBER Palermo', 'FROMLONLAT 179.995 0', 'FROMLONLAT -180 0',
  'FROMLONLAT 0 85', 'FROMLONLAT 0 -85.05112878', 'FROMMEMBER Tokyo', 'FROMLONLAT 0 0']; // prettier-ignore

const searchCases: DifferentialCase[] = [
  arity('GEOSEARCH', 0, 1, 2, 3, 4, 5, 6),
  ...CENTRES.flatMap((centre) => SHAPES.map((shape) => ({
    title: `GEOSEARCH ${centre} ${shape}`,
    steps: [CITIES, `GEOSEARCH k ${centre} ${shape}`, `GEOSEARCH k ${centre} ${shape} ASC`,
      `GEOSEARCH k ${shape} DESC ${centre} WITHDIST`,
      `GEOSEARCH k ${centre} ${shape} ASC COUNT 3 WITHCOORD WITHDIST WITHHASH`,
      `GEOSEARCH k ${centre} ${shape} COUNT 2 WITHHASH`, `GEOSEARCH k ${centre} ${shape} COUNT 1 ANY`,
      `GEOSEARCHSTORE d k ${centre} ${shape}`, 'ZRANGE d 0 -1 WITHSCORES',
        `GEOSEARCHSTORE d k ${centre} ${shape} ASC COUNT 2`, 'ZRANGE d 0 -1', 'EXISTS d'],
  }))),
  ...subsets(['WITHCOORD', 'WITHDIST', 'WITHHASH', 'ASC', 'COUNT 2']).map((options) => ({
    title: `GEOSEARCH ${options.join(' ')}`,
    steps: [CITIES, `GEOSEARCH k FROMLONLAT 13 40 BYRADIUS 800 km ${options.join(' ')}`,
      `GEOSEARCH k ${[...options].reverse().join(' ')} BYBOX 900 1200 km FROMMEMBER Rome`,
      `GEORADIUS k 13 40 800 km ${options.join(' ')}`,
      `GEORADIUSBYMEMBER k Rome 800 km ${[...options].reverse().join(' ')}`,
      `GEORADIUS_RO k 13 40 800 km ${options.join(' ').toLowerCase()}`,
        `GEORADIUSBYMEMBER_RO k Rome 800 km ${options.join(' ')}`],
  })),
  ...inEveryState('GEOSEARCH', ['k'], [SICILY], [
    'GEOSEARCH k FROMMEMBER nobody BYRADIUS 1 km', 'GEOSEARCH k FROMMEMBER Palermo',
      'GEOSEARCH k BYRADIUS 1 km', 'GEOSEARCH k FROMMEMBER Palermo BYRADIUS 1',
      'GEOSEARCH k FROMMEMBER Palermo BYRADIUS', 'GEOSEARCH k FROMMEMBER Palermo BYRADIUS x km',
      'GEOSEARCH k FROMMEMBER Palermo BYRADIUS -1 km', 'GEOSEARCH k FROMMEMBER Palermo BYRADIUS 1 BOGUS',
    'GEOSEARCH k FROMMEMBER Palermo BYRADIUS nan km', 'GEOSEARCH k FROMMEMBER Palermo BYRADIUS inf km',
      'GEOSEARCH k FROMMEMBER Palermo BYRADIUS "" km', 'GEOSEARCH k FROMMEMBER Palermo BYRADIUS 200 KM',
      'GEOSEARCH k FROMMEMBER Palermo BYRADIUS 1e300 km', 'GEOSEARCH k FROMMEMBER Palermo BYBOX 1 km',
      'GEOSEARCH k FROMMEMBER Palermo BYBOX 1 1',
    'GEOSEARCH k FROMMEMBER Palermo BYBOX -1 1 km', 'GEOSEARCH k FROMMEMBER Palermo BYBOX 1 -1 km',
      'GEOSEARCH k FROMMEMBER Palermo BYBOX x 1 km', 'GEOSEARCH k FROMMEMBER Palermo BYBOX 1 x km',
      'GEOSEARCH k FROMMEMBER Palermo BYBOX 1 1 BOGUS', 'GEOSEARCH k FROMMEMBER Palermo BYBOX nan 1 km',
    'GEOSEARCH k FROMLONLAT 15 BYRADIUS 1 km', 'GEOSEARCH k FROMLONLAT x 37 BYRADIUS 1 km',
      'GEOSEARCH k FROMLONLAT 200 37 BYRADIUS 1 km', 'GEOSEARCH k FROMLONLAT 15 90 BYRADIUS 1 km',
      'GEOSEARCH k FROMLONLAT 15 37', 'GEOSEARCH k FROMLONLAT', 'GEOSEARCH k FROMLONLAT nan 37 BYRADIUS 1 km',
    'GEOSEARCH k FROMMEMBER Palermo FROMLONLAT 15 37 BYRADIUS 200 km',
      'GEOSEARCH k FROMMEMBER Palermo FROMMEMBER Catania BYRADIUS 1 km',
      'GEOSEARCH k FROMLONLAT 15 37 FROMLONLAT 1 1 BYRADIUS 1 km',
      'GEOSEARCH k FROMMEMBER Palermo BYRADIUS 1 km BYRADIUS 200 km',
      'GEOSEARCH k FROMMEMBER Palermo BYRADIUS 1 km BYBOX 1 1 km',
      'GEOSEARCH k FROMMEMBER Palermo BYBOX 1 1 km BYBOX 400 400 km',
    ...['ASC DESC', 'DESC ASC', 'asc', 'COUNT', 'COUNT 0', 'COUNT -1', 'COUNT x', 'COUNT 1 COUNT 2',
      'COUNT 1 ANY', 'ANY', 'ANY COUNT 1', 'COUNT 0 ANY', 'COUNT 1 any asc', 'ANY ASC',
      'COUNT 9223372036854775807', 'COUNT 9223372036854775808', 'COUNT ""', 'COUNT ANY', 'WITHDIST WITHDIST',
      'withcoord withhash withdist', 'BOGUS', '""', 'STORE d', 'STOREDIST d', 'STOREDIST', 'WITHSCORES',
      'ASC ASC']
      .map((options) => `GEOSEARCH k FROMMEMBER Palermo BYRADIUS 200 km ${options}`),
    'GEOSEARCH k FROMMEMBER nobody BYRADIUS x km', 'GEOSEARCH k FROMMEMBER nobody BYRADIUS 1 km BOGUS',
      'GEOSEARCH k FROMMEMBER nobody BYRADIUS 1 km COUNT 0',
      'GEOSEARCH k fromlonlat 15 37 bybox 400 400 km asc', 'GEOSEARCH k FROMMEMBER',
      'GEOSEARCH k BOGUS Palermo BYRADIUS 1 km', 'GEOSEARCH k BYRADIUS 200 km FROMLONLAT 15 37 WITHDIST',
  ]),
  ...each('GEOSEARCH count', [CITIES], EDGE_INTEGERS.map((count) => ['GEOSEARCH', 'k', 'FROMMEMBER', 'Rome',
    'BYRADIUS', '800', 'km', 'ASC', 'COUNT', count])),
  ...table(
    ['searches of many', LATTICE, ...['10 m', '30 km', '60 mi', '150 km',
      '500 km'].flatMap((radius) => [`GEOSEARCH k FROMMEMBER p210 BYRADIUS ${radius}`,
      `GEOSEARCH k FROMLONLAT 13.9 37.1 BYRADIUS ${radius} ASC WITHDIST`,
      `GEOSEARCH k FROMLONLAT 13.9 37.1 BYRADIUS ${radius} DESC COUNT 5`,
      `GEOSEARCH k FROMLONLAT 13.9 37.1 BYRADIUS ${radius} COUNT 4`]),
      ...['30 30 km', '10 200 km', '200 10 mi',
        '400 300 km'].flatMap((box) => [`GEOSEARCH k FROMMEMBER p210 BYBOX ${box}`,
        `GEOSEARCH k FROMLONLAT 13.9 37.1 BYBOX ${box} DESC WITHDIST WITHCOORD`])],
    ['ANY gives as many as asked', LATTICE, 'GEOSEARCH k FROMMEMBER p210 BYRADIUS 100 km COUNT 7 ANY',
      'GEOSEARCH k FROMMEMBER p210 BYRADIUS 100 km COUNT 7 ANY ASC',
      'GEOSEARCH k FROMMEMBER p210 BYBOX 100 100 km COUNT 1000 ANY',
      'GEORADIUSBYMEMBER k p210 100 km COUNT 3 ANY'],
    ['places in one spot', ['GEOADD', 'k', ...Array.from({ length: 10 }, (_, i) => ['10', '20',
      `twin${9 - i}`]).flat()], 'GEOSEARCH k FROMLONLAT 10 20 BYRADIUS 1 m',
      'GEOSEARCH k FROMMEMBER twin3 BYRADIUS 0 m', 'GEOSEARCH k FROMMEMBER twin3 BYBOX 1 1 m WITHDIST'],
    ['across the line of dates', CITIES, ...['FROMLONLAT 179.999 0', 'FROMLONLAT -179.999 0',
      'FROMMEMBER "west of the line"', 'FROMMEMBER "east of the line"',
      'FROMMEMBER Suva'].flatMap((from) => [`GEOSEARCH k ${from} BYRADIUS 50 km ASC`,
      `GEOSEARCH k ${from} BYBOX 50 50 km ASC WITHDIST`,
      `GEOSEARCH k ${from} BYRADIUS 5000 km ASC WITHDIST`])],
    ['near the poles', 'GEOADD k 0 85 a 90 85 b 170 85 c -90 85 d 45 84 e 0 -85 f 90 -85 g 170 -85 h',
      ...['FROMLONLAT 0 85', 'FROMLONLAT 0 85.05112878', 'FROMMEMBER c', 'FROMMEMBER f',
      'FROMLONLAT 100 -85'].flatMap((from) => ['BYRADIUS 800 km', 'BYRADIUS 500 km', 'BYBOX 2000 500 km',
      'BYBOX 500 2500 km'].map((shape) => `GEOSEARCH k ${from} ${shape} ASC WITHDIST`))],
  ),
  ...otherTypes('GEOSEARCH', 'GEOSEARCH other FROMMEMBER a BYRADIUS 1 km',
    'GEOSEARCH other FROMLONLAT 1 2 BYRADIUS x km', 'GEOSEARCH other FROMLONLAT 1 2 BYRADIUS 1 km COUNT 0',
    'GEOSEARCHSTORE d other FROMLONLAT 1 2 BYRADIUS 1 km',
    'GEOSEARCHSTORE other nokey FROMLONLAT 1 2 BYRADIUS 1 km'),
]; // prettier-ignore

const storeCases: DifferentialCase[] = [
  arity('GEOSEARCHSTORE', 0, 1, 2, 3, 4, 5, 6),
  ...inEveryState('GEOSEARCHSTORE', ['k', 'd'], [SICILY], [
    'GEOSEARCHSTORE d k FROMMEMBER Palermo BYRADIUS 200 km',
      'GEOSEARCHSTORE d k FROMMEMBER nobody BYRADIUS 200 km',
      'GEOSEARCHSTORE d k FROMLONLAT 100 0 BYRADIUS 1 km',
      'GEOSEARCHSTORE d k FROMMEMBER Palermo BYRADIUS 200 km WITHDIST',
      'GEOSEARCHSTORE d k FROMMEMBER Palermo BYRADIUS 200 km WITHCOORD',
      'GEOSEARCHSTORE d k FROMMEMBER Palermo BYRADIUS 200 km WITHHASH',
    'GEOSEARCHSTORE d k FROMMEMBER Palermo BYRADIUS 200 km STORE e',
      'GEOSEARCHSTORE d k FROMMEMBER Palermo BYRADIUS 200 km BOGUS',
      'GEOSEARCHSTORE d k FROMMEMBER Palermo BYRADIUS 200 km COUNT 0',
      'GEOSEARCHSTORE k k FROMMEMBER Palermo BYRADIUS 1 km', 'GEOSEARCHSTORE d k BYRADIUS 200 km',
      'GEOSEARCHSTORE d k FROMMEMBER Palermo',
    'GEOSEARCHSTORE d k FROMMEMBER Palermo BYRADIUS 200 km COUNT 1 DESC',
      'GEOSEARCHSTORE d k FROMMEMBER Palermo BYRADIUS 200 km STOREDIST e', 'GEORADIUS k 15 37 200 km STORE d',
      'GEORADIUS k 15 37 200 km STORE', 'GEORADIUS k 15 37 200 km STORE d WITHDIST',
      'GEORADIUS k 15 37 200 km WITHHASH STORE d', 'GEORADIUS k 15 37 200 km STORE e STORE d',
    'GEORADIUS k 15 37 1 m STORE d', 'GEORADIUS k 15 37 200 km COUNT 1 STORE d',
      'GEORADIUSBYMEMBER k Palermo 200 km STORE d', 'GEORADIUSBYMEMBER k nobody 200 km STORE d',
      'GEORADIUS k 15 37 200 km store k', 'GEORADIUS_RO k 15 37 200 km STORE d',
      'GEORADIUSBYMEMBER_RO k Palermo 200 km STOREDIST d', 'GEORADIUS k 15 37 200 km STOREDIST',
  ], ['EXISTS d', 'TYPE d', 'ZRANGE d 0 -1 WITHSCORES', 'ZCARD k']),
  ...likeRedis8(inEveryState('storing distances', ['k', 'd'], [SICILY], [
    'GEOSEARCHSTORE d k FROMMEMBER Palermo BYRADIUS 200 km STOREDIST',
      'GEOSEARCHSTORE d k FROMLONLAT 15 37 BYRADIUS 200 km STOREDIST',
      'GEOSEARCHSTORE d k FROMLONLAT 15 37 BYBOX 400 400 mi storedist asc count 1',
      'GEOSEARCHSTORE d k STOREDIST FROMLONLAT 15 37 BYBOX 400 400 ft',
      'GEORADIUS k 15 37 200 km STOREDIST d',
    'GEORADIUS k 15 37 200 mi STOREDIST d STORE e', 'GEORADIUS k 15 37 200 mi STORE e STOREDIST d',
      'GEORADIUSBYMEMBER k Palermo 200000 m STOREDIST d', 'GEORADIUS k 15 37 200 km STOREDIST d WITHCOORD',
      'GEOSEARCHSTORE k k FROMMEMBER Palermo BYRADIUS 200 km STOREDIST',
  ], ['EXISTS d', 'EXISTS e', 'ZRANGE d 0 -1 WITHSCORES', 'ZRANGE k 0 -1 WITHSCORES'])),
  ...table(
    ['storing replaces what was there', SICILY, 'SET d v EX 100',
      'GEOSEARCHSTORE d k FROMLONLAT 15 37 BYRADIUS 200 km', 'TYPE d', 'TTL d', 'EXPIRE k 100',
      'GEOSEARCHSTORE d k FROMLONLAT 15 37 BYRADIUS 200 km', 'TTL d', 'TTL k',
      'GEOSEARCHSTORE d k FROMLONLAT 100 0 BYRADIUS 1 m', 'EXISTS d',
      'GEOSEARCHSTORE d nokey FROMLONLAT 100 0 BYRADIUS 1 m', 'SET d v',
      'GEORADIUS nokey 1 2 3 km STORE d', 'EXISTS d', 'SET d v',
        'GEOSEARCHSTORE d nokey FROMMEMBER a BYRADIUS 1 km', 'EXISTS d'],
    ['storing many', LATTICE, 'GEOSEARCHSTORE d k FROMMEMBER p210 BYRADIUS 150 km', 'OBJECT ENCODING d',
      'ZCARD d', 'ZRANGE d 0 10 WITHSCORES', 'GEOSEARCHSTORE d k FROMMEMBER p210 BYRADIUS 10 km',
      'OBJECT ENCODING d', 'GEOSEARCHSTORE d k FROMMEMBER p210 BYRADIUS 1000 km COUNT 150 ANY', 'ZCARD d',
      'OBJECT ENCODING d'],
    ['storing onto itself', SICILY, 'EXPIRE k 100', 'GEOSEARCHSTORE k k FROMMEMBER Palermo BYRADIUS 1 km',
      'ZRANGE k 0 -1', 'TTL k', 'GEOSEARCHSTORE k k FROMLONLAT 100 0 BYRADIUS 1 km', 'EXISTS k'],
  ),
]; // prettier-ignore

const radiusCases: DifferentialCase[] = [
  ...['GEORADIUS', 'GEORADIUS_RO'].flatMap((name) => [
    arity(name, 0, 1, 2, 3, 4, 6),
    ...inEveryState(name, ['k'], [SICILY], ['15 37 200 km', '15 37 0 m', '15 37 200 KM', '15 37 -1 km',
      '15 37 x km', '15 37 200 BOGUS', 'x 37 200 km', '15 x 200 km', '200 37 200 km', '15 90 200 km',
      '15 37 200', '15 37 200 km BOGUS', '15 37 200 km COUNT 0', '15 37 200 km COUNT',
      '15 37 200 km COUNT 1 ANY', '15 37 200 km ANY',
      '15 37 200 km ASC', '15 37 200 km DESC WITHDIST', '15 37 200 km WITHDIST WITHCOORD WITHHASH',
        '15 37 200 km FROMMEMBER Palermo', '15 37 200 km BYRADIUS 1 km', '15 37 200 km COUNT x',
        '200 x 1 BOGUS', '15 37 nan km', '15 37 inf km', '15 37 200 km COUNT 1 DESC',
        '15 37 200 km STORE'].map((rest) => `${name} k ${rest}`)),
    ...otherTypes(name, `${name} other 1 2 3 km`, `${name} other x 2 3 km`, `${name} other 1 2 3 km BOGUS`),
  ]),
  ...['GEORADIUSBYMEMBER', 'GEORADIUSBYMEMBER_RO'].flatMap((name) => [
    arity(name, 0, 1, 2, 3, 5),
    ...inEveryState(name, ['k'], [SICILY], ['Palermo 200 km', 'nobody 200 km', 'Palermo -1 km',
      'Palermo x km', 'Palermo 200 BOGUS', 'nobody x BOGUS', 'Palermo 200', 'Palermo 200 km COUNT 1',
      'Palermo 200 km WITHDIST ASC', 'Palermo 200 km DESC WITHCOORD', 'Palermo 200 km BOGUS',
      'nobody 200 km BOGUS', 'Palermo 0 m', '"" 1 km', 'Palermo 200 km COUNT 0', 'Palermo 200 km COUNT 1 ANY',
      'Palermo 200 km STOREDIST']
      .map((rest) => `${name} k ${rest}`)),
    ...otherTypes(name, `${name} other a 3 km`, `${name} other a x km`, `${name} other a 3 km BOGUS`),
  ]),
]; // prettier-ignore

export const geoCases: DifferentialCase[] = [
  ...addCases, ...placeCases, ...searchCases, ...storeCases, ...radiusCases,
]; // prettier-ignore
