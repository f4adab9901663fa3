#!/usr/bin/env python3
"""Categories: a colour for each value, as matplotlib's BoundaryNorm has it, and a legend; bool data by themselves; live."""
import json
import unittest

import matplotlib
import numpy as np
from matplotlib.colors import BoundaryNorm

import harness as h


class Categories(h.TempDirTest):
    def picture(self, a, *args, size=None):
        size = size or f"{a.shape[1]}x{a.shape[0]}"
        r = h.run(self.save("a.npy", a), "-o", self.path("p.png"), "--size", size, *args, check=0)
        self.err = r.err
        return h.pixels(self.path("p.png"))

    def colours(self, num, cmap="viridis"):
        return matplotlib.colormaps[cmap](BoundaryNorm(np.arange(num + 1) - 0.5, 256)(np.arange(num)), bytes=True)[:, :3].astype(int)

    def test_every_value_its_colour(self):
        for dtype in ("i1", "u2", "i4", "i8"):
            values = np.array([3, 7, 8, 100, 120], dtype)
            index = np.random.default_rng(1).integers(0, 5, (20, 30))
            p = self.picture(values[index], "--categories", "auto", "--bare")
            self.assertLessEqual(np.abs(p - self.colours(5)[index]).max(), 1, dtype)

    def test_names_are_of_0_1_2(self):
        index = np.random.default_rng(1).integers(0, 4, (20, 30))
        for a in (index.astype("f4"), index.astype("u1")):
            p = self.picture(a, "--categories", "sea,land,ice,town", "--cmap", "magma", "--bare")
            self.assertLessEqual(np.abs(p - self.colours(4, "magma")[index]).max(), 1)

    def test_reduced_cells_stay_categories(self):
        a = np.random.default_rng(1).integers(0, 4, (400, 400)).astype("u1")
        p = self.picture(a, "--categories", "auto", "--bare", size="100x100")
        seen = {tuple(c) for c in p.reshape(-1, 3)}
        self.assertLessEqual(seen, {tuple(c) for c in self.colours(4)})

    def test_maps_for_categories_give_their_first_colours(self):
        import matplotlib
        a = np.random.default_rng(1).integers(0, 4, (20, 30))
        for name in ("tab10", "Set1", "Accent", "tab20"):
            want = (np.array(matplotlib.colormaps[name].colors)[a] * 255).round().astype(int)
            got = self.picture(a, "--categories", "a,b,c,d", "--cmap", name, "--bare").astype(int)
            self.assertLessEqual(np.abs(got - want).max(), 1, name)

    def test_bool_has_a_legend_and_its_own_pixels(self):
        a = np.random.default_rng(1).random((20, 30)) > 0.5
        p = self.picture(a, "--bare")
        self.assertTrue(h.same_colours(p, a, 0, 1).all())
        self.assertTrue((self.picture(np.ones((4, 4), bool), "--bare") == (253, 231, 36)).all(), "True is the last colour, whatever else is there")
        legend, bar = self.picture(a, size="400x300"), self.picture(a, "--categories", "off", size="400x300")
        column = lambda p: len({tuple(c) for c in p[:, -90:].reshape(-1, 3)})
        self.assertLess(column(legend) + 40, column(bar))
        named = self.picture(a, "--categories", "no,yes", size="400x300")
        self.assertTrue((named != legend).any())

    @staticmethod
    def swatches(p, colours):
        """Where each colour is, outside of the heatmap: its rows and columns."""
        return [np.argwhere((np.abs(p.astype(int) - c).max(2) <= 1)) for c in colours]

    def test_the_first_is_on_top(self):
        a = np.repeat([[2, 1, 0]], 3, 0).astype("u1")
        p = self.picture(a, "--categories", "a,b,c", size="400x300")
        tops = [at[at[:, 1] > 320][:, 0].min() for at in self.swatches(p, self.colours(3))]
        self.assertEqual(tops, sorted(tops))
        self.assertLess(tops[0], 60)

    def test_a_row_is_in_the_middle(self):
        a = np.repeat([[2, 1, 0]], 3, 0).astype("u1")
        for side in ("bottom", "top"):
            p = self.picture(a, "--categories", "a,b,c", "--cbar-side", side, "--no-hist", size="600x300").astype(int)
            rows = slice(275, None) if side == "bottom" else slice(None, 26)
            drawn = np.flatnonzero((p[rows] != 255).any((0, 2)))
            plot = np.flatnonzero((np.abs(p[150] - self.colours(3)[:, None]).max(2) <= 1).any(0))
            self.assertLess(abs(drawn.min() + drawn.max() - plot.min() - plot.max()), 12, side)

    def test_swatches_are_as_transparent_as_the_cells(self):
        a = np.ones((4, 4), "f4")
        a[0, 0] = np.nan
        for args in ([], ["--categories", "a,b"]):
            h.run(self.save("a.npy", a), "-o", self.path("p.png"), "--size", "400x300", "--transparent", "--bad", "none", *args, check=0)
            from PIL import Image
            alpha = np.array(Image.open(self.path("p.png")))[..., 3]
            right = alpha[:, 320:]
            boxes = [(y, x) for y in range(right.shape[0] - 12) for x in range(right.shape[1] - 12)
                     if (right[y:y + 10, x:x + 10] == 0).all() and (right[y - 1, x:x + 10] == 255).all() and (right[y:y + 10, x - 1] == 255).all()]
            self.assertTrue(boxes, "a frame with nothing in it")

    def test_too_many_or_not_whole(self):
        self.picture(np.arange(100).reshape(10, 10), "--categories", "auto")
        self.assertIn("64", self.err)
        self.picture(np.random.default_rng(1).random((5, 5)), "--categories", "auto")
        self.assertIn("integers", self.err)

    @unittest.skipIf("OpenGL off screen   none" in h.run("--info").out or h.SANITIZED, "no OpenGL, or Mesa leaks")
    def test_both_executors_and_every_side(self):
        a = np.random.default_rng(1).integers(0, 4, (20, 30)).astype("f4")
        a[3, 3] = np.nan
        for side in ("right", "left", "top", "bottom"):
            soft, gl = (self.picture(a, "--categories", "a,b,c,d", "--cbar-side", side, "--bad-hatch", "/", "--renderer", r, size="500x300").astype(int)
                        for r in ("soft", "gl"))
            self.assertLessEqual(np.abs(soft - gl).max(), 1, side)

    def test_a_stream_names_them(self):
        a = h.npy(np.random.default_rng(1).integers(0, 3, (20, 20)))
        lines = ({"categories": "auto"}, {"categories": ["x", "y", "z"]}, {"categories": "off"})
        r = h.run("-", "-o", self.path("f%d.png"), "--size", "400x300", stdin=a + b"".join(json.dumps(x).encode() + b"\n" + a for x in lines), check=0)
        self.assertEqual(r.err, "")
        f = [h.pixels(self.path(f"f{i}.png")).tobytes() for i in range(4)]
        self.assertEqual([f.index(p) for p in f], [0, 1, 2, 0])


class Others(h.TempDirTest):
    def draw(self, a, *args):
        r = h.run(self.save("a.npy", a), "-o", self.path("p.png"), "--cmap", "tab10", "--categories", "a,b,c", *args, check=0)
        return h.pixels(self.path("p.png")), r.err

    def test_values_without_a_name_have_a_colour_of_their_own(self):
        a = np.array([[0, 1, 2, 3, 4, -1, 7]])
        p, err = self.draw(a, "--bare", "--size", "7x1")
        self.assertEqual(len({tuple(c) for c in p[0, :4]}), 4)
        self.assertTrue((p[0, 3:] == p[0, 3]).all())
        self.assertEqual((err.count("\n"), "(3, 4, -1, 7" in err, "other" in err), (1, True, True), err)
        self.assertEqual(self.draw(a, "--bare", "--size", "7x1", "--over", "red")[0][0, 4].tolist(), [255, 0, 0])

    def test_the_legend_has_them(self):
        whole, other = self.draw(np.array([[0, 1, 2]]))[0], self.draw(np.array([[0, 1, 4]]))[0]
        self.assertEqual(self.draw(np.array([[0, 1, 2]]))[1], "")
        grey = (np.array([0xd3] * 3) * 7 // 10).tolist()
        count = lambda p: int((p[:, -100:] == grey).all(axis=-1).sum())
        self.assertEqual(count(whole), 0)
        self.assertGreater(count(other), 60)

    def test_values_between_are_said_once(self):
        data = b"".join(h.npy(np.array([[0, 1.25, 2]])) for _ in range(3))
        err = h.run("-", "-o", self.path("f%d.png"), "--categories", "a,b,c", stdin=data, check=0).err
        self.assertEqual((err.count("\n"), "whole" in err), (1, True), err)


if __name__ == "__main__":
    h.main()
