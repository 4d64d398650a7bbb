/** The endpoint for Prometheus. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RawConnection } from '../support/raw-connection.js';
import { freePort, programUnderTest, ServerProcess } from '../support/server-process.js';
import { until } from '../support/until.js';

let server: ServerProcess;
let connection: RawConnection;
let port = 0;

beforeAll(async () => {
  port = await freePort();
  server = await ServerProcess.start(programUnderTest(), ['--metrics-port', String(port)]);
  connection = await server.connect();
});
afterAll(async () => {
  connection.close();
  await server.stop();
});

/** Every sample by its name with labels. */
async function read(): Promise<Map<string, number>> {
  const response = await fetch(`http://127.0.0.1:${String(port)}/metrics`);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toContain('text/plain; version=0.0.4');
  const samples = new Map<string, number>();
  for (const line of (await response.text()).split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const [, name = '', value = ''] = /^([a-z_]+(?:\{.*\})?) ([-+.0-9a-zA-Z]+)$/.exec(line) ?? [];
    expect(name, line).not.toBe('');
    samples.set(name, Number(value));
  }
  return samples;
}

describe('metrics', () => {
  it('count commands, and how they end', async () => {
    for (let i = 0; i < 10; i++) await connection.command('SET', `k${String(i)}`, 'v');
    await connection.command('LPUSH', 'k0', 'v');
    await connection.command('GET');
    await connection.command('KEYS', '*');
    const samples = await read();
    expect(samples.get('redwing_commands_total{command="set"}')).toBe(10);
    expect(samples.get('redwing_commands_seconds_total{command="set"}')).toBeGreaterThan(0);
    expect(samples.get('redwing_commands_failed_total{command="lpush"}')).toBe(1);
    expect(samples.get('redwing_commands_rejected_total{command="get"}')).toBe(1);
    expect(samples.get('redwing_errors_total{code="WRONGTYPE"}')).toBe(1);
    expect(samples.get('redwing_keys{database="0"}')).toBe(10);
  });

  it('have histograms whose parts agree', async () => {
    const samples = await read();
    for (const [name, labels] of [
      ['redwing_batch_seconds', ''],
      ['redwing_command_seconds', 'command="keys",'],
    ]) {
      const buckets = [...samples].filter(([sample]) => sample.startsWith(`${name}_bucket{${labels}le=`));
      const counts = buckets.map(([, value]) => value);
      expect(counts).toHaveLength(26);
      expect([...counts].sort((a, b) => a - b)).toEqual(counts);
      const braces = labels === '' ? '' : `{${labels.slice(0, -1)}}`;
      expect(counts.at(-1)).toBe(samples.get(`${name}_count${braces}`));
      expect(counts.at(-1)).toBeGreaterThan(0);
      expect(samples.get(`${name}_sum${braces}`)).toBeGreaterThan(0);
    }
  });

  it('tell of memory, clients, expiry and the event loop', async () => {
    await connection.command('SET', 'short', 'v', 'PX', '1');
    await until(async () => (await read()).get('redwing_expired_keys_total') === 1);
    // The delay of the loop is sampled between two readings.
    await new Promise((done) => setTimeout(done, 300));
    const samples = await read();
    const bytes = (category: string): number =>
      samples.get(`redwing_memory_bytes{category="${category}"}`) ?? Number.NaN;
    expect(bytes('rss')).toBeGreaterThan(bytes('used'));
    expect(bytes('used')).toBeGreaterThan(bytes('tables'));
    expect(bytes('arenas')).toBeGreaterThan(0);
    expect(samples.get('redwing_clients')).toBe(1);
    expect(samples.get('redwing_evicted_keys_total')).toBe(0);
    expect(samples.get('redwing_open_views')).toBe(0);
    expect(samples.get('redwing_event_loop_delay_seconds{quantile="0.99"}')).toBeLessThan(10);
    expect(samples.get('redwing_network_read_bytes_total')).toBeGreaterThan(100);
  });

  it('are nowhere else, and only read', async () => {
    const at = `http://127.0.0.1:${String(port)}`;
    expect((await fetch(`${at}/`)).status).toBe(404);
    expect((await fetch(`${at}/metrics`, { method: 'POST', body: 'x' })).status).toBe(405);
  });

  it('keep the server from starting where their port is taken', async () => {
    const start = ServerProcess.start(programUnderTest(), ['--metrics-port', String(server.port)]);
    await expect(start).rejects.toThrow(/metrics port/);
  });
});
