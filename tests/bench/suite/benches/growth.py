"""What a batch of rows costs as the table grows. growth_bench on a database of one's own goes on where it ended."""

import shutil

from suite import load

BYTES_A_ROW = 350  # with indexes and the log that is kept meanwhile


def run(bench):
    milestones = bench.choose([20_000, 60_000], [1_000_000, 10_000_000, 100_000_000])
    if bench.short:
        milestones = [1_000_000, 3_000_000]
    free = shutil.disk_usage(bench.folder).free
    fits = [rows for rows in milestones if rows * BYTES_A_ROW < free - 15 * 2**30] or milestones[:1]
    url = bench.database.fresh()
    points = load.program(bench, "growth_bench", url=url, milestones=",".join(map(str, fits)),
                          window=bench.choose(20_000, 300_000)).result()["points"]
    bench.database.drop(url)
    first = points[0]
    for point in points[1:]:
        bench.add(f"rows stored at {point['rows']:,} rows", point["rows_a_second"], "/s", ceiling=first["rows_a_second"],
                  ceiling_name=f"at {first['rows']:,}", aim="flat within 15 %",
                  met=point["rows_a_second"] >= 0.85 * first["rows_a_second"])
    if len(fits) < len(milestones):
        bench.add(f"rows stored at {milestones[-1]:,} rows", None, note="the disk has no room for it")
