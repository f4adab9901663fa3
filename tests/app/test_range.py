#!/usr/bin/env python3
"""--autoscale: how the colour range follows a stream, seen in the pictures, and its mark beside the colorbar."""
import os
import threading
import time
import unittest

import numpy as np

import harness as h

MOVING = (214, 84, 0)


def marks(picture):
    """Pixels in the colour of the mark that the range moves."""
    return int((np.abs(picture.astype(int) - MOVING) <= 2).all(axis=-1).sum())


class Autoscale(h.TempDirTest):
    def frames(self, array, *args):
        """Every frame as a picture of its cells alone."""
        path = self.save("a.npy", array)
        num, rows, cols = array.shape
        h.run(path, "-o", self.path("f%03d.png"), "--bare", "--size", f"{cols}x{rows}", *args, check=0)
        return [h.pixels(self.path(f"f{i:03d}.png")) for i in range(num)]

    def shows(self, picture, cells, lo, hi):
        good = np.isfinite(cells)
        ok = h.same_colours(picture, np.where(good, cells, lo), lo, hi)
        self.assertTrue(ok[good].all(), f"{(~ok[good]).sum()} cells aren't coloured by {lo} to {hi}")

    def setUp(self):
        super().setUp()
        r = np.random.default_rng(3)
        self.a = r.uniform(0, 1, (6, 40, 50)).astype("f4")
        self.a[:, 0, 0], self.a[:, 0, 1] = 0, 1
        self.a[2] *= 3
        self.a[3, 7, 7], self.a[3, 7, 8], self.a[3, 7, 9] = np.nan, np.inf, -np.inf
        self.a[4] -= 5

    def test_frame(self):
        for picture, cells in zip(self.frames(self.a), self.a):
            good = cells[np.isfinite(cells)]
            self.shows(picture, np.where(np.isfinite(cells), cells, np.nan), good.min(), good.max())

    def test_grow(self):
        lo, hi = 9.0, -9.0
        for picture, cells in zip(self.frames(self.a, "--autoscale", "grow"), self.a):
            good = cells[np.isfinite(cells)]
            lo, hi = min(lo, float(good.min())), max(hi, float(good.max()))
            self.shows(picture, np.where(np.isfinite(cells), cells, np.nan), lo, hi)

    def test_off(self):
        for picture, cells in zip(self.frames(self.a, "--autoscale", "off"), self.a):
            self.shows(picture, np.where(np.isfinite(cells), cells, np.nan), 0, 1)

    def test_the_last_frame_alone_knows_those_before(self):
        path = self.save("a.npy", self.a)
        h.run(path, "-o", self.path("l.png"), "--bare", "--size", "50x40", "--autoscale", "grow", check=0)
        self.shows(h.pixels(self.path("l.png")), self.a[5], -5, 3)

    def test_slow_does_not_flicker_in_noise_and_flashes(self):
        a = np.random.default_rng(1).normal(size=(60, 40, 50)).astype("f4")
        probe = a[0].copy()  # the same picture before and after: the same colours, if the range has stayed
        a[10], a[50] = probe, probe
        a[20] *= 1e5
        a[30] = np.nan
        a[40, 3, 3] = np.inf
        pictures = self.frames(a, "--autoscale", "slow")
        np.testing.assert_array_equal(pictures[10], pictures[50])
        moved = self.frames(a)
        self.assertFalse((moved[19] == moved[20]).all())

    def test_slow_takes_a_new_scene_over(self):
        a = np.random.default_rng(1).uniform(size=(20, 40, 50)).astype("f4")
        a[10:] += 100
        pictures = self.frames(a, "--autoscale", "slow")
        self.assertEqual(len(np.unique(pictures[10].reshape(-1, 3), axis=0)), 1)  # all over
        lo, hi = np.percentile(a[12], [0.1, 99.9])
        inside = np.where((a[12] > lo + 0.02) & (a[12] < hi - 0.02), a[12], np.nan)
        near = np.abs(pictures[12].astype(int) - h.viridis(np.nan_to_num(inside), lo, hi)[0]).max(axis=-1)
        self.assertLessEqual(near[np.isfinite(inside)].max(), 12)

    def test_stills_hold_no_mark(self):
        a = np.random.default_rng(1).uniform(size=(8, 20, 30)).astype("f4")
        a[4] *= 2
        h.run(self.save("a.npy", a), "-o", self.path("f%d.png"), "--size", "640x400", check=0)
        self.assertFalse(any(marks(h.pixels(self.path(f"f{i}.png"))) for i in range(8)))

    def test_a_stream_may_choose(self):
        port = h.free_port()
        process = h.start("--listen", port, "-o", self.path("s%d.png"), "--bare", "--size", "50x40", "--frames", 3)
        self.addCleanup(process.kill)
        with h.connect(port) as sock:
            sock.sendall(b'{"autoscale": "off"}\n' + b"".join(h.npy(f) for f in self.a[:3]))
            code, _, err = h.finish(process)
        self.assertEqual(code, 0, err)
        self.shows(h.pixels(self.path("s2.png")), self.a[2], 0, 1)


class Motion(h.TempDirTest):
    """The mark that the range moves, in a window: while it does, and no longer."""

    def setUp(self):
        super().setUp()
        self.desktop = h.Desktop()
        self.addCleanup(self.desktop.close)
        port = h.free_port()
        self.process = h.start("--listen", port, "--size", "640x400", env=self.desktop.env, cwd=self.dir)
        self.addCleanup(lambda: self.process.poll() is None and h.stop(self.process))
        self.sock = h.connect(port)
        self.addCleanup(self.sock.close)
        self.window = self.desktop.window(self.process)

    def send(self, *scales):
        for s in scales:
            self.sock.sendall(h.npy(np.linspace(0, s, 600, dtype="f4").reshape(20, 30)))
            time.sleep(0.05)

    def seen(self, wanted):
        """Does the mark come to be seen, or to be gone, soon?"""
        end = time.time() + 4
        while time.time() < end:
            if (marks(self.desktop.screenshot(self.window)) > 10) == wanted:
                return True
        return False

    def key(self, key):
        self.desktop.xdotool("windowfocus", "--sync", self.window, "key", key)

    def test_it_goes_when_frames_stay_away(self):
        self.send(1, 1)
        self.assertTrue(self.seen(False))
        self.send(2)
        self.assertTrue(self.seen(True))
        begin = time.time()
        self.assertTrue(self.seen(False))
        self.assertLess(time.time() - begin, 2)

    def test_it_goes_at_a_pause_and_at_the_end_and_is_not_saved(self):
        scales = iter(range(2, 10000))
        stop = threading.Event()

        def produce():
            while not stop.is_set():
                self.send(next(scales))

        producer = threading.Thread(target=produce)
        producer.start()
        self.addCleanup(producer.join)
        self.addCleanup(stop.set)
        self.assertTrue(self.seen(True))
        self.key("s")
        self.key("space")
        self.assertTrue(self.seen(False))
        time.sleep(0.3)
        self.assertEqual(marks(self.desktop.screenshot(self.window)), 0)
        self.key("space")
        self.assertTrue(self.seen(True))
        saved = [f for f in os.listdir(self.dir) if f.endswith(".png")]
        self.assertEqual(len(saved), 1)
        self.assertEqual(marks(h.pixels(self.path(saved[0]))), 0)
        stop.set()
        producer.join()
        self.sock.close()
        self.assertTrue(self.seen(False))


if __name__ == "__main__":
    h.main()
