"""A fleet comes back at once after an outage, each device with a backlog, beside live devices that never left."""

import time

from suite import load
from suite.gateway import Gateway

LIVE = 200
LIVE_INTERVAL_MS = 1000


def run(bench):
    fleet = bench.choose(300, 18_000)
    backlog = bench.choose(100, 1000)
    seconds = bench.seconds(5, 40)  # about as long as it takes: calm minutes after it would make the live times look better
    url = bench.database.fresh()
    with Gateway(bench, "storm", url, yaml=bench.limits(fleet + LIVE + 100)) as gateway:
        def live(duration):
            return load.simulate(bench, "gt06", gateway.target("gt06"), LIVE, duration, interval_ms=LIVE_INTERVAL_MS)

        calm = live(bench.choose(3, 20)).result()
        meter = load.CpuMeter(bench, gateway)
        beside = live(seconds)
        time.sleep(LIVE_INTERVAL_MS / 1000 + 0.5)  # they are on before it comes
        storm = load.simulate(bench, "teltonika", gateway.target("teltonika"), fleet, seconds - 2, backlog=backlog,
                              records_per_packet=20, interval_ms=600_000, ramp=0).result()
        during = beside.result()
        cpu = meter.seconds()
    bench.database.drop(url)
    cpu["generator"] = round(storm["cpu_s"], 2)
    all_in = storm["all_logged_in_s"]
    bench.add(f"{fleet:,} devices reconnect with {backlog:,} records each: all logged in", all_in, "s", aim="≤ 5 s",
              met=all_in is not None and all_in <= 5, cpu_s=cpu,
              note=f"{storm['logged_in']:,} logged in, {storm['reconnects']:,} tries again; "
                   f"{storm['records_acked']:,} records acknowledged in {storm['seconds']:.0f} s, all of the backlog "
                   f"after {storm['backlog_acked_s']} s")
    p99 = during["ack_ms"]["p99"]
    bench.add("acknowledgement p99 of live devices meanwhile", p99, "ms", aim="≤ 100 ms", met=p99 <= 100,
              note=f"{calm['ack_ms']['p99']:.1f} ms before; p99.9 {during['ack_ms']['p999']:.0f}, longest "
                   f"{during['ack_ms']['max']:.0f} ms")
