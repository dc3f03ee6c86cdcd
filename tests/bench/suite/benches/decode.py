"""Decoders on one core, checksums verified, every element named, each record hashed."""

import json
import subprocess

# A well-known Java tracker server's own decoders on one core, JIT warm (house figures): GT06 0.48 to 0.66 million
# frames/s, Teltonika 25 records a packet 1.2 million records/s without a model set.
PEERS = {"gt06_location": ("GT06 locations", 660_000),
         "teltonika_codec8_of_25": ("Teltonika records, 25 a packet", 1_200_000)}


def run(bench):
    done = subprocess.run(
        [bench.build / "tests/bench/decode_bench", "--benchmark_format=json",
         f"--benchmark_min_time={bench.choose(0.01, 2)}"],
        check=True, capture_output=True, text=True)
    for result in json.loads(done.stdout)["benchmarks"]:
        figure, peer = PEERS[result["name"].split("/")[-1]]
        rate = result["items_per_second"]
        bench.add(figure, rate, "/s", ceiling=peer, ceiling_name="a well-known Java server, measured elsewhere",
                  note=f"{1e9 / rate:,.0f} ns each, {result['allocations']:g} allocations")
