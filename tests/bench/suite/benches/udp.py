"""Datagrams of one record each: received, decoded, journaled, answered; beside a receiver that does nothing with
them. A window keeps as many under way as so many devices would have."""

import socket
import time

from suite import load
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

    url = bench.database.fresh()
    # The database is not what is measured here: its part comes afterwards, out of the journal.
    with Gateway(bench, "udp", url) as gateway:
        meter = load.CpuMeter(bench, gateway)
        sent = load.program(bench, "udp_flood", port=gateway.ports["udp"], seconds=bench.seconds(2, 30), window=8192,
                            seed=bench.next_seed()).result()
        cpu = meter.seconds()
        dropped = _dropped(gateway.ports["udp"])
        metrics = gateway.metrics()
        refused = metrics.sum("rastro_records_refused_total")
        gateway.wait_stored(1800)
        each = cpu["gateway"] / max(1, sent["replies"]) * 1e6
    bench.database.drop(url)
    rate = sent["replies_a_second"]
    bench.add("datagrams journaled and acknowledged", rate, "/s", ceiling=bare["datagrams_a_second"],
              ceiling_name="bare recvmmsg", aim="150,000/s, none dropped by us",
              met=rate >= 150_000 and refused == 0 and dropped == 0, cpu_s={**cpu, "generator": round(sent["cpu_s"], 2)},
              note=f"{sent['sent']:,} sent; {refused:,.0f} refused by us, {dropped:,} dropped by the kernel; the database "
                   f"stores meanwhile; {each:.1f} µs of the gateway a datagram")
