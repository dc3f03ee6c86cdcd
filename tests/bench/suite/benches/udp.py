"""Datagrams of one record each: received, decoded, journaled, answered; beside a receiver that does nothing with
them. A window keeps as many under way as so many devices would have."""

import socket
import time

from suite import load
from suite.database import count_fixes
from suite.gateway import Gateway, free_port


def _dropped(port):
    """By the kernel, for want of room in the sockets of that port."""
    total = 0
    with open("/proc/net/udp", encoding="ascii") as file:
        for line in file.readlines()[1:]:
            fields = line.split()
            if int(fields[1].split(":")[1], 16) == port:
                total += int(fields[-1])
    return total


def run(bench):
    seconds = bench.choose(1, 10)
    port = free_port(socket.SOCK_DGRAM)
    receiver = load.program(bench, "udp_receive", port=port, seconds=seconds + 3)
    time.sleep(0.3)
    load.program(bench, "udp_flood", port=port, seconds=seconds).result()
    bare = receiver.result()

    _answered(bench, bare, "the database storing")
    _answered(bench, bare, "the database away")


def _answered(bench, bare, meanwhile):
    """What they cost until they are durable shows without the database's part, which then comes afterwards."""
    url = bench.database.fresh()
    with Gateway(bench, "udp", url) as gateway:
        if meanwhile == "the database away":
            bench.database.stop()
        meter = load.CpuMeter(bench, gateway)
        sent = load.program(bench, "udp_flood", port=gateway.ports["udp"], seconds=bench.seconds(2, 30), window=8192,
                            seed=bench.next_seed()).result()
        cpu = meter.seconds()
        dropped = _dropped(gateway.ports["udp"])
        refused = gateway.metrics().sum("rastro_records_refused_total")
        bench.database.start()
        gateway.wait_stored(1800)
        stored = count_fixes(url, gateway.metrics())
    bench.database.drop(url)
    rate = sent["replies_a_second"]
    each = cpu["gateway"] / max(1, sent["replies"]) * 1e6
    bench.add(f"datagrams journaled and acknowledged, {meanwhile}", rate, "/s", ceiling=bare["datagrams_a_second"],
              ceiling_name="bare recvmmsg", aim="150,000/s, none dropped by us",
              met=rate >= 150_000 and refused == 0 and dropped == 0, cpu_s={**cpu, "generator": round(sent["cpu_s"], 2)},
              note=f"{sent['sent']:,} sent, {sent['replies']:,} acknowledged, {stored:,.0f} stored in the end; {refused:,.0f} "
                   f"refused by us, {dropped:,} dropped by the kernel; {each:.1f} µs of the gateway a datagram")
