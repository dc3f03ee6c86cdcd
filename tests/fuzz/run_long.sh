#!/bin/sh
# Runs every fuzz target for a number of executions and adds what is worth keeping to tests/fuzz/corpus:
#
#   sh tests/fuzz/run_long.sh [EXECUTIONS [TARGET…]]      5,000,000 and all without arguments
#
# Needs the build of the preset fuzz (sh tests/run.sh fuzz makes it). Ends with 1 at the first finding, whose input libFuzzer
# leaves in the current folder.
set -eu
cd "$(dirname "$0")/../.."
executions=${1:-5000000}
[ $# -eq 0 ] || shift
programs=build/fuzz/tests/fuzz
targets=${*:-$(cd $programs && ls -d *_fuzz_*[a-z0-9] | grep -v '\.')}

for target in $targets; do
  found=$programs/corpus/$target
  kept=tests/fuzz/corpus/$target
  mkdir -p "$found" "$kept"
  echo "== $target: $executions executions ($(date -u +%H:%M:%S))"
  log=$(mktemp)
  status=0
  "$programs/$target" -runs="$executions" -max_len=1024 -timeout=20 -print_final_stats=1 "$found" "$kept" \
    >"$log" 2>&1 || status=$?
  grep -E 'stat::|ERROR|SUMMARY|broken promise|Test unit' "$log" || true
  rm -f "$log"
  [ "$status" = 0 ] || exit 1
  # The smallest set of short inputs that reaches all that was reached.
  small=$(mktemp -d)
  "$programs/$target" -merge=1 -max_len=400 "$small" "$kept" "$found" >/dev/null 2>&1
  rm -rf "$kept"
  mv "$small" "$kept"
  chmod 755 "$kept"
  echo "$target: $(ls "$kept" | wc -l) inputs kept"
done
