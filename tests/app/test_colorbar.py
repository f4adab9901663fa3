#!/usr/bin/env python3
"""The colorbar with the real program: its sides, ends, histogram and words; against NumPy, and live."""
import json
import unittest

import numpy as np

import harness as h

BARS = {"right": (slice(None), slice(-160, None)), "left": (slice(None), slice(0, 160)), "top": (slice(0, 90), slice(None)),
        "bottom": (slice(-90, None), slice(None))}


class Colorbar(h.TempDirTest):
    def picture(self, a, *args):
        h.run(self.save("a.npy", a), "-o", self.path("p.png"), "--size", "700x500", *args, check=0)
        return h.pixels(self.path("p.png")).astype(int)

    def has(self, picture, colour, where=(slice(None), slice(None))):
        return int((np.abs(picture[where] - colour) <= 1).all(axis=-1).sum())

    def test_infinite_cells_are_beyond_the_ends(self):
        a = np.random.default_rng(1).random((60, 70))
        bare = ["--xticklabels", "none", "--yticklabels", "none", "--vmin", "0", "--vmax", "1"]
        for dtype in ("f4", "f8"):
            for norm in ("linear", "symlog", "asinh", "histeq"):
                plain = self.picture(a.astype(dtype), *bare, "--norm", norm, "--cbar-extend", "neither")
                both = self.picture(a.astype(dtype), *bare, "--norm", norm, "--cbar-extend", "both")
                for value in (np.inf, -np.inf):
                    a[5, 5:40] = value
                    beyond = self.picture(a.astype(dtype), *bare, "--norm", norm)[:, -160:]
                    like = self.picture(np.where(np.isinf(a), 2 * np.sign(a), a).astype(dtype), *bare, "--norm", "linear")[:, -160:]
                    a[5, 5:40] = 0.5
                    self.assertTrue((plain[:, -160:] != beyond).any() and (both[:, -160:] != beyond).any(), f"{dtype} {norm} {value}")
                    if norm == "linear":
                        np.testing.assert_array_equal(beyond, like, f"{dtype} {value}: arrow and share of what is beyond")

    def test_shares_and_the_norms_name_can_be_left_out(self):
        a = np.random.default_rng(1).random((60, 70))
        for side in ("right", "bottom"):
            bare = ["--cbar-side", side, "--no-hist", "--cmap", "#ff0000,#ff0001", "--xticklabels", "none", "--yticklabels", "none"]
            clipped = ["--vmin", "0.2", "--vmax", "0.8", "--cbar-ticks", "none"]
            where = BARS[side]
            without = self.picture(a, *bare, *clipped, "--no-shares")
            grey = lambda p: int(((p.max(axis=-1) - p.min(axis=-1) < 4) & (p.max(axis=-1) < 200) & (p.max(axis=-1) > 90))[where].sum())
            self.assertGreater(grey(self.picture(a, *bare, *clipped)), grey(without) + 20)
            self.assertGreater(self.has(without, [255, 0, 0], where), 200)
            plain = self.picture(a, *bare, "--cbar-label", "m", "--cbar-ticks", "none")
            named = [*bare, "--cbar-label", "m", "--cbar-ticks", "none", "--norm", "symlog"]
            np.testing.assert_array_equal(self.picture(a, *named, "--no-norm-name")[where], plain[where])
            self.assertTrue((self.picture(a, *named)[where] != plain[where]).any())

    def test_the_histogram_is_numpys(self):
        a = np.random.default_rng(1).normal(size=(300, 400)).astype("f4")
        p = self.picture(a, "--vmin", "-3", "--vmax", "3", "--cmap", "Reds", "--xticklabels", "none", "--yticklabels", "none")
        grey = np.array([26 + (255 - 26) * (255 - 92) / 255] * 3)
        is_grey = (np.abs(p - grey) <= 2).all(axis=-1)
        base = is_grey.sum(axis=0).argmax()  # all bars stand there
        is_grey &= is_grey[:, base: base + 1]
        rows = is_grey[20:480, base - 40: base + 1].sum(axis=1)
        counts = np.histogram(a, bins=64, range=(-3, 3))[0]
        most = rows.max()
        want = np.sqrt(counts / counts.max())[::-1] * most
        want = np.floor(want[want >= 2])  # what is thinner than a pixel is thinned in colour
        bar = rows[np.flatnonzero(rows >= 2)[0]: np.flatnonzero(rows >= 2)[-1] + 1]
        got = np.interp(np.linspace(0, 1, want.size), np.linspace(0, 1, bar.size), bar)
        self.assertGreater(most, 10)
        around = np.lib.stride_tricks.sliding_window_view(np.pad(want, 1, mode="edge"), 3)  # a pixel row may count for the bin beside
        self.assertTrue(((got >= around.min(axis=1) - 1) & (got <= around.max(axis=1) + 1)).all(), (want, got))
        self.assertTrue((p != self.picture(a, "--vmin", "-3", "--vmax", "3", "--no-hist")).any())

    def test_every_side(self):
        a = np.random.default_rng(1).random((30, 40))
        for side, where in BARS.items():
            p = self.picture(a, "--cmap", "Reds", "--vmin", "2", "--vmax", "3", "--under", "#00ff00", "--over", "#0000ff", "--cbar-side", side,
                             "--cbar-extend", "both")
            self.assertGreater(self.has(p, (0, 0, 255), where), 20, side)
            bar = [self.has(p, np.array(c[:3]), where) for c in ((103, 0, 13), (255, 245, 240))]
            self.assertTrue(min(bar) > 10, f"{side}: {bar}")

    def test_extend_as_asked(self):
        a = np.arange(12.0).reshape(3, 4)
        green, blue = (0, 255, 0), (0, 0, 255)
        args = ("--under", "#00ff00", "--over", "#0000ff", "--cbar-extend")
        for word, want in (("neither", (0, 0)), ("min", (1, 0)), ("max", (0, 1)), ("both", (1, 1)), ("auto", (1, 1))):
            p = self.picture(a, *args, word)
            self.assertEqual(tuple(self.has(p, c) > 20 for c in (green, blue)), tuple(map(bool, want)), word)
        p = self.picture(a, "--vmax", "5")
        self.assertEqual(p.shape, (500, 700, 3))

    def test_size_and_shrink(self):
        a = np.arange(12.0).reshape(3, 4)
        for n in (10, 30):
            row = self.picture(a, "--cmap", "#ff0000,#ff0001", "--cbar-size", n, "--no-hist")[250]
            red = np.flatnonzero((np.abs(row - (255, 0, 0)) <= 1).all(axis=-1))
            self.assertEqual(red.size - np.flatnonzero(np.diff(red) > 1)[-1] - 1, n)
        p = self.picture(a, "--cmap", "#ff0000,#ff0001", "--cbar-shrink", "0.5", "--cbar-size", "20", "--no-hist")
        column = (np.abs(p[:, -160:] - (255, 0, 0)) <= 1).all(axis=-1).sum(axis=0)
        bar = column[column > 100]
        self.assertTrue(((bar > 0.45 * column.max()) & (bar < 0.55 * column.max())).sum() >= 18, f"{bar}")

    def test_a_stream_changes_all_of_it(self):
        lines = [{"cbar_side": "left"}, {"cbar_side": "bottom"}, {"cbar_minor": True}, {"cbar_ticks": [0, 0.5]}, {"cbar_extend": "both"},
                 {"no_hist": True}, {"cbar_shrink": 0.4}, {"cbar_format": ".2f"}, {"cbar_size": "4%"}, {"norm": "symlog"}]
        a = h.npy(np.random.default_rng(2).normal(size=(20, 20)))
        r = h.run("-", "-o", self.path("f%d.png"), "--size", "500x400", stdin=a + b"".join(json.dumps(x).encode() + b"\n" + a for x in lines), check=0)
        self.assertEqual(r.err, "")
        f = [h.pixels(self.path(f"f{i}.png")).tobytes() for i in range(len(lines) + 1)]
        self.assertEqual(len(set(f)), len(f))

    @unittest.skipIf("OpenGL off screen   none" in h.run("--info").out or h.SANITIZED, "no OpenGL, or Mesa leaks")
    def test_both_executors(self):
        a = np.random.default_rng(1).normal(size=(60, 50)).astype("f4")
        a[5:9, 5:9] = np.nan
        args = ("--vmin", "-1", "--vmax", "1", "--bad-hatch", "x", "--cbar-side", "bottom", "--cbar-minor", "--cbar-label", "m")
        soft, gl = (self.picture(a, *args, "--renderer", r) for r in ("soft", "gl"))
        self.assertLessEqual(np.abs(soft - gl).max(), 1)

    def test_what_is_wrong_is_said(self):
        for option, text in (("--cbar-size", "50%"), ("--cbar-ticks", "a"), ("--cbar-side", "up"), ("--cbar-shrink", "2"), ("--cbar-extend", "all")):
            self.assertIn(option, h.run(option, text, check=2).err)


if __name__ == "__main__":
    h.main()
