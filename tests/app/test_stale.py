"""Age, staleness and the graph of times in a real window: a live source that falls silent is marked, and the mark goes."""
import json
import time
import unittest

import numpy as np

import harness as h


class Late(h.TempDirTest):
    """What counts as late: latency_ms."""

    def test_a_recording_is_not(self):
        with open(self.path("r.hsr"), "wb") as f:
            for i in range(5):
                f.write(b'{"t_ns": %d}\n' % (1600000000 * 10**9 + i * 10**7) + h.npy(np.zeros((4, 4))))
        r = h.run(self.path("r.hsr"), "--headless", "--stats", "-", check=0)
        self.assertEqual(h.stats(r.out)["frames_shown"], 5)
        self.assertIsNone(h.stats(r.out)["latency_ms"]["p50"])
        with open(self.path("r.hsr"), "rb") as f:
            r = h.run("-", "--headless", "--stats", "-", stdin=f, check=0)
        self.assertIsNone(h.stats(r.out)["latency_ms"]["max"])

    def live(self, *args):
        self.port = h.free_port()
        self.p = h.start("--listen", self.port, "--headless", "--stats", "-", "--duration", 20, *args)
        self.addCleanup(lambda: self.p.poll() is None and self.p.kill())
        return h.connect(self.port)

    def stop(self):
        code, out, err = h.stop(self.p)
        self.assertEqual(code, 0, err)
        return h.stats(out)["latency_ms"]

    def test_a_live_stream_is(self):
        with self.live() as s:
            s.sendall(b'{"t_ns": %d}\n' % (time.time_ns() - 3 * 10**9) + h.npy(np.zeros((4, 4))))
            time.sleep(0.4)
            self.assertTrue(3000 <= self.stop()["max"] < 5000)

    def test_a_stamp_that_is_no_time_of_day(self):
        with self.live() as s:
            s.sendall(b'{"t_ns": 17}\n' + h.npy(np.zeros((4, 4))))
            time.sleep(0.4)
            self.assertLess(self.stop()["max"], 5000)

    def test_events_that_only_fade(self):
        event = np.zeros(5, np.dtype([("x", "f4"), ("y", "f4")]))
        with self.live("--half-life", 0.3) as s:
            s.sendall(b'{"shape": [8, 8]}\n' + h.npy(event))
            time.sleep(2)
            self.assertLess(self.stop()["max"], 1000)


class Stale(h.WindowTest):
    def open(self, *args):
        self.launch("--size", "800x600", *args)

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

    def test_events_that_only_fade(self):
        port = h.free_port()
        self.open("--listen", port, "--half-life", 30, "--vmin", 0, "--vmax", 1, "--xticklabels", "none")
        with h.connect(port) as s:
            s.sendall(b'{"shape": [8, 8]}\n' + h.npy(np.zeros(5, np.dtype([("x", "f4"), ("y", "f4")]))))
            self.assertTrue(self.wait(lambda: self.corner() > 0), "no mark though nothing comes")

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

    def test_the_picture_stays_where_it_is(self):
        port = h.free_port()
        self.open("--listen", port, "--vmin", 0, "--vmax", 7, "--cmap", "gray", "--xticklabels", "none")
        with h.connect(port) as s:
            s.sendall(h.npy(np.zeros((20, 20), "f4")))
            time.sleep(0.5)
            before = self.desktop.screenshot(self.id)
        self.assertTrue(self.wait(lambda: self.corner() > 20, 2), "nothing says that the producer is gone")
        gone = self.desktop.screenshot(self.id)
        np.testing.assert_array_equal(before[:-20], gone[:-20])
        self.assertTrue(self.wait(lambda: (self.desktop.screenshot(self.id)[-13:] != gone[-13:]).any(), 2.5), "the age stands still")
        self.desktop.xdotool("windowfocus", "--sync", self.id)
        self.desktop.xdotool("key", "space")
        self.assertTrue(self.wait(lambda: "paused" in self.desktop.title(self.id), 2))
        self.assertNotIn("old", self.desktop.title(self.id))
        self.assertGreater(self.corner(), 20)
        still = self.desktop.screenshot(self.id)[-13:]
        self.assertTrue(self.wait(lambda: (self.desktop.screenshot(self.id)[-13:] != still).any(), 3.5), "the age stands still in a pause")
        h.stop(self.process)

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
