#!/usr/bin/env python3
"""Fails when a file includes upwards or sideways, or a library stands outside its room.

usage: check_includes.py ROOT

The layers, low to high: schema; protocols and pipeline beside each other; forwarder; gateway. A file may include its
own folder and lower layers. Inside protocols a protocol's folder may not include another protocol's; inside pipeline
the journal knows nobody, and tracking neither postgis nor the journal.
"""
import pathlib
import re
import sys

MAY_INCLUDE = {
    "schema": {"schema"},
    "protocols": {"schema", "protocols"},
    "pipeline": {"schema", "pipeline"},
    "forwarder": {"schema", "pipeline", "forwarder"},
    "gateway": {"schema", "protocols", "pipeline", "forwarder", "gateway"},
}
# Third-party headers that only some places may use: pattern → path prefixes.
ROOMS = {
    r"(pqxx|libpq-fe|postgres)": ("pipeline/postgis/",),
    r"google/protobuf|schema/record\.pb\.h": (),
    r"protozero/": ("schema/",),
    r"curl/": ("forwarder/",),
    r"boost/(asio|beast)": ("gateway/", "forwarder/"),
    r"prometheus/": ("gateway/",),
    r"spdlog/": ("gateway/",),
    r"yaml-cpp/": ("gateway/",),
    r"CLI/": ("gateway/",),
    r"date/tz": ("gateway/",),
    r"<(fstream|filesystem|unistd\.h|fcntl\.h|ctime|iostream)>": ("pipeline/", "forwarder/", "gateway/"),
}
INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^>"]+)[>"]', re.M)


def protocol_folder(path: str):
    parts = path.split("/")
    return parts[1] if parts[0] == "protocols" and len(parts) > 2 else None


def faults(root: pathlib.Path):
    for layer, allowed in MAY_INCLUDE.items():
        for file in sorted((root / layer).rglob("*")):
            if file.suffix not in (".h", ".cc", ".in"):
                continue
            name = file.relative_to(root).as_posix()
            for bracket, target in INCLUDE.findall(file.read_text()):
                if bracket == '"':
                    top = target.split("/")[0]
                    if "/" not in target:
                        yield f"{name}: \"{target}\" is no full path from the root"
                    elif top not in allowed:
                        yield f"{name}: {layer} may not include {target}"
                    elif protocol_folder(target) not in (None, protocol_folder(name)):
                        yield f"{name}: one protocol may not include another ({target})"
                    elif name.startswith("pipeline/journal/") and target.startswith(("pipeline/postgis", "pipeline/tracking")):
                        yield f"{name}: the journal knows none of its consumers ({target})"
                    elif name.startswith("pipeline/tracking/") and target.startswith(("pipeline/postgis", "pipeline/journal")):
                        yield f"{name}: tracking is pure ({target})"
                written = f"<{target}>" if bracket == "<" else target
                for pattern, rooms in ROOMS.items():
                    if re.search(pattern, written) and not name.startswith(rooms):
                        yield f"{name}: {written} belongs to {', '.join(rooms)}"


def main():
    found = list(faults(pathlib.Path(sys.argv[1])))
    for fault in found:
        print(fault)
    print(f"layering: {len(found)} faults")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
