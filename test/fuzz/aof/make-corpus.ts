/**
 * Writes the files that cases are made of anew: `npx tsx test/fuzz/aof/make-corpus.ts`. They are kept in the repository, so
 * that a seed means the same case everywhere, whatever servers are installed.
 *
 *   <writer>.<what>.incr.aof   what a server has logged of the commands below, with notes of the time
 *   <writer>.<what>.base.*     the base that it wrote of the same data, as a snapshot and as commands
 */
import { copyFileSync, readdirSync } from 'node:fs';
import * as path from 'node:path';
import { DataFolder, type DataServer } from '../../support/data-folder.js';
import { programUnderTest, referenceProgram, type ServerProgram } from '../../support/server-process.js';
import { until } from '../../support/until.js';

const TARGET = path.join(import.meta.dirname, 'corpus');
const ON = ['--save', '', '--appendonly', 'yes', '--aof-timestamp-enabled', 'yes'];
const SMALL = ['--hash-max-listpack-entries', '8', '--zset-max-listpack-entries', '8'];
const SHORT = [
  '--list-max-listpack-size',
  '4',
  '--stream-node-max-entries',
  '4',
  '--set-max-intset-entries',
  '8',
];

const SCALARS = `
  SET k1 value|SET k2 12345|APPEND k1 more|INCRBY k2 5|SETRANGE k1 20 x|INCRBYFLOAT k3 1.5|SETBIT k4 100 1
  BITFIELD k4 SET u8 0 255 INCRBY i5 100 1|BITOP XOR k5 k1 k4|PFADD k6 a b c|PFADD k7 d|PFMERGE k8 k6 k7|PFCOUNT k6 k8
  SET k9 x PX 100000000|SETEX k10 100000 y|EXPIRE k1 200000|PERSIST k1|GETEX k2 EX 100000|GETDEL k3|SETNX k11 z
  MSET k12 a k13 b k14 c|COPY k12 k15|RENAME k13 k16|MOVE k14 5|SELECT 5|SET k1 other|SWAPDB 5 6|SELECT 0|UNLINK k15
  MULTI|SET k17 1|INCR k17|SADD s9 a|EXEC|GETSET k17 7|DEL k16 k17|EXPIREAT k11 1 NX|SET k18 x KEEPTTL|DECRBY k19 4
`;
const COLLECTIONS = `
  RPUSH l1 a b c 1 2 3|LPUSH l1 x|LPOP l1|LINSERT l1 BEFORE b y|LSET l1 0 z|LREM l1 0 c|LTRIM l1 0 3|LMOVE l1 l2 LEFT RIGHT
  RPUSH l3 1 2 3 4 5 6 7 8 9 10 11 12|RPOPLPUSH l3 l2|LMPOP 2 l9 l3 LEFT COUNT 2|BLPOP l3 1|BLMOVE l3 l2 LEFT LEFT 1
  SADD s1 a b c d|SPOP s1 2|SADD s2 1 2 3|SADD s3 1 2 3 4 5 6 7 8 9 10 11 12|SREM s3 4|SMOVE s3 s2 5
  SUNIONSTORE s4 s1 s2 s3|SINTERSTORE s5 s2 s3|SDIFFSTORE s6 s3 s2|SORT s2 STORE l4
  ZADD z1 1.5 a 2 b -inf c|ZADD z2 1 a 2 b 3 c 4 d 5 e 6 f 7 g 8 h 9 i 10 j|ZINCRBY z1 3 a|ZREM z2 d|ZPOPMIN z2|BZPOPMAX z2 1
  ZUNIONSTORE z3 2 z1 z2 WEIGHTS 1 2|ZRANGESTORE z4 z2 0 3|ZREMRANGEBYRANK z3 0 0|ZREMRANGEBYSCORE z2 5 6|ZMPOP 1 z2 MAX
  HSET h1 f v g w|HINCRBY h1 n 5|HINCRBYFLOAT h1 n 1.25|HSET h2 a 1 b 2 c 3 d 4 e 5 f 6 g 7 h 8 i 9 j 10|HDEL h2 c|HSETNX h1 z 1
  GEOADD g1 13.361389 38.115556 Palermo 15.087269 37.502669 Catania|GEOSEARCHSTORE z5 g1 FROMLONLAT 15 37 BYRADIUS 200 km
  EXPIRE h2 100000|PEXPIREAT z2 1900000000000|OBJECT ENCODING z2
`;
const STREAMS = `
  XADD x1 1-1 a 1 b 2|XADD x1 * a 3|XADD x1 * a 4 b 5|XADD x1 MAXLEN = 2 * c 6|XGROUP CREATE x1 g1 0 ENTRIESREAD 0
  XREADGROUP GROUP g1 c1 COUNT 1 STREAMS x1 >|XREADGROUP GROUP g1 c2 STREAMS x1 >|XACK x1 g1 1-1|XGROUP CREATECONSUMER x1 g1 c3
  XAUTOCLAIM x1 g1 c3 0 0 COUNT 1|XCLAIM x1 g1 c1 0 1-1|XADD x2 1-1 f v|XADD x2 2-1 f v|XADD x2 3-1 f v|XADD x2 4-1 f v
  XADD x2 5-1 f v|XADD x2 6-1 g w h y|XDEL x2 3-1|XTRIM x2 MINID 2-1|XSETID x2 9-1 ENTRIESADDED 20 MAXDELETEDID 5-1
  XGROUP CREATE x3 g2 $ MKSTREAM|XGROUP SETID x1 g1 0|XGROUP DELCONSUMER x1 g1 c2|XGROUP CREATE x2 g3 0|XGROUP DESTROY x2 g3
`;
const PARTS: readonly (readonly [name: string, commands: string])[] = [
  ['scalars', SCALARS],
  ['collections', COLLECTIONS],
  ['streams', STREAMS],
];

async function send(server: DataServer, commands: string): Promise<void> {
  for (const line of commands.split(/[|\n]/)) {
    const words = line.trim().split(' ');
    if (words[0] !== '') await server.ask(...words);
  }
}

function isRewritten(server: DataServer): Promise<void> {
  return until(async () => (await server.info('aof_rewrite_in_progress', 'persistence')) === '0');
}

function copy(folder: DataFolder, kind: RegExp, target: string): void {
  const names = readdirSync(folder.file('appendonlydir')).filter((name) => kind.test(name));
  const last = names.sort().at(-1);
  if (last === undefined) throw new Error(`there is no ${target}`);
  copyFileSync(folder.file(path.join('appendonlydir', last)), path.join(TARGET, target));
}

async function write(program: ServerProgram, writer: string): Promise<void> {
  for (const [part, commands] of PARTS) {
    const folder = DataFolder.make();
    try {
      const server = await folder.start(program, ...ON, ...SMALL, ...SHORT);
      await send(server, commands);
      await server.ask('CONFIG', 'SET', 'appendonly', 'no');
      copy(folder, /incr/, `${writer}.${part}.incr.aof`);
      await server.ask('CONFIG', 'SET', 'appendonly', 'yes');
      await isRewritten(server);
      copy(folder, /base\.rdb$/, `${writer}.${part}.base.rdb`);
      await server.ask('CONFIG', 'SET', 'aof-use-rdb-preamble', 'no');
      await server.ask('BGREWRITEAOF');
      await isRewritten(server);
      copy(folder, /base\.aof$/, `${writer}.${part}.base.aof`);
    } finally {
      await folder.remove();
    }
  }
}

await write(programUnderTest(), 'redwing');
await write(referenceProgram('7.0'), 'redis');
process.exit(0);
