/** No turn of the loop replies to everybody at any length: who asks for little is not kept waiting by who asks for much. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { encodeCommand, toBytes } from '../support/command-line.js';
import type { RawConnection } from '../support/raw-connection.js';
import { ServerProcess, programUnderTest } from '../support/server-process.js';

const CLIENTS = 100;
const READS = 64;
const VALUE_BYTES = 4096;
/** What a turn may reply before rows are cut short, with what the rows of CLIENTS may reply beyond that. */
const TURN_BYTES = 2 * 2 ** 20 + (READS + CLIENTS * 8) * VALUE_BYTES;

describe('long pipelines of many clients', () => {
  let server: ServerProcess;
  let control: RawConnection;
  const readers: RawConnection[] = [];

  beforeEach(async () => {
    server = await ServerProcess.start(programUnderTest());
    control = await server.connect();
    await control.command('SET', 'large', 'x'.repeat(VALUE_BYTES));
    for (let i = 0; i < CLIENTS; i++) readers.push(await server.connect());
  });
  afterEach(async () => {
    for (const connection of [control, ...readers.splice(0)]) connection.close();
    await server.stop();
  });

  it('reply to who comes behind them before they are served whole, and to each in order', async () => {
    const get = encodeCommand(['GET', 'large'].map(toBytes));
    const echo = (i: number): Buffer => encodeCommand(['ECHO', String(i)].map(toBytes));
    // They all have arrived when the server looks for the first time, the one who asks for little last.
    server.signal('SIGSTOP');
    for (const [i, reader] of readers.entries())
      await reader.send(Buffer.concat([...Array<Buffer>(READS).fill(get), echo(i)]));
    const little = control.command('INFO', 'stats');
    server.signal('SIGCONT');
    const sent = Number(/^total_net_output_bytes:(\d+)/m.exec(String(await little))?.[1]);
    expect(sent).toBeLessThan(TURN_BYTES);
    const value = `$${String(VALUE_BYTES)}\r\n${'x'.repeat(VALUE_BYTES)}\r\n`;
    for (const [i, reader] of readers.entries()) {
      const replies = (await reader.replies(READS + 1)).join('');
      expect(replies).toBe(`${value.repeat(READS)}$${String(String(i).length)}\r\n${String(i)}\r\n`);
    }
  });
});
