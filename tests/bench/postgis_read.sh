#!/bin/sh
# Fills a table of 100 million fixes in FOLDER (about 25 GB; goes on where it was interrupted) and measures how long it
# takes to read one device's day.
#
# usage: postgis_read.sh BUILD FOLDER [ROWS [READS]]      e.g. postgis_read.sh build/release /var/tmp/rastro-read
set -eu
program=$1/tests/bench/postgis_read
folder=$2
rows=${3:-100000000}
reads=${4:-100}
mkdir -p "$folder"
chmod 711 "$folder"
# 250 bytes a row with its indexes, 5 GB of write-ahead log, and 15 GB that stay free for everybody else. What was filled
# before counts as there.
used=$(du -sm "$folder" | cut -f1)
free=$(df -m --output=avail "$folder" | tail -1)
needed=$((rows / 4000 + 5000 + 15000))
if [ $((free + used)) -lt "$needed" ]; then
  echo "$folder: $needed MB are needed, $((free + used)) MB are there" >&2
  exit 1
fi
nice -n 19 "$program" fill "$folder" "$rows"
"$program" read "$folder" "$reads"
