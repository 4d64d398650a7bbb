/**
 * What lies outside a case's connection: files of users, the log of denials, and connections whose user is gone. Each is
 * done to the server under test and to Redis 8.0, and what they answer is compared.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseCommandLine } from '../support/command-line.js';
import type { RawConnection } from '../support/raw-connection.js';
import { ServerProcess, programUnderTest, referenceProgram } from '../support/server-process.js';

interface Side {
  readonly server: ServerProcess;
  readonly connection: RawConnection;
  readonly folder: string;
  readonly file: string;
}

const sides: Side[] = [];

beforeAll(async () => {
  for (const program of [referenceProgram('8.0'), programUnderTest()]) {
    const folder = mkdtempSync(join(tmpdir(), 'redwing-acl-'));
    const file = join(folder, 'users.acl');
    writeFileSync(file, 'user default on nopass ~* &* +@all\nuser alice on >x ~a* +get\n');
    const server = await ServerProcess.start(program, ['--aclfile', file]);
    sides.push({ server, connection: await server.connect(), folder, file });
  }
});
afterAll(async () => {
  for (const { server, connection, folder } of sides) {
    connection.close();
    await server.stop();
    rmSync(folder, { recursive: true });
  }
});

/** What differs by nature: where the file is, and of the log clocks and connections. */
function comparable(side: Side, reply: string): string {
  return reply
    .replaceAll(side.file, '@file@')
    .replace(/\$\d+\r\n/g, '')
    .replace(/(age-seconds|client-info|timestamp-created|timestamp-last-updated)\r\n[^\r]*/g, '$1');
}

async function ask(side: Side, line: string, connection = side.connection): Promise<string> {
  return comparable(side, (await connection.command(...parseCommandLine(line))).toString('latin1'));
}

/** The outcome of `run` on both sides, which must be the same. */
async function same(run: (side: Side) => Promise<unknown>): Promise<void> {
  const [expected, actual] = [await run(sides[0]), await run(sides[1])];
  expect(actual).toEqual(expected);
}

const FILES: readonly string[] = [
  '',
  'user default on nopass ~* &* +@all\n',
  '# a comment\n\n  user alice on >x ~a* +get  \r\n',
  'user alice on nopass (+get ~a) ( +set ~b )\n',
  'user alice on\nuser alice off\n',
  'user alice nosuch\nuser bob +nosuch +get\n',
  'user alice (+get\n',
  'alice on\n',
  'user\n',
  'user alice\n',
  'user alice  on   nopass\n',
  'user alice on ~a"b\n',
  'user alice +@all\nnonsense\nuser bob #12\n',
];

describe('the file of users, like Redis 8.0', () => {
  it.each(FILES)('%j', async (text) => {
    await same(async (side) => {
      writeFileSync(side.file, text);
      const answers = [await ask(side, 'ACL LOAD'), await ask(side, 'ACL LIST')];
      answers.push(await ask(side, 'ACL SAVE'), readFileSync(side.file, 'latin1'));
      return [...answers, await ask(side, 'ACL LOAD'), await ask(side, 'ACL LIST')];
    });
  });

  it('that is missing', async () => {
    await same(async (side) => {
      rmSync(side.file);
      return [await ask(side, 'ACL LOAD'), await ask(side, 'ACL SAVE')];
    });
  });

  it('ends connections of users who are gone, and leaves others', async () => {
    await same(async (side) => {
      writeFileSync(side.file, 'user alice on nopass +@all\nuser bob on nopass +@all\n');
      await ask(side, 'ACL LOAD');
      const [alice, bob] = [await side.server.connect(), await side.server.connect()];
      await ask(side, 'AUTH alice x', alice);
      await ask(side, 'AUTH bob x', bob);
      writeFileSync(side.file, 'user bob on nopass +@all -get\n');
      const loaded = await ask(side, 'ACL LOAD');
      await alice.waitForClose(1000);
      const outcome = [
        loaded,
        alice.fate,
        bob.fate,
        await ask(side, 'GET k', bob),
        await ask(side, 'ACL WHOAMI', bob),
      ];
      await ask(side, 'ACL DELUSER bob');
      await bob.waitForClose(1000);
      return [...outcome, bob.fate];
    });
  });
});

describe('denials, like Redis 8.0', () => {
  it('are remembered, equal ones together', async () => {
    await same(async (side) => {
      await ask(side, 'ACL LOG RESET');
      await ask(side, 'ACL SETUSER carol on >x +get +publish +multi +exec +sort ~a &a');
      const carol = await side.server.connect();
      const lines = [
        'AUTH carol y',
        'auth nosuch x',
        'HELLO 2 AUTH carol z',
        'AUTH carol x',
        'SET a 1',
        'set a 1',
      ];
      lines.push('GET b', 'GET c', 'GET b', 'CONFIG GET x', 'PUBLISH b x', 'MULTI', 'GET b', 'EXEC', 'PING');
      const answers: string[] = [];
      for (const line of lines) answers.push(await ask(side, line, carol));
      answers.push(await ask(side, 'ACL LOG 20'), await ask(side, 'ACL LOG'), await ask(side, 'ACL LOG 2'));
      answers.push(await ask(side, 'CONFIG SET acllog-max-len 2'), await ask(side, 'GET b', carol));
      answers.push(await ask(side, 'ACL LOG'), await ask(side, 'GET new', carol));
      answers.push(await ask(side, 'ACL LOG'), await ask(side, 'ACL LOG RESET'), await ask(side, 'ACL LOG'));
      carol.close();
      return answers.map((answer) => answer.replace(/entry-id\r\n:\d+/g, 'entry-id'));
    });
  });

  it('a subscriber who may listen no longer is ended', async () => {
    await same(async (side) => {
      await ask(side, 'ACL SETUSER dave on nopass +@all &a* &b');
      const fates: string[] = [];
      for (const subscribe of ['SUBSCRIBE a1', 'SUBSCRIBE b', 'PSUBSCRIBE a*', 'SSUBSCRIBE b']) {
        await ask(side, 'ACL SETUSER dave resetchannels &a* &b');
        const dave = await side.server.connect();
        await ask(side, 'AUTH dave x', dave);
        await ask(side, subscribe, dave);
        await ask(side, 'ACL SETUSER dave resetchannels &a*');
        await ask(side, 'PING');
        await dave.waitForClose(100);
        fates.push(dave.fate);
        dave.close();
      }
      return fates;
    });
  });
});
