#!/usr/bin/env bash
# Builds native/test/rdb_fuzz.cc with the address and undefined behaviour sanitizers and runs it.
# Usage: fuzz_rdb.sh [cases]. REDWING_SEED: the seed of the first case. Exits with 1 if a case failed.
set -eu
cd "$(dirname "$0")/../.."
# Builds the sources as well.
bash native/test/run.sh asan rdb_read
compiler=${CXX:-g++}
program=build/native-test/asan/rdb_fuzz
"$compiler" $(CXX=$compiler node native/binding/compiler-flags.mjs) -std=c++20 -g1 -Wall -Wextra -Werror -pthread -Inative -O1 \
  -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer \
  native/test/rdb_fuzz.cc @build/native-test/asan/as-built.objects -o "$program"
exec "$program" "$@"
