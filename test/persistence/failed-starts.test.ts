/** A start that fails within a process that goes on leaves nothing open: */
import { writeFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { loadConfig, Log, type Server, startServer } from '../../src/index.js';
import { DataFolder } from '../support/data-folder.js';
import { RawConnection } from '../support/raw-connection.js';
import { freePort, programUnderTest } from '../support/server-process.js';

let folder: DataFolder;
beforeEach(() => (folder = DataFolder.make()));
afterEach(() => folder.remove());

function open(port: number, ...words: readonly string[]): Promise<Server> {
  const config = loadConfig({
    words: ['--port', String(port), '--dir', folder.path, '--save', '', ...words],
  });
  return startServer(config, new Log('warning', () => undefined));
}

it('no address, and takes no socket from the server that has the port', async () => {
  const socket = folder.file('socket');
  const other = await folder.start(
    programUnderTest(),
    '--bind',
    '127.0.0.1',
    '--save',
    '',
    '--unixsocket',
    socket,
  );
  const bind = ['--bind', '127.0.0.2', '127.0.0.1', '--unixsocket', socket];
  await expect(open(other.port, ...bind)).rejects.toThrow('EADDRINUSE');
  await expect(RawConnection.open(other.port, '127.0.0.2')).rejects.toThrow('ECONNREFUSED');
  expect(folder.has('socket')).toBe(true);
  const server = await open(other.port, '--bind', '127.0.0.2');
  await server.stop();
});

it('no port, though it fails when data is loaded', async () => {
  writeFileSync(folder.file('dump.rdb'), 'no snapshot');
  const port = await freePort();
  await expect(open(port)).rejects.toThrow('Fatal error loading the DB');
  await expect(RawConnection.open(port)).rejects.toThrow('ECONNREFUSED');
  const server = await open(port, '--dbfilename', 'other.rdb');
  await server.stop();
});
