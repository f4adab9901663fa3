"""The common part of the peers: arguments, frames in memory, the clock, the JSON line.

A peer gives run() two functions: show(frame), which returns when that frame has been painted, and finish(), which returns when the
window system has carried out everything sent to it.
"""
import argparse
import json
import time

import numpy as np


def arguments(modes=("plain",)):
    parser = argparse.ArgumentParser()
    parser.add_argument("ring", help=".npy of float32: (frames, rows, columns), or one frame")
    parser.add_argument("--duration", type=float, default=6.0)
    parser.add_argument("--levels", type=float, nargs=2, default=(-3.0, 3.0), metavar=("LOW", "HIGH"))
    parser.add_argument("--mode", choices=modes, default=modes[0])
    parser.add_argument("--grab", metavar="PNG", help="show the first frame, save the window's picture, and exit")
    return parser.parse_args()


def load(args):
    ring = np.load(args.ring)
    return ring if ring.ndim == 3 else ring[None]


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
