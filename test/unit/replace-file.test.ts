/** Replacing files: what becomes of them, and of what stands beside them, when the file system refuses something. */
import type * as fs from 'node:fs';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { replaceFile, replaceFileSync, syncFolder } from '../../src/config/index.js';

/** What syncing a folder, or a file, fails with; '' for nothing. */
const faults = vi.hoisted(() => ({ folder: '', file: '' }));

vi.mock('node:fs', async (load) => {
  const real = await load<typeof fs>();
  const check = (isFolder: boolean): void => {
    const code = isFolder ? faults.folder : faults.file;
    if (code !== '') throw Object.assign(new Error(`${code}: refused, fsync`), { code });
  };
  return {
    ...real,
    fsyncSync: (descriptor: number): void => {
      check(real.fstatSync(descriptor).isDirectory());
      real.fsyncSync(descriptor);
    },
    promises: {
      ...real.promises,
      open: async (...given: Parameters<typeof real.promises.open>) => {
        const handle = await real.promises.open(...given);
        const isFolder = (await handle.stat()).isDirectory();
        const sync = handle.sync.bind(handle);
        handle.sync = async () => {
          check(isFolder);
          await sync();
        };
        return handle;
      },
    },
  };
});

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'redwing-replace-'));
  writeFileSync(join(folder, 'f'), 'old');
});
afterEach(() => {
  faults.folder = faults.file = '';
  rmSync(folder, { recursive: true });
});

const WAYS: [string, () => void | Promise<void>][] = [
  [
    'at once',
    () => {
      replaceFileSync(join(folder, 'f'), Buffer.from('new'), 0o600);
    },
  ],
  [
    'in the background',
    () => replaceFile(join(folder, 'f'), Buffer.from('new'), 0o600, join(folder, 'temp')),
  ],
];

describe.each(WAYS)('a file replaced %s', (_, replace) => {
  const content = (): [string, string[]] => [readFileSync(join(folder, 'f'), 'utf8'), readdirSync(folder)];

  it('has the new bytes', async () => {
    await replace();
    expect(content()).toEqual(['new', ['f']]);
  });

  it.each(['EINVAL', 'EBADF'])('has them where a folder cannot be synced: %s', async (code) => {
    faults.folder = code;
    await replace();
    expect(content()).toEqual(['new', ['f']]);
  });

  it('is told to have failed when syncing the folder does', async () => {
    faults.folder = 'EIO';
    await expect(Promise.resolve().then(replace)).rejects.toThrow('EIO');
  });

  it.each(['EIO', 'EINVAL', 'ENOSPC'])(
    'stays the old one when its bytes cannot be synced: %s',
    async (code) => {
      faults.file = code;
      await expect(Promise.resolve().then(replace)).rejects.toThrow(code);
      expect(content()).toEqual(['old', ['f']]);
    },
  );
});

it('a folder that is not there is not synced', async () => {
  await expect(syncFolder(join(folder, 'none'))).rejects.toThrow('ENOENT');
});

it('names may be any bytes', async () => {
  const name = `${folder}/\udcff`;
  await replaceFile(name, Buffer.from('a'), 0o600, `${folder}/\udcfe`);
  expect(readdirSync(folder, 'latin1').sort()).toEqual(['f', '\xff']);
  replaceFileSync(name, Buffer.from('b'), 0o600);
  expect(readFileSync(Buffer.from(`${folder}/\xff`, 'latin1'), 'utf8')).toBe('b');
});
