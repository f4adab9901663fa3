"""A steady state allocates nothing: a thousand frames over a socket, counted by an allocator that is preloaded."""
import os
import shutil
import subprocess
import time
import unittest

import numpy as np

import harness as h

SHAPE = (300, 400)


@unittest.skipIf(h.SANITIZED, "a sanitizer brings its own allocator")
class Steady(h.TempDirTest):
    def setUp(self):
        super().setUp()
        compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
        if not compiler:
            self.skipTest("no C compiler")
        self.library = self.path("count_alloc.so")
        source = os.path.join(h.ROOT, "tests/app/count_alloc.c")
        subprocess.run([compiler, "-O1", "-fPIC", "-shared", "-fvisibility=hidden", "-o", self.library, source], check=True)
        with open(self.path("count"), "wb") as f:
            f.write(bytes(16))

    def counts(self):
        return np.fromfile(self.path("count"), "u8")

    def send(self, s, num):
        rng = np.random.default_rng(1)
        frames = [h.npy(rng.random(SHAPE, "f4")) for _ in range(8)]
        frames[5] = h.npy(np.full(SHAPE, np.nan, "f4"))
        frames[3] = h.npy(np.where(rng.random(SHAPE) < 0.01, np.nan, 1.0).astype("f4"))
        for i in range(num):
            s.sendall(frames[i % 8])

    def between(self, env, *args):
        """Allocations (all, the program's own) while frames 201 to 1200 are shown."""
        port = h.free_port()
        env = dict(env, LD_PRELOAD=self.library, HEATSCOPE_ALLOC_FILE=self.path("count"))
        p = h.start("--listen", port, "--policy", "all", "--no-vsync", "--history", "40M", "--vmin", 0, "--vmax", 1, "--stats", "-", *args,
                    env=env)
        self.addCleanup(lambda: p.poll() is None and p.kill())
        with h.connect(port) as s:
            self.send(s, 200)  # more than the history holds, and the read-out meets every glyph
            time.sleep(1)
            before = self.counts()
            self.assertGreater(before[1], 100, "nothing is counted")
            self.send(s, 1000)
            time.sleep(1)
            after = self.counts()
        code, out, err = h.stop(p)
        self.assertEqual(code, 0, err)
        self.assertEqual(h.stats(out)["pictures_shown"], 1200 + ("--diff" in args))
        return after - before

    def test_axes_and_marks(self):
        names = ",".join(f"row {i}" for i in range(SHAPE[0]))
        _, own = self.between(os.environ, "--headless", "--text", "3,4,hello;rotation=30", "--hline", "5;style=dashed", "--vspan", "1,2",
                              "--xtick-rotation", "45", "--xticks", "1,2,30", "--xticklabels", "a,b,c", "--yticklabels", names, "--xaxis", "both",
                              "--yformat", "si", "--title", "a long title " * 30)
        self.assertEqual(own, 0)

    def test_headless(self):
        every, own = self.between(os.environ, "--headless")
        self.assertEqual((every, own), (0, 0))

    def test_numbers_in_cells(self):
        every, own = self.between(os.environ, "--headless", "--annot=.2f", "--view", "0:30,0:25")
        self.assertEqual((every, own), (0, 0))

    def test_cells(self):
        edges = ",".join(map(str, np.geomspace(1, 100, SHAPE[1] + 1)))
        every, own = self.between(os.environ, "--headless", "--size", "240x180", "--interpolation", "bilinear", "--mask-where", ">0.9 or nan",
                                  "--y-edges", ",".join(map(str, range(SHAPE[0] + 1))), "--view", "0:300,0:60")
        self.assertEqual((every, own), (0, 0))
        every, own = self.between(os.environ, "--headless", "--size", "240x180", "--x-edges", edges, "--cell-size", "2")
        self.assertEqual((every, own), (0, 0))

    def test_difference(self):
        still = self.save("still.npy", np.ones(SHAPE, "i2"))
        every, own = self.between(os.environ, "--headless", "--theme", "dark", "--diff", still)
        self.assertEqual((every, own), (0, 0))

    def test_window(self):
        desktop = h.Desktop()
        self.addCleanup(desktop.close)
        every, own = self.between(desktop.env)
        self.assertEqual(own, 0, f"{every} with those of libraries")


if __name__ == "__main__":
    h.main()
