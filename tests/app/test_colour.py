#!/usr/bin/env python3
"""Blocks of colour, rows and columns on a common scale: against NumPy and matplotlib, on files and on a stream."""
import json
import unittest

import numpy as np

import harness as h


class Colour(h.TempDirTest):
    def picture(self, a, *args):
        h.run(self.save("a.npy", a), "-o", self.path("p.png"), "--bare", "--size", f"{a.shape[1]}x{a.shape[0]}", *args, check=0)
        return h.pixels(self.path("p.png"))

    def test_scaled_by_rows_and_columns(self):
        a = np.random.default_rng(5).normal(size=(130, 70)) * np.arange(1, 71) + np.arange(130)[:, None]
        a[3, 4] = np.nan
        for name, axis in (("row", 1), ("col", 0)):
            low, high = (f(a, axis=axis, keepdims=True) for f in (np.nanmin, np.nanmax))
            z = (a - np.nanmean(a, axis=axis, keepdims=True)) / np.nanstd(a, axis=axis, ddof=1, keepdims=True)
            for option, want in (("--standard-scale", (a - low) / (high - low)), ("--z-score", z)):
                for dtype in ("f8", "f4"):
                    same = h.same_colours(self.picture(np.asfortranarray(a.astype(dtype)), option, name), want, np.nanmin(want), np.nanmax(want))
                    same[3, 4] = True
                    self.assertGreaterEqual(same.mean(), 1 if dtype == "f8" else 0.995, f"{option} {name} {dtype}")

    def test_a_constant_row_is_bad(self):
        a = np.vstack([np.full(6, 3.0), np.arange(6.0)])
        for option in ("--standard-scale", "--z-score"):
            self.assertTrue((self.picture(a, option, "row")[0] == 0xd3).all())

    def test_both_scales_are_refused(self):
        self.assertIn("choose one", h.run("--z-score", "row", "--standard-scale", "col", check=2).err)

    def test_levels_make_that_many_colours(self):
        a = np.linspace(0, 1, 300).reshape(10, 30)
        for n in (1, 2, 5, 12):
            self.assertEqual(len(np.unique(self.picture(a, "--levels", n).reshape(-1, 3), axis=0)), n)
        blocks = self.picture(a + 0.01, "--levels", "3", "--norm", "log", "--vmin", "0.01", "--vmax", "10")
        self.assertTrue((blocks[a + 0.01 < 0.0999] == blocks[0, 0]).all() and (blocks[a + 0.01 > 0.1001] != blocks[0, 0]).any(axis=-1).all())

    def test_round_levels_without_any_given(self):
        a = np.linspace(-0.3, 9.7, 100).reshape(10, 10)
        self.assertIn(len(np.unique(self.picture(a, "--norm", "boundary").reshape(-1, 3), axis=0)), range(5, 13))

    def test_bad_levels_are_refused(self):
        for text in ("0", "257", "1.5", "3,2", "1,1", "a", "1,", ",1", "nan", "0x10"):
            self.assertIn("--levels", h.run("--levels", text, check=2).err)

    def test_a_stream_changes_all_of_it(self):
        lines = [{"norm": "symlog", "linthresh": 0.5}, {"norm": "histeq"}, {"levels": [0, 3, 9]}, {"levels": None, "z_score": "row"},
                 {"z_score": None, "norm": "two-slope", "vcenter": 2}, {"norm": "zscale"}, {"norm": "asinh", "linear_width": 3}]
        a = np.random.default_rng(2).normal(size=(20, 20)) * 9
        a[0, :2] = 300  # beyond what zscale shows
        data = h.npy(a) + b"".join(json.dumps(line).encode() + b"\n" + h.npy(a) for line in lines)
        r = h.run("-", "-o", self.path("f%05d.png"), "--bare", "--size", "20x20", stdin=data, check=0)
        self.assertEqual(r.err, "")
        pictures = [h.pixels(self.path(f"f{i:05d}.png")).tobytes() for i in range(len(lines) + 1)]
        self.assertEqual([pictures.index(p) for p in pictures], list(range(len(pictures))))
        alone = self.picture(a, "--norm", "asinh", "--linear-width", "3")
        self.assertEqual(pictures[-1], alone.tobytes())


class Palettes(h.TempDirTest):
    """256 values from 0 to 1 are the whole table."""

    def table(self, cmap, *args):
        a = (np.arange(256.0) / 255)[None]
        h.run(self.save("a.npy", a), "-o", self.path("p.png"), "--bare", "--size", "256x1", "--vmin", "0", "--vmax", "1", "--cmap", cmap, *args,
              check=0)
        return h.pixels(self.path("p.png"))[0].astype(int)

    def expect(self, cmap, want, tolerance=1):
        worst = np.abs(self.table(cmap) - want(np.arange(256), bytes=True)[:, :3].astype(int)).max()
        self.assertLessEqual(worst, tolerance, cmap)

    def test_lists_of_colours(self):
        from matplotlib.colors import LinearSegmentedColormap
        for text in ("red,white,#0000ff", "k,w", "C0, tab:pink,#123,0.5,gold,navy", "#010203,#fefdfc"):
            want = LinearSegmentedColormap.from_list("x", [c.strip() for c in text.split(",")])
            self.expect(text, want)
            self.expect(text + "_r", want.reversed())

    def test_seaborn_s_palettes(self):
        try:
            import seaborn
        except ImportError as e:
            raise unittest.SkipTest(str(e))
        for text in ("light:seagreen", "dark:#69d", "light:#79C", "dark:salmon_r", "light:b_r", "blend:#7AB,#EDA", "dark:white", "light:black"):
            self.expect(text, seaborn.color_palette(text, as_cmap=True))

    def test_files(self):
        from matplotlib.colors import ListedColormap
        table = np.random.default_rng(3).integers(0, 256, (256, 3))
        np.savetxt(self.path("bytes.csv"), table, fmt="%d", delimiter=",")
        np.savetxt(self.path("share.csv"), table / 255, delimiter=",", header="r,g,b")
        for name in ("bytes.csv", "share.csv"):
            self.expect(self.path(name), ListedColormap(table / 255))
            self.expect(self.path(name) + "_r", ListedColormap(table[::-1] / 255))

    def test_what_is_no_palette_is_refused(self):
        with open(self.path("bad.csv"), "w") as f:
            f.write("1,2\n3,4,5\n")
        for text in ("red,", "red,blau", "light:", "light:nocolour", "blend:red", "none.csv", self.path("bad.csv")):
            self.assertIn("--cmap", h.run("--cmap", text, check=2).err)

    def test_a_stream_gives_colours_but_no_files(self):
        np.savetxt(self.path("f.csv"), [[1, 0, 0], [0, 1, 0]], delimiter=",")
        a = np.arange(4.0).reshape(2, 2)
        data = b'{"cmap":["black","lime"]}\n' + h.npy(a) + json.dumps({"cmap": self.path("f.csv")}).encode() + b"\n" + h.npy(a)
        r = h.run("-", "-o", self.path("p.png"), "--bare", "--size", "2x2", stdin=data, check=0)
        self.assertIn("a stream can't read files", r.err)
        self.assertEqual(h.pixels(self.path("p.png"))[1, 1].tolist(), [0, 255, 0])


if __name__ == "__main__":
    h.main()
