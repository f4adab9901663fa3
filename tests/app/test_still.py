#!/usr/bin/env python3
"""Still pictures of files: every dtype, byte order and memory order, by both executors, against matplotlib's colours."""
import os
import subprocess
import unittest

import numpy as np

import harness as h

DTYPES = ["b1", "i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "f2", "f4", "f8"]
RENDERERS = ["soft", "gl"]


def has_gl():
    if h.SANITIZED:  # Mesa leaks; the executor itself is held under the sanitizers by golden/test_executors
        return False
    return "OpenGL off screen   none" not in h.run("--info").out


def matrix(code, rng, rows=30, cols=40):
    dtype = np.dtype(code)
    if code == "b1":
        return rng.random((rows, cols)) < 0.5
    if dtype.kind == "f":
        return rng.normal(size=(rows, cols)).astype(dtype)
    info = np.iinfo(dtype)
    return rng.integers(info.min, info.max, (rows, cols), dtype=dtype, endpoint=True)


class Colours(h.TempDirTest):
    def picture(self, path, rows, cols, *args):
        h.run(path, "-o", self.path("p.png"), "--bare", "--size", f"{cols}x{rows}", *args, check=0)
        return h.pixels(self.path("p.png"))

    def check(self, array, renderer, label):
        rows, cols = array.shape
        values = array.astype("f8")
        lo, hi = values.min(), values.max()
        got = self.picture(self.save("a.npy", array), rows, cols, "--renderer", renderer, "--vmin", repr(float(lo)), "--vmax", repr(float(hi)))
        same = h.same_colours(got, values, lo, hi)
        self.assertTrue(same.all(), f"{label}: {np.count_nonzero(~same)} of {same.size} pixels differ from matplotlib")

    def test_every_dtype_and_order(self):
        rng = np.random.default_rng(1)
        for renderer in RENDERERS:
            if renderer == "gl" and not has_gl():
                continue
            for code in DTYPES:
                for order in "<>":
                    a = matrix(code, rng).astype(np.dtype(code).newbyteorder(order))
                    self.check(a, renderer, f"{renderer} {order}{code}")
                self.check(np.asfortranarray(matrix(code, rng)), renderer, f"{renderer} {code} Fortran order")

    def test_random_300x400(self):
        a = np.random.default_rng(2).random((300, 400))
        for dtype in ("f4", "f8"):
            got = self.picture(self.save("a.npy", a.astype(dtype)), 300, 400, "--vmin", 0, "--vmax", 1)
            self.assertTrue(h.same_colours(got, a.astype(dtype), 0, 1).all())

    def test_scaled_up_by_whole_pixels(self):
        a = np.random.default_rng(3).random((7, 11)).astype("f4")
        got = self.picture(self.save("a.npy", a), 7 * 13, 11 * 17, "--vmin", 0, "--vmax", 1)
        big = np.repeat(np.repeat(a, 13, 0), 17, 1)
        self.assertTrue(h.same_colours(got, big, 0, 1).all())

    def test_nan_inf_under_over(self):
        a = np.array([[0.5, np.nan, np.inf, -np.inf, 2.0, -1.0]], "f4")
        got = self.picture(self.save("a.npy", a), 1, 6, "--vmin", 0, "--vmax", 1, "--bad", "#102030", "--under", "red", "--over", "#00ff00")
        want = [[33, 145, 140], [16, 32, 48], [0, 255, 0], [255, 0, 0], [0, 255, 0], [255, 0, 0]]
        self.assertLessEqual(np.abs(got[0].astype(int) - want).max(), 1)

    def test_a_given_end_stays_when_all_data_lie_beyond_it(self):
        a = np.random.default_rng(8).random((4, 4)).astype("f4")
        got = self.picture(self.save("a.npy", a), 4, 4, "--vmin", 50, "--under", "red")
        self.assertTrue((got == [255, 0, 0]).all())

    def test_origin_lower_flips(self):
        a = np.arange(12, dtype="f4").reshape(3, 4)
        path = self.save("a.npy", a)
        upper, lower = self.picture(path, 3, 4), self.picture(path, 3, 4, "--origin", "lower")
        np.testing.assert_array_equal(upper[::-1], lower)

    def test_view_of_a_part(self):
        a = np.random.default_rng(4).random((20, 30)).astype("f4")
        path = self.save("a.npy", a)
        got = self.picture(path, 50, 80, "--view", "5:10,20:28", "--vmin", 0, "--vmax", 1)
        part = np.repeat(np.repeat(a[5:10, 20:28], 10, 0), 10, 1)
        self.assertTrue(h.same_colours(got, part, 0, 1).all())
        lower = self.picture(path, 50, 80, "--view", "5:10,20:28", "--vmin", 0, "--vmax", 1, "--origin", "lower")
        np.testing.assert_array_equal(got[::10][::-1], lower[::10])

    def test_norms(self):
        from matplotlib.colors import LogNorm, PowerNorm
        import matplotlib

        a = np.random.default_rng(5).uniform(0.01, 100, (40, 50)).astype("f4")
        table = matplotlib.colormaps["magma"]
        for args, norm in ((["--norm", "log"], LogNorm(0.1, 50)), (["--gamma", "0.5"], PowerNorm(0.5, 0.1, 50))):
            for renderer in RENDERERS:
                if renderer == "gl" and not has_gl():
                    continue
                got = self.picture(self.save("a.npy", a), 40, 50, "--vmin", 0.1, "--vmax", 50, "--cmap", "magma", "--renderer", renderer, *args)
                t = np.asarray(norm(a.astype("f8")).filled(np.nan))
                ok = np.zeros(a.shape, bool)
                for shift in (0, -2e-5, 2e-5):
                    ok |= (np.abs(got.astype(int) - table(t + shift, bytes=True)[..., :3]) <= 1).all(-1)
                self.assertTrue(ok.all(), f"{args} {renderer}: {np.count_nonzero(~ok)}")

    def test_executors_agree_on_the_whole_figure(self):
        if not has_gl():
            self.skipTest("no EGL")
        a = np.random.default_rng(6).normal(size=(60, 90)).astype("f4")
        a[10:14, 20:30] = np.nan
        path = self.save("a.npy", a)
        args = ["--title", "Grüße, Ω ≤ 10⁻⁶", "--xlabel", "x", "--ylabel", "y", "--linewidths", "1", "--cbar-label", "K"]
        h.run(path, "-o", self.path("soft.png"), "--renderer", "soft", *args, check=0)
        h.run(path, "-o", self.path("gl.png"), "--renderer", "gl", *args, check=0)
        soft, gl = h.pixels(self.path("soft.png")).astype(int), h.pixels(self.path("gl.png")).astype(int)
        differ = (np.abs(soft - gl) > 1).any(-1)
        self.assertLess(np.count_nonzero(differ), 30, "more than values at a table's edge differ")


class Sequences(h.TempDirTest):
    def test_frames_of_a_3d_file(self):
        a = np.arange(5)[:, None, None] * np.ones((5, 4, 4), "f4")
        path = self.save("a.npy", a.astype("f4"))
        args = ["--bare", "--size", "8x8", "--vmin", 0, "--vmax", 4]
        h.run(path, "-o", self.path("f%03d.png"), *args, check=0)
        self.assertEqual(sorted(n for n in os.listdir(self.dir) if n.endswith(".png")), [f"f{i:03d}.png" for i in range(5)])
        for i in range(5):
            self.assertTrue(h.same_colours(h.pixels(self.path(f"f{i:03d}.png")), np.full((8, 8), float(i)), 0, 4).all(), i)
        for which, i in (("first", 0), ("last", 4), ("2", 2)):
            h.run(path, "-o", self.path("one.png"), "--frame", which, *args, check=0)
            self.assertTrue(h.same_colours(h.pixels(self.path("one.png")), np.full((8, 8), float(i)), 0, 4).all(), which)

    def test_standard_output(self):
        path = self.save("a.npy", np.ones((3, 3)))
        r = h.run(path, "-o", "-", "--size", "320x200", check=0)
        self.assertEqual(h.pixels(r.stdout).shape, (200, 320, 3))

    def test_piped_in(self):
        a = np.random.default_rng(7).random((6, 6)).astype("f4")
        args = ["--bare", "--size", "6x6", "--vmin", 0, "--vmax", 1]
        for source in ([], ["-"]):
            r = h.run(*source, "-o", "-", *args, stdin=h.npy(a * 0) + h.npy(a), check=0)
            self.assertTrue(h.same_colours(h.pixels(r.stdout), a, 0, 1).all())

    def test_stats(self):
        path = self.save("a.npy", np.ones((7, 4, 4), "f4"))
        s = h.stats(h.run(path, "--headless", "--fps", 0, "--stats", "-", check=0).out)
        self.assertEqual((s["frames_received"], s["frames_shown"], s["frames_dropped"], s["frames_queued"]), (7, 7, 0, 0))


if __name__ == "__main__":
    h.main()
