"""Devices that send one fix a packet: first as fast as they are acknowledged, beside a bare echo of the same sizes,
then at a fixed rate by the clock, for latencies that leave nothing out."""

import time

from suite import load
from suite.gateway import Gateway
from suite.metrics import share_within

PATIENCE_S = 600
REPLY_BYTES = 10  # gt06.md 3: a reply without content


def _closed_loop(bench, devices):
    url = bench.database.fresh()
    with Gateway(bench, "gt06", url) as gateway:
        meter = load.CpuMeter(bench, gateway)
        began = time.monotonic()
        sent = load.simulate(bench, "gt06", gateway.target("gt06"), devices, bench.seconds(3, 60)).result()
        drain_s = gateway.wait_stored(PATIENCE_S)
        seconds = time.monotonic() - began
        cpu = meter.seconds()
        metrics = gateway.metrics()
    bench.database.drop(url)
    frame = metrics.sum("rastro_bytes_framed_total") / metrics.sum("rastro_frames_total")
    echo = load.program(bench, "echo_ceiling", connections=devices, frame=round(frame), reply=REPLY_BYTES,
                        seconds=bench.choose(1, 10)).result()
    echo_us = echo["server_cpu_s"] / echo["frames"] * 1e6
    records = sent["records_acked"]
    rate = records / seconds
    bench.add("fixes acknowledged and committed, closed loop", rate, "/s", ceiling=echo["frames_a_second"],
              ceiling_name="bare epoll echo", aim="≥ 0.5; at least 25,000/s",
              met=rate / echo["frames_a_second"] >= 0.5 and rate >= 25_000,
              cpu_s={**cpu, "generator": round(sent["cpu_s"], 2)},
              note=f"{devices:,} connections; {records / sent['seconds']:,.0f}/s acknowledged, the last {drain_s:.1f} s "
                   f"only storing; acknowledged p99 {sent['ack_ms']['p99']:.0f} ms, the echo's {echo['p99_ms']:.0f} ms; the echo's "
                   f"server alone needs {echo_us:.1f} µs of processor time a frame")
    each = cpu["gateway"] / records * 1e6
    bench.add("gateway's processor time a fix", each, "µs", aim="≤ 12 µs", met=each <= 12)


def _open_loop(bench, count, rate):
    url = bench.database.fresh()
    interval_ms = round(count * 1000 / rate)
    with Gateway(bench, "gt06_open", url) as gateway:
        # All log in first: what is measured is the steady state.
        warm_s = bench.choose(1, 10)
        devices = load.simulate(bench, "gt06", gateway.target("gt06"), count, warm_s + bench.seconds(3, 60),
                              interval_ms=interval_ms, ramp=warm_s / 2, warm_up=warm_s)
        time.sleep(warm_s)
        before = gateway.metrics().buckets("rastro_row_seconds")
        stored = gateway.metrics().sum("rastro_records_stored_total")
        meter = load.CpuMeter(bench, gateway)
        sent = devices.result()
        gateway.wait_stored(PATIENCE_S)
        cpu = meter.seconds()
        row_p99 = share_within(before, gateway.metrics().buckets("rastro_row_seconds"), 0.99)
        stored = gateway.metrics().sum("rastro_records_stored_total") - stored
    bench.database.drop(url)
    at = f"at {rate:,} fixes/s by the clock"
    ack_p99 = sent["ack_ms"]["p99"]
    bench.add(f"acknowledgement p99 {at}", ack_p99, "ms", aim="≤ 20 ms", met=ack_p99 <= 20,
              cpu_s={**cpu, "generator": round(sent["cpu_s"], 2)},
              note=f"p50 {sent['ack_ms']['p50']:.1f}, p99.9 {sent['ack_ms']['p999']:.1f} ms, from when each was due; "
                   f"{sent['packets_overdue']} never sent")
    bench.add(f"row p99 {at}, at most", row_p99 * 1000, "ms", aim="≤ 500 ms", met=row_p99 <= 0.5)
    each = cpu["gateway"] / stored * 1e6
    bench.add(f"gateway's processor time a fix {at}", each, "µs")


def run(bench):
    devices = bench.choose(200, 5000)
    _closed_loop(bench, devices)
    for rate in bench.choose([1000], [10_000, 25_000]):
        _open_loop(bench, devices, rate)
