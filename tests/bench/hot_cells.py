"""Which single cells can be seen? 64 cells set to 1 (then: to NaN) in 8192² zeros, the whole grid fitted into 1280x720: for how many
does some pixel change clearly (by 32/255 in a channel), for how many at all?

Where the heatmap lies in a picture is found by a grid of ones: what changes then is the heatmap. A cell counts as seen when a pixel
changes at most two pixels from where the cell must be.
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


def place_cells():
    """One (row, column) well inside each tile of an 8x8 arrangement."""
    rng = np.random.default_rng(64)
    step = SIZE // TILES
    return [(step * i + int(rng.integers(step // 8, step - step // 8)), step * j + int(rng.integers(step // 8, step - step // 8)))
            for i in range(TILES) for j in range(TILES)]


def write_grids(folder, cells):
    """zero.npy, one.npy, hot.npy, nan.npy; sparse where they can be. The first cell of each is NaN: a NaN may change the legend, and
    so where the heatmap lies."""
    for name, value in (("zero", 0), ("one", 1), ("hot", 1), ("nan", np.nan)):
        grid = np.lib.format.open_memmap(folder / f"{name}.npy", mode="w+", dtype="<f4", shape=(SIZE, SIZE))
        if name == "one":
            grid[:] = 1
        elif name != "zero":
            for row, column in cells:
                grid[row, column] = value
        grid[0, 0] = np.nan
        grid.flush()
        del grid
    return {name: folder / f"{name}.npy" for name in ("zero", "one", "hot", "nan")}


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
    result["silx"] = peer("silx_view.py")
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


def extent(changed):
    """The first and the number of those rows, then columns, in which most of a line changed."""
    rows, columns = changed.sum(axis=1), changed.sum(axis=0)
    y, x = np.nonzero(rows > rows.max() / 2)[0], np.nonzero(columns > columns.max() / 2)[0]
    return y[0], y[-1] + 1 - y[0], x[0], x[-1] + 1 - x[0]


def count_seen(changed, place, cells):
    y0, height, x0, width = place
    seen = 0
    for row, column in cells:
        y, x = y0 + int((row + 0.5) / SIZE * height), x0 + int((column + 0.5) / SIZE * width)
        seen += bool(changed[max(y - 2, 0):y + 3, max(x - 2, 0):x + 3].any())
    return seen


def measure(command, suffix, grids, cells, folder, env):
    shown = {}
    for name, grid in grids.items():
        out = folder / (name + suffix)
        out.unlink(missing_ok=True)
        shown[name] = picture(command(grid, out), out, env)
        if shown[name] is None or shown[name].shape != shown["zero"].shape:
            return None
    change = {name: np.abs(shown[name] - shown["zero"]).max(axis=2) for name in ("one", "hot", "nan")}
    if not (change["one"] >= CLEAR).any():
        common.note("ones look like zeros")
        return None
    place = extent(change["one"] >= CLEAR)
    return {"heatmap_px": [int(place[3]), int(place[1])]} | {
        name: {"clear": count_seen(change[name] >= CLEAR, place, cells), "any": count_seen(change[name] > 0, place, cells)}
        for name in ("hot", "nan")}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--heatscope", required=True)
    parser.add_argument("--naive")
    parser.add_argument("--only-heatscope", action="store_true")
    parser.add_argument("--display", help="an X display to use instead of an Xvfb")
    parser.add_argument("--json")
    args = parser.parse_args()
    results, rows, cells = {}, [], place_cells()
    with common.Display(args.display) as display, tempfile.TemporaryDirectory(prefix="heatscope-bench-") as name:
        folder = Path(name)
        grids = write_grids(folder, cells)
        for program, command in programs(args).items():
            results[program] = got = measure(command, ".ppm" if program.startswith("naive") else ".png", grids, cells,
                                                     folder, display.env)
            rows.append([program] + ([got[k][j] for k in ("hot", "nan") for j in ("clear", "any")] if got else ["failed"] * 4))
            common.note(f"{program}: {got}")
    text = common.markdown(["of 64 single cells in 8192²", "hot: clear", "hot: at all", "NaN: clear", "NaN: at all"], rows)
    common.save(args.json, {"results": results, "markdown": text})
    print(text)
    return 0 if results["heatscope"] else 1


if __name__ == "__main__":
    sys.exit(main())
