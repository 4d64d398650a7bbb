/**
 * Checks what no linter of one file sees: who may know whom, and that the documents speak of files that exist.
 *
 * 1. No cycle among the modules of src/, nor among the headers of native/.
 * 2. The one-way doors between folders hold, in src/ and in native/ (SRC_DOORS, NATIVE_DOORS).
 * 3. No source file is longer than 600 lines.
 * 4. A path in back quotes in README.md or docs/ leads to a file or folder of the repository.
 * 5. No file tells of the machine it was written on: no home or scratch folder, no package registry. The lock file
 *    names no address from which a package was once fetched.
 *
 * Files are those git knows or would take (so nothing ignored). Usage: node .ci/check-structure.mjs
 * Prints each fault as `file:line: what`, and ends with code 1 if there is one.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, lstatSync, readFileSync, statSync } from 'node:fs';
import * as path from 'node:path';

const LINES_MAX = 600;
const root = path.resolve(import.meta.dirname, '..');

/** What each folder of src/ may import from, beside itself. The file src/index.ts may import everything. */
const SRC_DOORS = {
  config: [],
  store: [],
  protocol: ['store'],
  commands: ['store', 'protocol', 'config'],
  scripting: ['store', 'protocol', 'config', 'commands'],
  persistence: ['store', 'protocol', 'config', 'commands'],
  replication: ['store', 'protocol', 'config', 'commands', 'persistence'],
  server: ['store', 'protocol', 'config', 'commands', 'scripting', 'persistence', 'replication'],
  cli: ['config', 'persistence', 'server'],
};

/** What each folder of native/ may include, beside itself. */
const NATIVE_DOORS = {
  memory: [],
  threads: ['memory'],
  keyspace: ['memory', 'threads', 'types'],
  types: ['memory', 'threads', 'keyspace'],
  collections: ['memory', 'threads', 'keyspace', 'types'],
  rdb: ['memory', 'threads', 'keyspace', 'types', 'collections'],
  log: ['memory', 'threads'],
  // Replies point at stored strings and hold them until they are sent, so the transport knows what holds a string.
  transport: ['memory', 'threads', 'keyspace'],
  binding: ['memory', 'threads', 'keyspace', 'types', 'collections', 'rdb', 'log', 'transport'],
};

/** Where a text may not come from: folders of one machine, and the hosts packages are fetched from. */
const MACHINE = new RegExp(
  [
    String.raw`(?<![\w.~-])/(?:home|Users|root|work|workspace)/[\w.-]`,
    String.raw`(?<![\w.~-])/tmp/[\w.-]+/[\w.-]`,
    String.raw`\b(?:[\w-]+\.)*(?:npmjs\.(?:org|com)|yarnpkg\.com|jfrog\.io|proxy\.golang\.org)\b`,
    String.raw`https?://[^/\s'"]*(?:registry|artifactory|nexus|mirror|proxy)`,
  ].join('|'),
);

const faults = [];

function fault(file, line, what) {
  faults.push(`${file}:${line}: ${what}`);
}

function isFile(file) {
  return existsSync(file) && lstatSync(file).isFile();
}

function listFiles() {
  const args = ['ls-files', '--cached', '--others', '--exclude-standard', '-z'];
  const listed = execFileSync('git', args, { cwd: root, encoding: 'utf8' }).split('\0');
  return [...new Set(listed)].filter((file) => file !== '' && isFile(path.join(root, file))).sort();
}

function readLines(file) {
  return readFileSync(path.join(root, file), 'utf8').split('\n');
}

/** The files that a TypeScript module imports from this repository: `[target, line, isTypeOnly]`. */
function findImports(file, known) {
  const found = [];
  const text = readFileSync(path.join(root, file), 'utf8');
  const pattern = /\b(?:(import|export)\s+(type\s)?[^'";]*?\bfrom\s*|import\s*\(?\s*)['"](\.[^'"]+)['"]/g;
  for (const match of text.matchAll(pattern)) {
    const target = path.posix.join(path.posix.dirname(file), match[3]).replace(/\.js$/, '.ts');
    const line = text.slice(0, match.index).split('\n').length;
    // The layout is generated, so it is not among the files that git knows.
    if (!known.has(target) && !existsSync(path.join(root, target)) && target !== 'src/store/layout.ts') {
      fault(file, line, `imports ${match[3]}, which does not exist`);
    }
    found.push([target, line, match[2] !== undefined]);
  }
  return found;
}

/** The headers of native/ that a C++ file includes: `[target, line]`. */
function findIncludes(file, known) {
  const found = [];
  readLines(file).forEach((text, at) => {
    const [, name] = /^\s*#\s*include\s+"([^"]+)"/.exec(text) ?? [];
    if (name === undefined) return;
    const target = `native/${name}`;
    if (!known.has(target)) fault(file, at + 1, `includes "${name}", which is no file of native/`);
    else found.push([target, at + 1]);
  });
  return found;
}

/** Reports each import from a folder that the importing folder may not know. */
function checkDoors(graph, base, doors) {
  for (const [file, edges] of graph) {
    const [top, folder, ...rest] = file.split('/');
    if (top !== base || rest.length === 0 || folder === 'test') continue;
    const allowed = doors[folder];
    if (allowed === undefined) {
      fault(file, 1, `the folder ${base}/${folder} has no place in the doors of .ci/check-structure.mjs`);
      continue;
    }
    for (const [target, line] of edges) {
      const [targetTop, targetFolder, ...targetRest] = target.split('/');
      const isOutside = targetTop !== base || targetRest.length === 0;
      if (targetFolder === folder && !isOutside) continue;
      if (isOutside || !allowed.includes(targetFolder)) {
        fault(file, line, `${base}/${folder} may not know ${target}`);
      }
    }
  }
}

/** Reports each cycle once, by the edge that closes it. Depth first, linear in files and edges. */
function checkCycles(graph) {
  const done = new Set();
  const trail = [];
  const visit = (file) => {
    trail.push(file);
    for (const [target, line, isTypeOnly] of graph.get(file) ?? []) {
      // Types vanish when compiled: they close no cycle between modules that run.
      if (done.has(target) || isTypeOnly === true) continue;
      const at = trail.indexOf(target);
      if (at >= 0) fault(file, line, `closes a cycle: ${[...trail.slice(at), target].join(' -> ')}`);
      else visit(target);
    }
    trail.pop();
    done.add(file);
  };
  for (const file of graph.keys()) if (!done.has(file)) visit(file);
}

function checkLength(file) {
  const lines = readLines(file);
  const count = lines.at(-1) === '' ? lines.length - 1 : lines.length;
  if (count > LINES_MAX) fault(file, count, `${count} lines; at most ${LINES_MAX} are allowed`);
}

/** Whether a phrase in back quotes means a path of this repository. */
function looksLikePath(phrase) {
  if (/[\s*<>{}$()|=,:"']/.test(phrase) || /^[./~-]/.test(phrase) || phrase.startsWith('node:')) return false;
  const isInFolder = /^(?:src|native|bench|test|docs|\.ci)\//.test(phrase);
  return isInFolder || /^[\w-]+(?:\/[\w.-]+)*\.(?:ts|mjs|cc|h|md|json|gyp|conf)$/.test(phrase);
}

/** Reports paths in back quotes that lead nowhere: from the root, the document's folder, or src/. */
function checkDocument(file, names) {
  readLines(file).forEach((text, at) => {
    for (const [, phrase] of text.matchAll(/`([^`]+)`/g)) {
      if (!looksLikePath(phrase)) continue;
      const places = [
        root,
        path.join(root, path.dirname(file)),
        path.join(root, 'src'),
        path.join(root, 'native'),
      ];
      const isThere = places.some((place) => existsSync(path.join(place, phrase)));
      if (!isThere && !names.has(phrase)) fault(file, at + 1, `names ${phrase}, which does not exist`);
    }
  });
}

function checkMachine(file) {
  if (statSync(path.join(root, file)).size > 4_000_000) return;
  const isLock = file === 'package-lock.json';
  readLines(file).forEach((text, at) => {
    if (isLock && text.includes('"resolved":') && !text.includes('file:')) {
      fault(file, at + 1, 'says where a package was fetched from');
    }
    const [trace] = (file === '.ci/check-structure.mjs' ? null : MACHINE.exec(text)) ?? [];
    if (trace !== undefined) fault(file, at + 1, `tells of a machine or a registry: ${trace}`);
  });
}

function main() {
  const files = listFiles();
  const known = new Set(files);
  const modules = files.filter((file) => file.startsWith('src/') && file.endsWith('.ts'));
  const natives = files.filter((file) => /^native\/.*\.(?:h|cc)$/.test(file));
  const imports = new Map(modules.map((file) => [file, findImports(file, known)]));
  const includes = new Map(natives.map((file) => [file, findIncludes(file, known)]));
  checkCycles(imports);
  checkCycles(includes);
  checkDoors(imports, 'src', SRC_DOORS);
  checkDoors(includes, 'native', NATIVE_DOORS);
  files.filter((file) => /\.(?:ts|mjs|js|h|cc)$/.test(file)).forEach(checkLength);
  // A bare file name may stand for a file anywhere, as in "`entry.h` says how".
  const names = new Set(files.map((file) => path.posix.basename(file)));
  files
    .filter((file) => file === 'README.md' || /^docs\/.*\.md$/.test(file))
    .forEach((file) => checkDocument(file, names));
  files.forEach(checkMachine);
  for (const one of faults) console.log(one);
  console.log(`structure: ${files.length} files, ${faults.length} faults`);
  process.exitCode = faults.length === 0 ? 0 : 1;
}

main();
