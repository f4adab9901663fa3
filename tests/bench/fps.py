"""Frames per second of heatscope and its peers, in turn, in one run: the same ring of frames, fixed levels, every frame shown."""
import argparse
import sys
import tempfile
from pathlib import Path

import common

PYQTGRAPH_ROWS = {"pyqtgraph, ImageItem in a plot": ("plain", "downsample", "opengl"), "pyqtgraph, raw image widget": ("raw", "rawgl")}


def programs(args):
    """name -> (row of the table, command for a ring and a duration)."""
    low, high = (str(v) for v in common.LEVELS)
    lut = common.BENCH.parent.parent / "assets/colormaps/viridis.csv"
    fixed = ["--vmin", low, "--vmax", high, "--cmap", "viridis", "--size", "1280x720"]

    def heatscope(*more):
        return lambda ring, seconds: [args.heatscope, ring, "--loop", "--fps", "0", "--no-vsync", "--duration", str(seconds), "--stats",
                                      "-", *fixed, *more]

    def peer(script, *more):
        return lambda ring, seconds: [sys.executable, common.BENCH / "peers" / script, ring, "--duration", str(seconds), "--levels", low,
                                      high, *more]

    result = {"heatscope": ("heatscope", heatscope()), "heatscope --bare": ("heatscope --bare", heatscope("--bare"))}
    if args.naive:
        result["naive GL"] = ("naive GL viewer in C", lambda ring, seconds: [args.naive, ring, str(seconds), low, high, lut])
    for row, modes in PYQTGRAPH_ROWS.items():
        for mode in modes:
            result["pyqtgraph " + mode] = (row, peer("pyqtgraph_view.py", "--mode", mode))
    result["VisPy"] = ("VisPy", peer("vispy_view.py"))
    result["silx"] = ("silx, OpenGL backend", peer("silx_view.py"))
    return {name: p for name, p in result.items() if not args.only or name.split()[0].lower() in args.only}


def measure(command, env, duration):
    """What one program reports, with "fps"; None when it failed."""
    got = common.run_json(command, env, duration + 60)
    if not got:
        return None
    frames = got.get("frames", got.get("frames_shown"))
    if not frames or not got.get("seconds"):
        common.note(f"{command[0]} showed nothing")
        return None
    return dict(got, fps=frames / got["seconds"])


def measure_size(size, ring, wanted, env, args, results):
    for turn in range(args.rounds):
        for name, (_, command) in wanted.items():
            got = measure(command(ring, args.duration), env, args.duration)
            if not got:
                continue
            entry = results.setdefault(name, {}).setdefault(str(size), {"rounds": []})
            entry["rounds"].append(round(got["fps"], 2))
            entry["fps"] = common.median(entry["rounds"])
            entry["heatmap_px"] = got["heatmap_px"]
            for key in ("version", "renderer", "frame_ms"):
                if key in got:
                    entry[key] = got[key]
            common.note(f"{size}² {turn + 1}/{args.rounds} {name}: {got['fps']:.1f} fps, heatmap {got['heatmap_px']}")


def best(results, wanted, row, size):
    """The best of the modes that share a row of the table: (mode, entry)."""
    found = [(name, results[name][size]) for name in wanted if wanted[name][0] == row and size in results.get(name, {})]
    return max(found, key=lambda pair: pair[1]["fps"], default=None)


def table(results, wanted, sizes):
    rows = []
    for row in dict.fromkeys(p[0] for p in wanted.values()):
        cells = []
        for size in sizes:
            got = best(results, wanted, row, str(size))
            if not got:
                cells.append("failed")
                continue
            name, entry = got
            mode = f", {name.split()[1]}" if row in PYQTGRAPH_ROWS else ""
            rate = f"{entry['fps']:.0f}" if entry["fps"] >= 20 else f"{entry['fps']:.1f}"
            cells.append(f"{rate} ({'x'.join(map(str, entry['heatmap_px']))}{mode})")
        rows.append([row] + cells)
    return common.markdown(["frames per second (heatmap's pixels)"] + [f"{s}²" for s in sizes], rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--heatscope", required=True)
    parser.add_argument("--naive")
    parser.add_argument("--sizes", type=int, nargs="+", default=[256, 1024, 2048, 4096])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--duration", type=float, default=6.0)
    parser.add_argument("--only", nargs="+", help="heatscope, naive, pyqtgraph, vispy, silx")
    parser.add_argument("--display", help="an X display to use instead of an Xvfb")
    parser.add_argument("--json")
    args = parser.parse_args()
    wanted, results = programs(args), {}
    with common.Display(args.display) as display, tempfile.TemporaryDirectory(prefix="heatscope-bench-") as folder:
        for size in args.sizes:
            ring = Path(folder) / "ring.npy"
            common.write_ring(ring, size)
            measure_size(size, ring, wanted, display.env, args, results)
            ring.unlink()
    text = table(results, wanted, args.sizes)
    common.save(args.json, {"duration_s": args.duration, "rounds": args.rounds, "results": results, "markdown": text})
    print(text)
    return 0 if all(str(size) in results.get(name, {}) for name in wanted if name.startswith("heatscope") for size in args.sizes) else 1


if __name__ == "__main__":
    sys.exit(main())
