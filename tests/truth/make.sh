#!/bin/sh
# Makes the truth set: sh tests/truth/make.sh [--seeds tuning|test|all] [--quick] [--programs DIR] SET_DIR
#
# Needs Debian's package sumo and the target `truth` built (in build/release, or where --programs says). The same seeds
# give the same bytes. --quick: one small set of two vehicles and a day, for CI.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
programs=$here/../../build/release/tests/truth
seeds=all
quick=
while [ $# -gt 1 ]; do
  case "$1" in
    --seeds) seeds=$2; shift 2 ;;
    --programs) programs=$2; shift 2 ;;
    --quick) quick=1; shift ;;
    *) echo "make.sh: what is '$1'?" >&2; exit 2 ;;
  esac
done
[ $# = 1 ] || { sed -n 2p "$0" >&2; exit 2; }
set_dir=$1

# Cities. What is tuned on the first never sees the second.
tuning_seeds="1 2"
test_seeds="101 102 103"
vehicles=18 days=7 clients=600 traffic=500 junctions=27
samplings="10 30 60"
noises="3 8 20"
if [ -n "$quick" ]; then
  tuning_seeds=1 test_seeds= vehicles=2 days=1 clients=60 traffic=30 junctions=9 samplings=10 noises=8
fi

# city SEED DIR: the truth of one city.
city() {
  mkdir -p "$2"
  # Blocks of about 80 to 200 m: a grid of 140 m, its corners moved.
  SUMO_HOME=${SUMO_HOME:-/usr/share/sumo} netgenerate --grid --grid.number $junctions --grid.length 140 \
    --perturb-x 'normc(0,14,-30,30)' --perturb-y 'normc(0,14,-30,30)' --type-files "$here/streets.xml" --random-type \
    --tls.guess --tls.guess.threshold 75 --tls.cycle.time 120 --no-turnarounds.except-deadend --xml-validation never \
    --seed "$1" --output-file "$2/net.xml" >"$2/netgenerate.log" 2>&1 || { cat "$2/netgenerate.log" >&2; return 1; }
  "$programs/truth_plan" --seed "$1" --vehicles $vehicles --days $days --clients $clients --traffic $traffic \
    "$2/net.xml" "$2" || return 1
  # Only the service vehicles have an FCD device (plan_main.cc). Nobody is teleported out of a jam: a path with a jump is
  # no truth. Travel times are averaged once a minute and not each second, which takes most of the time otherwise.
  { sumo --net-file "$2/net.xml" --route-files "$2/routes.xml" --begin 21600 --end 86400 --seed "$1" \
    --xml-validation never --no-step-log --no-warnings --time-to-teleport -1 --device.rerouting.adaptation-interval 60 \
    --device.fcd.probability 0 --fcd-output /dev/fd/3 --fcd-output.attributes x,y,speed,angle \
    --stop-output "$2/stop_output.xml" 3>&1 >"$2/sumo.log" 2>&1 && cat "$2/stop_output.xml"; } |
    "$programs/truth_track" "$2" || { cat "$2/sumo.log" >&2; return 1; }
  rm "$2/routes.xml" "$2/stop_output.xml" "$2/net.xml" "$2/plan.csv" "$2/netgenerate.log" "$2/sumo.log"
}

# cells SEED DIR: what the trackers of that city sent.
cells() {
  for sampling in $samplings; do
    for noise in $noises; do
      mkdir -p "$2/s${sampling}_n$noise"
      "$programs/truth_noise" --seed "$1" --sampling "$sampling" --noise "$noise" "$2" "$2/s${sampling}_n$noise/fixes.csv" || return 1
    done
  done
}

# one SEED SPLIT: a city with its cells. (set -e does not hold in what || follows, so each step says it.)
one() {
  dir=$set_dir/$2/$1
  rm -rf "$dir"
  city "$1" "$dir" || return 1
  cells "$1" "$dir" || return 1
  echo "$2/$1: $(($(wc -l <"$dir/truth_stops.csv") - 1)) stops, $(($(wc -l <"$dir/drive_bys.csv") - 1)) drive-bys"
}

list=
case "$seeds" in
  tuning | all) for seed in $tuning_seeds; do list="$list $seed:tuning"; done ;;
esac
case "$seeds" in
  test | all) for seed in $test_seeds; do list="$list $seed:test"; done ;;
esac
[ -n "$list" ] || { echo "make.sh: --seeds is tuning, test or all" >&2; exit 2; }

# Two cities at a time: that is what a machine of two cores bears.
status=0
while [ -n "$list" ]; do
  # shellcheck disable=SC2086
  set -- $list
  one "${1%:*}" "${1#*:}" &
  first=$!
  if [ $# -gt 1 ]; then
    one "${2%:*}" "${2#*:}" || status=1
    shift
  fi
  wait $first || status=1
  shift
  list=$*
done
exit $status
