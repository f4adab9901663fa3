"""Which single cells can be seen? 64 cells set to 1 (then: to NaN) in 8192² zeros, the whole grid fitted into 1280x720: for how many
does some pixel change clearly (by 32/255 in a channel), for how many at all?

Each cell lies well inside its own tile of an 8x8 arrangement, so the pixels that change form one spot a cell, and the spots are counted.
"""
import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

import common
import numpy as np
from PIL import Image

SIZE, TILES, CLEAR = 8192, 8, 32


def write_grids(folder):
    """zero.npy, hot.npy, nan.npy: sparse files."""
    rng = np.random.default_rng(64)
    step = SIZE // TILES
    cells = [(step * i + rng.integers(step // 8, step - step // 8), step * j + rng.integers(step // 8, step - step // 8))
             for i in range(TILES) for j in range(TILES)]
    for name, value in (("zero", 0), ("hot", 1), ("nan", np.nan)):
        grid = np.lib.format.open_memmap(folder / f"{name}.npy", mode="w+", dtype="<f4", shape=(SIZE, SIZE))
        for row, column in cells if value != 0 else ():
            grid[row, column] = value
        grid.flush()
        del grid
    return {name: folder / f"{name}.npy" for name in ("zero", "hot", "nan")}


def programs(args):
    lut = common.BENCH.parent.parent / "assets/colormaps/viridis.csv"
    peers = common.BENCH / "peers"

    def heatscope(*more):
        return lambda grid, out: [args.heatscope, grid, "-o", out, "--vmin", "0", "--vmax", "1", "--cmap", "viridis", *more]

    def peer(script, *more):
        return lambda grid, out: [sys.executable, peers / script, grid, "--levels", "0", "1", "--grab", out, *more]

    result = {"heatscope": heatscope(), "heatscope --bare": heatscope("--bare")}
    if args.only_heatscope:
        return result
    if args.naive:
        result["naive GL viewer in C"] = lambda grid, out: [args.naive, grid, "1", "0", "1", lut, "--grab", out]
    for mode in ("plain", "downsample", "raw"):
        result[f"pyqtgraph, {mode}"] = peer("pyqtgraph_view.py", "--mode", mode)
    result["VisPy"] = peer("vispy_view.py")
    result["matplotlib"] = lambda grid, out: [sys.executable, peers / "matplotlib_still.py", grid, out, "0", "1"]
    return result


def picture(command, out, env):
    try:
        done = subprocess.run(command, env=env, timeout=300, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    except (OSError, subprocess.TimeoutExpired) as why:
        common.note(f"failed: {why}")
        return None
    if done.returncode or not out.exists():
        common.note(f"failed: {' '.join(map(str, command))}: {(done.stderr.strip().splitlines() or ['no picture'])[-1]}")
        return None
    return np.asarray(Image.open(out).convert("RGB")).astype(int)


def spots(changed):
    """How many connected groups of changed pixels there are (diagonals connect)."""
    left, count = set(zip(*np.nonzero(changed))), 0
    while left:
        count += 1
        todo = [left.pop()]
        while todo:
            y, x = todo.pop()
            for near in [(y + dy, x + dx) for dy in (-1, 0, 1) for dx in (-1, 0, 1)]:
                if near in left:
                    left.remove(near)
                    todo.append(near)
    return count


def measure(command, suffix, grids, folder, env):
    shown = {}
    for name, grid in grids.items():
        out = folder / (name + suffix)
        out.unlink(missing_ok=True)
        shown[name] = picture(command(grid, out), out, env)
        if shown[name] is None or shown[name].shape != shown["zero"].shape:
            return None
    result = {}
    for name in ("hot", "nan"):
        change = np.abs(shown[name] - shown["zero"]).max(axis=2)
        result[name] = {"clear": spots(change >= CLEAR), "any": spots(change > 0)}
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--heatscope", required=True)
    parser.add_argument("--naive")
    parser.add_argument("--only-heatscope", action="store_true")
    parser.add_argument("--display", help="an X display to use instead of an Xvfb")
    parser.add_argument("--json")
    args = parser.parse_args()
    results, rows = {}, []
    with common.Display(args.display) as display, tempfile.TemporaryDirectory(prefix="heatscope-bench-") as name:
        folder = Path(name)
        grids = write_grids(folder)
        for program, command in programs(args).items():
            results[program] = got = measure(command, ".ppm" if program.startswith("naive") else ".png", grids, folder, display.env)
            rows.append([program] + ([got[k][j] for k in ("hot", "nan") for j in ("clear", "any")] if got else ["failed"] * 4))
            common.note(f"{program}: {got}")
    text = common.markdown(["of 64 single cells in 8192²", "hot: clear", "hot: at all", "NaN: clear", "NaN: at all"], rows)
    common.save(args.json, {"results": results, "markdown": text})
    print(text)
    return 0 if results["heatscope"] else 1


if __name__ == "__main__":
    sys.exit(main())
