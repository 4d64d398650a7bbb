/** CONFIG SET port and bind: both servers move, or stay and say the same. */
import { createServer, type AddressInfo, type Server } from 'node:net';
import { expect, test } from 'vitest';
import { RawConnection } from '../support/raw-connection.js';
import {
  freePort,
  programUnderTest,
  referenceProgram,
  ServerProcess,
  type ServerProgram,
} from '../support/server-process.js';

function occupy(): Promise<[Server, number]> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      resolve([server, (server.address() as AddressInfo).port]);
    });
  });
}

async function answers(port: number): Promise<boolean> {
  try {
    const connection = await RawConnection.open(port);
    const reply = (await connection.command('PING')).toString();
    connection.close();
    return reply === '+PONG\r\n';
  } catch {
    return false;
  }
}

/** What one server answers to each move, and where it can be reached afterwards. */
async function moves(program: ServerProgram): Promise<unknown[]> {
  const [blocker, taken] = await occupy();
  const free = await freePort();
  const server = await ServerProcess.start(program, ['--bind', '127.0.0.1']);
  const connection = await server.connect();
  const seen: unknown[] = [];
  const set = async (...words: readonly string[]): Promise<void> => {
    const reply = (await connection.command('CONFIG', 'SET', ...words)).toString();
    const [bind, port] = [await connection.command('CONFIG', 'GET', 'bind'), server.port];
    seen.push(reply, bind.toString(), await answers(port), await answers(free));
  };
  await set('port', String(taken));
  await set('port', String(free));
  await set('bind', '127.0.0.1 -192.0.2.1');
  await set('bind', '192.0.2.1');
  await set('bind', '127.0.0.1 192.0.2.1');
  await set('hz', '20', 'port', String(server.port), 'bind', '192.0.2.1');
  await set('hz', '20', 'port', String(server.port), 'bind', '127.0.0.1');
  await set('port', '0');
  await set('port', String(free), 'bind', '* -::*');
  connection.close();
  await server.stop();
  blocker.close();
  return seen;
}

test('the servers answer alike and can be reached alike', async () => {
  const [expected, actual] = await Promise.all([moves(referenceProgram('7.0')), moves(programUnderTest())]);
  expect(actual).toEqual(expected);
});
