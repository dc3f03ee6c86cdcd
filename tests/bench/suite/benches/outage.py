"""The database goes while devices go on; then it comes back. Nothing is lost, memory stays, acknowledgements are as
fast as before, and who asks the gateway where a vehicle is hears it all the time."""

import datetime
import json
import time

from suite import load, processes
from suite.api import Reader
from suite.database import count_fixes
from suite.gateway import Gateway

LOOKS = 9  # at memory and positions, while the database is gone


def run(bench):
    gone_s = bench.seconds(4, 3600)
    calm_s = bench.seconds(3, 60)
    rate = devices = bench.choose(200, 1000)  # each once a second, so that their times are the true ones
    url = bench.database.fresh()
    # The same devices all the time.
    options = {"interval_ms": 1000, "seed": bench.next_seed()}
    with Gateway(bench, "outage", url) as gateway:
        target = gateway.target("gt06")
        calm = load.simulate(bench, "gt06", target, devices, calm_s, **options).result()
        gateway.wait_stored(60)
        reader = Reader(gateway)
        _, before = processes.memory_bytes(gateway.pid)
        bench.database.stop()
        under_way = load.simulate(bench, "gt06", target, devices, gone_s, **options)
        meanwhile, ages_s = [], []
        for _ in range(LOOKS):
            time.sleep(gone_s / (LOOKS + 1))
            meanwhile.append(processes.memory_bytes(gateway.pid)[1])
            ages_s.append(_newest_age_s(reader))
        gone = under_way.result()
        most = max(*meanwhile, processes.memory_bytes(gateway.pid)[1])
        live = load.simulate(bench, "gt06", target, devices, bench.choose(6, 120), **options)
        time.sleep(1)
        bench.database.start()
        age_back_s = _newest_age_s(reader)
        drain_s = _wait_caught_up(gateway, rate)
        during = live.result()
        gateway.wait_stored(600)
        metrics = gateway.metrics()
    sent = sum(part["records_acked"] for part in (calm, gone, during))
    stored = count_fixes(url, metrics)
    bench.database.drop(url)
    bench.add(f"{gone_s:,} s of {rate:,} fixes/s without a database: lost", sent - stored, "", aim="0", met=stored == sent,
              note=f"{sent:,} acknowledged")
    bench.add("memory meanwhile, beyond what it was", (most - before) / 2**20, "MiB", aim="flat",
              met=most - before <= 4 * 2**20,
              note=f"{before / 2**20:.1f} MiB of its own before, {most / 2**20:.1f} at most of {LOOKS + 1} times")
    bench.add("acknowledgement p99 without the database", gone["ack_ms"]["p99"], "ms", aim="as before",
              met=gone["ack_ms"]["p99"] <= 1.5 * max(calm["ack_ms"]["p99"], 5), ceiling=calm["ack_ms"]["p99"],
              ceiling_name="with it")
    bench.add("drained after its return, live traffic going on", drain_s, "s", aim="≤ 3 minutes", met=drain_s <= 180,
              note=f"newest position by the API {max(ages_s):.1f} s old at most without a database, {age_back_s:.1f} s at its "
                   f"return; acknowledgement p99 {during['ack_ms']['p99']:.1f} ms meanwhile")


def _newest_age_s(reader):
    positions = json.loads(reader.get("/api/v1/positions")[0])["data"]
    newest = max(datetime.datetime.fromisoformat(one["timestamp"].replace("Z", "+00:00")) for one in positions)
    return (datetime.datetime.now(datetime.timezone.utc) - newest).total_seconds()


def _wait_caught_up(gateway, rate):
    """Until no more waits than a second brings."""
    began = time.monotonic()
    processes.wait_until(lambda: gateway.metrics().sum("rastro_records_pending") <= rate, 1800, "the journal is drained")
    return time.monotonic() - began
