#!/usr/bin/env python3
"""Files that aren't what they seem: programs and letters, tables of True and False, pictures with colours, sequences of frames."""
import numpy as np

import harness as h

PROGRAM = '''import numpy as np
import sys

def make(n):
    """A matrix of noise."""
    rng = np.random.default_rng(1)
    k = 3
    a = rng.random((n, n))
    for i in range(n):
        a[i, i] = 1
    return a * k

if len(sys.argv) > 1:
    np.save(sys.argv[1], make(20))
np.save("other.npy", np.array([1, 2, 3]))
x = 4
'''


class Tables(h.TempDirTest):
    def write(self, name, text):
        with open(self.path(name), "w") as f:
            f.write(text)
        return self.path(name)

    def draw(self, path, *args):
        r = h.run(path, "-o", self.path("p.png"), *args, check=0)
        return h.pixels(self.path("p.png")), r.err

    def test_programs_are_refused(self):
        for name, args in (("mk.py", ["-o", self.path("x.png")]), ("mk.py", ["--headless"])):
            r = h.run(self.write(name, PROGRAM), *args)
            self.assertEqual(r.returncode, 1, r.err)
            self.assertIn("mk.py: is no table of numbers", r.err)
            self.assertEqual(len(r.err.splitlines()), 1, r.err)

    def test_tables_with_words_are_not(self):
        header = "".join(f"some words about line {'abcdefgh'[i]}\n" for i in range(8))
        for text in (header + "1 2\n3 4\n", "a,b\n1,2\n3,4\n", "# x\n# y\n# z\n1 2\n", "Title\n\n1 2 3\n4 5 6\n", "city,a,b\nOslo,1,2\nRome,3,4\n",
                     '{"title": "x"}\n{"vmin": 0}\n1 2\n', "name,kind,a\nx,y,1\nz,w,2\n", "\n".join(f"frame\n{i} 2\n" for i in range(5))):
            self.draw(self.write("t.txt", text))

    def test_true_and_false(self):
        a = np.random.default_rng(1).random((6, 5)) > 0.5
        want, _ = self.draw(self.save("a.npy", a))
        rows = "\n".join(",".join(str(v) for v in row) for row in a) + "\n"
        got, err = self.draw(self.write("a.csv", rows))
        self.assertEqual(err, "")
        np.testing.assert_array_equal(got, want)
        labelled = ",a,b,c,d,e\n" + "\n".join(f"r{i},{row}" for i, row in enumerate(rows.splitlines())) + "\n"
        got, err = self.draw(self.write("b.csv", labelled), "--bare")
        np.testing.assert_array_equal(got, self.draw(self.path("a.npy"), "--bare")[0])
        self.assertEqual(err, "")

    def test_true_and_false_among_numbers(self):
        got, err = self.draw(self.write("a.csv", "1,True,3\n4,False,0.5\n"), "--bare")
        self.assertEqual(err, "")
        np.testing.assert_array_equal(got, self.draw(self.save("a.npy", np.array([[1, 1, 3], [4, 0, 0.5]])), "--bare")[0])
        got, _ = self.draw(self.write("c.csv", ",False,True\nFalse,10,3\nTrue,2,8\n"), "--bare")
        np.testing.assert_array_equal(got, self.draw(self.save("c.npy", np.array([[10, 3], [2, 8.0]])), "--bare")[0])
        got, _ = self.draw(self.write("e.csv", ",a,b\nTrue,True,\nFalse,False,True\n"), "--bare")
        np.testing.assert_array_equal(got, self.draw(self.save("e.npy", np.array([[1, np.nan], [0, 1]])), "--bare")[0])

    def test_which_frame(self):
        path = self.save("a.npy", np.random.default_rng(1).normal(size=(40, 9, 10)))
        self.assertEqual(self.draw(path)[1], "heatscope: a.npy: drew the last of 40 frames; --frame N picks another\n")
        for args in (["--frame", "3"], ["--frame", "last"], ["--index", "0,:,:"]):
            self.assertEqual(self.draw(path, *args)[1], "")
        self.assertEqual(self.draw(self.save("b.npy", np.zeros((1, 9, 10))))[1], "")
        self.assertIn("last of 2 frames", self.draw(self.write("t.txt", "1 2\n3 4\n\n5 6\n7 8\n"))[1])

    def test_pictures_with_colours(self):
        rng = np.random.default_rng(1)
        for a in (rng.random((20, 30, 3)), rng.random((20, 30, 4)).astype("f4"), (rng.random((20, 30, 3)) * 255).astype("u1")):
            path = self.save("a.npy", a)
            self.assertIn(f"looks like an RGB picture of shape (20, 30, {a.shape[2]})", self.draw(path)[1])
            self.assertIn("--index ':,:,0'", self.draw(path)[1])
            self.assertEqual(self.draw(path, "--index", ":,:,0")[1], "")
        for a in (rng.random((20, 30, 5)), rng.normal(size=(20, 30, 3)), rng.integers(0, 9, (20, 30, 3)), np.zeros((20, 30, 3))):
            self.assertNotIn("RGB", self.draw(self.save("a.npy", a))[1])

    def same(self, text, a, *args, like=()):
        """The table draws as that matrix does with those options; no word about it."""
        got, err = self.draw(self.write("t.csv", text), *args)
        want, _ = self.draw(self.save("a.npy", a), *like)
        self.assertEqual(err, "")
        np.testing.assert_array_equal(got, want)

    def test_an_index_with_a_name(self):
        a = np.random.default_rng(1).random((4, 3)).round(4)
        for names in ("1990,1995,2000", "1,2,3", "0.5,1.5,2.5"):
            for first in ("10", "0.25"):
                rows = [first, "20", "30", "40"]
                text = f"depth,{names}\n" + "".join(f"{r},{','.join(map(str, v))}\n" for r, v in zip(rows, a))
                like = ["--xticklabels", names, "--yticklabels", ",".join(rows), "--ylabel", "depth"]
                self.same(text, a, like=like)
                self.same(text, a, "--ylabel", "z", like=like[:-1] + ["z"])
        self.same("city,a,b\nOslo,1,2\nRome,3,4\n", np.array([[1, 2], [3, 4.0]]),
                  like=["--xticklabels", "a,b", "--yticklabels", "Oslo,Rome", "--ylabel", "city"])

    def test_names_that_are_words_leave_the_first_column(self):
        self.same("depth,a,b\n10,1,2\n20,3,4\n", np.array([[10, 1, 2], [20, 3, 4.0]]), like=["--xticklabels", "depth,a,b"])

    def test_index_col(self):
        a = np.array([[1, 2], [3, 4.0]])
        like = ["--xticklabels", "a,b", "--yticklabels", "10,20", "--ylabel", "depth"]
        for text, args in (("depth,a,b\n10,1,2\n20,3,4\n", ("0", "depth")), ("a,depth,b\n1,10,2\n3,20,4\n", ("1", "depth")),
                           ("a,b,depth\n1,2,10\n3,4,20\n", ("2", "depth")), ("a;b;depth\n1,0;2;10\n3;4;20\n", ("2", "depth"))):
            for arg in args:
                self.same(text, a, "--index-col", arg, like=like)
        self.same("1 10 2\n3 20 4\n", a, "--index-col", "1", like=["--yticklabels", "10,20"])
        self.same("1,2\n3,4\n", a, "--index-col", "none")
        self.same(",a,b\n10,1,2\n20,3,4\n", np.array([[10, 1, 2], [20, 3, 4.0]]), "--index-col", "none", like=["--xticklabels", ",a,b"])

    def test_index_col_that_is_not_there(self):
        path = self.write("t.csv", "a,b\n1,2\n3,4\n")
        for arg, words in (("wibble", "no column is called 'wibble'"), ("7", "has no column for --index-col")):
            r = h.run(path, "-o", self.path("p.png"), "--index-col", arg)
            self.assertEqual(r.returncode, 1, r.err)
            self.assertIn(words, r.err)
        self.assertEqual(h.run(path, "--index-col", "", "-o", self.path("p.png")).returncode, 2)

    def test_index_col_of_a_stream(self):
        r = h.run("-o", self.path("p.png"), "--index-col", "depth", stdin=b"a,depth,b\n1,10,2\n3,20,4\n", check=0)
        self.assertEqual(r.err, "")
        self.assertTrue((h.pixels(self.path("p.png")) == self.draw(self.write("t.csv", "depth,a,b\n10,1,2\n20,3,4\n"), "--index-col", "0")[0]).all())


if __name__ == "__main__":
    h.main()
