#!/usr/bin/env python3
"""--tour: options one after the other, a picture each; what is shown counts when it is exact."""
import json
import unittest

import numpy as np

import harness as h


class Tour(h.TempDirTest):
    def setUp(self):
        super().setUp()
        self.a = np.random.default_rng(1).normal(size=(900, 1100)).astype("f4")
        self.file = self.save("a.npy", self.a)

    def lines(self, *lines):
        with open(self.path("tour"), "w") as f:
            f.write("# where to look\n\n" + "".join((l if isinstance(l, str) else json.dumps(l)) + "\n" for l in lines))
        return self.path("tour")

    def test_each_line_is_the_picture_that_its_options_make(self):
        """Also of a file that is read part by part, whose pictures are waited for."""
        tour = self.lines({"view": "0:900,0:1100"}, {"view": "100:500,200:900"}, {"view": "40:48,50:60", "cmap": "magma"})
        for memory in ("1G", "4M"):
            common = [self.file, "--bare", "--size", "300x200", "--memory", memory]
            r = h.run(*common, "--tour", tour, "-o", self.path("p%d.png"), "--stats", "-", check=0)
            self.assertEqual(h.stats(r.out)["tour"]["views"], 3)
            wanted = ([], ["--view", "0:900,0:1100"], ["--view", "100:500,200:900"], ["--view", "40:48,50:60", "--cmap", "magma"])
            for i, options in enumerate(wanted):  # the first is that of the file as it is
                h.run(*common, *options, "-o", self.path("w.png"), check=0)
                self.assertTrue((h.pixels(self.path(f"p{i}.png")) == h.pixels(self.path("w.png"))).all(), f"{memory}: picture {i}")

    def test_pace_and_again(self):
        tour = self.lines({"view": "0:90,0:90"}, {"view": "90:180,90:180"})
        r = h.run(self.file, "--headless", "--fps", "20", "--loop", "--tour", tour, "--duration", "1", "--stats", "-", check=0)
        self.assertTrue(4 <= h.stats(r.out)["tour"]["views"] <= 21, r.out)
        r = h.run(self.file, "--headless", "--fps", "0", "--tour", tour, "--stats", "-", check=0)
        s = h.stats(r.out)
        self.assertEqual((s["tour"]["views"], s["frames_received"], s["frames_shown"]), (2, 1, 1))
        self.assertGreater(s["tour"]["exact_ms"]["max"], 0)

    def test_what_it_refuses(self):
        for line in ("nonsense", {"view": "5:2,0:9"}, {"output": "x.png"}):
            r = h.run(self.file, "--headless", "--tour", self.lines({"view": "0:9,0:9"}, line), check=2)
            self.assertIn("tour:4", r.err)
        self.assertIn("no line of JSON", h.run(self.file, "--headless", "--tour", self.lines(), check=2).err)
        self.assertIn("No such file", h.run(self.file, "--headless", "--tour", self.path("none"), check=1).err)
        self.assertIn("f%05d.png", h.run(self.file, "-o", self.path("p.png"), "--tour", self.lines({"view": "0:9,0:9"}), check=2).err)


@unittest.skipUnless(h.HAS_WINDOW, "built without a window")
class Window(h.TempDirTest):
    def test_every_view_is_exact_before_the_next_and_a_last_picture_ends_it(self):
        desktop = h.Desktop()
        self.addCleanup(desktop.close)
        file = self.save("a.npy", np.random.default_rng(2).normal(size=(2000, 3000)).astype("f4"))
        with open(self.path("tour"), "w") as f:
            for i in range(20):
                f.write(json.dumps({"view": f"{i * 50}:{i * 50 + 900},0:{3000 - 100 * i}"}) + "\n")
        for memory in ("1G", "4M"):
            process = h.start(file, "--size", "400x300", "--memory", memory, "--fps", "0", "--no-vsync", "--tour", self.path("tour"), "--loop",
                              "--duration", "2", "--stats", "-", env=desktop.env)
            code, out, err = h.finish(process)
            self.assertTrue(code == 0 or h.SANITIZED, err)
            self.assertGreater(h.stats(out)["tour"]["views"], 3, err)
        for _ in range(3):
            process = h.start(file, "--size", "400x300", "--frames", "1", "--stats", "-", env=desktop.env)
            code, out, err = h.finish(process, 20)
            self.assertEqual(h.stats(out)["frames_shown"], 1)


if __name__ == "__main__":
    h.main()
