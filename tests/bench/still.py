"""Whole-process time from a 1024x1024 float32 file to a 1280x720 PNG with axes and a colorbar: heatscope, matplotlib (Agg), gnuplot."""
import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import common
import numpy as np

SIZE = 1024


def programs(heatscope, source, folder, skip):
    """name -> (command, the picture it writes)."""
    peers = common.BENCH / "peers"
    out = {name: folder / f"{name}.png" for name in ("heatscope", "matplotlib", "gnuplot")}
    return {
        "heatscope": ([heatscope, source, "-o", out["heatscope"]], out["heatscope"]),
        "matplotlib": ([sys.executable, peers / "matplotlib_still.py", source, out["matplotlib"]], out["matplotlib"]),
        "gnuplot": (["gnuplot", "-c", peers / "gnuplot_still.gp", source, out["gnuplot"], str(SIZE), str(SIZE), str(skip)],
                    out["gnuplot"]),
    }


def png_size(path):
    data = path.read_bytes()[:24] if path.exists() else b""
    return (int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")) if data[:4] == b"\x89PNG" else None


def once(command, picture, env):
    """Seconds for the whole process; None when it failed or its picture isn't what was asked for."""
    picture.unlink(missing_ok=True)
    start = time.perf_counter()
    try:
        done = subprocess.run(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, timeout=120)
    except (OSError, subprocess.TimeoutExpired) as why:
        common.note(f"failed: {why}")
        return None
    seconds = time.perf_counter() - start
    if done.returncode or png_size(picture) != (1280, 720):
        common.note(f"failed: {' '.join(map(str, command))}: {(done.stderr.strip().splitlines() or ['no 1280x720 PNG'])[-1]}")
        return None
    return seconds


def measure(heatscope, rounds, env):
    times = {}
    with tempfile.TemporaryDirectory(prefix="heatscope-bench-") as folder:
        source = Path(folder) / "a.npy"
        np.save(source, np.random.default_rng(1).standard_normal((SIZE, SIZE), dtype=np.float32))
        skip = source.stat().st_size - 4 * SIZE * SIZE
        for turn in range(rounds + 1):
            for name, (command, picture) in programs(heatscope, source, Path(folder), skip).items():
                seconds = once(command, picture, env)
                if turn and seconds is not None:  # the first round only warms the caches
                    times.setdefault(name, []).append(seconds)
    return times


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--heatscope", required=True)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--json")
    args = parser.parse_args()
    env = dict(os.environ, XDG_CONFIG_HOME="/nonexistent")
    times = measure(args.heatscope, args.rounds, env)
    middle = {name: common.median(t) for name, t in times.items()}
    rows = [[name, f"{1e3 * middle[name]:.0f}" if name in middle else "failed"] for name in ("heatscope", "matplotlib", "gnuplot")]
    text = common.markdown([f"{SIZE}² float32 file to a 1280x720 PNG, whole process", "ms"], rows)
    common.save(args.json, {"seconds": times, "median_s": middle, "markdown": text})
    print(text)
    return 0 if "heatscope" in middle else 1


if __name__ == "__main__":
    sys.exit(main())
