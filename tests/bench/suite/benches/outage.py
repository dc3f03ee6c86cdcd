"""The database goes while devices go on; then it comes back. Nothing is lost, memory stays, acknowledgements are as
fast as before, and the newest positions are first to be seen."""

import time

from suite import load, processes
from suite.database import count_fixes
from suite.gateway import Gateway

DEVICES = 500


def run(bench):
    gone_s = bench.seconds(4, 3600)
    calm_s = bench.seconds(3, 60)
    rate = bench.choose(200, 1000)
    url = bench.database.fresh()
    options = {"interval_ms": round(DEVICES * 1000 / rate)}
    with Gateway(bench, "outage", url) as gateway:
        target = gateway.target("gt06")
        calm = load.simulate(bench, "gt06", target, DEVICES, calm_s, **options).result()
        gateway.wait_stored(60)
        _, before = processes.memory_bytes(gateway.pid)
        bench.database.stop()
        gone = load.simulate(bench, "gt06", target, DEVICES, gone_s, **options).result()
        _, after = processes.memory_bytes(gateway.pid)
        live = load.simulate(bench, "gt06", target, DEVICES, bench.choose(6, 120), **options)
        time.sleep(1)
        bench.database.start()
        began = time.monotonic()
        processes.wait_until(lambda: _is_current(bench, url), 600, "live positions are current")
        current_s = time.monotonic() - began
        drain_s = _wait_caught_up(gateway, rate) + current_s
        during = live.result()
        gateway.wait_stored(600)
        metrics = gateway.metrics()
    sent = sum(part["records_acked"] for part in (calm, gone, during))
    stored = count_fixes(url, metrics)
    bench.database.drop(url)
    bench.add(f"{gone_s:,} s of {rate:,} fixes/s without a database: lost", sent - stored, "", aim="0", met=stored == sent,
              note=f"{sent:,} acknowledged")
    bench.add("memory meanwhile, beyond what it was", (after - before) / 2**20, "MiB", aim="flat",
              met=after - before <= 4 * 2**20, note=f"from {before / 2**20:.1f} to {after / 2**20:.1f} MiB of its own")
    bench.add("acknowledgement p99 without the database", gone["ack_ms"]["p99"], "ms", aim="as before",
              met=gone["ack_ms"]["p99"] <= 1.5 * max(calm["ack_ms"]["p99"], 5), ceiling=calm["ack_ms"]["p99"],
              ceiling_name="with it")
    bench.add("drained after its return, live traffic going on", drain_s, "s", aim="≤ 3 minutes", met=drain_s <= 180,
              note=f"live positions current after {current_s:.1f} s; acknowledgement p99 {during['ack_ms']['p99']:.1f} ms "
                   "meanwhile")


def _is_current(bench, url):
    """Whether the newest position in the database is of the last seconds."""
    name = url.removeprefix("postgresql:///").split("?")[0]
    return bench.database.admin(
        "SELECT coalesce(max(received_at) > now() - interval '3 s', false) FROM rastro.device_last_fix", name) == "t"


def _wait_caught_up(gateway, rate):
    """Until no more waits than a second brings."""
    began = time.monotonic()
    processes.wait_until(lambda: gateway.metrics().sum("rastro_records_pending") <= rate, 1800, "the journal is drained")
    return time.monotonic() - began
