"""Whatever the internet sends to an open port, beside devices that are alive: connections that never say who they
are, random bytes, lengths that nothing follows."""

from suite import load, processes
from suite.gateway import Gateway

LIVE = 200


def run(bench):
    seconds = bench.choose(3, 30)
    url = bench.database.fresh()
    slow = bench.choose(200, 10_000)
    with Gateway(bench, "hostile", url, yaml=bench.limits(slow + 2000)) as gateway:
        def live():
            return load.simulate(bench, "gt06", gateway.target("gt06"), LIVE, seconds, interval_ms=500)

        calm = live().result()["ack_ms"]["p99"]
        _, before = processes.memory_bytes(gateway.pid)
        for name, what, count in (("slow", "slow-loris sockets", slow),
                                  ("noise", "connections of random bytes", bench.choose(500, 1_000_000)),
                                  ("length", "64 KiB length fields", bench.choose(200, 100_000))):
            log_before = gateway.log.stat().st_size
            attack = load.hostile(bench, gateway.ports["teltonika"], name, count, seconds)
            p99 = live().result()["ack_ms"]["p99"]
            made = attack.result()["made"]
            _, after = processes.memory_bytes(gateway.pid)
            lines = (gateway.log.stat().st_size - log_before) / seconds
            bench.add(f"acknowledgement p99 of live devices beside {what}", p99, "ms", ceiling=calm,
                      ceiling_name="without them", aim="less than doubled", met=p99 < 2 * calm,
                      note=f"{made:,} in {seconds} s; {(after - before) / 2**20:+.1f} MiB; {lines:,.0f} bytes of log a "
                           "second")
    bench.database.drop(url)
