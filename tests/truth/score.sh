#!/bin/sh
# Prints the table: sh tests/truth/score.sh [--programs DIR] SET_DIR [CELL…]
#
# SET_DIR is what make.sh made, or a part of it (SET_DIR/tuning). All nine cells without an argument, also the bad ones;
# a cell is named by seconds and metres: s10_n8. The same as JSON, a line a row: SET_DIR/score.json.
set -eu

programs=$(cd "$(dirname "$0")" && pwd)/../../build/release/tests/truth
if [ "${1:-}" = --programs ]; then programs=$2; shift 2; fi
[ $# -ge 1 ] || { sed -n 2p "$0" >&2; exit 2; }
set_dir=$1
shift
cells=${*:-s10_n3 s10_n8 s10_n20 s30_n3 s30_n8 s30_n20 s60_n3 s60_n8 s60_n20}

# find NAME CITY CELL: runs a program on a cell's fixes.
find_stops() {
  mkdir -p "$2/$3/$1"
  case "$1" in
    rastro) "$programs/truth_engine" "$2/clients.csv" "$2/$3/fixes.csv" "$2/$3/$1" ;;
    *) "$programs/truth_baseline" --rule "$1" "$2/clients.csv" "$2/$3/fixes.csv" "$2/$3/$1" ;;
  esac
}

names="traccar trackintel skmob"
[ ! -x "$programs/truth_engine" ] || names="rastro $names"
cities=$(find "$set_dir" -name truth_stops.csv -exec dirname {} \; | sort)
[ -n "$cities" ] || { echo "score.sh: no truth in $set_dir" >&2; exit 1; }

rm -f "$set_dir/score.json"
header=yes
for cell in $cells; do
  sampling=${cell#s}
  sampling=${sampling%_*}
  for name in $names; do
    pairs=
    for city in $cities; do
      find_stops "$name" "$city" "$cell"
      pairs="$pairs $city $city/$cell/$name"
    done
    # shellcheck disable=SC2086
    "$programs/truth_score" --cell "$cell" --program "$name" --sampling "$sampling" --json "$set_dir/score.json" \
      ${header:+--header yes} $pairs
    header=
  done
done
