"""Numbers in cells: the whole process from a 50x50 .npy to an annotated 1280x720 PNG with title, labels and a colorbar, by heatscope,
seaborn, matplotlib (Agg) and gnuplot; and what 50,000 numbers that change with every frame add to the time of a 3840x2160 picture."""
import argparse
import os
import sys
import tempfile
from pathlib import Path

import common
import numpy as np
from still import once

SIZE = 50
PEERS = ("heatscope", "seaborn", "matplotlib", "gnuplot")


def programs(heatscope, source, folder, skip):
    """name -> (command, the picture it writes)."""
    peers = common.BENCH / "peers"
    out = {name: folder / f"{name}.png" for name in PEERS}
    words = ["--title", "Fifty by fifty", "--xlabel", "column", "--ylabel", "row", "--cbar-label", "value"]
    return {
        "heatscope": ([heatscope, source, "--annot=.1f", *words, "-o", out["heatscope"]], out["heatscope"]),
        "seaborn": ([sys.executable, peers / "seaborn_annotated.py", source, out["seaborn"]], out["seaborn"]),
        "matplotlib": ([sys.executable, peers / "matplotlib_annotated.py", source, out["matplotlib"]], out["matplotlib"]),
        "gnuplot": (["gnuplot", "-c", peers / "gnuplot_annotated.gp", source, out["gnuplot"], str(SIZE), str(SIZE), str(skip)],
                    out["gnuplot"]),
    }


def stills(heatscope, rounds, folder, env):
    times = {}
    source = folder / "a.npy"
    np.save(source, np.random.default_rng(1).standard_normal((SIZE, SIZE)))
    skip = source.stat().st_size - 8 * SIZE * SIZE
    for turn in range(rounds + 1):
        for name, (command, picture) in programs(heatscope, source, folder, skip).items():
            seconds = once(command, picture, env)
            if turn and seconds is not None:  # the first round only warms the caches
                times.setdefault(name, []).append(seconds)
    return times


def many(heatscope, rounds, folder, env):
    """Median time of a picture in ms, without numbers and with 50,000, in turn."""
    ring = folder / "ring.npy"
    rng = np.random.default_rng(2)
    common.write_npy(ring, (32, 200, 250), (rng.standard_normal((200, 250)) for _ in range(32)))
    command = [heatscope, ring, "--loop", "--fps", "0", "--headless", "--no-vsync", "--frames", "120", "--size", "3840x2160", "--vmin", "-3",
               "--vmax", "3", "--stats", "-"]
    times = {"plain": [], "numbers": []}
    for _ in range(rounds):
        for name, more in (("plain", []), ("numbers", ["--annot=.1f"])):
            result = common.run_json([*command, *more], env, 120)
            if result:
                times[name].append(result["frame_ms"]["p50"])
    return {name: common.median(t) for name, t in times.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--heatscope", required=True)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--json")
    args = parser.parse_args()
    env = dict(os.environ, XDG_CONFIG_HOME="/nonexistent")
    with tempfile.TemporaryDirectory(prefix="heatscope-bench-") as folder:
        times = stills(args.heatscope, args.rounds, Path(folder), env)
        crowd = many(args.heatscope, min(args.rounds, 3), Path(folder), env)
    middle = {name: common.median(t) for name, t in times.items()}
    rows = [[name, f"{1e3 * middle[name]:.0f}" if name in middle else "failed"] for name in PEERS]
    text = common.markdown([f"{SIZE}² with numbers, title, labels and colorbar to a 1280x720 PNG, whole process", "ms"], rows)
    shown = [[f"{name} numbers", "failed" if crowd[key] is None else f"{crowd[key]:.1f}"] for name, key in (("no", "plain"), ("50,000", "numbers"))]
    text += "\n\n" + common.markdown(["one 3840x2160 picture of a 200x250 stream, on the CPU", "ms"], shown)
    common.save(args.json, {"seconds": times, "median_s": middle, "picture_ms": crowd, "markdown": text})
    print(text)
    return 0 if "heatscope" in middle else 1


if __name__ == "__main__":
    sys.exit(main())
