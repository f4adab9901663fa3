#!/usr/bin/python3
"""Every option that a stream may set, set by a JSON line between frames: the picture changes, and null gives the picture from before
again; drawn by the CPU, and by OpenGL without an error. Then all of them once more in a window, on a stream of 60 frames a second."""
import json
import os
import tempfile
import time
import unittest

import harness as h
import numpy as np
from PIL import Image

rng = np.random.default_rng(8)
FRAME = rng.normal(size=(12, 16)).astype("f4")
FRAME[3, 4] = FRAME[7, 10] = np.nan
FRAME[0, 0], FRAME[1, 1] = 40, -40
POSITIVE = np.abs(FRAME) + 0.5
INTEGERS = rng.integers(0, 4, (12, 16)).astype("u1")
LARGE = rng.normal(size=(900, 1100)).astype("f4")
HOT = np.zeros((900, 1100), "f4")
HOT[450, 550] = 1

# option: value, what is set beforehand, the frame
CHANGES = {
    "dpi": (150,),
    "theme": ("dark",),
    "transparent": (True,),
    "font-size": (14,),
    "bare": (True,),
    "cmap": ("magma",),
    "vmin": (-1,),
    "vmax": (1,),
    "robust": ("5,95",),
    "center": (1,),
    "norm": ("symlog",),
    "gamma": (0.5,),
    "linthresh": (0.1, {"norm": "symlog"}),
    "base": (2, {"norm": "symlog", "linthresh": 0.1}),
    "linear-width": (0.1, {"norm": "asinh"}),
    "vcenter": (10, {"norm": "two-slope"}),
    "levels": (4,),
    "categories": ("sea,land,ice,rock", {}, INTEGERS),
    "standard-scale": ("row",),
    "z-score": ("col",),
    "bad": ("red",),
    "bad-hatch": ("/",),
    "under": ("red", {"vmin": -1}),
    "over": ("red", {"vmax": 1}),
    "cvd": ("deutan", {"cmap": "jet"}),
    "mask-where": (">0.5",),
    "x-edges": ([float(x) ** 1.5 for x in range(17)],),
    "y-edges": ([float(y) ** 1.5 for y in range(13)],),
    "interpolation": ("bicubic",),
    "linewidths": (2,),
    "linecolor": ("red", {"linewidths": 2}),
    "annot": (".1f", {"bare": True}),
    "annot-size": (5, {"annot": ".0f", "bare": True}),
    "annot-color": ("red", {"annot": ".0f", "bare": True}),
    "square": (True,),
    "aspect": ("equal",),
    "cell-size": (10,),
    "spines": ("off",),
    "spine-color": ("red",),
    "spine-width": (4,),
    "origin": ("lower",),
    "extent": ("0,1,0,1",),
    "view": ("2:6,3:9",),
    "overview": ("on", {"view": "2:6,3:9"}),
    "alert": ("max>30",),
    "reduce": ("max", {"vmin": -3, "vmax": 3}, LARGE),
    "title": ("Room 3",),
    "xlabel": ("time",),
    "ylabel": ("channel",),
    "cbar-label": ("volts",),
    "no-cbar": (True,),
    "cbar-side": ("left",),
    "cbar-size": ("30",),
    "cbar-shrink": (0.5,),
    "cbar-ticks": ("0,10",),
    "cbar-format": (".3f",),
    "cbar-minor": (True,),
    "cbar-extend": ("both",),
    "no-hist": (True,),
    "no-shares": (True, {"vmax": 0.5}),
    "no-norm-name": (True, {"norm": "symlog"}),
    "title-size": (20, {"title": "Room 3"}),
    "label-size": (20, {"xlabel": "time"}),
    "tick-size": (6,),
    "text": ("3,4,here",),
    "hline": ("4",),
    "vline": ("4",),
    "hspan": ("2,4;color=#ff000080",),
    "vspan": ("2,4;color=#ff000080",),
    "xaxis": ("top",),
    "yaxis": ("right",),
    "xscale": ("log", {"extent": "1,1000,1,1000"}),
    "yscale": ("log", {"extent": "1,1000,1,1000"}),
    "xticks": ("2,5",),
    "yticks": ("2,5",),
    "xticklabels": (",".join("abcdefghijklmnop"),),
    "yticklabels": (",".join("abcdefghijkl"),),
    "xtick-rotation": (45, {"xticklabels": ",".join(f"name {i}" for i in range(16))}),
    "ytick-rotation": (45, {"yticklabels": ",".join(f"name {i}" for i in range(12))}),
    "xformat": (".2f",),
    "yformat": (".2f",),
}
# Those of other kinds of streams, and those that show from one frame to the next: see below.
# A live figure keeps the room that a label once needed, so that it rests: null gives those colours again, in a slightly smaller plot.
KEEP_ROOM = {"vmin", "vmax", "robust", "alert", "cbar-format", "cbar-extend"}
OTHERS = {"half-life", "kernel", "channel", "scroll", "no-time-axis", "autoscale"}


def line(settings):
    return (json.dumps(settings) + "\n").encode()


def records(name):
    """Before, changed, as before."""
    value, before, frame = (CHANGES[name] + ({}, FRAME)[len(CHANGES[name]) - 1:])[:3]
    frame = h.npy(frame)
    return line(before) + frame, line({name: value}) + frame, line({**{n: None for n in before}, name: None}) + frame


def stream_options():
    rows = [row.split("\t") for row in h.run("--list-options", check=0).out.splitlines()]
    return {row[0] for row in rows if row[3] == "stream"}


class Pictures(h.TempDirTest):
    def frames(self, stream, *args):
        """RGBA of each frame of a stream."""
        out = tempfile.mkdtemp(dir=self.dir)
        r = h.run("-", "-o", f"{out}/%05d.png", "--size", "420x320", *args, stdin=stream, check=0)
        self.assertNotIn("error", r.err)
        self.assertNotIn("warning: GL", r.err)
        pictures = []
        for name in sorted(os.listdir(out)):
            with Image.open(f"{out}/{name}") as image:
                pictures.append(np.asarray(image.convert("RGBA")).astype(int))
        return pictures

    def differs(self, a, b):
        return a.shape != b.shape or (np.abs(a - b) > 2).any()

    def test_every_option_is_here(self):
        self.assertEqual(stream_options(), set(CHANGES) | OTHERS)

    def check_all(self, *args):
        for name in CHANGES:
            with self.subTest(name):
                before, changed, after = records(name)
                a, b, c = self.frames(before + changed + after, *args)
                self.assertTrue(self.differs(a, b), "no effect")
                settings = (CHANGES[name] + ({},))[1] if len(CHANGES[name]) > 1 else {}
                if settings or name in KEEP_ROOM:  # null took those back, too
                    self.assertTrue(self.differs(b, c), "no effect of null")
                else:
                    self.assertFalse(self.differs(a, c), "null doesn't undo it")

    def test_cpu(self):
        self.check_all("--renderer", "soft")

    @unittest.skipIf(h.SANITIZED or "OpenGL off screen   none" in h.run("--info").out, "no OpenGL here that can be checked")
    def test_gl(self):
        """Of one process: what an option leaves behind mustn't disturb the next."""
        stream = b"".join(b"".join(records(name)) for name in CHANGES)
        gl = self.frames(stream, "--renderer", "gl", "--gpu-debug")
        soft = self.frames(stream, "--renderer", "soft")
        self.assertEqual(len(gl), 3 * len(CHANGES))
        for k, (a, b) in enumerate(zip(gl, soft)):
            name = f"{list(CHANGES)[k // 3]}, picture {k % 3}"
            self.assertEqual(a.shape, b.shape, name)
            wrong = (np.abs(a - b) > 1).any(axis=-1).mean()
            self.assertLess(wrong, 0.01, f"{name}: {wrong:.2%} of the pixels differ between the renderers")

    def test_kernel_and_half_life(self):
        event = np.zeros(1, [("x", "f4"), ("y", "f4"), ("t_ns", "i8")])
        event["x"], event["y"] = 5, 5
        events = line({"shape": [12, 16]}) + h.npy(event)
        plain = self.frames(events)[-1]
        self.assertTrue(self.differs(plain, self.frames(line({"kernel": 2}) + events)[-1]))
        event["t_ns"] = 10**18
        first = h.npy(event)
        event["t_ns"] += 10**9
        event["x"] = 9
        later = line({"shape": [12, 16]}) + first + h.npy(event)
        self.assertTrue(self.differs(self.frames(later)[-1], self.frames(line({"half-life": 0.5}) + later)[-1]))

    def test_channel(self):
        channels = h.npy(rng.normal(size=(2, 12, 16)).astype("f4"))
        a, b, c = self.frames(line({"axes": "CYX"}) + channels + line({"channel": "1"}) + channels + line({"channel": None}) + channels)
        self.assertTrue(self.differs(a, b))
        self.assertTrue(self.differs(b, c))

    def test_waterfall(self):
        batch = h.npy(rng.normal(size=(20, 16)).astype("f4"))
        rows = line({"axes": "TX"}) + b"".join(line({"t_ns": 10**18 + k * 10**9}) + batch for k in range(4))
        plain = self.frames(rows)[-1]
        for setting in ({"scroll": "left"}, {"no-time-axis": True}):
            self.assertTrue(self.differs(plain, self.frames(line(setting) + rows)[-1]), setting)

    def test_autoscale(self):
        quiet, loud = h.npy(FRAME / 100), h.npy(FRAME)
        frame = self.frames(quiet + loud + quiet)
        grown = self.frames(line({"autoscale": "grow"}) + quiet + loud + quiet)
        self.assertFalse(self.differs(frame[0], frame[2]))
        self.assertTrue(self.differs(grown[0], grown[2]), "the range of all frames so far")


class Window(unittest.TestCase):
    def test_sixty_a_second(self):
        """Every frame is shown, whatever is being changed; a machine that is busy otherwise may cost a few."""
        desktop = h.Desktop(800, 600)
        self.addCleanup(desktop.close)
        port = h.free_port()
        process = h.start("--listen", port, "--size", "420x320", "--stats", "-", "--gpu-debug", env=desktop.env)
        self.addCleanup(process.kill)
        desktop.window(process)
        sent = 0
        with h.connect(port) as s:
            start = time.monotonic()
            for name in CHANGES:
                for record in records(name):
                    s.sendall(record)
                    sent += 1
                    time.sleep(max(0, start + sent / 60 - time.monotonic()))
            time.sleep(0.5)
        code, out, err = h.stop(process)
        self.assertEqual(code, 0, err)
        self.assertNotIn("error", err)
        stats = h.stats(out)
        self.assertEqual(stats["frames_received"], sent)
        self.assertEqual(stats["frames_shown"] + stats["frames_dropped"], sent)
        print(f"{stats['frames_dropped']} of {sent} frames dropped")
        self.assertLess(stats["frames_dropped"], sent / 4)


if __name__ == "__main__":
    h.main()
