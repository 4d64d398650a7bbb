// Builds the addon when it is missing or older than its sources; the `install` script of the package.
//
// npm runs `install` again whenever it meets the package, for `npx redwing` in a checkout each time; a build that is
// up to date must then cost nothing. The sources are native/ and binding.gyp, and the ABI of Node is in the stamp.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const addon = join(root, 'build/Release/redwing.node');
const stamp = join(root, 'build/Release/redwing.stamp');
const identity = `${process.platform} ${process.arch} ${process.versions.modules}\n`;

function isCurrent() {
  if (!existsSync(addon) || !existsSync(stamp) || readFileSync(stamp, 'utf8') !== identity) return false;
  const built = statSync(addon).mtimeMs;
  const sources = readdirSync(join(root, 'native'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(cc|h)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
  return [...sources, join(root, 'binding.gyp')].every((path) => statSync(path).mtimeMs <= built);
}

if (!isCurrent()) {
  const options = { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' };
  const { status } = spawnSync('node-gyp', ['rebuild', '--jobs=max', '--loglevel=warn'], options);
  if (status !== 0) process.exit(status ?? 1);
  writeFileSync(stamp, identity);
}
