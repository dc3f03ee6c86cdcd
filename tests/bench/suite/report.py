"""Rows of results, as a Markdown table and as JSON."""

import dataclasses
import json


@dataclasses.dataclass
class Row:
    bench: str
    figure: str
    ours: float | None  # None: not measured, and the note says why
    unit: str = ""
    ceiling: float | None = None  # in the same unit, measured in the same run
    ceiling_name: str = ""
    aim: str = ""
    met: bool | None = None  # None: nothing was aimed at, or a quick run, which shows nothing
    cpu_s: dict = dataclasses.field(default_factory=dict)
    note: str = ""

    @property
    def ratio(self):
        return self.ours / self.ceiling if self.ours is not None and self.ceiling else None


def number(value):
    """Three digits that count, thousands apart, whole from a hundred on."""
    if value is None:
        return "–"
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def to_markdown(rows):
    lines = ["| bench | figure | ours | ceiling | ratio | aim | met | processor seconds | note |",
             "|---|---|---|---|---|---|---|---|---|"]
    for row in rows:
        ceiling = f"{number(row.ceiling)} ({row.ceiling_name})" if row.ceiling is not None else ""
        ratio = f"{row.ratio:.2f}" if row.ratio is not None else ""
        met = {True: "yes", False: "**no**", None: ""}[row.met]
        cpu = ", ".join(f"{name} {seconds:g}" for name, seconds in row.cpu_s.items())
        cells = [row.bench, row.figure, f"{number(row.ours)} {row.unit}".strip(), ceiling, ratio, row.aim, met, cpu,
                 row.note]
        lines.append("| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |")
    return "\n".join(lines) + "\n"


def to_json(machine, rows):
    return json.dumps({"machine": machine, "rows": [{**dataclasses.asdict(row), "ratio": row.ratio} for row in rows]},
                      indent=1, ensure_ascii=False) + "\n"
