#!/bin/sh
# How long the reading API takes over HTTP: a gateway with a database of its own in FOLDER is filled with 10,000 devices,
# 1,000 clients and a month of 1,000,000 visits, stops and trips each (about 1 GB), then asked with curl.
#
# usage: api_read.sh BUILD FOLDER [PORT]      e.g. api_read.sh build/release /var/tmp/rastro-api
set -eu
rastro=$1/rastro
folder=$2
port=${3:-18080}
mkdir -p "$folder"
chmod 711 "$folder"
config=$folder/rastro.yaml
cat > "$config" <<YAML
data_dir: $folder/data
listeners:
  - {protocol: gt06, transport: tcp, bind: "127.0.0.1:$((port + 1))"}
http: {bind: "127.0.0.1:$port"}
tracking: {enabled: false}  # the rows are not made of fixes
YAML

start() {
  "$rastro" serve --config "$config" > "$folder/serve.log" 2>&1 &
  gateway=$!
  trap 'kill $gateway 2>/dev/null || true' EXIT
  until curl -fs "http://127.0.0.1:$port/readyz" > /dev/null; do
    kill -0 "$gateway"
    sleep 0.2
  done
}
stop() {
  kill "$gateway"
  wait "$gateway" || true
  trap - EXIT
}

start
url=$("$rastro" database url --config "$config")
if [ "$(psql -qAt "$url" -c 'SELECT count(*) FROM rastro.visit')" -lt 1000000 ]; then
  psql -q "$url" -v ON_ERROR_STOP=1 <<'SQL'
SET search_path = rastro, public;
INSERT INTO device (imei, status) SELECT (860000000000000 + n)::text, 'active' FROM generate_series(1, 10000) AS n
  ON CONFLICT DO NOTHING;
INSERT INTO device_last_fix (device_id, fix_time, received_at, record_hash, position)
  SELECT id, '2026-10-31 12:00Z', '2026-10-31 12:00Z', id, ST_SetSRID(ST_MakePoint(-58.9 + id % 100 * 0.01, -34.9 + id / 100 * 0.01), 4326)
  FROM device ON CONFLICT DO NOTHING;
INSERT INTO client (uid_client, company_name, position)
  SELECT 'C-' || n, 'Cliente número ' || n, ST_SetSRID(ST_MakePoint(-58.9 + n % 100 * 0.01, -34.9 + n / 100 * 0.1), 4326)
  FROM generate_series(1, 1000) AS n ON CONFLICT DO NOTHING;
INSERT INTO tracking_parameters (parameters) VALUES ('{"min_stop_s": 120}') ON CONFLICT DO NOTHING;
-- A hundred a device in October, in the order in which they happen.
CREATE TEMPORARY TABLE happened AS
  SELECT device.id AS device_id, timestamptz '2026-10-01 03:00Z' + n * interval '26000 s' + device.id % 3600 * interval '1 s' AS at,
    ST_SetSRID(ST_MakePoint(-58.9 + device.id % 100 * 0.01, -34.9 + n * 0.001), 4326) AS place, n
  FROM generate_series(0, 99) AS n, device ORDER BY n, device.id;
INSERT INTO visit (device_id, client_id, arrived_at, left_at, confidence, distance_m, spread_m, stops, fixes, parameters_id,
                   ambiguous, position)
  SELECT device_id, (SELECT min(id) FROM client) + (device_id + n) % 1000, at, at + interval '15 min', 0.9, 20, 5, 1, 30, 1,
    false, place FROM happened;
INSERT INTO stop (device_id, started_at, ended_at, settled_at, idling_ms, spread_m, fixes, parameters_id, position)
  SELECT device_id, at, at + interval '15 min', at + interval '20 min', 0, 5, 30, 1, place FROM happened;
INSERT INTO trip (device_id, started_at, ended_at, settled_at, distance_m, measured_m, reach_m, standing_ms, overspeed_ms,
                  max_speed_kmh, parameters_id, ends_in_gap, from_position, to_position, line)
  SELECT device_id, at + interval '15 min', at + interval '1 hour', at + interval '1 hour', 20000, 20000, 9000, 60000, 0, 90, 1,
    false, place, place, ST_MakeLine(place, ST_Translate(place, 0.01, 0.01)) FROM happened;
INSERT INTO day_statistics (device_id, day, settled_at, distance_m, driving_ms, standing_ms, idling_ms, stopped_ms, unknown_ms,
                            engine_ms, overspeed_ms, max_speed_kmh, trips, stops, parameters_id)
  SELECT id, day, day + interval '1 day', 80000, 1, 1, 1, 1, 0, 1, 0, 90, 4, 4, 1
  FROM generate_series('2026-10-01', '2026-10-31', interval '1 day') AS day, device;
INSERT INTO fix (device_id, fix_time, received_at, record_hash, protocol, valid, position, attributes)
  SELECT (SELECT min(id) FROM device), at, at, extract(epoch FROM at)::bigint, 1, true,
    ST_SetSRID(ST_MakePoint(-58.9 + extract(epoch FROM at - '2026-10-05') * 1e-6, -34.9), 4326), '{}'
  FROM generate_series(timestamptz '2026-10-05 03:00Z', '2026-10-06 02:59:30Z', interval '30 s') AS at;
ANALYZE device, client, visit, stop, trip, day_statistics, fix;
SQL
fi
stop
start  # which loads the last positions
device=$(psql -qAt "$url" -c 'SELECT min(id) FROM rastro.device')
client=$(psql -qAt "$url" -c 'SELECT min(id) FROM rastro.client')
key=$("$rastro" apikey create bench --config "$config" 2> /dev/null)
until curl -fs -o /dev/null -H "Authorization: Bearer $key" "http://127.0.0.1:$port/v1/devices"; do sleep 0.2; done

# Milliseconds of TIMES calls over one connection: the median, the 99th of a hundred, the bytes of the last answer.
measure() {
  name=$1
  times=$2
  target=$3
  i=0
  while [ $i -lt "$times" ]; do
    echo "url = \"http://127.0.0.1:$port$target\""
    echo "output = \"/dev/null\""
    i=$((i + 1))
  done > "$folder/calls"
  curl -s -H "Authorization: Bearer $key" -w '%{time_total} %{size_download} %{http_code}\n' -K "$folder/calls" |
    sort -n | awk -v name="$name" '{ms[NR] = $1 * 1000; bytes = $2; bad += $3 != 200}
      END {printf "%-42s p50 %8.1f ms  p99 %8.1f ms  %9d bytes  %d failed\n", name, ms[int((NR + 1) / 2)], ms[int(NR * 0.99 + 0.5)], bytes, bad}'
}
measure 'last positions of 10,000 devices' 200 /api/v1/positions
measure "one device's day: trips" 200 "/api/v1/devices/$device/trips?date=2026-10-05"
measure "one device's day: stops" 200 "/api/v1/devices/$device/stops?date=2026-10-05"
measure "one device's day: visits, explained" 200 "/api/v1/devices/$device/visits?date=2026-10-05"
measure "one device's day: track of 2,880 fixes" 100 "/api/v1/devices/$device/track?date=2026-10-05"
measure "one device's day: Persat's visits" 200 "/v1/devices-visits/2026-10-05/$device"
measure "one device's month of statistics" 100 "/api/v1/devices/$device/statistics?date=2026-10"
measure "fleet month of statistics" 10 "/api/v1/statistics?date=2026-10&by=month"
measure "one client's month of visits, CSV" 20 "/api/v1/clients/$client/visits?date=2026-10&format=csv"
measure "a tile of one day" 20 "/api/v1/tiles/tracks/10/344/618?date=2026-10-05"

# The fleet's month of visits, page after page, as a program would take it.
for form in csv ndjson; do
  target="/api/v1/visits?date=2026-10&format=$form&limit=100000"
  total=0
  rows=0
  while [ -n "$target" ]; do
    total=$(curl -s -D "$folder/head" -o "$folder/page" -H "Authorization: Bearer $key" -w '%{time_total}' \
      "http://127.0.0.1:$port$target" | awk -v before="$total" '{print before + $1}')
    rows=$((rows + $(wc -l < "$folder/page")))
    target=$(sed -n 's/^[Ll]ink: <\([^>]*\)>.*/\1/p' "$folder/head" | tr -d '\r')
  done
  echo "fleet month of visits as $form: $rows lines in $total s"
done
stop
