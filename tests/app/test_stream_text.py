#!/usr/bin/env python3
"""Text as pandas and spreadsheets write it gives the same cells as the matrix itself, and what is left out is said."""
import numpy as np

import harness as h

NAMES = ["Temp °C", "p (hPa)", "RH", "Wind m/s"]


def table(a, names=NAMES):
    """As pandas' to_string: names padded at the right, columns aligned at the right."""
    width = max(map(len, names))
    row = lambda name, cells: name.ljust(width) + "".join(c.rjust(11) for c in cells) + "\n"
    return row("", names) + "".join(row(n, ["%.6f" % v for v in r]) for n, r in zip(names, a))


class Text(h.TempDirTest):
    def setUp(self):
        super().setUp()
        self.a = np.round(np.random.default_rng(1).normal(size=(4, 4)), 6)

    def draw(self, text, *args):
        r = h.run("-o", self.path("text.png"), "--stats", "-", *args, stdin=text.encode(), check=0)
        return h.pixels(self.path("text.png")), h.stats(r.out), r.err.splitlines()

    def same(self, text, array, rejected=0, said=None):
        picture, stats, lines = self.draw(text, "--bare")
        h.run(self.save("a.npy", array), "-o", self.path("a.png"), "--bare", check=0)
        self.assertTrue(np.array_equal(picture, h.pixels(self.path("a.png"))), lines)
        self.assertEqual(stats["records_rejected"], rejected, lines)
        self.assertEqual(len(lines), said is not None, lines)
        self.assertIn(said or "", "".join(lines))

    def test_names_with_blanks(self):
        self.same(table(self.a), self.a)
        labelled, _, _ = self.draw(table(self.a))
        h.run(self.save("a.npy", self.a), "-o", self.path("b.png"), "--xticklabels", ",".join(NAMES), "--yticklabels", ",".join(NAMES), check=0)
        self.assertTrue(np.array_equal(labelled, h.pixels(self.path("b.png"))), "the names label rows and columns")

    def test_semicolons_and_decimal_commas(self):
        rows = "".join(";".join(("%.6f" % v).replace(".", ",") for v in r) + "\n" for r in self.a)
        self.same(rows, self.a)
        self.same("a;b;c, d;e\n" + rows, self.a)

    def test_words_count_as_nan(self):
        self.a[1, 2] = self.a[3, 2] = np.nan
        rows = "".join(",".join("%.6f" % v if v == v else "none" for v in r) + "\n" for r in self.a)
        self.same(rows, self.a, 0, 'line 2: "none" isn\'t a number: counts as NaN')

    def test_rows_left_out(self):
        rows = "".join(" ".join("%.6f" % v for v in r) + "\n" for r in self.a)
        self.same(rows + "1 2 3\n1\n", self.a, 2, "a row of 3 cells among rows of 4: row left out")
        self.same("Measured by unit 7\n" + rows, self.a, 1, "row left out")

    def test_years(self):
        rows = "".join("r%d," % i + ",".join("%.6f" % v for v in r) + "\n" for i, r in enumerate(self.a))
        self.same("time,2020,2021,2022,2023\n" + rows, self.a)
        self.same("x,3,1,4,1\n" + rows, np.vstack([[3, 1, 4, 1], self.a]))


class SkipCols(h.TempDirTest):
    def test_columns_left_out(self):
        table = np.arange(12.0).reshape(3, 4)
        rows = lambda sep, first: "".join(sep.join([first[i], *(f"{v:g}" for v in r)]) + "\n" for i, r in enumerate(table))
        want = h.pixels(h.run("-o", "-", "--bare", "--size", "40x30", stdin="".join(" ".join(f"{v:g}" for v in r) + "\n" for r in table).encode(),
                              check=0).stdout)
        for sep, first in ((",", ["1700000000.1", "1700000001.1", "1700000002.1"]), (";", ["2024-01-01 10:00:00", "2024-01-01 10:00:01", "x"]),
                           ("\t", ["12", "13", ""]), ("  ", ["a", "b", "c"]), (",", ['"a, b"', '"c"', "d"])):
            got = h.run("-o", "-", "--bare", "--size", "40x30", "--skip-cols", 1, stdin=rows(sep, first).encode(), check=0)
            self.assertEqual(got.err, "")
            np.testing.assert_array_equal(h.pixels(got.stdout), want, err_msg=repr((sep, first)))

    def test_names_of_columns_too(self):
        head = lambda names: (names + "\n1,2,3\n2,4,5\n").encode()
        skipped = h.run("-o", "-", "--skip-cols", 1, stdin=head("time,a,b"), check=0)
        self.assertEqual(skipped.err, "")
        plain = h.run("-o", "-", stdin=b"a,b\n2,3\n4,5\n", check=0)
        np.testing.assert_array_equal(h.pixels(skipped.stdout), h.pixels(plain.stdout))


if __name__ == "__main__":
    h.main()
