"""The common part of the peers: arguments, frames in memory, the clock, the JSON line.

A peer gives run() two functions: show(frame), which returns when that frame has been painted, and finish(), which returns when the
window system has carried out everything sent to it. For --views it gives a third, look(row0, row1, col0, col1), which returns when
these cells of the frame on show have been painted; and grab(path), a picture of the window.
"""
import argparse
import json
import time
from pathlib import Path

import numpy as np


def arguments(modes=("plain",)):
    parser = argparse.ArgumentParser()
    parser.add_argument("ring", help=".npy of float32: (frames, rows, columns), or one frame")
    parser.add_argument("--duration", type=float, default=6.0)
    parser.add_argument("--levels", type=float, nargs=2, default=(-3.0, 3.0), metavar=("LOW", "HIGH"))
    parser.add_argument("--mode", choices=modes, default=modes[0])
    parser.add_argument("--grab", metavar="PNG", help="show the first frame, save the window's picture, and exit")
    parser.add_argument("--hold", action="store_true", help="show the first frame until killed")
    parser.add_argument("--views", metavar="FILE", help='lines as {"view": "R0:R1,C0:C1"}: show these cells of the first frame, again and again')
    parser.add_argument("--grab-views", metavar="FOLDER", help="of --views each once, as 000.png and so on, and exit")
    return parser.parse_args()


def load(args):
    """In memory; of one frame that is only looked at, mapped, which is the sooner."""
    ring = np.load(args.ring, mmap_mode="r" if args.hold or args.views else None)
    return ring if ring.ndim == 3 else ring[None]


def views(path):
    for line in Path(path).read_text().splitlines():
        rows, columns = json.loads(line)["view"].split(",")
        yield [int(n) for part in (rows, columns) for n in part.split(":")]


def run_views(name, args, look, grab, finish, heatmap_px, **more):
    wanted = list(views(args.views))
    if args.grab_views:
        for i, view in enumerate(wanted):
            look(*view)
            finish()
            grab(str(Path(args.grab_views) / f"{i:03}.png"))
        print(json.dumps({"name": name, "heatmap_at": heatmap_px()}))
        return
    look(*wanted[0])
    finish()
    count, start = 0, time.perf_counter()
    while time.perf_counter() - start < args.duration:
        look(*wanted[count % len(wanted)])
        count += 1
    finish()
    print(json.dumps({"name": name, "views": count, "seconds": time.perf_counter() - start, **more}), flush=True)


def run(name, ring, duration, show, finish, heatmap_px, **more):
    for i in range(3):
        show(ring[i % len(ring)])
    finish()
    frames, start = 0, time.perf_counter()
    while time.perf_counter() - start < duration:
        show(ring[frames % len(ring)])
        frames += 1
    finish()
    seconds = time.perf_counter() - start
    print(json.dumps({"name": name, "frames": frames, "seconds": seconds, "heatmap_px": heatmap_px(), **more}), flush=True)
