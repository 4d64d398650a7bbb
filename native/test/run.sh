#!/usr/bin/env bash
# Builds and runs every native/test/*_test.cc against the sources of memory, keyspace, types and collections, in up to three modes:
#   plain (-O2), asan (address and undefined behaviour), tsan (threads).
# Usage: run.sh [plain|asan|tsan] [name-part]. Objects are kept in build/native-test and rebuilt when a source or any
# header is newer. CXX chooses the compiler, JOBS the number of parallel jobs (2). Exits with 1 if anything failed.
set -u
cd "$(dirname "$0")/../.."
out=build/native-test
compiler=${CXX:-g++}
jobs=${JOBS:-2}
modes="plain asan tsan"
case "${1:-}" in plain | asan | tsan) modes=$1; shift ;; esac
only=${1:-}

extra_flags=$(CXX=$compiler node native/binding/compiler-flags.mjs | tr '\n' ' ')
flags_of() {
  local common="$extra_flags -std=c++20 -g -Wall -Wextra -Werror -pthread -Inative"
  case $1 in
    plain) echo "$common -O2" ;;
    asan) echo "$common -O1 -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer" ;;
    tsan) echo "$common -O1 -fsanitize=thread" ;;
  esac
}

newest_header=$(find native -name '*.h' -printf '%T@ %p\n' 2>/dev/null | sort -n | tail -1 | cut -d' ' -f2-)
[ -n "$newest_header" ] || newest_header=$(find native -name '*.h' | xargs ls -t | head -1)

compile() { # mode source object
  nice "$compiler" $(flags_of "$1") ${4:-} -c "$2" -o "$3.tmp" && mv "$3.tmp" "$3"
}

stale() { # object source
  [ ! -e "$1" ] || [ "$2" -nt "$1" ] || [ "$newest_header" -nt "$1" ]
}

run_parallel() { # reads commands, one per line; fails if one fails
  xargs -P "$jobs" -I{} bash -c '{} || exit 255'
}
export compiler extra_flags
export -f compile flags_of

sources=$(find native/memory native/keyspace native/types native/collections -name '*.cc' | sort)
tests=$(ls native/test/*_test.cc)
failed=0

for mode in $modes; do
  mkdir -p "$out/$mode"
  objects=""
  work=""
  for source in $sources $tests; do
    object="$out/$mode/$(echo "${source#native/}" | tr / _ | sed 's/\.cc$/.o/')"
    case $source in native/test/*) ;; *) objects="$objects $object" ;; esac
    stale "$object" "$source" && work="${work}compile $mode $source $object"$'\n'
  done
  # The heap is malloc under sanitizers; its own test runs against the real one as well.
  real="$out/$mode/memory_heap_real.o"
  if [ "$mode" != plain ]; then
    stale "$real" native/memory/heap.cc &&
      work="${work}compile $mode native/memory/heap.cc $real -DREDWING_REAL_HEAP=1"$'\n'
  fi
  if [ -n "$work" ] && ! printf '%s' "$work" | run_parallel; then
    echo "FAIL $mode: build"
    failed=1
    continue
  fi
  for test in $tests; do
    name=$(basename "$test" .cc)
    case $name in *"$only"*) ;; *) continue ;; esac
    variants="as-built"
    [ "$mode" != plain ] && case $name in heap_test | view_test) variants="as-built real-heap" ;; esac
    for variant in $variants; do
      linked=$objects
      [ "$variant" = real-heap ] && linked="${objects/$out\/$mode\/memory_heap.o/$real}"
      program="$out/$mode/$name-$variant"
      log="$program.log"
      if nice "$compiler" $(flags_of "$mode") "$out/$mode/test_$name.o" $linked -o "$program" >"$log" 2>&1 &&
        nice "$program" >>"$log" 2>&1; then
        echo "ok   $mode $name ($variant, $(grep -m1 '^seed' "$log" || echo 'no seed'))"
      else
        echo "FAIL $mode $name ($variant): $log"
        tail -n 30 "$log"
        failed=1
      fi
    done
  done
done
exit $failed
