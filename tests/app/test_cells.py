#!/usr/bin/env python3
"""Cells: hidden ones, on files and streams, against NumPy and matplotlib."""
import json
import unittest

import numpy as np

import harness as h


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


if __name__ == "__main__":
    unittest.main()
