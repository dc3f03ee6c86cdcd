"""Many connections in one process, each with little to say: what one costs in memory, and whether a fix costs more
when there are many. The same number of fixes a second over all of them each time."""

import contextlib
import time

from suite import load, processes
from suite.gateway import Gateway

PROCESSES = 4


def _measure(bench, count, rate, seconds):
    settle_s = bench.choose(0.5, 15)  # until the last is entered and the directory has read it
    url = bench.database.fresh()
    with Gateway(bench, "connections", url, yaml=bench.limits(count + 100)) as gateway:
        time.sleep(settle_s)
        _, base = processes.memory_bytes(gateway.pid)
        ramp_s = max(1, count // 4000)
        under_way = load.simulate(bench, "gt06", gateway.target("gt06"), count, seconds + ramp_s + 2 * settle_s,
                                  interval_ms=round(count * 1000 / rate), ramp=ramp_s)
        time.sleep(ramp_s + settle_s)
        open_now = gateway.metrics().sum("rastro_connections_open")
        meter = load.CpuMeter(bench, gateway)
        before = gateway.metrics().sum("rastro_records_durable_total")
        time.sleep(seconds)
        cpu = meter.seconds()
        fixes = gateway.metrics().sum("rastro_records_durable_total") - before
        _, used = processes.memory_bytes(gateway.pid)
        sent = under_way.result()
        cpu["generator"] = round(sent["cpu_s"], 2)
    bench.database.drop(url)
    if open_now < count:
        raise RuntimeError(f"{open_now:.0f} of {count} connections are open")
    return {"memory": (used - base) / count, "each_us": cpu["gateway"] / max(1, fixes) * 1e6, "cpu": cpu, "sent": sent}


def _spread(bench, count):
    """Over several gateways, since a process has 20,000 files; how many are open at once, and what one more costs."""
    url = bench.database.fresh()
    spread_over = bench.choose(2, PROCESSES)
    each = count // spread_over
    settle_s = bench.choose(1, 10)
    with contextlib.ExitStack() as stack:
        gateways = [stack.enter_context(Gateway(bench, f"connections_{i}", url, yaml=bench.limits(each + 100)))
                    for i in range(spread_over)]
        ramp_s = max(1, count // 4000)
        loads = [load.simulate(bench, "gt06", gateway.target("gt06"), each, ramp_s + settle_s + bench.choose(1, 10),
                               interval_ms=bench.choose(500, 10_000), ramp=ramp_s)
                 for gateway in gateways]
        time.sleep(ramp_s + settle_s)
        open_now = sum(gateway.metrics().sum("rastro_connections_open") for gateway in gateways)
        for under_way in loads:
            under_way.result()
    bench.database.drop(url)
    bench.add(f"connections open in {spread_over} processes", open_now, "", aim=f"{count:,}", met=open_now >= count,
              note="all with one database")


def run(bench):
    few, many = bench.choose((20, 500), (100, 19_000))
    rate = bench.choose(200, 2000)
    small = _measure(bench, few, rate, bench.seconds(2, 30))
    large = _measure(bench, many, rate, bench.seconds(2, 30))
    bench.add(f"user memory a connection beyond the base, {many:,} live", large["memory"] / 1024, "KiB", aim="≤ 2 KiB",
              met=large["memory"] <= 2048, cpu_s=large["cpu"],
              note=f"acknowledged p99 {large['sent']['ack_ms']['p99']:.1f} ms")
    bench.add(f"gateway's processor time a fix, {many:,} connections", large["each_us"], "µs", ceiling=small["each_us"],
              ceiling_name=f"with {few} connections", aim="flat within 15 %",
              met=large["each_us"] <= 1.15 * small["each_us"], note=f"{rate:,} fixes/s in both")
    _spread(bench, bench.choose(200, 60_000))
