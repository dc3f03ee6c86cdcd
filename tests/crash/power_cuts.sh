#!/bin/sh
# More simulated power cuts than a test run has time for, in other worlds each time.
# usage: tests/crash/power_cuts.sh [CUTS [BUILD_FOLDER]]    RASTRO_SEED=… repeats a run
set -eu
RASTRO_POWER_CUTS=${1:-1000}
RASTRO_SEED=${RASTRO_SEED:-$(date +%s)}
export RASTRO_POWER_CUTS RASTRO_SEED
exec "${2:-build/release}/tests/crash/power_cut_test"
