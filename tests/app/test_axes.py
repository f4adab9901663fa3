#!/usr/bin/env python3
"""Axes and words in the program itself: options, config file and JSON lines; where marks lie; what is said when something is wrong."""
import os
import unittest

import numpy as np

import harness as h

WHITE = np.array([255, 255, 255])


class Axes(h.TempDirTest):
    def setUp(self):
        super().setUp()
        self.flat = self.save("flat.npy", np.zeros((40, 60), "f4"))

    def picture(self, *args, source=None, size="640x480"):
        r = h.run(source or self.flat, "-o", self.path("p.png"), "--size", size, *args, check=0)
        self.err = r.err
        return h.pixels(self.path("p.png"))

    def differs(self, *args, base=()):
        a, b = self.picture(*base), self.picture(*base, *args)
        self.assertTrue((a != b).any(), f"{args} changes nothing")
        return a, b

    def plot(self, *args):
        """The heatmap's box: the pixels of its one colour."""
        p = self.picture("--no-cbar", "--cmap", "#ff0080,#ff0080", *args)
        rows, cols = np.nonzero((p == [255, 0, 128]).all(axis=-1))
        return p, rows.min(), rows.max() + 1, cols.min(), cols.max() + 1

    def test_lines_lie_where_their_values_are(self):
        for args, x, y in (((), 20, 10), (("--extent", "0,60,0,40"), 20, 10), (("--extent", "1,1000,1,100", "--xscale", "log", "--yscale", "log"), 10, 10)):
            p, top, bottom, left, right = self.plot("--hline", f"{y};color=#00ff00;width=0.72", "--vline", f"{x};color=#0000ff;width=0.72", *args)
            row = np.nonzero((p == [0, 255, 0]).all(axis=-1).sum(axis=1) > 100)[0]
            col = np.nonzero((p == [0, 0, 255]).all(axis=-1).sum(axis=0) > 100)[0]
            self.assertEqual((len(row), len(col)), (1, 1))
            share = {0: ((x + 0.5) / 60, (y + 0.5) / 40), 2: (x / 60, 1 - y / 40)}.get(len(args), (1 / 3, 1 / 2))
            self.assertAlmostEqual(col[0] + 0.5, left + share[0] * (right - left), delta=1)
            self.assertAlmostEqual(row[0] + 0.5, top + share[1] * (bottom - top), delta=1)

    def test_spans_shade_and_stay_within(self):
        _, top, bottom, left, right = self.plot()
        p = self.plot("--hspan", "9.5,100;color=#0000ff80")[0]
        shaded = (p == [127, 0, 192]).all(axis=-1)
        rows, cols = np.nonzero(shaded)
        self.assertGreater(len(rows), 1000)
        self.assertAlmostEqual(rows.min(), top + (bottom - top) / 4, delta=2)
        self.assertEqual((rows.max() + 1, cols.min(), cols.max() + 1), (bottom, left, right))

    def test_words_stay_within_the_heatmap(self):
        plain, top, bottom, left, right = self.plot()
        for at in ("0,0", "59,39", "59,0", "0,39", "30,20"):
            for rotation in (0, 37, 90, -90):
                p = self.plot("--text", f"{at},Some words here;rotation={rotation};size=14")[0]
                rows, cols = np.nonzero((p != plain).any(axis=-1))
                self.assertGreater(len(rows), 300, at)
                self.assertTrue(top < rows.min() and rows.max() < bottom - 1 and left < cols.min() and cols.max() < right - 1, f"{at} {rotation}")
        p = self.plot("--text", "99,20,not in sight")[0]
        self.assertTrue((p == plain).all())
        long = self.plot("--text", "30,20," + "very " * 60 + "long;halo=none")[0]
        rows, cols = np.nonzero((long != plain).any(axis=-1))
        self.assertTrue(left < cols.min() and cols.max() < right - 1)

    def test_each_option_shows(self):
        names = self.path("names.txt")
        with open(names, "w") as f:
            f.write("\n".join(f"Name {i}" for i in range(60)))
        for args in (["--xtick-rotation", "45"], ["--ytick-rotation", "90"], ["--xticks", "3,17"], ["--yticks", "none"], ["--xticklabels", "@" + names],
                     ["--yticklabels", names], ["--xformat", "si"], ["--yformat", ".2f"], ["--xscale", "log"], ["--yscale", "log"],
                     ["--xscale", "time"], ["--xaxis", "top"], ["--yaxis", "right"], ["--xaxis", "both"], ["--yaxis", "none"],
                     ["--title-size", "20"], ["--label-size", "6"], ["--tick-size", "14"], ["--title", "Δ², x₁"]):
            self.differs(*args, base=["--extent", "1000,90000,1,5000", "--title", "T", "--xlabel", "x"])

    def test_mirrored_sides_and_no_axes(self):
        p, top, bottom, left, right = self.plot("--xaxis", "top", "--yaxis", "right")
        self.assertGreater((p[: top - 1] != WHITE).any(axis=-1).sum(), 50)
        self.assertEqual((p[bottom + 1 :] != WHITE).any(axis=-1).sum(), 0)
        self.assertEqual((p[:, : left - 1] != WHITE).any(axis=-1).sum(), 0)
        p, top, bottom, left, right = self.plot("--xaxis", "none", "--yaxis", "none")
        outside = np.ones(p.shape[:2], bool)
        outside[top - 1 : bottom + 1, left - 1 : right + 1] = False
        self.assertEqual((p[outside] != WHITE).any(axis=-1).sum(), 0)

    def test_config_file_and_json_line_do_the_same(self):
        wanted = self.picture("--xticks", "1,2,30", "--xticklabels", "a,b,c", "--hline", "3", "--hline", "5;color=red", "--text", "30,20,hello")
        with open(self.path("c.conf"), "w") as f:
            f.write('xticks = 1,2,30\nxticklabels = a,b,c\nhline = 3\nhline = 5;color=red\ntext = 30,20,hello\n')
        self.assertTrue((self.picture("--config", self.path("c.conf")) == wanted).all())
        line = b'{"xticks":[1,2,30],"xticklabels":["a","b","c"],"hline":["3","5;color=red"],"text":"30,20,hello"}\n'
        stream = self.path("stream")
        with open(stream, "wb") as f:
            f.write(line + h.npy(np.zeros((40, 60), "f4")))
        self.assertTrue((self.picture(source=stream) == wanted).all())
        with open(stream, "wb") as f: # a later list is the whole list, and null the default again
            f.write(line + h.npy(np.zeros((40, 60), "f4")) + b'{"hline":[],"text":[],"xticks":null,"xticklabels":null}\n' + h.npy(np.zeros((40, 60), "f4")))
        plain = self.path("plain")
        with open(plain, "wb") as f:
            f.write(h.npy(np.zeros((40, 60), "f4")) * 2)
        self.assertTrue((self.picture("--frame", "last", source=stream) == self.picture("--frame", "last", source=plain)).all())

    def test_a_stream_reads_no_files(self):
        names = self.path("names.txt")
        with open(names, "w") as f:
            f.write("secret\n")
        stream = self.path("stream")
        with open(stream, "wb") as f:
            f.write(b'{"xticklabels":"@%s"}\n{"font":"%s"}\n' % (names.encode(), names.encode()) + h.npy(np.zeros((4, 4))))
        self.picture(source=stream)
        self.assertIn("can't read files", self.err)
        self.assertIn("option 'font' can't be set from a stream", self.err)

    def test_what_is_wrong_is_said_in_one_line(self):
        bad = self.path("bad.ttf")
        with open(bad, "wb") as f:
            f.write(b"\0\1\0\0" + b"x" * 500)
        for args, words in ((["--font", bad], "bad.ttf"), (["--font", "/nowhere.ttf"], "No such file"), (["--xticklabels", "@/nowhere"], "No such file"),
                            (["--text", "1,2"], "X,Y,WORDS"), (["--hline", "1;width=x"], "width=x"), (["--xformat", "zz"], "si, sci, plain"),
                            (["--xticks", "a"], "auto, none"), (["--xtick-rotation", "100"], "-90 to 90"), (["--xaxis", "left"], "bottom")):
            r = h.run(self.flat, "-o", self.path("p.png"), *args, check=2)
            self.assertIn(words, r.err)
            self.assertEqual(len(r.err.splitlines()), 1, r.err)

    def test_what_cannot_be_is_said_once(self):
        self.picture("--xscale", "log")
        self.assertEqual(self.err.count("must be above 0"), 1, self.err)
        self.picture("--title", "漢 漢 漢")
        self.assertEqual(self.err.count("U+6F22"), 1, self.err)

    def test_a_font_of_ones_own(self):
        font = "/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf"
        if not os.path.exists(font):
            self.skipTest("no DejaVu Sans Mono")
        a, b = self.differs("--font", font, base=["--title", "Wide and narrow: iiiiWWWW"])
        self.assertEqual(self.err, "")

    def test_small_pictures_keep_the_heatmap(self):
        for size in ("300x200", "200x150", "120x80"):
            p, top, bottom, left, right = self.plot("--title", "A title that is far too long for this", "--xlabel", "x", "--ylabel", "y", "--size", size,
                                                    "--xtick-rotation", "45")
            height, width = p.shape[:2]
            self.assertGreaterEqual(right - left, 0.35 * width, size)
            self.assertGreaterEqual(bottom - top, 0.35 * height, size)


class Turned(h.TempDirTest):
    def test_labels_turned_along_the_y_axis_have_room_at_its_ends(self):
        args = ["--cmap", "#ffffff,#fffffe", "--no-cbar", "--yformat", ",d", "--xticks", "none", "--size", "300x260"]
        for side in ("left", "right"):
            for degrees in (90, -90):
                for extent, end in (("2000,2020,0,100000", 0), ("2000,2020,100000,0", 1)):
                    h.run(self.save("a.npy", np.eye(4)), *args, "--yaxis", side, "--ytick-rotation", degrees, "--extent", extent, "--title", "T", "-o",
                          self.path("p.png"), check=0)
                    dark = h.pixels(self.path("p.png")).max(axis=-1) < 140
                    frame = np.flatnonzero(dark.sum(axis=1) > 200)
                    columns = np.flatnonzero(dark[frame[0] + 1: frame[-1]].sum(axis=0) > 180)
                    beside = dark[:, :columns[0]] if side == "left" else dark[:, columns[-1] + 1:]
                    beyond = beside[frame[-1] + 1:] if end else beside[:frame[0]]
                    self.assertGreater(beyond.any(axis=1).sum(), 12, f"{side} {degrees} {extent}")
                    self.assertFalse(dark[[0, -1]].any() or dark[:, [0, -1]].any())


if __name__ == "__main__":
    h.main()
