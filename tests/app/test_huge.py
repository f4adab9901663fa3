#!/usr/bin/env python3
"""Files larger than memory: a sparse one of 40 GB, and dense ones that are treated like it by a small --memory, against brute force."""
import math
import os
import subprocess
import sys
import time
import unittest

import numpy as np

import harness as h

SIDE = 100_000
HOT = np.array([253, 231, 37])  # the last colour of viridis


def make_huge(path, side=SIDE):
    out = subprocess.run([sys.executable, os.path.join(h.ROOT, "examples/huge.py"), path, str(side)], check=True, capture_output=True, text=True).stdout
    return [tuple(map(int, line.split())) for line in out.splitlines()]


class Sparse(h.TempDirTest):
    def setUp(self):
        super().setUp()
        self.file = self.path("huge.npy")
        self.cells = make_huge(self.file)
        if os.stat(self.file).st_blocks * 512 > 1 << 28:
            self.skipTest("no sparse files here")

    def test_all_cells_show_within_the_memory_allowed(self):
        w, hh = 800, 600
        common = [self.file, "--bare", "--size", f"{w}x{hh}", "--vmin", 0, "--vmax", 1, "--stats", "-"]
        r = h.run(*common, "-o", self.path("p.png"), "--memory", "300M", check=0)
        picture = h.pixels(self.path("p.png")).astype(int)
        lost = [(r, c) for r, c in self.cells if np.abs(picture[r * hh // SIDE, c * w // SIDE] - HOT).max() > 1]
        self.assertEqual(lost, [])
        hot = (np.abs(picture - HOT).max(-1) <= 1).sum()
        self.assertLess(hot, 200 * 4)
        if not h.SANITIZED:
            self.assertLess(h.stats(r.out)["peak_resident_kib"], 300 * 1024 * 1.1)

    def test_a_draft_comes_at_once(self):
        before = time.time()
        h.run(self.file, "-o", self.path("p.png"), "--draft", check=0)
        self.assertLess(time.time() - before, 20 if h.SANITIZED else 3)
        self.assertEqual(h.pixels(self.path("p.png")).shape, (720, 1280, 3))

    def test_far_corner(self):
        h.run(self.file, "-o", self.path("p.png"), "--bare", "--size", "200x200", "--vmin", 0, "--vmax", 1, "--view", "99990:100000,99990:100000", check=0)
        picture = h.pixels(self.path("p.png")).astype(int)
        hot = np.abs(picture - HOT).max(-1) <= 1
        wanted = np.zeros((200, 200), bool)
        wanted[180:, 180:] = True
        for r, c in self.cells:
            if r >= 99990 and c >= 99990:
                wanted[(r - 99990) * 20 : (r - 99989) * 20, (c - 99990) * 20 : (c - 99989) * 20] = True
        self.assertTrue((hot == wanted).all())


def spans(cells, px, blocks):
    """What each pixel covers, whole grid in view."""
    r = cells / px
    out = []
    for i in range(px):
        b, e = math.floor(i * r), min(cells, math.ceil((i + 1) * r))
        out.append((b // 8 * 8, min(cells, (e + 7) // 8 * 8)) if blocks else (b, e))
    return out


def brute_force(a, rows, cols, how):
    blocks = a.shape[0] / rows > 16 and a.shape[1] / cols > 16
    f = {"max": np.nanmax, "min": np.nanmin, "mean": np.nanmean}[how]
    down = [slice(*s) for s in spans(a.shape[0], rows, blocks)]
    across = [slice(*s) for s in spans(a.shape[1], cols, blocks)]
    return np.array([[f(a[r, c].astype("f8")) for c in across] for r in down])


class Dense(h.TempDirTest):
    def check(self, path, a, *args, sizes=((90, 60), (200, 150)), modes=("max", "mean")):
        """Settled pictures of the file, of which --memory is far smaller than it, are what NumPy says."""
        lo, hi = float(a.min()), float(a.max())
        for cols, rows in sizes:
            for how in modes:
                h.run(path, "-o", self.path("p.png"), "--bare", "--size", f"{cols}x{rows}", "--reduce", how, "--memory", "4M", *args, check=0)
                same = h.same_colours(h.pixels(self.path("p.png")), brute_force(a, rows, cols, how), lo, hi)
                self.assertTrue(same.all(), f"{path} {how} {cols}x{rows}: {np.count_nonzero(~same)} pixels differ")

    def test_dtypes_and_orders(self):
        rng = np.random.default_rng(3)
        for code, order in (("f4", "C"), ("f8", "F"), ("u1", "F"), ("i2", "C"), ("i8", "C"), ("f2", "F")):
            a = rng.normal(50, 20, (1301, 2003)).clip(0, 255)
            a[700, 1500] = 255
            a = np.asarray(a.astype(code), order=order)
            self.check(self.save(f"{code}{order}.npy", a), a)

    def test_raw_behind_a_header_and_planes(self):
        a = np.random.default_rng(4).normal(size=(2, 1000, 1500)).astype("f4")
        with open(self.path("a.raw"), "wb") as f:
            f.write(b"x" * 100 + a[1].tobytes())
        self.check(self.path("a.raw"), a[1], "--raw", "f4,1000x1500@100", sizes=((70, 50),), modes=("min",))
        self.check(self.save("a.npy", a), a[1], "--index", "1,:,:", sizes=((70, 50),), modes=("min",))

    def test_the_same_picture_as_from_memory(self):
        """With --reduce auto, NaN and Inf, upside down, and zoomed in."""
        a = np.random.default_rng(5).normal(size=(1500, 1200)).astype("f4")
        a[300:500, 100:400] = np.nan
        a[700, 700] = np.inf
        a[1000, 1100] = 30
        for path in (self.save("c.npy", a), self.save("f.npy", np.asfortranarray(a))):
            for args in ((), ("--origin", "lower"), ("--view", "400:420,390:410"), ("--norm", "symlog", "--vmax", "40")):
                pictures = []
                for memory in ("1G", "4M"):
                    h.run(path, "-o", self.path("p.png"), "--no-hist", "--no-shares", "--cbar-extend", "both", "--size", "400x300", "--memory",
                          memory, *args, check=0) # what is out of sight, Inf too, is counted in memory alone
                    pictures.append(h.pixels(self.path("p.png")))
                self.assertTrue((pictures[0] == pictures[1]).all(), f"{path} {args}: {(pictures[0] != pictures[1]).any(-1).sum()} pixels differ")


class Window(h.TempDirTest):
    @classmethod
    def setUpClass(cls):
        cls.desktop = h.Desktop()

    @classmethod
    def tearDownClass(cls):
        cls.desktop.close()

    def open(self, *args):
        self.process = h.start("--size", "600x500", "--bare", *args, env=self.desktop.env)
        self.addCleanup(lambda: self.process.poll() is None and (self.process.kill(), self.process.wait()))
        self.id = self.desktop.window(self.process)
        self.desktop.xdotool("mousemove", "--window", self.id, 5, 5)
        time.sleep(0.7)

    def keys(self, *names):
        for name in names:
            self.desktop.xdotool("key", "--window", self.id, name)
            time.sleep(0.06)
        time.sleep(0.5)

    def heatmap(self):
        return self.desktop.screenshot(self.id)[60:-60]  # without what lies over it

    def test_far_corner_stands_still(self):
        make_huge(self.path("huge.npy"))
        self.open(self.path("huge.npy"), "--vmin", 0, "--vmax", 1, "--view", f"{SIDE - 4}:{SIDE},{SIDE - 5}:{SIDE}")
        before = self.heatmap()
        self.assertGreater((np.abs(before.astype(int) - HOT).max(-1) <= 1).sum(), 0)
        self.keys("Left", "Left", "Up", "Right", "Right", "Down")
        self.assertTrue((self.heatmap() == before).all())
        h.stop(self.process)

    def test_a_file_that_shrinks(self):
        make_huge(self.path("huge.npy"), 20_000)
        self.open(self.path("huge.npy"), "--vmin", 0, "--vmax", 1)
        os.truncate(self.path("huge.npy"), 10_000 * 20_000 * 4)
        self.keys("plus", "plus", "plus", "plus", "plus", "plus", "plus", "plus", "plus", "plus", "plus", "plus")
        picture = self.heatmap().reshape(-1, 3)
        code, _, err = h.stop(self.process)
        self.assertTrue(code == 0 or h.SANITIZED, err)  # Mesa leaks
        self.assertEqual(err.count("shrank while it was shown"), 1, err)
        self.assertGreater((picture == 255).all(-1).mean(), 0.1)  # the ground, neither zero nor NaN


if __name__ == "__main__":
    h.main()
