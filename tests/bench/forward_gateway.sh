#!/bin/sh
# What forwarding costs a whole gateway: the same load of `rastro simulate` twice, into a gateway with a database of its own
# in FOLDER, with forwarding off and then on, to persat_sandbox; the processor time of the gateway's process a position is
# compared. The processes share the machine's processors.
#
# usage: forward_gateway.sh BUILD FOLDER [BATCH] [DEVICES] [SECONDS] [INTERVAL_MS] [PORT]
#   e.g. forward_gateway.sh build/release /var/tmp/rastro-forward 50 500 20 50
set -eu
build=$1
folder=$2
batch=${3:-50}
devices=${4:-500}
seconds=${5:-20}
interval=${6:-50}
port=${7:-18090}
rastro=$build/rastro
mkdir -p "$folder"
chmod 711 "$folder"
load="--protocol teltonika --target 127.0.0.1:$((port + 1)) --devices $devices --duration $seconds --interval-ms $interval --records-per-packet 1"

configure() {
  config=$folder/$1.yaml
  cat > "$config" <<YAML
data_dir: $folder/$1
devices: {unknown: accept}
listeners:
  - {protocol: teltonika, transport: tcp, bind: "127.0.0.1:$((port + 1))"}
http: {bind: "127.0.0.1:$port"}
forward:
  enabled: $2
  base_url: http://127.0.0.1:$((port + 2))/v1
  path: /positions
  api_key: bench
  body: '{"device_id": 1, "imei": \${imei}, "timestamp": \${time}, "latitude": \${latitude}, "longitude": \${longitude}}'
  batch_max: $batch
  batch_ms: $([ "$batch" -gt 1 ] && echo 20 || echo 0)
  requests_per_second: 100000
  concurrency: 4
YAML
}

metric() { curl -fs "http://127.0.0.1:$port/metrics" | awk -v name="$1" '$1 ~ "^" name "([{]|$)" {sum += $2} END {print sum + 0}'; }
# The bucket of the histogram that holds 99 of 100: how long after it was received a position was delivered, at most.
p99() {
  curl -fs "http://127.0.0.1:$port/metrics" | awk '/^rastro_forward_delivery_seconds_bucket/ {
      match($0, /le="[^"]*"/); le[++n] = substr($0, RSTART + 4, RLENGTH - 5); count[n] = $NF}
    END {for (i = 1; i <= n; ++i) if (count[i] >= 0.99 * count[n]) {print le[i]; exit}}'
}
# Processor time of the gateway's process in clock ticks, its private database's not with it.
ticks() { awk '{sub(/.*\) /, ""); print $12 + $13}' "/proc/$gateway/stat"; }

run() {
  rm -rf "$folder/$1"
  "$rastro" serve --config "$config" > "$folder/$1.log" 2>&1 &
  gateway=$!
  trap 'kill $gateway $sandbox 2>/dev/null || true' EXIT
  until curl -fs "http://127.0.0.1:$port/readyz" > /dev/null; do
    kill -0 "$gateway"
    sleep 0.2
  done
  before=$(ticks)
  start=$(date +%s.%N)
  # shellcheck disable=SC2086
  "$rastro" simulate $load > "$folder/$1.numbers" 2> /dev/null
  simulated=$(date +%s.%N)
  until [ "$(metric rastro_records_pending)" = 0 ] && [ "$(metric rastro_forward_pending)" = 0 ]; do sleep 0.1; done
  end=$(date +%s.%N)
  used=$(($(ticks) - before))
  records=$(metric rastro_records_received_total)
  delivered=$(metric rastro_forward_delivered_total)
  awk -v name="$1" -v used="$used" -v hz="$(getconf CLK_TCK)" -v records="$records" -v delivered="$delivered" -v start="$start" \
    -v simulated="$simulated" -v end="$end" 'BEGIN {
      printf "%-4s %d records in %.1f s (%.0f/s), %d delivered, all done %.1f s later: %.1f us of processor time a record\n",
        name, records, simulated - start, records / (simulated - start), delivered, end - simulated, used / hz / records * 1e6}'
  [ "$1" = off ] || echo "     99 of 100 delivered within $(p99) s of being received"
  kill "$gateway"
  wait "$gateway" || true
}

PERSAT_SANDBOX_KEY=bench "$build/persat_sandbox" --bind "127.0.0.1:$((port + 2))" \
  --push-path /v1/positions > "$folder/sandbox.log" &
sandbox=$!
trap 'kill $sandbox 2>/dev/null || true' EXIT
for forwarding in off on; do
  configure $forwarding "$([ $forwarding = on ] && echo true || echo false)"
  run $forwarding
done
