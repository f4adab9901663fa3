#!/usr/bin/env python3
"""Events from NumPy and from text, over real sockets and pipes; the sums are checked cell by cell."""
import os
import subprocess
import sys
import time
import unittest

import numpy as np

import harness as h


def events(x, y, **more):
    fields = dict(x=np.asarray(x), y=np.asarray(y), **{k: np.asarray(v) for k, v in more.items()})
    a = np.zeros(fields["x"].shape, [(k, v.dtype) for k, v in fields.items()])
    for k, v in fields.items():
        a[k] = v
    return a


class Sums(h.TempDirTest):
    def picture(self, stream, rows, cols, vmax, *args):
        r = h.run("-o", self.path("a.png"), "--bare", "--size", f"{cols}x{rows}", "--vmin", 0, "--vmax", vmax, "--stats", "-", *args, stdin=stream,
                  check=0)
        return h.pixels(self.path("a.png")), h.stats(r.out), r.err

    def test_counts_weights_and_what_lies_outside(self):
        rng = np.random.default_rng(2)
        for xt, wt in (("f4", "f4"), ("<u2", ">f8"), (">i4", "u1"), ("f8", None), ("u1", "i2")):
            x, y = rng.uniform(-1 if xt[-2] in "fi" else 0, 42, (2, 5000))
            x, y = x.astype(xt), y.astype(xt)
            w = rng.integers(0, 5, 5000).astype(wt) if wt else np.ones(5000)
            ev = events(x, y, w=w) if wt else events(x, y)
            ok = (x >= 0) & (x < 40) & (y >= 0) & (y < 30)
            want = np.zeros((30, 40))
            np.add.at(want, (np.floor(y[ok].astype("f8")).astype(int), np.floor(x[ok].astype("f8")).astype(int)), w[ok].astype("f8"))
            got, s, _ = self.picture(b'{"shape": [30, 40]}\n' + h.npy(ev[:3000]) + h.npy(ev[3000:]), 30, 40, want.max())
            self.assertTrue(h.same_colours(got, want, 0, want.max()).all(), (xt, wt))
            self.assertEqual((s["events_received"], s["events_outside"], s["records_rejected"]), (5000, int((~ok).sum()), 0))

    def test_grows_without_a_shape(self):
        got, s, _ = self.picture(h.npy(events([0.0, 3.0, 6.5], [0.0, 4.0, 2.0])) + h.npy(events([3.0, 1e9, np.nan], [4.0, 0.0, 1.0])), 5, 7, 2)
        want = np.zeros((5, 7))
        want[0, 0], want[4, 3], want[2, 6] = 1, 2, 1
        self.assertTrue(h.same_colours(got, want, 0, 2).all())
        self.assertEqual((s["events_received"], s["events_outside"]), (6, 2))

    def test_text(self):
        text = b"# hits\n0 0\n1.5,2.9\n1\t2\t0.5\n\n{\"vmax\": 2}\n3 1 2\nnonsense\n9 9\n"
        got, s, err = self.picture(text, 3, 4, 1, "--events", "3x4")
        want = np.zeros((3, 4))
        want[0, 0], want[2, 1], want[1, 3] = 1, 1.5, 2
        self.assertTrue(h.same_colours(got, want, 0, 2).all())
        self.assertEqual((s["events_received"], s["events_outside"], s["records_rejected"]), (5, 1, 1))
        self.assertIn("line 8", err)

    def test_half_life_by_the_producers_time(self):
        t = np.array([0, 1, 2, 2, 4], "i8") * 10**9 + 1_700_000_000 * 10**9
        ev = events([0, 1, 2, 3, 4], [0, 0, 0, 0, 0], t_ns=t)
        want = 0.5 ** ((t[-1] - t) / 1e9 / 2)[None, :]
        for stream in (h.npy(ev), b"".join(h.npy(ev[i:i + 1]) for i in range(5))):
            got, _, _ = self.picture(b'{"half-life": 2, "shape": [1, 5]}\n' + stream, 1, 5, 1)
            self.assertTrue(h.same_colours(got, want, 0, 1).all())
        # so long that the reference has to move
        t = np.arange(0, 2000, 10).astype("i8") * 10**9 + 10**18
        got, _, _ = self.picture(h.npy(events(np.zeros(200), np.zeros(200), t_ns=t)), 1, 1, 4, "--half-life", "10")
        self.assertTrue(h.same_colours(got, np.array([[2.0]]), 0, 4).all())

    def test_half_life_by_the_clock(self):
        port = h.free_port()
        process = h.start("--listen", port, "-o", self.path("f%04d.png"), "--bare", "--size", "1x1", "--vmin", 0, "--vmax", 1, "--half-life", "500ms",
                          "--duration", 2, "--cmap", "gray")
        self.addCleanup(process.kill)
        with h.connect(port) as sock:
            sock.sendall(h.npy(events([0], [0])))
            code, _, err = h.finish(process)
        self.assertEqual(code, 0, err)
        values = [h.pixels(self.path(n))[0, 0, 0] / 255 for n in sorted(os.listdir(self.dir))]
        self.assertGreater(values[0], 0.9)
        self.assertTrue(all(b <= a for a, b in zip(values, values[1:])), "it fades, and nothing else comes")
        self.assertGreater(len(values), 5)
        self.assertLess(values[-1], 0.45)

    def test_kernel(self):
        rng = np.random.default_rng(3)
        x, y = rng.uniform(0, 40, (2, 300))
        grid = np.zeros((30, 40))
        y = y * 0.75
        np.add.at(grid, (y.astype(int), x.astype(int)), 1)
        sigma = 1.7
        k = np.arange(-int(4 * sigma + 0.5), int(4 * sigma + 0.5) + 1)
        k = np.exp(-0.5 * (k / sigma) ** 2)
        k /= k.sum()
        smooth = lambda a: np.apply_along_axis(lambda r: np.convolve(r, k)[len(k) // 2:][: len(r)], 1, a)
        want = smooth(smooth(grid).T).T
        got, _, _ = self.picture(b'{"shape": [30, 40], "kernel": 1.7}\n' + h.npy(events(x, y)), 30, 40, want.max())
        self.assertTrue(h.same_colours(got, want, 0, want.max()).all())

    def test_more_than_floats_count(self):
        ev = events(np.zeros(3), np.zeros(3), w=[2.0**24, 1, 1])
        r = h.run("-o", "-", "--bare", "--size", "1x1", "--vmin", 2**24 - 2, "--vmax", 2**24 + 2, stdin=h.npy(ev), check=0)
        self.assertTrue((h.pixels(r.stdout)[0, 0] == (253, 231, 36)).all())

    def test_live_text_shows_at_once(self):
        process = subprocess.Popen([h.HEATSCOPE, "--headless", "--frames", "1", "--events", "4x4", "--stats", "-"], stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.addCleanup(process.kill)
        process.stdin.write(b"1 2\n")
        process.stdin.flush()
        time.sleep(0.5)
        process.stdin.close()
        self.assertEqual(process.wait(10), 0)
        self.assertEqual(h.stats(process.stdout.read().decode())["events_received"], 1)
        process.stdout.close()
        process.stderr.close()

    def test_bad_events_option(self):
        for bad in ("3", "0x4", "3x", "ax4"):
            r = h.run("--events", bad, "-o", self.path("a.png"), stdin=b"1 2\n")
            self.assertEqual(r.returncode, 2)
            self.assertIn("ROWSxCOLS", r.err)


class Example(h.TempDirTest):
    def test_events(self):
        port = h.free_port()
        process = h.start("--listen", port, "-o", self.path("a.png"), "--duration", 2.5, "--stats", "-")
        self.addCleanup(process.kill)
        h.connect(port).close()
        producer = subprocess.run([sys.executable, os.path.join(h.ROOT, "examples/events.py"), str(port), "20"], timeout=30)
        code, text, err = h.finish(process)
        s = h.stats(text)
        self.assertEqual((producer.returncode, code, s["events_received"], s["records_rejected"]), (0, 0, 400000, 0), err)


if __name__ == "__main__":
    h.main()
