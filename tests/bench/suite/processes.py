"""What /proc says of processes: processor time, memory, wake-ups."""

import os
import time

TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")


def _stat(path):
    """The name and the fields behind it, of which the first is the state (proc(5), field 3)."""
    with open(path, encoding="utf-8", errors="replace") as file:
        text = file.read()
    name_end = text.rindex(")")
    return text[text.index("(") + 1 : name_end], text[name_end + 2 :].split()


def _cpu_ticks(fields):
    return int(fields[11]) + int(fields[12])  # utime and stime, fields 14 and 15


def cpu_seconds(pid):
    """Of all threads that are and were; 0 for a process that is gone."""
    try:
        return _cpu_ticks(_stat(f"/proc/{pid}/stat")[1]) / TICKS_A_SECOND
    except (FileNotFoundError, ProcessLookupError):
        return 0.0


def thread_cpu_seconds(pid):
    """Of the threads that are, by name."""
    seconds = {}
    for task in os.listdir(f"/proc/{pid}/task"):
        try:
            name, fields = _stat(f"/proc/{pid}/task/{task}/stat")
        except (FileNotFoundError, ProcessLookupError):
            continue
        seconds[name] = seconds.get(name, 0) + _cpu_ticks(fields) / TICKS_A_SECOND
    return seconds


def children(pid):
    found = []
    for entry in os.listdir("/proc"):
        if not entry.isdigit():
            continue
        try:
            if int(_stat(f"/proc/{entry}/stat")[1][1]) == pid:
                found.append(int(entry))
        except (FileNotFoundError, ProcessLookupError):
            continue
    return found


def is_running(pid):
    try:
        return _stat(f"/proc/{pid}/stat")[1][0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def memory_bytes(pid):
    """Resident, and what of it is its own: heap, stacks, data. Pages of the program and of libraries are shared or not as
    other processes come and go."""
    sizes = {}
    with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as file:
        for line in file.readlines()[1:]:
            name, size = line.split()[:2]
            sizes[name] = int(size) * 1024
    return sizes["Rss:"], sizes["Anonymous:"]


def wake_ups(pid):
    """How often its threads have waited for something and gone on."""
    total = 0
    for task in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{task}/status", encoding="ascii", errors="replace") as file:
            for line in file:
                if line.startswith("voluntary_ctxt_switches"):
                    total += int(line.split()[1])
    return total


def wait_until(holds, seconds, what, pause=0.02):
    """Asks until it holds, `pause` seconds after each answer; what does not within the time is an error."""
    end = time.monotonic() + seconds
    while True:
        value = holds()
        if value:
            return value
        if time.monotonic() > end:
            raise TimeoutError(f"{what}: not within {seconds} s")
        time.sleep(pause)
