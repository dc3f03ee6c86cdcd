#!/bin/sh
# Everything that CI runs, on a Debian 12 with nothing installed: sh tests/run.sh
#
#   sh tests/run.sh [STEP…]     steps: format release coverage asan fuzz tidy tsan; all but the last two
#                               without an argument
#
# release: build, then layering, unit, vectors, integration, end to end, crash, benches as smoke; asan: unit, vectors and
# integration again under AddressSanitizer and UBSan; coverage: how much of protocols/ its own tests reach; fuzz: each
# libFuzzer target for a minute.
set -eu
cd "$(dirname "$0")/.."
. deploy/packages.sh

# shellcheck disable=SC2086
install_packages $BUILD_PACKAGES $RUN_PACKAGES $TEST_PACKAGES curl

# The tests' clusters in memory where there is room: a database is 300 small files, which a file system on a disk takes
# much longer to make and to remove.
if [ "$(df -Pk /dev/shm 2>/dev/null | awk 'NR == 2 {print $4}')" -gt $((3 << 20)) ] 2>/dev/null; then
  export TMPDIR=/dev/shm
fi

# What another clone on this machine has compiled need not be compiled again.
export CCACHE_BASEDIR="$PWD" CCACHE_NOHASHDIR=1

steps=${*:-format release coverage asan fuzz}
say() { printf '\n== %s (%s)\n' "$*" "$(date -u +%H:%M:%S)"; }

for step in $steps; do
  case "$step" in
    format)
      say "Format"
      git ls-files '*.h' '*.cc' | xargs clang-format-14 --dry-run -Werror
      ;;
    release)
      say "Release build and its tests"
      cmake --preset release -DRASTRO_TESTS=ON >/dev/null
      cmake --build --preset release
      ctest --preset release --timeout 600 -j 2
      # That the benches work; how fast anything is fails nothing.
      sh tests/bench/run.sh --quick --work "${TMPDIR:-/tmp}"
      ;;
    coverage)
      say "Coverage of protocols/"
      sh tests/coverage.sh
      ;;
    asan)
      say "Tests under AddressSanitizer and UBSan"
      cmake --preset asan >/dev/null
      cmake --build --preset asan --target checked_tests
      ctest --preset asan -L 'unit|vectors|integration' -j 2
      ;;
    tsan)
      say "Tests under ThreadSanitizer"
      cmake --preset tsan >/dev/null
      cmake --build --preset tsan --target checked_tests
      ctest --preset tsan -L 'unit|vectors|integration' -j 2
      ;;
    fuzz)
      say "Short fuzz"
      cmake --preset fuzz >/dev/null
      cmake --build --preset fuzz --target fuzz_all
      ctest --test-dir build/fuzz -L fuzz -j 2 --output-on-failure --no-tests=error
      ;;
    tidy)
      say "clang-tidy"
      cmake --preset tidy -DRASTRO_TESTS=OFF >/dev/null
      cmake --build --preset tidy
      ;;
    *)
      echo "tests/run.sh: no step '$step'" >&2
      exit 2
      ;;
  esac
done
say "Done"
