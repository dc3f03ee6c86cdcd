"""Whatever the internet sends to an open port, beside devices that are alive: connections that never say who they
are, random bytes, lengths that nothing follows. The devices report over and over until the last is made, each time on
new connections; what is given is the worst of these times. They come from another network than the others: how many may
come a second from where those come from is limited, and devices among them would wait with them."""

import time

from suite import load, processes
from suite.gateway import Gateway

LIVE = 200
LIVE_FROM = "127.1.0.1"


def run(bench):
    seconds = bench.choose(3, 30)
    url = bench.database.fresh()
    slow = bench.choose(200, 10_000)
    with Gateway(bench, "hostile", url, yaml=bench.limits(slow + 2000)) as gateway:
        def p99():
            live = load.simulate(bench, "gt06", gateway.target("gt06"), LIVE, seconds, interval_ms=500,
                                 connections_from=LIVE_FROM)
            return live.result()["ack_ms"]["p99"]

        calm = p99()
        _, before = processes.memory_bytes(gateway.pid)
        for name, what, count, longest in (
                ("slow", "slow-loris sockets", slow, seconds),
                ("noise", "connections of random bytes", bench.choose(500, 1_000_000), 10 * seconds),
                ("length", "64 KiB length fields", bench.choose(200, 100_000), 10 * seconds)):
            log_before, began = gateway.log.stat().st_size, time.monotonic()
            attack = load.hostile(bench, gateway.ports["teltonika"], name, count, longest)
            worst = p99()
            while attack.running():
                worst = max(worst, p99())
            took = time.monotonic() - began
            made = attack.result()["made"]
            _, after = processes.memory_bytes(gateway.pid)
            lines = (gateway.log.stat().st_size - log_before) / took
            bench.add(f"acknowledgement p99 of live devices beside {what}", worst, "ms", ceiling=calm,
                      ceiling_name="without them", aim="less than doubled", met=worst < 2 * calm,
                      note=f"{made:,} in {took:.0f} s; {(after - before) / 2**20:+.1f} MiB; {lines:,.0f} bytes of log a "
                           "second")
    bench.database.drop(url)
