#!/usr/bin/env bash
# Builds and runs every native/test/*_test.cc against the sources of memory, keyspace, types, collections, rdb, log and
# transport (the last on a loop of the tests' own, native/test/loop), in up to three modes:
#   asan (address and undefined behaviour), tsan (threads), and, only if it is asked for, plain (-O2).
# Usage: run.sh [plain|asan|tsan] [name-part]. Objects are kept in build/native-test and rebuilt when a source or any
# header is newer. CXX chooses the compiler, JOBS the number of parallel jobs (2). Exits with 1 if anything failed.
set -u
cd "$(dirname "$0")/../.."
out=build/native-test
compiler=${CXX:-g++}
jobs=${JOBS:-2}
modes="asan tsan"
case "${1:-}" in plain | asan | tsan) modes=$1; shift ;; esac
only=${1:-}

extra_flags=$(CXX=$compiler node native/binding/compiler-flags.mjs | tr '\n' ' ')
flags_of() {
  # The transport finds a loop of the tests' own where it asks for libuv.
  local common="$extra_flags -std=c++20 -g1 -Wall -Wextra -Werror -pthread -Inative -Inative/test/loop"
  case $1 in
    plain) echo "$common -O2" ;;
    asan) echo "$common -O1 -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer" ;;
    tsan) echo "$common -O1 -fsanitize=thread" ;;
  esac
}

newest_header=$(find native -name '*.h' -printf '%T@ %p\n' 2>/dev/null | sort -n | tail -1 | cut -d' ' -f2-)
[ -n "$newest_header" ] || newest_header=$(find native -name '*.h' | xargs ls -t | head -1)

compile() { # mode source object
  nice "$compiler" $(flags_of "$1") ${4:-} -include "$out/$1/standard.h" -c "$2" -o "$3.tmp" && mv "$3.tmp" "$3"
}

# The headers that every unit begins with, compiled. Compilers take standard.h.gch in the place of standard.h.
precompile() { # mode
  local header="$out/$1/standard.h"
  [ "$header.gch" -nt native/test/standard.h ] && return
  cp native/test/standard.h "$header"
  nice "$compiler" $(flags_of "$1") -x c++-header "$header" -o "$header.gch"
}

stale() { # object source
  [ ! -e "$1" ] || [ "$2" -nt "$1" ] || [ "$newest_header" -nt "$1" ]
}

# Links a test with the objects in <linked>.objects and runs it; says how it went.
check() { # mode name variant
  local program="$out/$1/$2-$3" log="$out/$1/$2-$3.log"
  if nice "$compiler" $(flags_of "$1") "$out/$1/test_$2.o" @"$out/$1/$3.objects" -o "$program" >"$log" 2>&1 &&
    nice "$program" >>"$log" 2>&1; then
    echo "ok   $1 $2 ($3, $(grep -m1 '^seed' "$log" || echo 'no seed'))"
  else
    echo "FAIL $1 $2 ($3): $log"
    tail -n 30 "$log"
    return 1
  fi
}

run_parallel() { # reads commands, one per line; fails if one fails
  xargs -P "$jobs" -I{} bash -c '{} || exit 255'
}
run_parallel_all() { # the same, but all of them run even if one fails
  xargs -P "$jobs" -I{} bash -c '{}'
}
export compiler extra_flags out
export -f compile flags_of check

sources=$(find native/memory native/keyspace native/types native/collections native/rdb native/log \
  native/transport native/test/loop -name '*.cc' ! -name socket_tuning.cc | sort)
all_tests=""
for test in native/test/*_test.cc; do
  case $(basename "$test" .cc) in *"$only"*) all_tests="$all_tests $test" ;; esac
done
failed=0

for mode in $modes; do
  tests=$all_tests
  # Races are between threads, so tests that start none run in the other modes only, unless they are asked for. The two
  # that are left out take a minute, and have no thread but the one that frees, which the others have as well.
  if [ "$mode" = tsan ] && [ -z "$only" ]; then
    tests=$(grep -lE '<thread>|value_storm|append_log.h|keyspace_model' $all_tests | grep -vE 'scan_test|evictor_test')
  fi
  # The transport is the loop's alone.
  needed=$sources
  if [ "$mode" = tsan ] && [ -z "$only" ]; then needed=$(echo "$sources" | grep -vE 'native/(transport|test/loop)/'); fi
  mkdir -p "$out/$mode"
  objects=""
  work=""
  for source in $needed $tests; do
    object="$out/$mode/$(echo "${source#native/}" | tr / _ | sed 's/\.cc$/.o/')"
    case $source in native/test/*_test.cc) ;; *) objects="$objects $object" ;; esac
    stale "$object" "$source" && work="${work}compile $mode $source $object"$'\n'
  done
  # The heap is malloc under sanitizers; its own test runs against the real one as well.
  real="$out/$mode/memory_heap_real.o"
  if [ "$mode" != plain ]; then
    stale "$real" native/memory/heap.cc &&
      work="${work}compile $mode native/memory/heap.cc $real -DREDWING_REAL_HEAP=1"$'\n'
  fi
  if [ -n "$work" ] && ! { precompile "$mode" && printf '%s' "$work" | run_parallel; }; then
    echo "FAIL $mode: build"
    failed=1
    continue
  fi
  echo "$objects" >"$out/$mode/as-built.objects"
  echo "${objects/$out\/$mode\/memory_heap.o/$real}" >"$out/$mode/real-heap.objects"
  checks=""
  for test in $tests; do
    name=$(basename "$test" .cc)
    checks="${checks}check $mode $name as-built"$'\n'
    [ "$mode" != plain ] && case $name in heap_test | chunk_supply_test | view_test | keyspace_test | evictor_test) checks="${checks}check $mode $name real-heap"$'\n' ;; esac
  done
  if [ -n "$checks" ] && ! printf '%s' "$checks" | run_parallel_all; then failed=1; fi
done
exit $failed
