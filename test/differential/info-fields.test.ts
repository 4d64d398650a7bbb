/**
 * The fields of INFO, by section: every one that a real Redis shows is there, unless it is named here with the reason.
 * What the values are is tested where they are made.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseReply, textOf } from '../support/reply.js';
import { ServerPair } from '../support/server-pair.js';
import type { RawConnection } from '../support/raw-connection.js';

/** Sections that show what has happened, under names that depend on it. */
const VARYING = ['Commandstats', 'Latencystats', 'Errorstats', 'Keyspace', 'Modules'];

/** What is not there, and why. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  'Threads io_thread_0': 'newer than 7.2; there are no threads for reading and writing',
};

function fieldsOf(text: string): Set<string> {
  const names = new Set<string>();
  let section = '';
  for (const line of text.split('\r\n')) {
    if (line.startsWith('# ')) section = line.slice(2);
    else if (line.includes(':') && !VARYING.includes(section))
      names.add(`${section} ${line.slice(0, line.indexOf(':'))}`);
  }
  return names;
}

async function askFields(connection: RawConnection): Promise<Set<string>> {
  return fieldsOf(textOf(parseReply(await connection.command('INFO', 'everything'))) ?? '');
}

describe.each(['7.0', '8.0'] as const)('fields of INFO, like Redis %s', (version) => {
  let pair: ServerPair | undefined;
  beforeAll(async () => {
    pair = await ServerPair.start(version);
  });
  afterAll(async () => {
    await pair?.stop();
  });

  it('are all there, in their sections', async () => {
    const { reference, tested } = pair as ServerPair;
    const [theirs, ours] = await Promise.all([askFields(reference.control), askFields(tested.control)]);
    expect(theirs.size).toBeGreaterThan(100);
    const missing = [...theirs].filter((name) => !ours.has(name) && !(name in LEFT_OUT));
    expect(missing).toEqual([]);
  });

  it('stand in the same order', async () => {
    const { reference, tested } = pair as ServerPair;
    const [theirs, ours] = await Promise.all([askFields(reference.control), askFields(tested.control)]);
    const common = [...ours].filter((name) => theirs.has(name));
    expect(common).toEqual([...theirs].filter((name) => ours.has(name)));
  });
});
