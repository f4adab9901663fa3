"""Numbers in cells: their texts against Python's format(), their colours against seaborn's rule, where there are none, and switched by
a stream. Texts are compared by pixels: numbers that heatscope formats look like words that Python formatted."""
import re
import unittest

import matplotlib
import numpy as np

import harness as h

SIZE = ("--size", "800x500", "--bare")


def seaborn_is_dark(rgb):
    """seaborn 0.12: ".15" if relative_luminance(color) > .408 else "w"; the luminance, too."""
    c = np.where(rgb <= 0.03928, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    luminance = c.dot([0.2126, 0.7152, 0.0722])
    return luminance > 0.408, luminance


class Annot(h.TempDirTest):
    def picture(self, *args):
        h.run(*args, "-o", self.path("o.png"), check=0)
        return h.pixels(self.path("o.png"))

    def same_as_words(self, array, fmt, texts):
        """The last cell, a short one, is another word, since a text of numbers would be formatted."""
        with open(self.path("words.csv"), "w") as f:
            for row in [*texts[:-1], [*texts[-1][:-1], "x"]]:
                f.write(",".join(f'"{t}"' for t in row) + "\n")
        source = self.save("a.npy", array)
        ours = self.picture(source, *SIZE, *(["--annot"] if fmt is None else [f"--annot={fmt}"]))
        theirs = self.picture(source, *SIZE, "--annot-from", self.path("words.csv"))
        high, wide = 500 - 500 // len(texts) - 2, 800 - 800 // len(texts[0]) - 2
        self.assertTrue((ours[:high] == theirs[:high]).all() and (ours[:, :wide] == theirs[:, :wide]).all(), fmt)
        self.assertTrue((ours != theirs).any() and (ours != self.picture(source, *SIZE)).any())

    def test_texts_are_those_of_python(self):
        a = np.random.default_rng(1).standard_normal((6, 8)) * [[1e9], [1], [10], [1e3], [1e5], [1e-3]]
        a[-1, -1] = 1
        for fmt in (".2g", ".1f", "+.3e", ",.0f", ".0%", "*^12.3g"):
            self.same_as_words(a, fmt, [[format(v, fmt) for v in row] for row in a.tolist()])

    def test_bare_is_two_digits_and_whole_integers(self):
        a = np.random.default_rng(2).standard_normal((5, 6)).astype("f4")
        self.same_as_words(a, None, [[format(float(v), ".2g") for v in row] for row in a])
        big = np.array([[2**62 + 1, -(2**63)], [2**53 + 1, 0]])
        self.same_as_words(big, None, [[str(v) for v in row] for row in big.tolist()])
        huge = np.array([[2**64 - 1, 5], [12345678901234567890, 7]], "u8")
        self.same_as_words(huge, ",d", [[format(v, ",d") for v in row] for row in huge.tolist()])

    def test_a_format_may_stand_apart(self):
        a = self.save("a.npy", np.random.default_rng(7).random((3, 3)))
        self.assertTrue((self.picture("--annot", ".3f", a, *SIZE) == self.picture(a, "--annot=.3f", *SIZE)).all())

    def test_colours_are_seaborns(self):
        values = np.linspace(0, 1, 40).reshape(5, 8)
        source = self.save("a.npy", values)
        for cmap in ("viridis", "RdBu_r", "Blues", "magma", "gist_ncar"):
            p = self.picture(source, *SIZE, "--annot=.2f", "--cmap", cmap, "--vmin", 0, "--vmax", 1)
            table = matplotlib.colormaps[cmap]
            for r in range(5):
                for c in range(8):
                    cell = p[r * 100 + 30:r * 100 + 70, c * 100 + 20:c * 100 + 80].reshape(-1, 3)
                    dark, luminance = seaborn_is_dark(np.array(table(values[r, c])[:3]))
                    if abs(luminance - 0.408) < 0.005:
                        continue
                    self.assertEqual((cell == 38).all(axis=1).any(), bool(dark), (cmap, r, c))
                    self.assertEqual((cell == 255).all(axis=1).any(), not dark, (cmap, r, c))
        red = self.picture(source, *SIZE, "--annot", "--annot-color", "red").reshape(-1, 3)
        self.assertTrue((red == (255, 0, 0)).all(axis=1).any())

    def test_nan_has_no_number_and_infinity_has(self):
        a = np.full((2, 3), 0.5)
        a[0, 1], a[1, 2] = np.nan, np.inf
        p = self.picture(self.save("a.npy", a), "--size", "600x400", "--bare", "--annot", "--vmin", 0, "--vmax", 1)
        same = [[len(np.unique(p[r * 200 + 5:r * 200 + 195, c * 200 + 5:c * 200 + 195].reshape(-1, 3), axis=0)) == 1 for c in range(3)]
                for r in range(2)]
        self.assertEqual(same, [[False, True, False], [False, False, False]])

    def test_wide_numbers_keep_clear_of_their_cells_edges(self):
        a = np.full((4, 4), 0.1234)
        for side, dpi in ((400, 100), (1200, 300)):
            p = self.picture(self.save("a.npy", a), "--size", f"{side}x{side}", "--bare", "--dpi", dpi, "--annot=.4f", "--annot-size", 60)
            cell = p[:side // 4, :side // 4].astype(int)
            rows, cols = np.nonzero(np.abs(cell - cell[0, 0]).max(2) > 40)
            height, spare = rows.max() - rows.min(), min(cols.min(), side // 4 - 1 - cols.max())
            self.assertGreater(spare, 0.35 * height, (side, dpi, "a third of the digits' height on each side"))

    def test_hidden_cells_have_none(self):
        source = self.save("a.npy", np.arange(6).reshape(2, 3))
        args = (source, "--size", "600x400", "--bare", "--mask-where", "==4")
        self.assertTrue((self.picture(*args, "--annot")[205:395, 205:395] == self.picture(*args)[205:395, 205:395]).all())
        shown = self.picture(source, "--size", "600x400", "--bare", "--annot")
        self.assertTrue((self.picture(*args, "--annot")[:195] == shown[:195]).all(), "integers stay integers")

    def test_none_where_they_cannot_be_read(self):
        source = self.save("a.npy", np.random.default_rng(3).standard_normal((120, 160)))
        self.assertTrue((self.picture(source, *SIZE, "--annot") == self.picture(source, *SIZE)).all())
        near = ("--view", "40:50,60:70")
        self.assertTrue((self.picture(source, *SIZE, "--annot", *near) != self.picture(source, *SIZE, *near)).any())
        tall = self.save("b.npy", np.random.default_rng(3).standard_normal((1200, 4)))  # several rows a pixel
        self.assertTrue((self.picture(tall, *SIZE, "--annot") == self.picture(tall, *SIZE)).all())

    def test_one_wide_number_does_not_spoil_the_others(self):
        a = np.full((10, 10), 0.5)
        source = self.save("a.npy", a)
        usual = self.picture(source, *SIZE, "--annot=.3g", "--vmin", 0, "--vmax", 1)
        a[9, 9] = 0.000123456789
        wide = self.picture(self.save("a.npy", a), *SIZE, "--annot=.9f", "--vmin", 0, "--vmax", 1)
        self.assertTrue((wide[450:, 720:] != wide[450, 720]).any(), "there is one, if small")
        self.assertEqual(usual.shape, wide.shape)
        mixed = a.copy()
        mixed[9, 9] = 1.5e-300
        p = self.picture(self.save("a.npy", mixed), *SIZE, "--annot=", "--vmin", 0, "--vmax", 1)
        self.assertTrue((p[:440] == self.picture(source, *SIZE, "--annot=.1f", "--vmin", 0, "--vmax", 1)[:440]).all())

    def test_other_order_of_rows_and_waterfalls(self):
        a = np.arange(12.0).reshape(3, 4)
        lower = self.picture(self.save("a.npy", a), *SIZE, "--annot", "--origin", "lower")
        upper = self.picture(self.save("b.npy", a[::-1].copy()), *SIZE, "--annot")
        self.assertTrue((lower == upper).all())
        rows = "".join(" ".join(str(v) for v in row) + "\n" for row in a.tolist())
        h.run("-", "--lines", "rows", "--rows", 3, *SIZE, "--annot", "--no-time-axis", "-o", self.path("w.png"), stdin=rows.encode(), check=0)
        self.assertTrue((h.pixels(self.path("w.png")) == self.picture(self.path("a.npy"), *SIZE, "--annot")).all())

    def test_a_stream_switches_them(self):
        a = h.npy(np.random.default_rng(4).random((4, 5)))
        stream = a + b'{"annot": ".1f"}\n' + a + b'{"annot": false}\n' + a + b'{"annot": true}\n' + a + b'{"annot": ".2q"}\n' + a
        stream += b'{"annot": null}\n' + a + b'{"annot": ".1f", "annot_color": "red", "annot-size": 30}\n' + a + b'{"annot-from": "x"}\n' + a
        r = h.run("-", "-o", self.path("%d.png"), *SIZE, stdin=stream, check=0)
        p = [h.pixels(self.path(f"{i}.png")) for i in range(8)]
        equal = lambda i, k: (p[i] == p[k]).all()
        self.assertFalse(equal(0, 1))
        self.assertTrue(equal(0, 2) and equal(1, 3), "off; on again with the format it had")
        self.assertTrue(equal(3, 4), "a bad format changes nothing")
        self.assertTrue(equal(0, 5))
        self.assertTrue((p[6] == (255, 0, 0)).all(axis=2).any())
        self.assertTrue(equal(6, 7))
        self.assertEqual(len(r.err.strip().splitlines()), 2, r.err)
        self.assertIn(".2q", r.err)
        self.assertIn("can't be set from a stream", r.err)

    def test_from_another_matrix(self):
        a = self.save("a.npy", np.arange(6.0).reshape(2, 3))
        other = np.array([[1.25, np.nan, -3], [4, 5, 6]])
        self.save("o.npy", other)
        self.save("f.npy", np.asfortranarray(other.astype(">f4")))
        with open(self.path("o.csv"), "w") as f:
            f.write("name,a,b,c\nfirst,1.25,,-3\nsecond,4,5,6\n")
        p = [self.picture(a, *SIZE, "--annot=.2f", "--annot-from", self.path(name)) for name in ("o.npy", "f.npy", "o.csv")]
        self.assertTrue((p[0] == p[1]).all() and (p[0] == p[2]).all())
        self.assertTrue((p[0] != self.picture(a, *SIZE)).any())
        self.assertTrue((self.picture(a, *SIZE, "--annot-from", self.path("o.npy"), "--annot=off") == self.picture(a, *SIZE)).all())

    def test_what_is_wrong_is_one_line(self):
        a = self.save("a.npy", np.zeros((3, 3)))
        self.save("b.npy", np.zeros((3, 4)))
        with open(self.path("ragged.csv"), "w") as f:
            f.write("1,2,3\n4,5\n")
        open(self.path("empty"), "w").close()
        cases = [(["--annot=%f"], 2), (["--annot=.2d"], 2), (["--annot-size", "0"], 2), (["--annot-color", "nocolour"], 2)]
        cases += [(["--annot-from", self.path(n)], 1) for n in ("b.npy", "ragged.csv", "empty", "absent", ".")]
        for args, code in cases:
            r = h.run(a, *args, "-o", self.path("x.png"), check=code)
            self.assertEqual(len(r.err.strip().splitlines()), 1, r.err)

    def test_gl_draws_the_same(self):
        a = np.random.default_rng(5).standard_normal((30, 40))
        a[3, 4] = np.nan
        source = self.save("a.npy", a)
        args = (source, "--annot", "--title", "Same", "--view", "2:18,3:22")
        soft = self.picture(*args)
        r = h.run(*args, "--renderer", "gl", "-o", self.path("gl.png"))
        if r.returncode:
            self.skipTest(r.err.strip())
        self.assertLessEqual(np.abs(soft.astype(int) - h.pixels(self.path("gl.png"))).max(), 1)


class NoRoom(h.TempDirTest):
    def test_it_is_said_which_size_has_room(self):
        source = self.save("a.npy", np.random.default_rng(1).random((20, 30)))
        for fmt in (".12f", ".2f", ".5e"):
            args = [source, f"--annot={fmt}", "-o", self.path("p.png"), "--size"]
            err = h.run(*args, "120x90", check=0).err
            self.assertEqual(err.count("\n"), 1, err)
            size = re.search(r"--size (\d+x\d+)", err).group(1)
            self.assertEqual(h.run(*args, size, check=0).err, "")
            with_numbers = h.pixels(self.path("p.png"))
            h.run(source, "-o", self.path("q.png"), "--size", size, check=0)
            self.assertTrue((with_numbers != h.pixels(self.path("q.png"))).any())

    def test_once_for_a_sequence_and_not_without_numbers(self):
        data = b"".join(h.npy(np.random.default_rng(i).random((40, 50))) for i in range(3))
        self.assertEqual(h.run("-", "--annot", "-o", self.path("f%d.png"), "--size", "200x150", stdin=data, check=0).err.count("\n"), 1)
        self.assertEqual(h.run("-", "--annot", "-o", self.path("p.png"), "--size", "200x150", stdin=h.npy(np.full((40, 50), np.nan)), check=0).err, "")


class Uneven(h.TempDirTest):
    def test_narrower_columns_and_lower_rows_have_numbers_or_an_ellipsis(self):
        a = np.full((8, 6), 0.4567)
        x, y = [0, 3, 9, 12, 19, 23, 30], [0, 2, 4, 10, 16, 18, 20, 22, 24]
        def draw(*args):
            edges = ["--x-edges", ",".join(map(str, x)), "--y-edges", ",".join(map(str, y)), "--linewidths", "0", "--bare"]
            h.run(self.save("a.npy", a), "-o", self.path("p.png"), *edges, "--size", "330x216", *args, check=0)
            return h.pixels(self.path("p.png")).astype(int)
        for fmt in (".4f", ".6f", ".9f"):
            inked = (draw(f"--annot={fmt}") != draw()).any(axis=-1)
            self.assertEqual(inked.shape, (216, 330))
            counts = [[inked[y[r] * 9: y[r + 1] * 9, x[c] * 11: x[c + 1] * 11].sum() for c in range(6)] for r in range(8)]
            self.assertGreater(np.min(counts), 1, f"{fmt}: {counts}")
            at = [c * 11 for c in x[1:-1]]
            self.assertFalse(inked[:, at].any() or inked[:, np.array(at) - 1].any(), fmt)


if __name__ == "__main__":
    h.main()
