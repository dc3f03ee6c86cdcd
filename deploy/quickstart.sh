#!/bin/sh
# Rastro in one command, on a Debian 12 with nothing installed: builds it, starts it with a private database and a
# stand-in for Persat, drives twenty simulated vehicles for half a minute, and shows what became of their positions.
#
#   sh deploy/quickstart.sh          leaves the gateway running until Ctrl-C
#   sh deploy/quickstart.sh --once   ends after the table; exit code 0 when every number adds up, else 1
set -eu
cd "$(dirname "$0")/.."
. deploy/packages.sh

once=
case "${1:-}" in
  --once) once=yes ;;
  "") ;;
  *) sed -n '2,6s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
esac

say() { printf '\n== %s\n' "$*"; }

say "Packages"
# shellcheck disable=SC2086
install_packages $BUILD_PACKAGES $RUN_PACKAGES curl

say "Build (some minutes the first time)"
# Without the tests: they need packages that running does not.
cmake --preset release -DRASTRO_TESTS=OFF >/dev/null
cmake --build --preset release --target rastro persat_sandbox
rastro=$PWD/build/release/rastro
sandbox=$PWD/build/release/persat_sandbox
"$rastro" --version

# Under /tmp, where the database's own user can reach it even when this checkout is in somebody's closed home.
work=$(mktemp -d /tmp/rastro-quickstart.XXXXXX)
chmod 755 "$work"
gateway_pid=
sandbox_pid=
stop_all() {
  status=$?
  trap - EXIT INT TERM
  [ -z "$gateway_pid" ] || { kill "$gateway_pid" 2>/dev/null && wait "$gateway_pid" 2>/dev/null; } || true
  [ -z "$sandbox_pid" ] || kill "$sandbox_pid" 2>/dev/null || true
  if [ -n "$once" ] && [ "$status" = 0 ]; then
    rm -rf "$work"
  else
    echo "data and logs are in $work"
  fi
  exit "$status"
}
trap stop_all EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

say "Stand-in for Persat"
# The key goes by a file: an argument or the environment of a process can be seen by others.
key_file=$work/persat-key
(umask 077 && od -An -N24 -tx1 /dev/urandom | tr -d ' \n' >"$key_file")
"$sandbox" --bind 127.0.0.1:0 --key-file "$key_file" --push-path /v1/positions >"$work/sandbox.out" 2>&1 &
sandbox_pid=$!
for _ in $(seq 50); do [ -s "$work/sandbox.out" ] && break; sleep 0.1; done
persat=$(sed -n '1s/.*\(http:[^ ]*\).*/\1/p' "$work/sandbox.out")
[ -n "$persat" ] || { cat "$work/sandbox.out" >&2; exit 1; }
echo "listening on $persat"

write_config() {
  cat >"$work/rastro.yaml" <<CONFIG
data_dir: $work/data
listeners:
  - {protocol: gt06,      transport: tcp, bind: "127.0.0.1:$((5023 + $1))"}
  - {protocol: teltonika, transport: tcp, bind: "127.0.0.1:$((5027 + $1))"}
  - {protocol: teltonika, transport: udp, bind: "127.0.0.1:$((5027 + $1))"}
http: {bind: "127.0.0.1:$((8080 + $1))"}
forward:
  enabled: true
  base_url: $persat/v1
  path: /positions
  body: '{"device_id": \${persat_device_id}, "timestamp": \${time}, "latitude": \${latitude}, "longitude": \${longitude}}'
  requests_per_second: 200
  concurrency: 8
CONFIG
}

say "Gateway"
export RASTRO_FORWARD_API_KEY_FILE="$key_file"
# The usual ports, or the next free ones of a few tries.
for offset in 0 1000 2000 3000; do
  write_config "$offset"
  "$rastro" check-config --config "$work/rastro.yaml" >/dev/null
  "$rastro" serve --config "$work/rastro.yaml" >"$work/gateway.out" 2>"$work/gateway.log" &
  gateway_pid=$!
  for _ in $(seq 600); do
    grep -q 'is ready' "$work/gateway.out" && break 2
    kill -0 "$gateway_pid" 2>/dev/null || break
    sleep 0.1
  done
  grep -q 'in use' "$work/gateway.log" || { tail -n 5 "$work/gateway.log" >&2; exit 1; }
  gateway_pid=
done
[ -n "$gateway_pid" ] || { tail -n 5 "$work/gateway.log" >&2; exit 1; }
cat "$work/gateway.out"
http="http://127.0.0.1:$((8080 + offset))"
database=$("$rastro" database url --config "$work/rastro.yaml")

say "Twenty vehicles: entered as devices, then on the road for half a minute"
fleet() { # NAME PROTOCOL TRANSPORT PORT DEVICES SEED
  protocol=$2 transport=$3 port=$(($4 + offset)) devices=$5 seed=$6
  shift 6
  "$rastro" simulate --protocol "$protocol" --transport "$transport" --target "127.0.0.1:$port" --devices "$devices" \
    --duration 30 --interval-ms 1000 --seed "$seed" "$@"
}
number=100
enter() { # NAME PROTOCOL TRANSPORT PORT DEVICES SEED
  for imei in $(fleet "$@" --list-devices); do
    number=$((number + 1))
    "$rastro" device add --config "$work/rastro.yaml" "$imei" --name "$1 $number" --persat-id "$number" >/dev/null
  done
}
drive() {
  fleet "$@" --ledger "$work/$1.ledger" >"$work/$1.json" &
}
enter gt06-tcp gt06 tcp 5023 7 1
enter teltonika-tcp teltonika tcp 5027 7 2
enter teltonika-udp teltonika udp 5027 6 3
sleep 1 # the gateway hears of new devices by a notification
drive gt06-tcp gt06 tcp 5023 7 1
first=$!
drive teltonika-tcp teltonika tcp 5027 7 2
second=$!
drive teltonika-udp teltonika udp 5027 6 3
wait "$first" "$second" $!
for json in "$work"/*.json; do printf '%-15s %s\n' "$(basename "$json" .json)" "$(cat "$json")"; done

metric() { curl -fsS "$http/metrics" | awk -v name="$1" '$1 ~ "^"name"([{]|$)" { sum += $2 } END { print sum + 0 }'; }
for _ in $(seq 300); do
  [ "$(metric rastro_records_pending)" = 0 ] && [ "$(metric rastro_forward_pending)" = 0 ] && break
  sleep 0.2
done

say "What became of it"
cat "$work"/*.ledger >"$work/ledger.csv"
curl -fsS "$persat/sandbox/summary" >"$work/summary.json"
psql_quiet() { psql -X -q -v ON_ERROR_STOP=1 -d "$database" "$@"; }
report() { # the table, or with "bad" the number of rows that do not add up
  psql_quiet "$@" <<SQL
CREATE TEMP TABLE acknowledged (imei text, time_ms bigint, latitude float8, longitude float8);
\\copy acknowledged FROM '$work/ledger.csv' CSV
CREATE TEMP TABLE summary (line text);
\\copy summary FROM '$work/summary.json' CSV QUOTE E'\\x01' DELIMITER E'\\x02'
CREATE TEMP VIEW became AS
SELECT d.name AS device, coalesce(a.acknowledged, 0) AS acknowledged, coalesce(f.stored, 0) AS stored,
       coalesce((s.devices -> d.persat_device_id::text ->> 'count')::bigint, 0) AS forwarded,
       round(st_y(l.position)::numeric, 5) || ', ' || round(st_x(l.position)::numeric, 5) AS last_position,
       extract(epoch FROM now() - l.fix_time)::int || ' s' AS age
FROM rastro.device d
LEFT JOIN (SELECT imei, count(*) AS acknowledged FROM acknowledged GROUP BY imei) a USING (imei)
LEFT JOIN (SELECT device_id, count(*) AS stored FROM rastro.fix GROUP BY device_id) f ON f.device_id = d.id
LEFT JOIN rastro.device_last_fix l ON l.device_id = d.id
CROSS JOIN (SELECT string_agg(line, '')::jsonb -> 'devices' AS devices FROM summary) s;
$query
SQL
}
query='SELECT * FROM became ORDER BY device;'
report -P footer=off -P border=1
query='SELECT count(*) FROM became WHERE acknowledged = 0 OR acknowledged <> stored OR stored <> forwarded;'
bad=$(report -At | tail -n 1)
received=$(metric rastro_records_received_total)
refused=$(metric rastro_records_refused_total)
durable=$(metric rastro_records_durable_total)
recovered=$(metric rastro_records_recovered)
stored=$(metric rastro_records_stored_total)
pending=$(metric rastro_records_pending)
echo "received $received = durable $durable + refused $refused;" \
  "durable $durable + recovered $recovered = stored, double or dead letter $stored + pending $pending"
ready=$(curl -sS -o "$work/ready.json" -w '%{http_code}' "$http/readyz")
key=$("$rastro" apikey create quickstart --config "$work/rastro.yaml" 2>/dev/null)
sleep 1
devices=$(curl -fsS -H "Authorization: Bearer $key" "$http/v1/devices" | grep -o '"serial_number"' | wc -l)

fail=
[ "$bad" = 0 ] || fail="$fail; $bad devices whose acknowledged, stored and forwarded numbers differ"
[ "$devices" = 20 ] || fail="$fail; the API lists $devices devices instead of 20"
[ "$ready" = 200 ] || fail="$fail; /readyz says $(cat "$work/ready.json")"
[ "$received" = "$((durable + refused))" ] || fail="$fail; received is not durable and refused"
[ "$((durable + recovered))" = "$((stored + pending))" ] || fail="$fail; durable is not stored and pending"
if [ -n "$fail" ]; then
  echo "NOT RIGHT:${fail#;}" >&2
  exit 1
fi
echo "every number adds up"
[ -z "$once" ] || exit 0

say "Where to look next"
cat <<TEXT
  $http/metrics                      what Prometheus reads
  $http/readyz                       whether it can take and store data
  curl -H "Authorization: Bearer $key" $http/v1/devices
  psql '$database'     tables rastro.device, rastro.fix, rastro.message
  $rastro journal cat $work/data | head
  $rastro simulate --protocol gt06 --target 127.0.0.1:$((5023 + offset)) --devices 3 --duration 60
  $persat/sandbox/summary            what arrived at the stand-in for Persat
  README.md                          how to run it for real

The gateway runs until Ctrl-C.
TEXT
wait "$gateway_pid"
