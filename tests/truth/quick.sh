#!/bin/sh
# Makes the quick set twice and scores it: sh quick.sh PROGRAMS_DIR WORK_DIR. Fails unless the same seed gave the same
# bytes, the truth scored against itself is perfect, and the baselines find some stops but not all.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
programs=$1
work=$2
rm -rf "$work"
for run in first second; do
  sh "$here/make.sh" --quick --programs "$programs" "$work/$run"
done
diff -r "$work/first" "$work/second"

city=$work/first/tuning/1
mkdir "$work/truth"
cut -d, -f1-5 "$city/truth_stops.csv" >"$work/truth/stops.csv"
cp "$city/truth_trips.csv" "$work/truth/trips.csv"
{
  echo device,client,start_ms,end_ms
  awk -F, 'NR > 1 && $7 != "" { split($7, clients, ";"); print $1 "," clients[1] "," $2 "," $3 }' "$city/truth_stops.csv"
} >"$work/truth/visits.csv"
"$programs/truth_score" --cell s10_n8 --program truth --sampling 10 --json "$work/truth.json" "$city" "$work/truth"
# Nothing found twice over: the rows of kind "either" are among the stops, and count neither way.
perfect=$(grep -o '"f1": 1.000000' "$work/truth.json" | wc -l)
[ "$perfect" = 2 ] || { echo "the truth against itself is not perfect: $(cat "$work/truth.json")" >&2; exit 1; }

sh "$here/score.sh" --programs "$programs" "$work/first" s10_n8
awk -F'"f1": ' '{ split($2, stops, ","); if (!(stops[1] > 0.1 && stops[1] < 0.99)) { print "not sane: " $0; bad = 1 } }
  END { exit bad || NR < 3 }' "$work/first/score.json"
