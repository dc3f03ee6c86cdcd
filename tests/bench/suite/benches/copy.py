"""The store beside what else its design could have been. Minutes, so that a quick run leaves it out."""

import subprocess


def _thousands(cell):
    return float(cell.strip().removesuffix("k")) * 1000


def run(bench):
    if bench.quick:
        bench.add("rows/s", None, note="left out of a quick run: postgis_bench makes thirteen databases")
        return
    done = subprocess.run(
        [bench.build / "tests/bench/postgis_bench", "1", "50000" if bench.short else "200000"],
        check=True, capture_output=True, text=True)
    rates = {}
    for line in done.stdout.splitlines()[2:]:
        cells = line.strip("|").split("|")
        rates[cells[0].strip(), int(cells[1])] = _thousands(cells[2])
    bare = rates["binary by libpq, COPY alone", 10_000]
    for (way, batch), rate in rates.items():
        if way != "binary by libpq, COPY alone":
            bench.add(f"{way}, batches of {batch:,}", rate, "rows/s", ceiling=bare, ceiling_name="COPY alone")
