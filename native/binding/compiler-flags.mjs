// Prints the compiler flags that only some compilers know; binding.gyp and native/test/run.sh ask it.
//
// -fno-ipa-modref: this analysis of g++ 12.2 drops stores to a local object that a callee reads by a computed index
// (found by native/test/counted_tree_test.cc, which fails with it at -O2). Compilers that do not know the flag do
// not have the analysis.
import { spawnSync } from 'node:child_process';

const FLAGS = ['-fno-ipa-modref'];

const compiler = process.env.CXX ?? 'c++';
for (const flag of FLAGS) {
  const options = ['-Werror', flag, '-x', 'c++', '-fsyntax-only', '-'];
  const { status } = spawnSync(compiler, options, { input: '' });
  if (status === 0) console.log(flag);
}
