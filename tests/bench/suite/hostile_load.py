"""Connections that mean no good, to one port of loopback, bounded in number and time. Prints how many were made.

usage: hostile_load.py PORT slow|noise|length COUNT SECONDS"""

import json
import os
import socket
import sys
import time

PACE_S = 0.01
PAYLOADS = {
    "noise": lambda: os.urandom(512),
    # Teltonika: a login, the preamble, a length of 64 KiB, and the first bytes of what it promises.
    "length": lambda: b"\x00\x0f860000000000003" + bytes(4) + (65536).to_bytes(4, "big") + bytes(600),
}


def connect(port):
    try:
        return socket.create_connection(("127.0.0.1", port), timeout=2)
    except OSError:
        return None


def hold_open(port, count, end):
    """Each says a byte now and then, and never who it is."""
    held = []
    while len(held) < count and time.monotonic() < end:
        line = connect(port)
        if line is None:
            break
        line.setblocking(False)
        held.append(line)
    turn = 0
    while time.monotonic() < end and held:
        try:
            held[turn % len(held)].send(b"\x00")
        except OSError:
            pass  # the gateway has ended it: what it is for
        turn += 1
        time.sleep(PACE_S / 10)
    return len(held)


def come_and_go(port, count, end, payload):
    made = 0
    while made < count and time.monotonic() < end:
        line = connect(port)
        if line is None:
            time.sleep(PACE_S)
            continue
        with line:
            try:
                line.sendall(payload())
            except OSError:
                pass
        made += 1
    return made


def main():
    os.nice(19)  # it would be on other machines: what the gateway does with it is measured, not what making it costs
    port, kind, count, seconds = int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), float(sys.argv[4])
    end = time.monotonic() + seconds
    made = hold_open(port, count, end) if kind == "slow" else come_and_go(port, count, end, PAYLOADS[kind])
    print(json.dumps({"made": made}))


main()
