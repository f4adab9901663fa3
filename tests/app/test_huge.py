#!/usr/bin/env python3
"""Files larger than memory: a sparse one of 40 GB, and dense ones that are treated like it by a small --memory, against brute force."""
import json
import math
import os
import signal
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


def threads(pid):
    """Their names, of those that haven't ended meanwhile."""
    names = set()
    for task in os.listdir(f"/proc/{pid}/task"):
        try:
            with open(f"/proc/{pid}/task/{task}/comm") as f:
                names.add(f.read().strip())
        except OSError:
            pass
    return names


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

    def test_one_that_shrinks_meanwhile_is_marked_and_not_a_success(self):
        side = 20_000
        make_huge(self.file, side)
        process = h.start(self.file, "--memory", "1G", "--bare", "--size", "400x400", "--vmin", 0, "--vmax", 1, "-o", self.path("p.png"))
        while "grid" not in threads(process.pid):
            time.sleep(0.001)
        process.send_signal(signal.SIGSTOP)
        os.truncate(self.file, side * side // 2 * 4)
        process.send_signal(signal.SIGCONT)
        code, _, err = h.finish(process)
        self.assertEqual(code, 1, err)
        self.assertEqual((err.count("shrank while it was shown"), err.count("\n")), (1, 1), err)
        self.assertTrue((h.pixels(self.path("p.png"))[-100:] == 255).all(-1).any())  # the ground

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

    def test_the_other_byte_order_with_any_memory(self):
        """Read part by part where it may not be copied."""
        a = np.random.default_rng(8).normal(size=(1500, 2000)).astype(">f4")
        path, pictures = self.save("a.npy", a), []
        for memory in ("20M", "40M", "50M", "60M", "80M", "1G"):
            h.run(path, "-o", self.path("p.png"), "--bare", "--size", "400x300", "--memory", memory, check=0)
            pictures.append(h.pixels(self.path("p.png")))
        for picture in pictures:
            np.testing.assert_array_equal(picture, pictures[0])

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


class Statistics(h.TempDirTest):
    """Percentiles of files larger than --memory are those of all their cells."""

    SIZE = ("--bare", "--size", "150x100", "--reduce", "mean", "--memory", "4M")

    def picture(self, *args, size=SIZE):
        h.run(*args, *size, "-o", self.path("p.png"), check=0)
        return h.pixels(self.path("p.png")).astype(int)

    def assert_range(self, path, args, lo, hi, exact, *view):
        """As with that range given, but for the last bit of a percentile; else within the bound, which moves few pixels to the next colour."""
        got = self.picture(path, *args, *view)
        wanted = self.picture(path, "--vmin", repr(float(lo)), "--vmax", repr(float(hi)), *view)
        differs = np.abs(got - wanted).max(-1)
        self.assertLessEqual(differs.max(), 12, f"{path} {args} {view}")
        self.assertLessEqual((differs > 0).mean(), 0.002 if exact else 0.2, f"{path} {args} {view}")

    def make(self, code, order, nan):
        """The upper half is unlike the lower one, so that no part of it will do."""
        rng = np.random.default_rng(9)
        a = rng.normal(50, 20, (1301, 2003)).clip(0, 120)
        a[:600] = rng.exponential(9, (600, 2003)).clip(0, 120)
        if nan:
            a[700:705, :1500] = np.nan
            a[710, 10], a[711, 11] = np.inf, -np.inf
        return np.asarray(a.astype(code), order=order)

    def test_robust_ranges(self):
        for code, order in (("f4", "C"), ("f8", "F"), ("u1", "C"), ("i2", "F"), ("i4", "C"), ("u8", "C"), ("f2", "C")):
            a = self.make(code, order, code[0] == "f")
            path = self.save(f"{code}.npy", a)
            finite = a[np.isfinite(a)].astype("f8")
            for args, ps in ((("--robust",), (2, 98)), (("--robust=10,70",), (10, 70)), (("--autoscale", "slow"), (0.1, 99.9))):
                lo, hi = np.percentile(finite, ps)
                for view in ((), ("--view", "1100:1200,1800:1900")): # of all cells, though few are in sight
                    self.assert_range(path, args, lo, hi, code not in ("f4", "f8"), *view)

    def test_every_cell_has_a_hand_in_equalisation(self):
        a = self.make("f4", "C", False)
        path = self.save("a.npy", a)
        view = a[1200:1300, 1800:1950]
        got = self.picture(path, "--norm", "histeq", "--vmin", 0, "--vmax", 120, "--cmap", "gray", "--view", "1200:1300,1800:1950")[..., 0]
        rank = np.searchsorted(np.sort(a, axis=None), view) / a.size
        self.assertLess(np.abs(got - np.minimum(rank * 256, 255)).max(), 4)

    def test_zscale_is_of_all_cells(self):
        a = np.random.default_rng(2).normal(size=(1300, 2000)).astype("f4")
        a[:650] += np.linspace(0, 5, 650, dtype="f4")[:, None]
        path = self.save("a.npy", a)
        self.assertTrue((self.picture(path, "--norm", "zscale", "--view", "0:100,0:150") != 0).any())
        y = np.percentile(a, (np.arange(1000) + 0.5) / 10)
        lo, hi = self.zscale(y)
        self.assert_range(path, ("--norm", "zscale"), lo, hi, False, "--view", "1100:1200,1800:1950")

    @staticmethod
    def zscale(y):
        """As astropy's ZScaleInterval, of a sorted sample."""
        x, bad, last = np.arange(len(y)), np.zeros(len(y), bool), len(y) + 1
        good = len(y)
        for _ in range(5):
            if good >= last or good < max(5, len(y) // 2):
                break
            slope, start = np.polyfit(x, y, 1, w=(~bad).astype(int))
            flat = y - (slope * x + start)
            bad = bad | (np.abs(flat) > 2.5 * flat[~bad].std())
            bad = np.convolve(bad, np.ones(max(1, len(y) // 100), bool), mode="same")
            last, good = good, (~bad).sum()
        centre, median = (len(y) - 1) // 2, np.median(y)
        slope /= 0.25
        return max(y[0], median - (centre - 1) * slope), min(y[-1], median + (len(y) - centre) * slope)

    def test_shares_and_histogram_are_those_of_memory(self):
        """Of whole numbers, every cell counts, there and here."""
        a = self.make("i2", "C", False)
        path = self.save("a.npy", a)
        for args in ((), ("--robust",), ("--vmin", 10, "--vmax", 60), ("--norm", "log", "--vmin", 3), ("--norm", "boundary", "--levels", 5)):
            pictures = [self.picture(path, *args, size=("--size", "420x320", "--memory", m)) for m in ("1G", "4M")]
            self.assertTrue((pictures[0] == pictures[1]).all(), args)

    def test_the_same_picture_each_time(self):
        """Also where counting the cells ends while the picture is laid out, as it does on one busy core."""
        path = self.save("a.npy", self.make("i2", "C", False))
        core = str(min(os.sched_getaffinity(0)))
        with subprocess.Popen(["taskset", "-c", core, "sh", "-c", "while :; do :; done"]) as busy:
            try:
                pictures = set()
                for _ in range(30):
                    subprocess.run(["taskset", "-c", core, "nice", "-n", "5", h.HEATSCOPE, path, "--vmin", "10", "--vmax", "60", "--size", "420x320",
                                    "--memory", "4M", "-o", self.path("p.png")], check=True, timeout=60)
                    pictures.add(h.pixels(self.path("p.png")).tobytes())
            finally:
                busy.kill()
        self.assertEqual(len(pictures), 1)

    def test_a_report_counts_every_cell(self):
        for code, order in (("f4", "C"), ("f8", "F"), ("i2", "C"), ("f2", "C")):
            a = self.make(code, order, code[0] == "f")
            path = self.save(f"{code}.npy", a)
            for args in ((), ("--vmin", 10, "--vmax", 60, "--view", "0:100,0:100"), ("--norm", "log", "--vmin", 3)):
                want, got = (json.loads(h.run(path, "--check=json", "--memory", m, *args, check=0).out)["data"] for m in ("1G", "4M"))
                for key in ("cells", "finite", "nan", "inf", "min", "max"):
                    self.assertEqual(got[key], want[key], f"{code} {args} {key}")
                for key in ("share_under", "share_over", "share_lowest", "share_highest"):
                    self.assertAlmostEqual(got[key], want[key], 3, f"{code} {args} {key}")
                self.assertNotIn("sample_of", got)

    def test_what_is_estimated_says_so(self):
        path = self.save("a.npy", self.make("f4", "C", False))
        args = (path, "--vmin", 10, "--vmax", 60, "--view", "1000:1100,0:100")
        ends = [self.picture(*args, *more, size=("--size", "420x320", "--memory", m))[-12:, -60:] for m, more in (("1G", ()), ("4M", ()), ("4M", ("--no-hist", "--no-shares")))]
        self.assertTrue((ends[0] == ends[0][0, 0]).all())
        self.assertFalse((ends[1] == ends[1][0, 0]).all(), "no line that says that the colorbar counts a sample")
        self.assertTrue((ends[2] == ends[2][0, 0]).all())


class InMemory(h.TempDirTest):
    def test_a_large_frame_is_gone_through_once(self):
        """Not once for a plot without the colorbar's numbers, and again for that with them."""
        a = np.random.default_rng(6).normal(size=(2100, 2100)).astype("f4")
        for path in (self.save("c.npy", a), self.save("f.npy", np.asfortranarray(a))):
            for args in ((), ("--vmin", "-3", "--vmax", "3"), ("--size", "500x400")):
                h.run(path, "-o", self.path("p.png"), "--trace", self.path("t.json"), *args, check=0)
                with open(self.path("t.json")) as f:
                    self.assertEqual(f.read().count('"reduce"'), 1, f"{path} {args}")


class Window(h.WindowTest):
    def open(self, *args):
        self.launch("--size", "600x500", "--bare", *args)
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

    def test_its_readers_give_way_to_drawing(self):
        make_huge(self.path("huge.npy"), 20_000)
        self.open(self.path("huge.npy"))
        nice = {}
        for task in os.listdir(f"/proc/{self.process.pid}/task"):
            with open(f"/proc/{self.process.pid}/task/{task}/stat") as f:
                comm, rest = f.read().split("(", 1)[1].rsplit(")", 1)
            nice.setdefault(comm, set()).add(int(rest.split()[16]) - os.nice(0))
        self.assertEqual(nice["grid"], {5})
        self.assertEqual(set().union(*(n for comm, n in nice.items() if comm != "grid")), {0}, nice)
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
