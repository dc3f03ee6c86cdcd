"""What the figures were measured on, and with."""

import datetime
import os
import platform
import shlex
import subprocess
import sys


def _first(path, start):
    with open(path, encoding="utf-8") as file:
        for line in file:
            if line.startswith(start):
                return line.split(":", 1)[1].strip()
    return ""


def _commit():
    folder = os.path.dirname(os.path.abspath(__file__))
    done = subprocess.run(["git", "-C", folder, "describe", "--always", "--dirty"], capture_output=True, text=True,
                          check=False)
    return done.stdout.strip() or "unknown"


def describe(bench):
    return {
        "processor": f"{os.cpu_count()} x {_first('/proc/cpuinfo', 'model name') or platform.machine()}",
        "memory": _first("/proc/meminfo", "MemTotal"),
        "kernel": platform.release(),
        "postgresql": bench.database.version(),
        "commit": _commit(),
        "date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
        "command": "sh tests/bench/run.sh " + shlex.join(sys.argv[1:]),
        "load before": os.getloadavg()[0],
        "quick": bench.quick,
    }
