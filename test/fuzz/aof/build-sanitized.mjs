// Builds a copy of the server whose addon is under the address and undefined behaviour sanitizers: build/asan, with the
// layout of the repository, so that its dist/ finds its own build/Release/redwing.node by the path that it always has.
// What is up to date is left as it is. Usage: node test/fuzz/aof/build-sanitized.mjs; JOBS: parallel compilations (1).
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';

const root = path.resolve(import.meta.dirname, '../../..');
const copy = path.join(root, 'build/asan');
const SANITIZERS = ['-fsanitize=address,undefined', '-fno-sanitize-recover=all'];

function run(program, words, cwd) {
  const { status } = spawnSync(program, words, { cwd, stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0) throw new Error(`${program} ${words.join(' ')} failed`);
}

/** Writes a file unless it is as it should be, so that nothing is built anew without need. */
function write(file, text) {
  if (!existsSync(file) || readFileSync(file, 'utf8') !== text) writeFileSync(file, text);
}

/** What binding.gyp says, without optimisation across files and with the sanitizers. */
function sanitizedBinding() {
  const binding = JSON.parse(readFileSync(path.join(root, 'binding.gyp'), 'utf8'));
  const [target] = binding.targets;
  const plain = target.cflags_cc.filter(
    (flag) => !/^-(O\d|flto|fno-plt|fno-semantic-interposition)/.test(flag),
  );
  target.cflags_cc = [...plain, '-O1', '-g1', '-fno-omit-frame-pointer', ...SANITIZERS];
  target['cflags_cc!'] = [...target['cflags_cc!'], '-O3'];
  target.ldflags = SANITIZERS;
  return `${JSON.stringify(binding, null, 2)}\n`;
}

mkdirSync(copy, { recursive: true });
if (!existsSync(path.join(copy, 'native'))) symlinkSync('../../native', path.join(copy, 'native'));
copyFileSync(path.join(root, 'package.json'), path.join(copy, 'package.json'));
const binding = path.join(copy, 'binding.gyp');
const isConfigured =
  existsSync(path.join(copy, 'build/Makefile')) && readFileSync(binding, 'utf8') === sanitizedBinding();
write(binding, sanitizedBinding());
if (!isConfigured) run('npx', ['--no-install', 'node-gyp', 'configure', '--loglevel=warn'], copy);
run('npx', ['--no-install', 'node-gyp', 'build', '--loglevel=warn', `-j${process.env.JOBS ?? '1'}`], copy);
run('node', ['native/binding/generate-layout.mjs'], root);
run('npx', ['--no-install', 'tsc', '-p', 'tsconfig.build.json', '--outDir', path.join(copy, 'dist')], root);
