"""Group commit. The journal alone: each of many devices has one record under way, with a sync for each group and
without any, and what the disk does with writes of that size. Then a whole gateway, with its journal on the disk and in
memory, where a sync is nothing: by turns, as the machine is not the same from one minute to the next."""

import statistics
import tempfile

from suite import load
from suite.gateway import Gateway

BYTES_A_RECORD = 300  # a Teltonika record as the journal has it


def _journal_alone(bench):
    seconds = bench.choose(0.3, 5)
    devices = bench.choose(500, 5000)
    ours = load.program(bench, "journal_bench", folder=bench.folder, seconds=seconds, bytes=BYTES_A_RECORD,
                        devices=devices, rounds=bench.choose(1, 3)).result()
    bench.add(f"records durable, the journal alone, {devices:,} under way", ours["synced"], "/s",
              ceiling=ours["unsynced"], ceiling_name="the same without fsync",
              note=f"{ours['bytes_a_sync'] / 1024:,.0f} KiB a sync")
    bare = load.program(bench, "write_ceiling", folder=bench.folder, seconds=seconds,
                        bytes=max(1, round(ours["bytes_a_sync"]))).result()
    bench.add("bytes durable, the journal alone", ours["synced"] * BYTES_A_RECORD / 1e6, "MB/s",
              ceiling=bare["bytes_a_second"] / 1e6, ceiling_name="bare write + fdatasync of the same size")


def _acknowledged(bench, memory):
    url = bench.database.fresh()
    with tempfile.TemporaryDirectory(prefix="rastro-bench-", dir="/dev/shm") as folder:
        with Gateway(bench, "journal", url, data_dir=folder if memory else None) as gateway:
            devices, seconds = bench.choose(200, 5000), bench.seconds(2, 20)
            sent = load.simulate(bench, "gt06", gateway.target("gt06"), devices, seconds).result()
    bench.database.drop(url)
    return sent["records_acked"] / sent["seconds"]


def run(bench):
    _journal_alone(bench)
    turns = [(_acknowledged(bench, False), _acknowledged(bench, True)) for _ in range(bench.choose(1, 5))]
    synced, unsynced = (statistics.median(rates) for rates in zip(*turns))
    ratios = ", ".join(f"{disk / none:.2f}" for disk, none in turns)
    bench.add("fixes acknowledged by a gateway, one a packet", synced, "/s", ceiling=unsynced,
              ceiling_name="the same with the journal in memory", aim="≥ 0.9", met=synced >= 0.9 * unsynced,
              note=f"medians of runs by turns, whose ratios were {ratios}")
