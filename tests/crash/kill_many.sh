#!/bin/sh
# More kills than a test run has time for, at other moments each time.
# usage: tests/crash/kill_many.sh [KILLS_OF_EACH_KIND [BUILD_FOLDER]]    RASTRO_CRASH_SEED=… repeats a run
set -eu
RASTRO_CRASH_ROUNDS=${1:-100}
RASTRO_CRASH_SEED=${RASTRO_CRASH_SEED:-$(date +%s)}
export RASTRO_CRASH_ROUNDS RASTRO_CRASH_SEED
exec "${2:-build/release}/tests/crash/crash_test"
