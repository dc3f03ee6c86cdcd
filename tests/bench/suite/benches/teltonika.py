"""Batched devices end to end: 20 records a packet, 2,000 connections. First as fast as they are acknowledged, which the
database cannot follow: how fast what waits becomes rows. Then for ten minutes by the clock, a little faster than the
aim, so that acknowledged, durable and committed go on side by side."""

import time

from suite import load
from suite.database import count_fixes
from suite.gateway import Gateway
from suite.metrics import share_within

RECORDS_A_PACKET = 20
CLOSED_LOOP_S = 15  # of sending; a minute of it is tens of millions of rows
PATIENCE_S = 1800  # for the database to catch up
AIM = 0.6  # of bare COPY
PACE = 1.06  # times the aim


def _run(bench, seconds, **options):
    """What was sent and acknowledged, the same committed, and what it cost."""
    url = bench.database.fresh()
    with Gateway(bench, "teltonika", url) as gateway:
        meter = load.CpuMeter(bench, gateway)
        began = time.monotonic()
        sent = load.simulate(bench, "teltonika", gateway.target("teltonika"), bench.choose(200, 2000), seconds,
                             records_per_packet=RECORDS_A_PACKET, **options).result()
        drain_s = gateway.wait_stored(PATIENCE_S)
        whole_s = time.monotonic() - began
        cpu = meter.seconds()
        metrics = gateway.metrics()
    committed = count_fixes(url, metrics)
    if committed != sent["records_acked"]:
        raise RuntimeError(f"{sent['records_acked']} records acknowledged, {committed:.0f} committed")
    row_p99 = share_within([], metrics.buckets("rastro_row_seconds"), 0.99)
    cpu["generator"] = round(sent["cpu_s"], 2)
    return url, {"sent": sent, "rate": committed / whole_s, "seconds": whole_s, "drain_s": drain_s, "cpu": cpu,
                 "each_us": cpu["gateway"] / committed * 1e6, "row_p99_s": row_p99}


def _add(bench, how, ours, bare, note):
    bench.add(f"fixes durable and committed, {how}", ours["rate"], "/s", ceiling=bare, ceiling_name="bare COPY, idle",
              aim=f"≥ {AIM}; about 120,000/s", met=ours["rate"] / bare >= AIM, cpu_s=ours["cpu"],
              note=f"{ours['sent']['devices']:,} connections, {ours['seconds']:.0f} s of which the last "
                   f"{ours['drain_s']:.1f} s only storing; {note}")
    bench.add(f"gateway's processor time a fix, {how}", ours["each_us"], "µs", aim="≤ 3 µs", met=ours["each_us"] <= 3)


def run(bench):
    url, fast = _run(bench, bench.seconds(3, CLOSED_LOOP_S))
    bare = load.program(bench, "copy_ceiling", url=bench.database.as_admin(url),
                        rows=bench.choose(50_000, 1_000_000), rounds=bench.choose(1, 3)).result()["rows_a_second"]
    bench.database.drop(url)
    _add(bench, "as fast as acknowledged", fast, bare,
         f"{fast['sent']['records_acked'] / fast['sent']['seconds']:,.0f}/s acknowledged")

    interval_ms = round(fast["sent"]["devices"] * RECORDS_A_PACKET * 1000 / (PACE * AIM * bare))
    url, steady = _run(bench, bench.seconds(3, 600), interval_ms=interval_ms)
    bench.database.drop(url)
    _add(bench, "by the clock", steady, bare,
         f"acknowledgement p99 {steady['sent']['ack_ms']['p99']:.1f} ms, row p99 at most {steady['row_p99_s']:,.1f} s; "
         f"{steady['sent']['packets_overdue']} packets never sent")
