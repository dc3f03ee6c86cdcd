"""usage: sh tests/bench/run.sh [--quick] [--only NAME,…] [--build DIR] [--out DIR] [--seconds N]"""

import argparse
import importlib
import pathlib
import shutil
import signal
import sys
import tempfile
import traceback

from suite import machine, report
from suite.bench import Bench

ROOT = pathlib.Path(__file__).resolve().parents[3]
# In the order in which they run; those behind the line need minutes and are run by name only.
BENCHES = ["decode", "journal", "copy", "teltonika", "gt06", "udp", "connections", "storm", "start", "growth", "outage",
           "hostile"]
BY_NAME = ["forward", "persat_pull", "api_read"]


def parse_arguments():
    parser = argparse.ArgumentParser(prog="tests/bench/run.sh", description="Rastro's benchmark suite")
    parser.add_argument("--quick", action="store_true", help="small and short: shows that it works, not how fast")
    parser.add_argument("--only", default=",".join(BENCHES), metavar="NAME,…",
                        help=f"of {', '.join(BENCHES + BY_NAME)}; without it all but the last three")
    parser.add_argument("--build", default=ROOT / "build" / "release", type=pathlib.Path)
    parser.add_argument("--out", type=pathlib.Path, help="folder for bench.md and bench.json; default: only printed")
    parser.add_argument("--work", default="/var/tmp", help="where data folders are made, on the disk to measure")
    parser.add_argument("--seconds", type=int, help="upper bound of each of the long runs")
    arguments = parser.parse_args()
    arguments.only = arguments.only.split(",")
    for name in arguments.only:
        if name not in BENCHES + BY_NAME:
            parser.error(f"there is no bench '{name}'")
    return arguments


def run_one(bench, name):
    bench.name = name
    try:
        importlib.import_module(f"suite.benches.{name}").run(bench)
        return True
    except Exception:  # one that fails must not cost the others their rows
        traceback.print_exc()
        bench.add("failed", None, note="see the output")
        return False
    finally:
        bench.end_loads()


def main():
    arguments = parse_arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that what was started is ended
    folder = tempfile.mkdtemp(prefix="rastro-bench-", dir=arguments.work)
    pathlib.Path(folder).chmod(0o711)
    bench = Bench(arguments.build, folder, arguments.quick, arguments.seconds)
    try:
        about = machine.describe(bench)
        good = [run_one(bench, name) for name in arguments.only]
        table = report.to_markdown(bench.rows)
        print(table)
        if arguments.out:
            arguments.out.mkdir(parents=True, exist_ok=True)
            (arguments.out / "bench.md").write_text(table)
            (arguments.out / "bench.json").write_text(report.to_json(about, bench.rows))
        return 0 if all(good) else 1
    finally:
        bench.close()
        shutil.rmtree(folder, ignore_errors=True)


sys.exit(main())
