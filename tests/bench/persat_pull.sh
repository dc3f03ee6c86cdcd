#!/bin/sh
# How long it takes to read a hundred thousand clients from Persat's stand-in, without pacing, the first time and again,
# and to list their conflicts when all of them have one. A gateway with a database of its own in FOLDER.
#
# usage: persat_pull.sh BUILD FOLDER [PORT]      e.g. persat_pull.sh build/release /var/tmp/rastro-persat
set -eu
build=$1
folder=$2
port=${3:-18090}
mkdir -p "$folder"
chmod 711 "$folder"
config=$folder/rastro.yaml
cat > "$config" <<YAML
data_dir: $folder/data
listeners:
  - {protocol: gt06, transport: tcp, bind: "127.0.0.1:$((port + 1))"}
http: {bind: "127.0.0.1:$port"}
persat: {url: "http://127.0.0.1:$((port + 2))/v1", requests_per_second: 100000}
YAML

"$build/persat_sandbox" --bind "127.0.0.1:$((port + 2))" --clients 100000 > "$folder/sandbox.log" &
sandbox=$!
"$build/rastro" serve --config "$config" > "$folder/serve.log" 2>&1 &
gateway=$!
trap 'kill $gateway $sandbox 2>/dev/null || true' EXIT
until curl -fs "http://127.0.0.1:$port/readyz" > /dev/null; do
  kill -0 "$gateway"
  sleep 0.2
done

persat() { RASTRO_PERSAT_API_KEY=any "$build/rastro" persat "$@" --config "$config"; }
timed() {
  began=$(date +%s%N)
  "$@" > "$folder/said" 2>&1 || cat "$folder/said"
  printf '%6d ms  %s  (%s)\n' "$((($(date +%s%N) - began) / 1000000))" "$*" "$(tail -1 "$folder/said" | cut -c1-100)"
}
url=$("$build/rastro" database url --config "$config")
uptime
timed persat sync
timed persat sync
timed persat conflicts --limit 100
psql -q "$url" -c "UPDATE rastro.client SET company_name = 'Nuestro ' || uid_client"
psql -q "$url" -c "UPDATE rastro.persat_client SET remote = remote || jsonb_build_object('company_name', 'Otro ' || uid_client)"
timed persat conflicts --kind conflict --limit 100
timed persat conflicts --limit 10000 --json
timed persat status
uptime
