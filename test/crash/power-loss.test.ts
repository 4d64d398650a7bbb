/** What the failure of the power leaves, of a folder that a small program writes to. */
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Choices } from './operations.js';
import { PowerLoss } from './power-loss.js';

const TRIES = 12;
const PROGRAM = `
const fs = require('node:fs');
process.chdir(process.env.REDWING_POWER_ROOT);
const syncFolder = () => { const f = fs.openSync('.', 'r'); fs.fsyncSync(f); fs.closeSync(f); };
const steps = process.argv[1].split(' ');
const files = new Map();
for (const step of steps) {
  const [kind, name, value] = step.split(':');
  if (kind === 'open') files.set(name, fs.openSync(name, value));
  if (kind === 'write') fs.writeSync(files.get(name), value);
  if (kind === 'sync') fs.fdatasyncSync(files.get(name));
  if (kind === 'cut') fs.ftruncateSync(files.get(name), Number(value));
  if (kind === 'rename') fs.renameSync(name, value);
  if (kind === 'remove') fs.unlinkSync(name);
  if (kind === 'folder') syncFolder();
}
process.kill(process.pid, 'SIGKILL');
`;

// The account is kept by what Linux loads in front of a program.
describe.runIf(process.platform === 'linux')('a failure of the power', () => {
  let root: string;
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'redwing-power-'));
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  /** All states found after the steps, by chance: the content of each file. */
  function statesAfter(steps: string, before: Readonly<Record<string, string>> = {}): Set<string> {
    const states = new Set<string>();
    const data = join(root, 'data');
    for (let seed = 0; seed < TRIES; seed++) {
      rmSync(data, { recursive: true, force: true });
      mkdirSync(data);
      for (const [name, content] of Object.entries(before)) writeFileSync(join(data, name), content);
      const power = new PowerLoss(data, join(root, 'scratch'), new Choices(seed * 7919));
      power.begin();
      const env = { ...process.env, ...power.environment, REDWING_POWER_DELAY_US: '0' };
      try {
        execFileSync(process.execPath, ['-e', PROGRAM, steps], { env, stdio: 'pipe' });
      } catch (error) {
        if ((error as { signal?: string }).signal !== 'SIGKILL') throw error;
      }
      power.fail();
      const files = readdirSync(data).sort();
      states.add(files.map((name) => `${name}=${readFileSync(join(data, name), 'latin1')}`).join(' '));
      expect(existsSync(data)).toBe(true);
    }
    return states;
  }

  it('keeps what was fsynced, and tears what was not', () => {
    const states = statesAfter('open:a:a write:a:-safe sync:a write:a:-unsafe', { a: 'old' });
    for (const state of states) expect('a=old-safe-unsafe'.startsWith(state)).toBe(true);
    for (const state of states) expect(state.length).toBeGreaterThanOrEqual('a=old-safe'.length);
    expect(states.size).toBeGreaterThan(1);
  });

  it('undoes a rename of which the folder was not told', () => {
    const steps = 'open:new:w write:new:2 sync:new rename:new:a';
    expect([...statesAfter(`${steps} folder`, { a: '1' })]).toEqual(['a=2']);
    const states = statesAfter(steps, { a: '1' });
    expect(states).toContain('a=1');
    expect(states).toContain('a=2');
  });

  it('leaves a renamed file empty or torn when it was not fsynced', () => {
    const states = statesAfter('open:new:w write:new:22222222 rename:new:a folder', { a: '1' });
    for (const state of states) expect(state).toMatch(/^a=2{0,8}$/);
    expect(states.size).toBeGreaterThan(1);
  });

  it('brings back what was removed or cut, if that was not brought to the disk', () => {
    expect(statesAfter('remove:a', { a: '1' })).toEqual(new Set(['', 'a=1']));
    expect(statesAfter('open:a:r+ cut:a:2', { a: '1234' })).toEqual(new Set(['a=12', 'a=1234']));
    expect(statesAfter('open:a:r+ cut:a:2 sync:a', { a: '1234' })).toEqual(new Set(['a=12']));
    expect(statesAfter('remove:a folder', { a: '1' })).toEqual(new Set(['']));
  });
});
