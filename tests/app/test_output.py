#!/usr/bin/env python3
"""What a PNG carries (dpi, alpha, its own options), themes, and --like."""
import json
import unittest

import numpy as np
from PIL import Image

import harness as h


def figure_of(path):
    return json.loads(Image.open(path).text["heatscope"])


class Png(h.TempDirTest):
    def setUp(self):
        super().setUp()
        a = np.random.default_rng(1).normal(size=(12, 9))
        a[3, 4] = np.nan
        self.a = self.save("a.npy", a)
        self.b = self.save("b.npy", np.random.default_rng(2).normal(size=(7, 20)))

    def draw(self, name, *args):
        h.run("-o", self.path(name), *args, check=0)
        return self.path(name)

    def test_size_and_dpi(self):
        for size, dpi in (("300x200", 72), ("1000x700", 300)):
            image = Image.open(self.draw("p.png", self.a, "--size", size, "--dpi", dpi))
            self.assertEqual("%dx%d" % image.size, size)
            self.assertAlmostEqual(image.info["dpi"][0], dpi, delta=0.02)

    def test_transparent_is_the_same_picture_on_any_ground(self):
        args = (self.a, "--size", "420x300", "--title", "Words", "--xlabel", "x", "--bad", "#ff000080", "--linewidths", "1")
        plain = h.pixels(self.draw("plain.png", *args)).astype(int)
        clear = np.asarray(Image.open(self.draw("clear.png", *args, "--transparent"))).astype(int)
        self.assertEqual(clear.shape[2], 4)
        alpha = clear[..., 3:]
        on_white = (clear[..., :3] * alpha + 255 * (255 - alpha) + 127) // 255
        self.assertLessEqual(np.abs(on_white - plain).max(), 2)
        self.assertEqual(alpha[0, 0, 0], 0)
        self.assertEqual(alpha[150, 100, 0], 255)
        self.assertGreater(((alpha > 0) & (alpha < 255)).sum(), 100)  # anti-aliased text

    def test_transparent_by_both_executors(self):
        if "OpenGL off screen   none" in h.run("--info").out or h.SANITIZED:
            self.skipTest("no GL")
        got = [np.asarray(Image.open(self.draw(r + ".png", self.a, "--transparent", "--title", "T", "--renderer", r))) for r in ("soft", "gl")]
        np.testing.assert_array_equal(got[0], got[1])

    def test_themes(self):
        corner = {}
        for theme in ("light", "dark", "paper"):
            corner[theme] = tuple(h.pixels(self.draw("t.png", self.a, "--theme", theme, "--size", "300x200"))[0, 0])
        self.assertEqual(corner["light"], (255, 255, 255))
        self.assertEqual(corner["paper"], (255, 255, 255))
        self.assertLess(max(corner["dark"]), 60)
        light = h.pixels(self.draw("l.png", self.a, "--size", "300x200"))
        paper = h.pixels(self.draw("p.png", self.a, "--size", "300x200", "--theme", "paper"))
        self.assertTrue((light != paper).any())

    def test_like_makes_the_same_figure(self):
        args = ["--cmap", "vlag", "--center", "0.5", "--title", "Zügе µ", "--size", "500x333", "--dpi", "120", "--theme", "dark",
                "--linewidths", "2", "--xticklabels", "a,b,c", "--robust", "1,99", "--extent", "0,1,0,0.1", "--under", "red"]
        first = self.draw("first.png", self.a, *args)
        want = open(self.draw("want.png", self.b, *args), "rb").read()
        self.assertEqual(open(self.draw("got.png", self.b, "--like", first), "rb").read(), want)
        again = self.draw("again.png", self.b, "--like", self.path("got.png"))  # a copy of a copy
        self.assertEqual(open(again, "rb").read(), want)

    def test_cells_of_a_size_make_the_picture_again(self):
        first = self.draw("first.png", self.a, "--cell-size", "9", "--bare")
        self.assertEqual(Image.open(first).size, (81, 108))
        self.assertEqual(Image.open(self.draw("got.png", self.b, "--like", first)).size, (180, 63))

    def test_the_command_line_wins(self):
        first = self.draw("first.png", self.a, "--cmap", "magma", "--title", "Old", "--size", "400x300")
        second = self.draw("second.png", self.a, "--like", first, "--title", "New", "--size", "200x100")
        self.assertEqual(figure_of(second), {"cmap": "magma", "title": "New", "size": "200x100"})

    def test_a_figure_holds_its_colours_file(self):
        with open(self.path("c.txt"), "w") as f:
            f.write("0,0,1\n1,1,1\n0.2,0,0\n")
        first = self.draw("first.png", self.a, "--cmap", self.path("c.txt"))
        self.assertIn("#0000ff,", figure_of(first)["cmap"])
        want = h.pixels(self.draw("want.png", self.b, "--cmap", self.path("c.txt")))
        np.testing.assert_array_equal(h.pixels(self.draw("got.png", self.b, "--like", first)), want)

    def test_survives_a_program_that_moves_text_behind_the_picture(self):
        first = self.draw("first.png", self.a, "--cmap", "magma")
        data = open(first, "rb").read()
        at = data.index(b"tEXtheatscope") - 4
        length = int.from_bytes(data[at:at + 4], "big") + 12
        chunk, rest = data[at:at + length], data[:at] + data[at + length:]
        open(self.path("moved.png"), "wb").write(rest[:-12] + chunk + rest[-12:])
        got = self.draw("got.png", self.b, "--like", self.path("moved.png"))
        self.assertEqual(figure_of(got), {"cmap": "magma"})

    def test_like_what_has_no_options(self):
        Image.new("RGB", (3, 3)).save(self.path("other.png"))
        for name, word in (("other.png", "no heatscope options"), ("a.npy", "no PNG"), ("none.png", "No such file")):
            r = h.run(self.b, "--like", self.path(name), "-o", self.path("x.png"))
            self.assertNotEqual(r.returncode, 0)
            self.assertEqual(len(r.err.splitlines()), 1, r.err)
            self.assertIn(word, r.err)

    def test_what_a_stream_set_is_in_the_figure(self):
        data = b'{"cmap":"magma","theme":"dark"}\n' + h.npy(np.eye(4))
        h.run("-", "-o", self.path("s.png"), stdin=data, check=0)
        self.assertEqual(figure_of(self.path("s.png")), {"cmap": "magma", "theme": "dark"})


class Window(h.TempDirTest):
    def test_key_t_and_saved_picture(self):
        desktop = h.Desktop()
        self.addCleanup(desktop.close)
        a = self.save("a.npy", np.random.default_rng(3).random((8, 8)))
        p = h.start(a, "--size", "500x400", "--cmap", "magma", env=desktop.env, cwd=self.dir)
        self.addCleanup(h.stop, p)
        w = desktop.window(p)
        self.assertGreater(desktop.screenshot(w)[3, 3].min(), 200)
        desktop.xdotool("key", "--window", w, "t")
        deadline = h.time.time() + 10
        while desktop.screenshot(w)[3, 3].max() > 60 and h.time.time() < deadline:
            h.time.sleep(0.05)
        self.assertLess(desktop.screenshot(w)[3, 3].max(), 60)
        desktop.xdotool("key", "--window", w, "s")
        saved = []
        while not saved and h.time.time() < deadline + 10:
            saved = [n for n in h.os.listdir(self.dir) if n.startswith("heatscope-") and n.endswith(".png")]
            h.time.sleep(0.1)
        figure = figure_of(self.path(saved[0]))
        self.assertEqual((figure["theme"], figure["cmap"], figure["size"]), ("dark", "magma", "500x400"))


if __name__ == "__main__":
    unittest.main()
