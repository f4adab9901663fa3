#!/usr/bin/env python3
"""Cells: hidden ones, on files and streams, against NumPy and matplotlib."""
import json
import unittest

import numpy as np

import harness as h

# Mesa leaks; the executors are held under the sanitizers by golden/test_executors
GL = "soft" if h.SANITIZED or "OpenGL off screen   none" in h.run("--info").out else "gl"


class Masks(h.TempDirTest):
    def picture(self, a, *args, err=""):
        r = h.run(self.save("a.npy", a), "-o", self.path("p.png"), "--bare", "--size", f"{a.shape[1]}x{a.shape[0]}", *args, check=0)
        self.assertEqual(r.err, err)
        return h.pixels(self.path("p.png"))

    def check(self, a, hidden, *args):
        got = self.picture(a, *args)
        shown = np.where(hidden, np.nan, a.astype("f8"))
        self.assertTrue((got[hidden] == 255).all())
        self.assertTrue((got[~hidden & np.isnan(shown)] == 0xd3).all())
        good = ~np.isnan(shown)
        self.assertGreater(h.same_colours(got, shown, np.nanmin(shown), np.nanmax(shown))[good].mean(), 0.995)

    def test_a_file_hides(self):
        a = np.random.default_rng(1).normal(size=(70, 50))
        a[3, :9] = np.nan
        hidden = np.random.default_rng(2).random((70, 50)) < 0.4
        self.check(a, hidden, "--mask", self.save("m.npy", hidden))
        self.check(a.astype(">f4"), hidden, "--mask", self.save("m.npy", hidden * 0.5))
        np.savetxt(self.path("m.csv"), hidden.astype(int), delimiter=",", fmt="%d")
        self.check(np.asfortranarray(a), hidden, "--mask", self.path("m.csv"))

    def test_conditions_hide(self):
        a = np.round(np.random.default_rng(1).normal(size=(70, 50)) * 4)
        a[3, :9] = np.nan
        with np.errstate(invalid="ignore"):
            for text, hidden in (("<0", a < 0), (">= 3", a >= 3), ("==0", a == 0), ("!=5", a != 5), ("0<v<4", (a > 0) & (a < 4)),
                                 ("nan", np.isnan(a)), ("<-3 or >3 and <7, nan", (a < -3) | ((a > 3) & (a < 7)) | np.isnan(a))):
                if (~hidden & ~np.isnan(a)).sum() > 50:
                    self.check(a, hidden, "--mask-where", text)
            i = np.nan_to_num(a).astype("i2")
            self.check(i, i == 0, "--mask-where", "==0")
            f = (a / 10).astype("f4")
            self.check(f, f == np.float32(0.1), "--mask-where", "==0.1")

    def test_both_together_and_scaled(self):
        a = np.random.default_rng(4).normal(size=(40, 30))
        m = np.tri(40, 30, -20, dtype=bool)
        shown = np.where(m | (a > 1.5), np.nan, a)
        z = (shown - np.nanmean(shown, axis=0)) / np.nanstd(shown, axis=0, ddof=1)
        got = self.picture(a, "--mask", self.save("m.npy", m), "--mask-where", ">1.5", "--z-score", "col")
        good = ~np.isnan(z)
        self.assertTrue((got[~good] == 255).all())
        self.assertTrue(h.same_colours(got, z, np.nanmin(z), np.nanmax(z))[good].all())

    def test_wrong_ones_are_refused_in_a_line(self):
        a = self.save("a.npy", np.zeros((4, 5)))
        for args, code, words in ((("--mask", self.save("m.npy", np.zeros((5, 4)))), 1, "--mask has 5 rows and 4 columns, the matrix 4 and 5"),
                                  (("--mask", self.path("none.npy")), 1, "none.npy"),
                                  (("--mask-where", "<0 and x"), 2, "column 8")):
            r = h.run(a, "-o", self.path("no.png"), *args, check=code)
            self.assertIn(words, r.err)
            self.assertEqual(r.err.count("\n"), 1)
            with self.assertRaises(FileNotFoundError):
                open(self.path("no.png"))

    def test_a_stream_changes_it_and_a_waterfall_has_it(self):
        a = np.arange(100.0).reshape(10, 10)
        data = h.npy(a) + b'{"mask_where": "<50"}\n' + h.npy(a) + b'{"mask-where": "oops"}\n' + h.npy(a) + b'{"mask_where": null}\n' + h.npy(a)
        r = h.run("-", "-o", self.path("f%05d.png"), "--bare", "--size", "10x10", stdin=data, check=0)
        self.assertIn("mask-where: column 1", r.err)
        p = [h.pixels(self.path(f"f{i:05d}.png")) for i in range(4)]
        self.assertTrue((p[0] == p[3]).all() and (p[1] == p[2]).all() and (p[1][:5] == 255).all() and not (p[1][5:] == 255).all(axis=-1).any())
        rows = b"".join(h.npy(row) for row in a)
        for scroll, hidden in (("up", np.s_[:5]), ("left", np.s_[:, :5]), ("down", np.s_[5:])):
            h.run("-", "-o", self.path("w.png"), "--bare", "--size", "10x10", "--mask-where", "<50", "--rows", "10", "--scroll", scroll, stdin=rows, check=0)
            white = (h.pixels(self.path("w.png")) == 255).all(axis=-1)
            self.assertTrue(white[hidden].all() and white.sum() == 50, scroll)


class Interpolation(h.TempDirTest):
    def picture(self, a, *args, size="400x320"):
        r = h.run(self.save("a.npy", a), "-o", self.path("p.png"), "--bare", "--size", size, *args, check=0)
        self.assertEqual(r.err, "")
        return h.pixels(self.path("p.png")).astype(int)

    def test_as_matplotlib_does_it(self):
        import matplotlib
        matplotlib.use("Agg")
        import matplotlib.pyplot as plt

        a = np.random.default_rng(3).normal(size=(8, 10))
        for name in ("nearest", "bilinear", "bicubic", "lanczos", "hanning", "spline16", "spline36", "mitchell", "catrom", "gaussian", "quadric", "kaiser",
                     "bessel", "hermite", "blackman"):
            figure = plt.figure(figsize=(4, 3.2), dpi=100)
            axes = figure.add_axes([0, 0, 1, 1])
            axes.axis("off")
            axes.imshow(a, interpolation=name, interpolation_stage="data", cmap="gray", aspect="auto", vmin=-4, vmax=4)
            figure.canvas.draw()
            want = np.asarray(figure.canvas.buffer_rgba())[..., :3].astype(int)
            plt.close(figure)
            for dtype in ("f8", "f4"):
                off = np.abs(self.picture(a.astype(dtype), "--cmap", "gray", "--vmin", -4, "--vmax", 4, "--interpolation", name) - want)
                self.assertLessEqual(off.max(), 3, name)  # Agg places pixels by 1/256 of a cell; it cuts off what is beyond vmax here
                self.assertLess((off > 1).mean(), 0.05, name)

    def test_nan_and_hidden_cells_stay_in_their_cells(self):
        a = np.random.default_rng(3).random((8, 10))
        a[3, 4] = np.nan
        a[6, 2] = 77
        for name in ("bilinear", "bicubic", "lanczos"):
            p = self.picture(a, "--interpolation", name, "--mask-where", ">50")
            grey, white = (p == 0xd3).all(axis=-1), (p == 255).all(axis=-1)
            self.assertTrue(grey[120:160, 160:200].all() and grey.sum() == 1600, name)
            self.assertTrue(white[240:280, 80:120].all() and white.sum() == 1600, name)
            self.assertGreater(len(np.unique(p.reshape(-1, 3), axis=0)), 150)

    def test_both_executors_and_zoomed_out(self):
        a = np.random.default_rng(3).random((40, 50))
        a[3, 4] = np.nan
        args = ("--interpolation", "lanczos", "--view", "2.3:17.2,1.6:30.1", "--linewidths", "1")
        self.assertLessEqual(np.abs(self.picture(a, *args, "--renderer", GL) - self.picture(a, *args, "--renderer", "soft")).max(), 1)
        self.assertTrue((self.picture(a, "--interpolation", "bicubic", size="20x16") == self.picture(a, size="20x16")).all())
        self.picture(a, "--interpolation", "bicubic", size="20x160")  # along one axis only

    def test_the_help_has_all_names(self):
        self.assertIn("blackman; default nearest]", " ".join(h.run("--help", check=0).out.split()))

    def test_a_stream_changes_it(self):
        a = np.arange(12.0).reshape(3, 4)
        data = h.npy(a) + b'{"interpolation": "bilinear"}\n' + h.npy(a) + b'{"interpolation": "nearest"}\n' + h.npy(a)
        h.run("-", "-o", self.path("f%05d.png"), "--bare", "--size", "80x60", stdin=data, check=0)
        p = [h.pixels(self.path(f"f{i:05d}.png")) for i in range(3)]
        self.assertEqual([len(np.unique(q.reshape(-1, 3), axis=0)) for q in (p[0], p[2])], [12, 12])
        self.assertGreater(len(np.unique(p[1].reshape(-1, 3), axis=0)), 100)


class Shapes(h.TempDirTest):
    def picture(self, a, *args, size="400x300"):
        r = h.run(self.save("a.npy", a), "-o", self.path("p.png"), "--bare", "--size", size, *args, check=0)
        self.assertEqual(r.err, "")
        return h.pixels(self.path("p.png")).astype(int)

    def test_edges_as_pcolormesh_has_them(self):
        import matplotlib
        matplotlib.use("Agg")
        import matplotlib.pyplot as plt

        rng = np.random.default_rng(3)
        for _ in range(4):
            a = rng.random((6, 9))
            x, y = (np.cumsum(rng.integers(1, 30, n)) / 7 for n in (10, 7))
            for origin in ("upper", "lower"):
                figure = plt.figure(figsize=(4, 3), dpi=100)
                axes = figure.add_axes([0, 0, 1, 1])
                axes.axis("off")
                axes.pcolormesh(x, y, a)
                axes.set_xlim(x[0], x[-1])
                axes.set_ylim(y[0], y[-1])
                if origin == "upper":
                    axes.invert_yaxis()
                figure.canvas.draw()
                want = np.asarray(figure.canvas.buffer_rgba())[..., :3].astype(int)
                plt.close(figure)
                np.savetxt(self.path("y.txt"), y)
                args = ("--x-edges", ",".join(map(str, x)), "--y-edges", self.path("y.txt"), "--origin", origin)
                off = (np.abs(self.picture(a, *args) - want) > 1).any(axis=-1)
                self.assertLess(off.mean(), 0.01)  # a border on a pixel's very centre
                self.assertEqual(np.abs(self.picture(a, *args, "--renderer", GL) - self.picture(a, *args, "--renderer", "soft")).max(), 0)

    def test_equal_edges_change_nothing(self):
        a = np.random.default_rng(3).random((60, 90))
        for size in ("180x240", "45x20", "200x31"):
            got = self.picture(a, "--x-edges", ",".join(map(str, range(91))), "--y-edges", ",".join(str(60 - i) for i in range(61)), "--reduce", "max", size=size)
            self.assertLess((got != self.picture(a, "--reduce", "max", size=size)).any(axis=-1).mean(), 0.02, size)

    def test_hot_cells_stay_visible(self):
        rng = np.random.default_rng(1)
        a = rng.normal(size=(400, 600))
        hot = [(r, c) for r, c in zip(rng.integers(0, 400, 30), rng.integers(0, 600, 30))]
        x = np.geomspace(1, 1e4, 601)
        args = ("--x-edges", ",".join(map(str, x)), "--vmin", -5, "--vmax", 5)
        before = self.picture(a, *args, size="200x100")
        for r, c in hot:
            b = a.copy()
            b[r, c] = 50
            self.assertGreater(np.abs(self.picture(b, *args, size="200x100") - before).max(), 32, (r, c))

    def test_wrong_edges_are_said_in_a_line(self):
        a = self.save("a.npy", np.zeros((4, 5)))
        for value, code, words in (("0,1,2", 1, "3 edges; 5 columns need 6"), ("0,1,2,3,3,4", 2, "3 comes after 3 (number 5 of 6)"),
                                   (self.path("no.txt"), 2, "No such file")):
            r = h.run(a, "-o", self.path("no.png"), "--x-edges", value, check=code)
            self.assertIn(words, r.err)
            self.assertEqual(r.err.count("\n"), 1)

    def test_streams_and_waterfalls_have_edges(self):
        a = np.tile(np.arange(3.0), (4, 1))
        data = h.npy(a) + b'{"x_edges": [0, 10, 20, 80]}\n' + h.npy(a) + b'{"x_edges": [0, 1]}\n' + h.npy(a) + b'{"x_edges": "/etc/passwd"}\n' + h.npy(a)
        r = h.run("-", "--headless", stdin=data, check=0)
        self.assertIn("2 edges; 3 columns need 4", r.err)
        self.assertIn("a stream can't read files", r.err)
        h.run("-", "-o", self.path("f.png"), "--frame", "1", "--bare", "--size", "80x20", stdin=data, check=0)
        p = h.pixels(self.path("f.png"))
        self.assertEqual([int((p[5] == p[5, i]).all(axis=-1).sum()) for i in (0, 15, 79)], [10, 10, 60])
        rows = b"".join(h.npy(row) for row in a)
        h.run("-", "-o", self.path("w.png"), "--bare", "--size", "80x20", "--x-edges", "0,10,20,80", stdin=rows, check=0)
        self.assertTrue((h.pixels(self.path("w.png"))[5] == p[5]).all())
        r = h.run("-", "--headless", "--y-edges", "0,1,2,3,4", stdin=rows, check=0)
        self.assertEqual(r.err.count("is time, which has no edges"), 1)

    def test_a_number_as_aspect(self):
        a = np.random.default_rng(3).random((10, 20))
        for text, w, hgt in (("2", 300, 300), ("0.5", 400, 100), ("equal", 400, 200)):
            white = (self.picture(a, "--aspect", text) == 255).all(axis=-1)
            self.assertEqual(((~white).any(axis=0).sum(), (~white).any(axis=1).sum()), (w, hgt), text)
        self.assertIn("none of auto, equal", h.run("--aspect", "-1", check=2).err)

    def test_gaps_between_cells(self):
        a = np.random.default_rng(3).random((3, 4))
        p = self.picture(a, "--linewidths", "4", "--linecolor", "none", "--theme", "dark")
        ground = (p == p[0, 0]).all(axis=-1)
        self.assertTrue(ground[:, 98:102].all() and ground[98:102].all() and not ground[5:95, 5:95].any())


class Frames(h.TempDirTest):
    def draw(self, *args):
        h.run(*args, "-o", self.path("p.png"), check=0)
        return h.pixels(self.path("p.png")).astype(int)

    def runs(self, line):
        """Lengths of equal pixels."""
        edge = np.flatnonzero((line[1:] != line[:-1]).any(axis=-1)) + 1
        return np.diff(np.concatenate([[0], edge, [len(line)]]))

    def test_cells_have_their_pixels(self):
        a = self.save("a.npy", np.arange(120.0).reshape(10, 12) * 7 % 120)
        self.assertEqual(self.draw(a, "--bare", "--cell-size", "8x5").shape, (50, 96, 3))
        for args in ((), ("--title", "A title", "--xlabel", "x"), ("--size", "500x400"), ("--no-cbar", "--dpi", "160")):
            p = self.draw(a, "--cell-size", "20x12", *args)
            self.assertTrue(any(", ".join(["20"] * 12) in str(list(map(int, self.runs(row)))) for row in p), args)
            self.assertTrue(any(", ".join(["12"] * 10) in str(list(map(int, self.runs(p[:, x])))) for x in range(p.shape[1])), args)
            if "--size" in args:
                self.assertEqual(p.shape, (400, 500, 3))
            else:
                self.assertLess(p.shape[1], 460)
        p = self.draw(a, "--bare", "--cell-size", "20", "--size", "100x60")  # no room for all: from the first cell on
        self.assertEqual(list(self.runs(p[5])), [20] * 5)
        self.assertEqual(self.draw(a, "--bare", "--cell-size", "30", "--view", "2:4,1:6").shape, (60, 150, 3))
        self.assertIn("12 or 12x8", h.run("--cell-size", "0", check=2).err)

    def test_spines(self):
        a = self.save("a.npy", np.zeros((4, 5)))
        for text, sides in (("on", "left right top bottom"), ("off", ""), ("left,bottom", "left bottom"), ("top", "top")):
            p = self.draw(a, "--size", "300x200", "--spines", text, "--spine-color", "#ff0000", "--spine-width", "3", "--no-cbar")
            red = (p == (255, 0, 0)).all(axis=-1)
            cells = (p == p[100, 150]).all(axis=-1)
            y, x = np.flatnonzero(cells.any(axis=1)), np.flatnonzero(cells.any(axis=0))
            got = {"left": red[100, x[0] - 3:x[0]], "right": red[100, x[-1] + 1:x[-1] + 4], "top": red[y[0] - 3:y[0], 150], "bottom": red[y[-1] + 1:y[-1] + 4, 150]}
            self.assertEqual(" ".join(k for k, v in got.items() if v.all()), sides)
            self.assertEqual(sum(v.any() for v in got.values()), len(sides.split()))
        self.assertIn("none of on, off, or sides", h.run("--spines", "left,middle", check=2).err)
        self.assertTrue((self.draw(a, "--spines", "on") == self.draw(a)).all())

    def test_a_stream_changes_them(self):
        a = np.arange(20.0).reshape(4, 5)
        data = h.npy(a) + b"".join(json.dumps(line).encode() + b"\n" + h.npy(a) for line in (
            {"spines": False}, {"spines": ["left", "top"], "spine_width": 4, "spine_color": "blue"}, {"cell_size": [10, 7]}, {"aspect": 2, "cell_size": None},
            {"linewidths": 3, "linecolor": "none"}))
        r = h.run("-", "-o", self.path("f%05d.png"), "--size", "300x200", stdin=data, check=0)
        self.assertEqual(r.err, "")
        self.assertEqual(len({h.pixels(self.path(f"f{i:05d}.png")).tobytes() for i in range(6)}), 6)

    def test_log_axes_and_names_of_cells_with_edges(self):
        a = self.save("a.npy", np.arange(12.0).reshape(3, 4))
        p = self.draw(a, "--bare", "--size", "400x30", "--x-edges", "1,10,100,1000,10000", "--xscale", "log")
        self.assertEqual(list(self.runs(p[5])), [100] * 4)
        r = h.run(a, "-o", self.path("p.png"), "--x-edges", "1,10,20,30,40", "--xticklabels", "a,b,c,d", "--origin", "lower", "--y-edges", "1,2,4,8",
                  "--yticklabels", "2", check=0)
        self.assertEqual(r.err, "")


if __name__ == "__main__":
    unittest.main()
