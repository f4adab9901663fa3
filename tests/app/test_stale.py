"""Age, staleness and the graph of times in a real window: a live source that falls silent is marked, and the mark goes."""
import json
import time
import unittest

import numpy as np

import harness as h


class Stale(h.TempDirTest):
    @classmethod
    def setUpClass(cls):
        cls.desktop = h.Desktop()

    @classmethod
    def tearDownClass(cls):
        cls.desktop.close()

    def open(self, *args):
        self.process = h.start("--size", "800x600", *args, env=self.desktop.env, cwd=self.dir)
        self.addCleanup(lambda: self.process.poll() is None and (self.process.kill(), self.process.wait()))
        self.id = self.desktop.window(self.process)

    def corner(self):
        """Ink of the status line in the corner; 0 while the figure needs no room for one."""
        corner = self.desktop.screenshot(self.id)[-13:, 640:750].max(axis=2)
        return (corner < 160).sum() if np.median(corner) == 255 else 0

    def wait(self, condition, seconds=8):
        end = time.time() + seconds
        while time.time() < end:
            if condition():
                return True
            time.sleep(0.1)
        return False

    def send(self, s, num=30, pause=1 / 30):
        for i in range(num):
            s.sendall(h.npy(np.full((20, 20), i % 7, "f4")))
            time.sleep(pause)

    def test_mark_comes_and_goes(self):
        port = h.free_port()
        self.open("--listen", port, "--vmin", 0, "--vmax", 7, "--xticklabels", "none", "--trace", self.path("t.json"))
        with h.connect(port) as s:
            self.send(s)
            quiet = time.time()
            self.assertEqual(self.corner(), 0)
            self.assertTrue(self.wait(lambda: self.corner() > 20))
            self.assertGreater(time.time() - quiet, 1.5)
            self.assertTrue(self.wait(lambda: "stale" in self.desktop.title(self.id)))
            first = self.desktop.screenshot(self.id)
            self.assertTrue(self.wait(lambda: (self.desktop.screenshot(self.id) != first).any(), 3), "the age stands still")
            time.sleep(3)
            self.send(s, 3)
            self.assertTrue(self.wait(lambda: self.corner() == 0, 1.5), "the mark stays")
            self.assertTrue(self.wait(lambda: "stale" not in self.desktop.title(self.id)))
        h.stop(self.process)
        with open(self.path("t.json")) as f:
            draws = sorted(e["ts"] for e in json.load(f) if e["name"] == "draw")
        longest = max(b - a for a, b in zip(draws, draws[1:]))
        self.assertGreater(longest, 0.9e6, "drawn although nothing changed")

    def test_files_and_ended_sources_are_not_stale(self):
        self.open(self.save("a.npy", np.zeros((20, 20), "f4")), "--xticklabels", "none")
        time.sleep(2.8)
        self.assertEqual(self.corner(), 0)
        h.stop(self.process)

    def test_graph_of_times(self):
        port = h.free_port()
        self.open("--listen", port, "--vmin", 0, "--vmax", 7, "--cmap", "gray")
        with h.connect(port) as s:
            self.send(s, 40)
            self.desktop.xdotool("windowfocus", "--sync", self.id)
            self.desktop.xdotool("key", "i")
            self.send(s, 40)
            shot = self.desktop.screenshot(self.id).astype(int)
        blue = ((shot[..., 2] - shot[..., 0]) > 80).sum() + (((shot[..., 0] - shot[..., 2]) > 80).sum())
        self.assertGreater(blue, 50)
        h.stop(self.process)


if __name__ == "__main__":
    h.main()
