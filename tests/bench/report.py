"""Rewrite the tables of docs/benchmarks.md from what the benchmarks left in a folder: report.py FOLDER"""
import json
import platform
import re
import subprocess
import sys
import time
from pathlib import Path

import common

PAGE = common.BENCH.parent.parent / "docs/benchmarks.md"
BEGIN, END = "<!-- tools/bench writes from here -->", "<!-- to here -->"


def gl_renderer(fps):
    entries = fps["results"].get("naive GL", {}).values()
    return next((e["renderer"] for e in entries if "renderer" in e), "unknown")


def versions(fps):
    found = {name.split()[0]: e["version"] for name, sizes in fps["results"].items() for e in sizes.values() if "version" in e}
    found["matplotlib"] = __import__("matplotlib").__version__
    try:
        found["gnuplot"] = subprocess.run(["gnuplot", "--version"], capture_output=True, text=True).stdout.split()[1]
    except (OSError, IndexError):
        pass
    return ", ".join(f"{name} {version}" for name, version in found.items())


def frame_times(fps):
    """heatscope's own time per frame, so that a jerky average shows."""
    rows = []
    for name in ("heatscope", "heatscope --bare"):
        for size, entry in fps["results"].get(name, {}).items():
            t = entry.get("frame_ms")
            if t:
                rows.append([f"{name} at {size}²"] + ["-" if t[q] is None else f"{t[q]:.2f}" for q in ("p50", "p95", "p99", "max")])
    return common.markdown(["time per frame, ms", "p50", "p95", "p99", "max"], rows) if rows else ""


def main():
    folder = Path(sys.argv[1])
    names = ("fps", "still", "annotated", "hot_cells", "latency", "receive", "huge")
    fps, still, annotated, hot, latency, receive, huge = (json.loads((folder / f"{name}.json").read_text()) for name in names)
    try:
        distribution = platform.freedesktop_os_release().get("PRETTY_NAME", "")
    except OSError:
        distribution = platform.system()
    machine = (f"Measured {time.strftime('%Y-%m-%d')} on {common.cpu_name()}, {common.num_cores()} cores, {distribution}; GL: "
               f"{gl_renderer(fps)}. Median of {fps['rounds']} interleaved rounds of {fps['duration_s']:g} s. {versions(fps)}.")
    text = "\n\n".join(part for part in (machine, fps["markdown"], frame_times(fps), still["markdown"], annotated["markdown"], hot["markdown"],
                                   latency["markdown"], receive["markdown"], huge["markdown"]) if part)
    page = PAGE.read_text()
    if page.count(BEGIN) != 1 or page.count(END) != 1:
        raise SystemExit(f"{PAGE}: the lines '{BEGIN}' and '{END}' are missing")
    PAGE.write_text(re.sub(f"{re.escape(BEGIN)}.*{re.escape(END)}", lambda _: f"{BEGIN}\n\n{text}\n\n{END}", page, flags=re.S))
    print(text)


if __name__ == "__main__":
    main()
