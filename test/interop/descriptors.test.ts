/** Where a process may have few files and connections open: clients leave enough of them to save the data. */
import { readFileSync } from 'node:fs';
import { afterEach, expect, it } from 'vitest';
import type { RawConnection } from '../support/raw-connection.js';
import {
  programUnderTest,
  referenceProgram,
  ServerProcess,
  type ServerProgram,
} from '../support/server-process.js';
import { until } from '../support/until.js';

const DESCRIPTORS = 128;
/** As many connections as would take all of them, and more. */
const CONNECTIONS = 150;

const running: ServerProcess[] = [];
afterEach(async () => {
  for (const server of running.splice(0)) await server.stop();
});

/** Starts a program that may open so many. */
async function start(program: ServerProgram, descriptors: number): Promise<ServerProcess> {
  const limited = ['bash', '-c', `ulimit -n ${String(descriptors)}; exec "$@"`, '-', ...program.command];
  const server = await ServerProcess.start({ name: program.name, command: limited }, ['--appendonly', 'yes']);
  running.push(server);
  return server;
}

async function ask(connection: RawConnection, ...words: string[]): Promise<string> {
  return (await connection.command(...words)).toString();
}

it('clients cannot take those that the append-only file and snapshots need', async () => {
  const server = await start(programUnderTest(), DESCRIPTORS);
  const operator = await server.connect();
  const others = await Promise.all(Array.from({ length: CONNECTIONS }, () => server.connect()));
  await until(async () => !(await ask(operator, 'INFO', 'stats')).includes('rejected_connections:0\r\n'));
  expect(await ask(operator, 'BGREWRITEAOF')).toContain('started');
  await until(async () => (await ask(operator, 'INFO', 'persistence')).includes('aof_rewrite_in_progress:0'));
  expect(await ask(operator, 'INFO', 'persistence')).toContain('aof_last_bgrewrite_status:ok');
  expect(await ask(operator, 'SAVE')).toBe('+OK\r\n');
  for (const other of others) other.close();
  operator.close();
});

it('CONFIG SET maxclients refuses more than there is room for, as Redis does', async () => {
  const replies = [referenceProgram('7.0'), programUnderTest()].map(async (program) => {
    const connection = await (await start(program, DESCRIPTORS)).connect();
    const [, , , , room = ''] = (await ask(connection, 'CONFIG', 'GET', 'maxclients')).split('\r\n');
    expect(Number(room)).toBeLessThan(DESCRIPTORS);
    const words = [String(DESCRIPTORS), room, '10'];
    const said: string[] = [];
    for (const word of words) {
      said.push((await ask(connection, 'CONFIG', 'SET', 'maxclients', word)).replace(room, 'N'));
      said.push(
        (await ask(connection, 'CONFIG', 'GET', 'maxclients'))
          .replace(/\$\d+\r\n(10\r)?/g, '')
          .replace(room, 'N'),
      );
    }
    connection.close();
    return said;
  });
  const [expected, actual] = await Promise.all(replies);
  expect(actual).toEqual(expected);
});

it('the system has made room for those of all clients before they come', async () => {
  const server = await start(programUnderTest(), 4096);
  const [, size] = /^FDSize:\t(\d+)$/m.exec(readFileSync(`/proc/${String(server.pid)}/status`, 'utf8')) ?? [];
  expect(Number(size)).toBeGreaterThanOrEqual(4096);
});

it('a server that has none to spare does not start', async () => {
  await expect(start(programUnderTest(), 60)).rejects.toThrow(/did not become ready/);
});
