/** The store's log by itself: what it tells of files, and of functions that throw. */
import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DataFolder } from '../support/data-folder.js';
import { freePort } from '../support/server-process.js';

const STORE = join(import.meta.dirname, '../../dist/store/native.js');

let folder: DataFolder;
beforeEach(() => (folder = DataFolder.make()));
afterEach(() => folder.remove());

/** Runs a program, in a process of its own, that has a store as `store`. */
function run(program: string): SpawnSyncReturns<string> {
  const script = `
    import { writeFileSync } from 'node:fs';
    import { openStore } from ${JSON.stringify(STORE)};
    const store = openStore(1);
    const file = ${JSON.stringify(folder.file('log'))};
    const wait = setTimeout(() => console.log('nothing'), 60_000);
    process.on('uncaughtException', ({ message }) => { clearTimeout(wait); console.log('caught ' + message); });
    const fail = () => { throw new Error('thrown'); };
    ${program}`;
  return spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
}

function printed(program: string): string {
  return run(program).stdout;
}

describe("the store's log", () => {
  it('does not make a file', () => {
    const program = 'console.log(store.openLog(Buffer.from(file), fail)); clearTimeout(wait);';
    expect(printed(program)).toBe('ENOENT\n');
    expect(existsSync(folder.file('log'))).toBe(false);
  });

  it('leaves an exception of who is told of a failure uncaught', () => {
    const program = `
      store.openLog(Buffer.from('/dev/full'), fail);
      store.effectsOn(1);
      store.prepareEffects(0);
      store.finishLog(60_000);`;
    expect(printed(program)).toBe('caught thrown\n');
  });

  it('leaves an exception of who is told of its end uncaught', () => {
    const program = "writeFileSync(file, ''); store.openLog(Buffer.from(file), fail); store.endLog(fail);";
    expect(printed(program)).toBe('caught thrown\n');
  });
});

it('the input arena is not given away while commands of connections wait in it', async () => {
  const port = String(await freePort());
  const { stdout, stderr, signal } = run(`
    import { connect } from 'node:net';
    clearTimeout(wait);
    store.takeInput(0);
    store.startTransport(() => store.takeInput(0), () => undefined, () => undefined);
    store.takeInput(0);
    console.log('free');
    store.listenTcp('127.0.0.1', ${port}, 5, true);
    connect(${port}, '127.0.0.1').write('PING\\r\\n');`);
  expect(stdout).toBe('free\n');
  expect(stderr).toContain('the input arena is taken while commands of connections wait in it');
  expect(signal).toBe('SIGABRT');
});
