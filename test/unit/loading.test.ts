/** How far loading is, in the log: every few seconds, of all files together. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { PersistenceHost } from '../../src/persistence/host.js';
import { Loading } from '../../src/persistence/loading.js';

const MEGABYTE = 1024 * 1024;

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance', 'Date'] }));
afterEach(() => void vi.useRealTimers());

it('says every five seconds how far it is', () => {
  const said: string[] = [];
  const host = {
    registry: { commands: [] },
    dispatcher: { gates: 0 },
    log: { notice: (line: string) => said.push(line) },
  } as unknown as PersistenceHost;
  const loading = new Loading(host);
  loading.begin(200 * MEGABYTE);
  for (let second = 0; second < 12; second++) {
    vi.advanceTimersByTime(1000);
    loading.advance(10 * MEGABYTE);
  }
  expect(said).toEqual(['Loading: 30.0 % of 200.0 MB', 'Loading: 60.0 % of 200.0 MB']);
});
