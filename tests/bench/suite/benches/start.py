"""From nothing to ready with a database that exists, and what a gateway costs that nobody speaks to."""

import statistics
import time

from suite import processes
from suite.gateway import Gateway


def run(bench):
    url = bench.database.fresh()
    starts = []
    for _ in range(bench.choose(2, 9)):
        with Gateway(bench, "start", url) as gateway:
            starts.append(gateway.start_ms)
    bench.add("start to ready, the database exists", statistics.median(starts), "ms", aim="≤ 200 ms",
              met=statistics.median(starts) <= 200, note=f"median of {len(starts)}, longest {max(starts):.0f} ms; asked "
              "every 20 ms at most")
    with Gateway(bench, "start", url) as gateway:
        time.sleep(bench.choose(1, 10))  # the first looks at the database are over
        seconds = bench.choose(2, 60)
        wakes, cpu = processes.wake_ups(gateway.pid), processes.cpu_seconds(gateway.pid)
        time.sleep(seconds)
        wakes = (processes.wake_ups(gateway.pid) - wakes) / seconds
        share = (processes.cpu_seconds(gateway.pid) - cpu) / seconds * 100
        resident, own = processes.memory_bytes(gateway.pid)
    bench.database.drop(url)
    bench.add("idle memory, resident", resident / 2**20, "MiB", aim="≤ 30 MiB", met=resident <= 30 * 2**20,
              note=f"{own / 2**20:.1f} MiB of it its own")
    bench.add("idle processor time", share, "%", aim="≤ 0.1 %", met=share <= 0.1,
              note=f"over {seconds} s; {wakes:.0f} wake-ups a second")
