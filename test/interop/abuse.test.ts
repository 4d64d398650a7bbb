/**
 * Clients that misuse the server, in small numbers: what becomes of them, that others are served meanwhile, and that
 * memory stays bounded. `npm run abuse` does the same with ten thousand of them, and measures.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Attackers } from '../../bench/abuse/attackers.js';
import { attacks, isHeard, LARGE_KEY, LARGE_SIZE, USER } from '../../bench/abuse/attacks.js';
import type { RawConnection } from '../support/raw-connection.js';
import { ServerProcess, programUnderTest } from '../support/server-process.js';

const CONNECTIONS = 150;
const ATTACK_MS = 250;
const FATE_MS = 60_000;
/** What may be kept for each attacker, and what all of it may add to what the allocator holds. */
const BOUND_EACH = 64 * 1024;
const BOUND_ALL = 64 * 2 ** 20;
const PASSWORD = 'a password';

let server: ServerProcess;
/** An ordinary client, from before a password was asked for. */
let ordinary: RawConnection;

beforeAll(async () => {
  server = await ServerProcess.start(programUnderTest(), ['--user', USER, 'on', '>right', '+@all', '~*']);
  ordinary = await server.connect();
  await ordinary.command('SET', LARGE_KEY, 'x'.repeat(LARGE_SIZE));
});
afterAll(async () => {
  ordinary.close();
  await server.stop();
});

async function figure(section: string, name: string): Promise<number> {
  const text = (await ordinary.command('INFO', section)).toString();
  return Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(text)?.[1]);
}

describe(`others are served, and memory stays bounded, while ${String(CONNECTIONS)} connections make`, () => {
  it.each(attacks)('$name', async (attack) => {
    if (attack.isStranger === true) await ordinary.command('CONFIG', 'SET', 'requirepass', PASSWORD);
    const before = await figure('memory', 'used_memory_rss');
    const attackers = await Attackers.start(server.port, attack, CONNECTIONS);
    const end = Date.now() + ATTACK_MS;
    do {
      expect((await ordinary.command('PING')).toString()).toBe('+PONG\r\n');
      await sleep(1);
    } while (Date.now() < end);
    const after = await figure('memory', 'used_memory_rss');
    const metFate = await attackers.meetFate(FATE_MS);
    const { errors, strange } = attackers.outcome;
    await attackers.stop();
    await ordinary.command('CONFIG', 'SET', 'requirepass', '');
    expect(metFate).toBe(true);
    expect(strange).toEqual([]);
    if (isHeard(attack)) expect(errors).toBeGreaterThan(0);
    expect(after - before).toBeLessThan(CONNECTIONS * BOUND_EACH + BOUND_ALL);
    await expect.poll(() => figure('clients', 'connected_clients')).toBe(1);
  });
});
