"""Large files beside the peers, in one run on one X server.

--cached: 8192x8192 and 16384x16384 float32 that the system has in its cache: from the start of the process until the final picture is on
the X root window (five columns of it are watched); views a second over one path of views, from the whole grid to 64x64 cells and along;
and of 64 planted cells, how many of those in sight can be seen in every sixth of these views.
--cold GB: a file of that size that isn't in the cache: first picture, final picture, memory, beside DS9 and `cat`.
"""
import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import common
import numpy as np
from PIL import Image

LOW, HIGH, TILES, CLEAR, EVERY = -3, 12, 8, 32, 6
WATCHED = (250, 150, 700, 400)  # inside the heatmap of all of them
PEERS = {"pyqtgraph": ("pyqtgraph_view.py", "--mode", "plain"), "pyqtgraph, autoDownsample": ("pyqtgraph_view.py", "--mode", "downsample"),
         "VisPy": ("vispy_view.py",), "silx": ("silx_view.py",)}


def place_cells(size):
    rng, step = np.random.default_rng(64), size // TILES
    return [(step * i + int(rng.integers(step // 8, step - step // 8)), step * j + int(rng.integers(step // 8, step - step // 8)))
            for i in range(TILES) for j in range(TILES)]


def write_grid(path, size, cells):
    rng, rows = np.random.default_rng(size), 256
    common.write_npy(path, (size, size), (rng.standard_normal((min(rows, size - i), size), dtype=np.float32) for i in range(0, size, rows)))
    plant(path, cells, HIGH)


def plant(path, cells, value):
    grid = np.lib.format.open_memmap(path, mode="r+")
    for cell in cells:
        grid[cell] = value
    grid.flush()


def path_of_views(size):
    """From the whole to 64x64 cells in 30 steps at three places, and out again in four, panning by a sixteenth at each."""
    def square(row, column, side):
        r, c = (min(max(int(at - side / 2), 0), size - side) for at in (row, column))
        return r, r + side, c, c + side

    for row, column in ((0.31 * size, 0.62 * size), (0.8 * size, 0.2 * size), (0.55 * size, 0.51 * size)):
        for i in range(31):
            yield square(row, column, round(size * (64 / size) ** (i / 30)))
        for k in (4, 3, 2, 1):
            side = int(64 * (size / 64) ** (1 - k / 5))
            for j in range(8):
                yield square(row, column + j * side / 16, side)


def write_views(path, views):
    path.write_text("".join(json.dumps({"view": f"{a}:{b},{c}:{d}"}) + "\n" for a, b, c, d in views))


def ds9(path, size, *more):
    array = f"{path}[xdim={size},ydim={size},bitpix=-32,skip={path.stat().st_size - 4 * size * size},arch=littleendian]"
    hidden = [w for part in ("info", "panner", "magnifier", "buttons", "colorbar") for w in ("-view", part, "no")]
    return ["ds9", "-array", array, "-geometry", "1280x720", *hidden, "-scale", "limits", str(LOW), str(HIGH), "-zoom", "to", "fit", *more]


def heatscope(args, path, *more):
    return [args.heatscope, path, "--size", "1280x720", "--vmin", str(LOW), "--vmax", str(HIGH), *more]


def peer(name, path, *more):
    script, *mode = PEERS[name]
    return [sys.executable, common.BENCH / "peers" / script, path, "--levels", str(LOW), str(HIGH), *mode, *more]


# --- until it is on the screen ---

def tree(pid):
    """A process and its children: a wrapper script may have started the program."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        children = []
    return [pid] + [p for c in children for p in tree(int(c))]


def resident(pid):
    most = 0
    for p in tree(pid):
        try:
            most = max(most, *(int(line.split()[1]) for line in Path(f"/proc/{p}/status").read_text().splitlines() if line.startswith("VmHWM")))
        except (OSError, TypeError, ValueError):
            pass
    return most / 1024


def until_shown(command, env, args, rest, limit):
    """{"first", "final": seconds from its start, "mib"}: first is a picture, final the one that then stays for `rest` seconds."""
    log = Path(args.log)
    with log.open("w") as out:
        watcher = subprocess.Popen([args.root_lines, *map(str, WATCHED), str(limit + 5)], env=env, stdout=out)
    while "ready" not in log.read_text():
        time.sleep(0.05)
    start = time.monotonic()
    program = subprocess.Popen(list(map(str, command)), env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    seen, memory = [], 0
    try:
        while time.monotonic() < start + limit and program.poll() is None:
            time.sleep(0.05)
            lines = log.read_text().split("\n")[1:-1]  # the last may not be whole
            seen = [(float(t) - start, h, int(n)) for t, h, n in map(str.split, lines) if float(t) > start]
            memory = max(memory, resident(program.pid))
            if seen and seen[-1][2] > 2 and time.monotonic() - start - seen[-1][0] > rest:
                break
    finally:
        for p in reversed(tree(program.pid)):
            try:
                os.kill(p, signal.SIGTERM)
            except ProcessLookupError:
                pass
        program.wait()
        watcher.terminate()
        watcher.wait()
    pictures = [s for s in seen if s[2] > 2]
    if not pictures:
        common.note(f"{command[0]} showed nothing in {limit} s")
        return None
    return {"first": pictures[0][0], "final": next(s[0] for s in seen if s[1] == seen[-1][1]), "mib": memory}


# --- can the cells be seen ---

def pictures_of(name, args, path, views, folder, env):
    """{view: (picture, where its heatmap is)}."""
    file = folder / "some.jsonl"
    write_views(file, views)
    out = folder / "pictures"
    out.mkdir(exist_ok=True)
    if name == "heatscope":
        got = common.run_json(heatscope(args, path, "--bare", "--tour", file, "-o", out / "%03d.png", "--stats", "-"), env, 300)
        at, shift = (0, 0, 1280, 720), 1
    else:
        got = common.run_json(peer(name, path, "--views", file, "--grab-views", out), env, 300)
        at, shift = got and got["heatmap_at"], 0
    return got and {i: (np.asarray(Image.open(out / f"{i + shift:03}.png").convert("RGB")).astype(int), at) for i in range(len(views))}


def count_seen(name, args, path, cells, views, folder, env):
    """[seen, in sight], over all views."""
    with_cells = pictures_of(name, args, path, views, folder, env)
    rng = np.random.default_rng(0)
    plant(path, cells, np.float32(rng.standard_normal()))
    without = pictures_of(name, args, path, views, folder, env)
    plant(path, cells, HIGH)
    if not with_cells or not without:
        return None
    seen = wanted = 0
    for i, (r0, r1, c0, c1) in enumerate(views):
        picture, (left, top, width, height) = with_cells[i]
        changed = np.abs(picture - without[i][0]).max(axis=2) >= CLEAR
        for row, column in cells:
            if r0 <= row < r1 and c0 <= column < c1:
                y, x = top + int((row + 0.5 - r0) / (r1 - r0) * height), left + int((column + 0.5 - c0) / (c1 - c0) * width)
                wanted += 1
                seen += bool(changed[max(y - 2, 0):y + 3, max(x - 2, 0):x + 3].any())
    return [seen, wanted]


# --- cached ---

def views_a_second(name, args, path, size, file, env):
    if name == "heatscope":
        got = common.run_json(heatscope(args, path, "--tour", file, "--loop", "--fps", "0", "--no-vsync", "--duration", str(args.duration), "--stats", "-"),
                              env, args.duration + 60)
        got = got and got["tour"]
    elif name == "DS9":
        more = dict(env, DS9_VIEWS=str(file), DS9_DURATION=str(args.duration))
        got = common.run_json(ds9(path, size, "-source", common.BENCH / "peers/ds9_views.tcl"), more, args.duration + 60)
    else:
        got = common.run_json(peer(name, path, "--views", file, "--duration", str(args.duration)), env, args.duration + 120)
    return got and got["views"] / got["seconds"]


def first_command(name, args, path, size):
    return heatscope(args, path) if name == "heatscope" else ds9(path, size) if name == "DS9" else peer(name, path, "--hold")


def measure_cached(size, args, env, folder, results):
    path, views, cells = folder / "grid.npy", list(path_of_views(size)), place_cells(size)
    write_grid(path, size, cells)
    file = folder / "views.jsonl"
    write_views(file, views)
    for turn in range(args.rounds + 1):
        for name in args.names:
            subprocess.run(["cat", path], stdout=subprocess.DEVNULL, check=True)
            shown = until_shown(first_command(name, args, path, size), env, args, 1.5, 60)
            rate = turn and views_a_second(name, args, path, size, file, env)
            common.note(f"{size}² {turn}/{args.rounds} {name}: {shown}, {rate or 0:.1f} views/s")
            entry = results.setdefault(name, {}).setdefault(str(size), {"final_s": [], "views_per_s": []})
            if turn and shown:  # the first round only warms
                entry["final_s"].append(shown["final"])
            if rate:
                entry["views_per_s"].append(rate)
    for name in args.names:
        if name != "DS9":
            results[name][str(size)]["seen"] = count_seen(name, args, path, cells, views[::EVERY], folder, env)
            common.note(f"{size}² {name}: seen {results[name][str(size)]['seen']}")
    path.unlink()


def cached_table(results, sizes):
    rows = []
    for name, entry in results.items():
        row = [name]
        for size in map(str, sizes):
            e = entry.get(size) or {"final_s": [], "views_per_s": []}
            row += [f"{common.median(e['final_s']):.2f} s" if e["final_s"] else "failed",
                    f"{common.median(e['views_per_s']):.0f}" if e["views_per_s"] else "failed",
                    "{} of {}".format(*e["seen"]) if e.get("seen") else "-"]
        rows.append(row)
    return common.markdown(["cached float32 file"] + [f"{s}²: {what}" for s in sizes for what in ("picture", "views/s", "cells seen")], rows)


# --- cold ---

def chill(path):
    fd = os.open(path, os.O_RDONLY)
    os.fsync(fd)
    os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
    os.close(fd)


def measure_cold(args, env, folder):
    size = int((args.cold * 1e9 / 4) ** 0.5)
    path, result = folder / "dense.npy", {}
    write_grid(path, size, place_cells(size))
    for _ in range(args.cold_rounds):
        chill(path)
        start = time.monotonic()
        subprocess.run(["cat", path], stdout=subprocess.DEVNULL, check=True)
        result.setdefault("cat", []).append({"final": time.monotonic() - start})
        for name in ("heatscope", "DS9"):
            chill(path)
            got = name in args.names and until_shown(first_command(name, args, path, size), env, args, 4, 240)
            common.note(f"cold {args.cold:g} GB {name}: {got}")
            if got:
                result.setdefault(name, []).append(got)
    path.unlink()
    rows = []
    for name, times in result.items():
        mean = {k: common.median([t[k] for t in times]) for k in times[0]}
        rows.append([name] + [f"{mean[k]:.2f} s" if k in mean else "-" for k in ("first", "final")] + [f"{mean['mib']:.0f} MiB" if "mib" in mean else "-"])
    return {"size": size, "results": result, "markdown": common.markdown([f"{size}² float32, {args.cold:g} GB, cold", "first picture", "exact", "memory"], rows)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--heatscope", required=True)
    parser.add_argument("--root-lines", required=True)
    parser.add_argument("--sizes", type=int, nargs="*", default=[8192, 16384])
    parser.add_argument("--cold", type=float, default=0, metavar="GB")
    parser.add_argument("--cold-rounds", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--duration", type=float, default=6.0)
    parser.add_argument("--names", nargs="+", default=["heatscope", *PEERS, "DS9"])
    parser.add_argument("--folder", help="where the files are written")
    parser.add_argument("--display", help="an X display to use instead of an Xvfb")
    parser.add_argument("--json")
    args = parser.parse_args()
    results, cold = {}, None
    with common.Display(args.display) as display, tempfile.TemporaryDirectory(prefix="heatscope-bench-", dir=args.folder) as folder:
        args.log = Path(folder) / "seen"
        for size in args.sizes:
            measure_cached(size, args, display.env, Path(folder), results)
        if args.cold:
            cold = measure_cold(args, display.env, Path(folder))
    text = "\n\n".join(([cached_table(results, args.sizes)] if results else []) + ([cold["markdown"]] if cold else []))
    common.save(args.json, {"results": results, "cold": cold, "markdown": text})
    print(text)
    return 0 if all(results["heatscope"][str(s)]["final_s"] for s in args.sizes) else 1


if __name__ == "__main__":
    sys.exit(main())
