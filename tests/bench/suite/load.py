"""Programs that make load, and what they cost: each ends by itself and prints one JSON object as its last line."""

import json
import os
import pathlib
import subprocess
import sys
import time

from suite import processes

# The system gives out every second one of its 28,000 local ports and then searches for each further one: milliseconds.
DEVICES_AN_ADDRESS = 5000
SOURCE_ADDRESSES = 8


class Load:
    """A program under way. result() waits for it; the processor time of the program is in `cpu_s` of it."""

    def __init__(self, bench, command):
        self._command = [str(part) for part in command]
        self._process = subprocess.Popen(self._command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                         stderr=subprocess.PIPE, text=True, env=bench.environment)
        bench.loads.append(self)

    def running(self):
        """Whether it is still making load; no more than a line of output may wait meanwhile."""
        waited = os.waitid(os.P_PID, self._process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        return waited is None

    def result(self):
        out, err = self._process.stdout.read(), self._process.stderr.read()
        _, status, usage = os.wait4(self._process.pid, 0)
        self._process.returncode = os.waitstatus_to_exitcode(status)
        if self._process.returncode != 0:
            raise RuntimeError(f"{' '.join(self._command)}: exit {self._process.returncode}: {out[-500:]} {err[-500:]}")
        numbers = json.loads(out.strip().splitlines()[-1])
        numbers["cpu_s"] = usage.ru_utime + usage.ru_stime
        return numbers

    def end(self):
        if self._process.returncode is None and self._process.poll() is None:
            self._process.terminate()
            self._process.wait(timeout=30)


def simulate(bench, protocol, target, devices, seconds, transport="tcp", **options):
    """`rastro simulate` with further options by name: interval_ms, records_per_packet, backlog, ramp, …"""
    command = [bench.build / "rastro", "simulate", "--protocol", protocol, "--transport", transport, "--target", target,
               "--devices", devices, "--duration", seconds]
    options.setdefault("interval_ms", 0)
    options.setdefault("seed", bench.next_seed())
    if devices > DEVICES_AN_ADDRESS:
        options.setdefault("connections_from", ",".join(f"127.0.0.{2 + i}" for i in range(SOURCE_ADDRESSES)))
    for name, value in options.items():
        command += ["--" + name.replace("_", "-"), value]
    return Load(bench, command)


def program(bench, name, **options):
    """A program of tests/bench with --name value options."""
    command = [bench.build / "tests" / "bench" / name]
    for option, value in options.items():
        command += ["--" + option.replace("_", "-"), value]
    return Load(bench, command)


def hostile(bench, port, kind, count, seconds):
    script = pathlib.Path(__file__).parent / "hostile_load.py"
    return Load(bench, [sys.executable, script, port, kind, count, seconds])


class CpuMeter:
    """Processor seconds of a gateway and of the database's processes from when it is made."""

    def __init__(self, bench, gateway):
        self._database, self._gateway = bench.database, gateway
        self._began = time.monotonic()
        self._threads = self._thread_seconds()
        self._whole = self._whole_seconds()
        self._backends = self._database.cpu_seconds()

    def _thread_seconds(self):
        return processes.thread_cpu_seconds(self._gateway.pid)

    def _whole_seconds(self):
        return processes.cpu_seconds(self._gateway.pid)

    def seconds(self):
        """{"gateway": …, "gateway shard": …, "postgres store": …}, without what took nothing."""
        used = {"gateway": self._whole_seconds() - self._whole}
        for name, seconds in self._thread_seconds().items():
            label = "gateway other threads" if name == "rastro" else f"gateway {name}"
            used[label] = seconds - self._threads.get(name, 0)
        kinds = self._database.kinds()
        for pid, seconds in self._database.cpu_seconds().items():
            label = f"postgres {kinds.get(pid, 'other')}"
            used[label] = used.get(label, 0) + seconds - self._backends.get(pid, 0)
        return {name: round(seconds, 2) for name, seconds in sorted(used.items()) if seconds >= 0.01}
