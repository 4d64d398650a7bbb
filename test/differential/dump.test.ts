// DUMP: what it tells is taken by the real Redis, and is the same value there.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dumpCases } from './cases/dump.js';
import { describeFamily } from '../support/differential.js';
import type { RawConnection } from '../support/raw-connection.js';
import { parseReply, type Reply } from '../support/reply.js';
import { ServerPair } from '../support/server-pair.js';
import type { ReferenceVersion } from '../support/server-process.js';
import { VALUE_SAMPLES, type ValueSample } from '../support/value-samples.js';

const ARGUMENTS = ['--enable-debug-command', 'yes'];

describeFamily('DUMP', dumpCases, { serverArguments: ARGUMENTS });

function payloadOf(reply: Buffer): Buffer {
  const { text } = parseReply(reply);
  if (text === undefined) throw new Error(`no payload: ${reply.toString('latin1', 0, 100)}`);
  return text;
}

/** The groups of XINFO STREAM FULL, without what a reference does not tell, or a payload does not hold. */
function groupsOf(reply: Buffer): unknown {
  const withoutActive = (tree: Reply): unknown => {
    if (tree.items === undefined) return tree.text?.toString('latin1') ?? null;
    const items = tree.items.map(withoutActive);
    const at = items.indexOf('active-time');
    if (at >= 0) items.splice(at, 2);
    return items;
  };
  const all = withoutActive(parseReply(reply)) as unknown[];
  return all[all.indexOf('groups') + 1];
}

async function build(sample: ValueSample, connection: RawConnection): Promise<void> {
  for (const command of sample.commands) {
    const reply = await connection.command(...command);
    expect(reply.toString('latin1', 0, 1)).not.toBe('-');
  }
}

for (const version of ['7.0', '8.0'] satisfies ReferenceVersion[]) {
  describe(`payloads that Redis ${version} restores`, () => {
    let pair: ServerPair;
    beforeAll(async () => {
      pair = await ServerPair.start(version, ARGUMENTS);
    });
    afterAll(async () => pair.stop());

    test.each(VALUE_SAMPLES.filter((sample) => version === '8.0' || sample.isNew !== true))(
      '$title',
      async (sample) => {
        await pair.reset();
        const tested = pair.tested.control;
        const reference = pair.reference.control;
        await Promise.all([build(sample, tested), build(sample, reference)]);
        const payload = payloadOf(await tested.command('DUMP', 'k'));
        expect((await reference.command('RESTORE', 'restored', 0, payload)).toString()).toBe('+OK\r\n');
        const digests = await reference.command('DEBUG', 'DIGEST-VALUE', 'k', 'restored');
        const [own, restored] = parseReply(digests).items ?? [];
        expect(restored?.text).toEqual(own?.text);
        if (!sample.title.startsWith('stream')) return;
        // Times are those of the tested server, so that it is compared with what was restored.
        const information = ['XINFO', 'STREAM', 'k', 'FULL', 'COUNT', '0'];
        const here = await tested.command(...information);
        await reference.command('RENAME', 'restored', 'k');
        expect(groupsOf(await reference.command(...information))).toEqual(groupsOf(here));
      },
    );

    test('the version of the format is the least that the value needs', async () => {
      await pair.reset();
      const { control } = pair.tested;
      await control.command('HSET', 'h', 'f', 'v');
      const before = payloadOf(await control.command('DUMP', 'h'));
      expect(before.readUInt16LE(before.length - 10)).toBe(10);
      await control.command('HEXPIRE', 'h', 100, 'FIELDS', 1, 'f');
      const after = payloadOf(await control.command('DUMP', 'h'));
      expect(after.readUInt16LE(after.length - 10)).toBe(12);
    });

    test('a missing key, and one that has expired', async () => {
      await pair.reset();
      for (const { control } of [pair.tested, pair.reference]) {
        expect((await control.command('DUMP', 'k')).toString()).toBe('$-1\r\n');
        await control.command('DEBUG', 'SET-ACTIVE-EXPIRE', '0');
        await control.command('SET', 'k', 'v', 'PXAT', '1');
        expect((await control.command('DUMP', 'k')).toString()).toBe('$-1\r\n');
      }
    });
  });
}
