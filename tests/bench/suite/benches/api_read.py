"""How long the reading API takes over HTTP: 10,000 devices, 1,000 clients and a month of 1,000,000 visits, stops and
trips each (about 1 GB; a quick run has a hundredth)."""

import pathlib

from suite.api import Reader
from suite.database import query
from suite.gateway import Gateway

FILL = (pathlib.Path(__file__).parent / "api_read.sql").read_text(encoding="utf-8")
SINGLE = [
    ("last positions of all devices", 200, "/api/v1/positions"),
    ("one device's day: trips", 200, "/api/v1/devices/{device}/trips?date=2026-10-05"),
    ("one device's day: stops", 200, "/api/v1/devices/{device}/stops?date=2026-10-05"),
    ("one device's day: visits, explained", 200, "/api/v1/devices/{device}/visits?date=2026-10-05"),
    ("one device's day: track of 2,880 fixes", 100, "/api/v1/devices/{device}/track?date=2026-10-05"),
    ("one device's day: Persat's visits", 200, "/v1/devices-visits/2026-10-05/{device}"),
    ("one device's month of statistics", 100, "/api/v1/devices/{device}/statistics?date=2026-10"),
    ("fleet month of statistics", 10, "/api/v1/statistics?date=2026-10&by=month"),
    ("one client's month of visits, CSV", 20, "/api/v1/clients/{client}/visits?date=2026-10&format=csv"),
    ("a tile of one day", 20, "/api/v1/tiles/tracks/10/344/618?date=2026-10-05"),
]


def _measure(bench, reader, figure, times, target):
    took = []
    for _ in range(times):
        body, _, seconds = reader.get(target)
        took.append(seconds * 1000)
    took.sort()
    bench.add(figure, took[len(took) // 2], "ms", note=f"median of {times}; p99 {took[int(len(took) * 0.99)]:.1f} ms; "
              f"{len(body):,} bytes")


def _read_all(bench, reader, form):
    """The fleet's month of visits, page after page, as a program would take it."""
    target, lines, seconds = f"/api/v1/visits?date=2026-10&format={form}&limit=100000", 0, 0
    while target:
        body, link, took = reader.get(target)
        lines, seconds = lines + body.count(b"\n"), seconds + took
        target = link[1 : link.index(">")] if link else ""
    bench.add(f"fleet month of visits as {form}", seconds, "s", note=f"{lines:,} lines")


def run(bench):
    url = bench.database.fresh()
    yaml = "tracking: {enabled: false}"  # the rows are not made of fixes
    query(url, FILL.replace(":devices", str(bench.choose(100, 10_000))))
    with Gateway(bench, "api_read", url, yaml=yaml) as gateway:
        device = query(url, "SELECT min(id) FROM rastro.device")
        client = query(url, "SELECT min(id) FROM rastro.client")
        reader = Reader(gateway)
        for figure, times, target in SINGLE:
            _measure(bench, reader, figure, bench.choose(2, times), target.format(device=device, client=client))
        for form in ("csv", "ndjson"):
            _read_all(bench, reader, form)
    bench.database.drop(url)
