"""Batched devices end to end: 20 records a packet, 2,000 connections, each sending as fast as it is acknowledged."""

import time

from suite import load
from suite.database import count_fixes
from suite.gateway import Gateway

RECORDS_A_PACKET = 20
PATIENCE_S = 1800  # for the database to catch up


def run(bench):
    url = bench.database.fresh()
    with Gateway(bench, "teltonika", url) as gateway:
        meter = load.CpuMeter(bench, gateway)
        began = time.monotonic()
        sent = load.simulate(bench, "teltonika", gateway.target("teltonika"), bench.choose(200, 2000),
                             bench.seconds(3, 600), records_per_packet=RECORDS_A_PACKET).result()
        drain_s = gateway.wait_stored(PATIENCE_S)
        seconds = time.monotonic() - began
        cpu = meter.seconds()
        metrics = gateway.metrics()
    committed = count_fixes(url, metrics)
    if committed != sent["records_acked"]:
        raise RuntimeError(f"{sent['records_acked']} records acknowledged, {committed:.0f} committed")
    bare = load.program(bench, "copy_ceiling", url=bench.database.as_admin(url),
                        rows=bench.choose(50_000, 1_000_000), rounds=bench.choose(1, 3)).result()
    bench.database.drop(url)
    rate = committed / seconds
    bench.add("fixes durable and committed", rate, "/s", ceiling=bare["rows_a_second"], ceiling_name="bare COPY, idle",
              aim="≥ 0.6; about 120,000/s", met=rate / bare["rows_a_second"] >= 0.6,
              cpu_s={**cpu, "generator": round(sent["cpu_s"], 2)},
              note=f"{sent['devices']:,} connections, {seconds:.0f} s of which the last {drain_s:.1f} s only storing; "
                   f"{sent['records_acked'] / sent['seconds']:,.0f}/s acknowledged")
    each = cpu["gateway"] / committed * 1e6
    bench.add("gateway's processor time a fix", each, "µs", aim="≤ 3 µs", met=each <= 3)
