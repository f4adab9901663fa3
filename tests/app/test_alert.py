#!/usr/bin/env python3
"""--alert: lines of JSON at the right frames, outlines round the right cells, the bell."""
import json
import os
import pty
import time
import unittest

import numpy as np

import harness as h

CORE, HALO = (220, 0, 40), (255, 255, 255)


def is_core(picture):
    return (picture == CORE).all(axis=-1)


def lines(text):
    return [d for d in map(json.loads, text.splitlines()) if "alert" in d]


class Lines(h.TempDirTest):
    def run_frames(self, frames, alert, *args):
        path = self.save("a.npy", np.asarray(frames))
        r = h.run(path, "--headless", "--fps", 0, "--alert", alert, *args, check=0)
        self.assertEqual(r.err, "")
        return lines(r.out)

    def test_when_it_begins(self):
        a = np.zeros((8, 20, 30), "f4")
        a[2:5, 7, 9] = 1  # three frames: one line
        a[3, 8, 8] = 2
        a[6, 19, 29] = a[6, 0, 0] = 1
        got = self.run_frames(a, "max>0.5")
        self.assertEqual([(d["frame"], d["row"], d["col"], d["count"], d["value"]) for d in got], [(2, 7, 9, 1, 1), (6, 0, 0, 2, 1)])
        self.assertTrue(all(d["alert"] == "max>0.5" and d["source"] == "a.npy" for d in got))
        self.assertLess(abs(got[0]["t_ns"] / 1e9 - time.time()), 60)

    def test_each_condition(self):
        a = np.full((2, 10, 12), 0.25)
        a[1, 3, 4], a[1, 5, 6], a[1, 7, 8] = -9, np.nan, 4
        conditions = ["max>3", "min<=-9", "absmax>5", "nan>0", "mean<0.25", "max<1"]
        got = {d["alert"]: d for d in self.run_frames(a, ",".join(conditions))}
        self.assertEqual(set(got), set(conditions))
        place = lambda c: (got[c]["frame"], got[c]["row"], got[c]["col"], got[c]["count"])
        self.assertEqual(place("max>3"), (1, 7, 8, 1))
        self.assertEqual(place("min<=-9"), (1, 3, 4, 1))
        self.assertEqual(place("absmax>5"), (1, 3, 4, 1))
        self.assertEqual(place("nan>0"), (1, 5, 6, 1))
        self.assertEqual(place("mean<0.25"), (1, None, None, None))
        self.assertAlmostEqual(got["mean<0.25"]["value"], np.nanmean(a[1]))
        self.assertEqual(place("max<1"), (0, None, None, None))

    def test_what_cant_be_looked_at_isnt_silence(self):
        a = np.zeros((1500, 1600), ">f4")
        a[5, 6] = 500
        for sources, said in ((["be.npy"], "in the other order"), (["--diff", "be.npy", "le.npy"], "--diff: --alert needs all cells")):
            self.save("be.npy", a)
            self.save("le.npy", a.astype("<f4"))
            for args in (["-o", "e.png"], ["-o", "e%d.png"], ["--headless"]):
                r = h.run(*sources, "--alert", "max>400", "--memory", "16M", *args, cwd=self.dir, check=1)
                self.assertEqual((r.out, r.err.count("\n")), ("", 1), r.err)
                self.assertIn(said, r.err)
                self.assertEqual([name for name in os.listdir(self.dir) if name.endswith(".png")], [])

    def test_inf_and_integers(self):
        a = np.zeros((1, 5, 5))
        a[0, 1, 2] = np.inf
        self.assertEqual([(d["value"], d["row"]) for d in self.run_frames(a, "max>9")], [("inf", 1)])
        self.assertEqual([d["count"] for d in self.run_frames((np.arange(25) % 5).reshape(1, 5, 5).astype("u1"), "max>=4")], [5])

    def test_from_a_stream_with_its_time(self):
        port = h.free_port()
        p = h.start("--listen", port, "--headless", "--policy", "all", "--frames", 3)
        self.addCleanup(lambda: p.poll() is None and p.kill())
        with h.connect(port) as sock:
            sock.sendall(h.npy(np.ones((3, 3))) + b'{"alert": "max>2", "t_ns": 1700000000123456789}\n' + h.npy(np.full((3, 3), 3.0)) + b'{"bell": true}\n'
                         + h.npy(np.ones((3, 3))))
            code, out, err = h.finish(p)
        self.assertEqual([(d["t_ns"], d["frame"], d["count"]) for d in lines(out)], [(1700000000123456789, 1, 9)])
        self.assertIn("bell", err)  # can't be set from a stream
        self.assertEqual(code, 0)

    def test_a_waterfall(self):
        rows = b"".join(b"%d 0 0 0\n" % (9 if i == 40 else 1) for i in range(50))
        r = h.run("--headless", "--lines", "rows", "--alert", "max>5", stdin=rows, check=0)
        got = lines(r.out)
        self.assertEqual([(d["row"], d["frame"], d["col"], d["count"], d["value"]) for d in got], [(40, None, 0, 1, 9)])

    def test_each_row_of_a_waterfall(self):
        port = h.free_port()
        p = h.start("--listen", port, "--headless", "--rows", 40, "--alert", "max>5,nan>0,mean<0", "--duration", 4)
        self.addCleanup(lambda: p.poll() is None and p.kill())
        rows = np.ones((400, 5), "f4")
        rows[[30, 31, 77], 2] = 9, 8, 7
        rows[200, 1] = np.nan
        rows[399] = -1
        with h.connect(port) as sock:
            for i in range(0, 400, 20):
                stamp = 1700000000 * 10**9 + (i + 19) * 10**7
                sock.sendall(b'{"axes": "TX", "t_ns": %d}\n' % stamp + h.npy(rows[i:i + 20]))
                time.sleep(0.05)
            time.sleep(0.3)
            code, out, err = h.stop(p)
        got = [(d["alert"], d["row"], d["col"], d["count"]) for d in lines(out)]
        self.assertEqual(got, [("max>5", 30, 2, 1), ("max>5", 31, 2, 1), ("max>5", 77, 2, 1), ("nan>0", 200, 1, 1), ("mean<0", 399, None, None)], err)
        self.assertEqual([d["t_ns"] // 10**7 - 1700000000 * 100 for d in lines(out)], [30, 31, 77, 200, 399])

    def test_one_row_that_is_merged_is_told_once(self):
        port = h.free_port()
        p = h.start("--listen", port, "--headless", "--row-span", 0.5, "--reduce", "max", "--alert", "max>5", "--duration", 4)
        self.addCleanup(lambda: p.poll() is None and p.kill())
        with h.connect(port) as sock:
            for i in range(100):
                value = 9.0 if i in (30, 31, 33, 80) else 1.0  # spans of 25 rows
                sock.sendall(b'{"t_ns": %d}\n' % (1700000000 * 10**9 + i * 20 * 10**6) + h.npy(np.full(3, value)))
                time.sleep(0.01)
            time.sleep(0.2)
            code, out, err = h.stop(p)
        self.assertEqual([(d["row"], d["count"]) for d in lines(out)], [(1, 3), (3, 3)], err)

    def test_one_time_for_all_of_a_frame(self):
        got = self.run_frames(np.full((1, 50, 50), 7.0), "max>3,min>3,mean>3,absmax>3")
        self.assertEqual(len(got), 4)
        self.assertEqual(len({d["t_ns"] for d in got}), 1)

    def test_wrong_conditions(self):
        for bad in ("max", "max>x", "maxi>3", "max>1,", "max>1 nan>0"):
            r = h.run(self.save("a.npy", np.ones((2, 2))), "--headless", "--alert", bad)
            self.assertEqual((r.returncode, len(r.err.splitlines())), (2, 1), r.err)
            self.assertIn("--alert", r.err)
            self.assertIn("max>0.9", r.err)
            self.assertIn("comma", r.err)

    def test_a_picture_on_standard_output_stays_whole(self):
        r = h.run(self.save("a.npy", np.ones((2, 2))), "-o", "-", "--alert", "max>0", check=0)
        self.assertEqual(h.pixels(r.stdout).shape, (720, 1280, 3))
        self.assertEqual(len(lines(r.err)), 1)

    def test_the_bell(self):
        for args, want in ((["--bell"], 1), ([], 0)):
            master, slave = pty.openpty()
            path = self.save("a.npy", np.stack([np.full((2, 2), i % 2) for i in range(2)]))
            p = h.subprocess.Popen([h.HEATSCOPE, path, "--headless", "--fps", "0", "--alert", "max>0", *args], stdin=h.subprocess.DEVNULL,
                                   stdout=h.subprocess.DEVNULL, stderr=slave)
            self.assertEqual(p.wait(30), 0)
            os.write(slave, b"end")
            self.assertEqual(os.read(master, 1000).count(b"\a"), want)
            os.close(master)
            os.close(slave)


class Outlines(h.TempDirTest):
    def draw(self, array, alert, *args):
        path = self.save("a.npy", array)
        h.run(path, "-o", self.path("a.png"), "--alert", alert, "--cmap", "gray", *args, check=0)
        return h.pixels(self.path("a.png"))

    def test_cells(self):
        a = np.zeros((10, 10))
        a[3, 4] = a[3, 5] = 1
        core = is_core(self.draw(a, "max>0.5", "--bare", "--size", "400x400"))
        rows, cols = np.nonzero(core)
        self.assertEqual((rows.min(), rows.max(), cols.min(), cols.max()), (118, 161, 158, 241))
        self.assertFalse(core[122:158, 162:238].any())  # nothing inside
        flipped = is_core(self.draw(a, "max>0.5", "--bare", "--size", "400x400", "--origin", "lower"))
        rows = np.nonzero(flipped)[0]
        self.assertEqual((rows.min(), rows.max()), (238, 281))

    def test_at_the_edge(self):
        a = np.zeros((10, 10))
        a[0, 0] = a[9, 9] = 1
        core = is_core(self.draw(a, "max>0.5", "--bare", "--size", "400x400"))
        self.assertGreater(core[:42, :42].sum(), 250)
        self.assertGreater(core[358:, 358:].sum(), 250)

    def test_one_cell_of_millions(self):
        a = np.zeros((3000, 4000), "f4")
        a[1234, 3210] = 1
        picture = self.draw(a, "max>0.5", "--bare", "--size", "800x600")
        rows, cols = np.nonzero(is_core(picture))
        y, x = 1234 / 3000 * 600, 3210 / 4000 * 800
        self.assertTrue(rows.min() < y < rows.max() and cols.min() < x < cols.max())
        self.assertLess(max(np.ptp(rows), np.ptp(cols)), 14)
        self.assertTrue((picture[int(y) - 1:int(y) + 2, int(x) - 1:int(x) + 2] > 60).any(), "the cell itself is seen")

    def test_zoomed_in_on_a_part(self):
        a = np.zeros((1000, 1000), "f4")
        a[500, 500] = a[10, 10] = 1
        core = is_core(self.draw(a, "max>0.5", "--bare", "--size", "400x400", "--view", "490:510,490:510"))
        rows, cols = np.nonzero(core)
        self.assertEqual((rows.min(), cols.min(), rows.max(), cols.max()), (198, 198, 221, 221))

    def test_not_met(self):
        self.assertFalse(is_core(self.draw(np.zeros((5, 5)), "max>0.5")).any())

    def test_too_many(self):
        a = np.zeros((2000, 3000), "f4")
        a[::100, ::100] = 1
        core = is_core(self.draw(a, "max>0.5", "--bare", "--size", "600x400"))  # 20 rows of 30: the first 200, and a word on the rest
        self.assertGreater(core[:100].sum(), 1000)
        self.assertFalse(core[160:].any())
        said, silent = self.draw(a, "max>0.5"), self.draw(a, "max>2")
        self.assertGreater((said[-20:, 640:] < 200).sum(), (silent[-20:, 640:] < 200).sum() + 100)

    def test_the_waterfall_in_every_direction(self):
        rows = b"".join(b"0 0 0 %d\n" % (1 if i == 2 else 0) for i in range(8))
        want = {"up": (2, 3), "down": (5, 3), "left": (3, 2), "right": (3, 5)}
        for direction, (row, col) in want.items():
            h.run("-o", self.path("w.png"), "--bare", "--size", "320x320", "--lines", "rows", "--rows", 8, "--scroll", direction, "--alert",
                  "max>0.5", stdin=rows, check=0)
            rr, cc = np.nonzero(is_core(h.pixels(self.path("w.png"))))
            tall, wide = (40, 80) if direction in ("up", "down") else (80, 40)
            self.assertAlmostEqual((rr.min() + rr.max() + 1) / 2, (row + 0.5) * tall, delta=2, msg=direction)
            self.assertAlmostEqual((cc.min() + cc.max() + 1) / 2, (col + 0.5) * wide, delta=2, msg=direction)

    def test_both_renderers(self):
        a = np.random.default_rng(1).normal(size=(40, 50))
        path = self.save("a.npy", a)
        args = ["--alert", "max>2", "--size", "500x400"]
        soft = h.run(path, "-o", self.path("s.png"), "--renderer", "soft", *args, check=0)
        gl = h.run(path, "-o", self.path("g.png"), "--renderer", "gl", *args)
        if gl.returncode:
            self.skipTest("no GL")
        s, g = h.pixels(self.path("s.png")), h.pixels(self.path("g.png"))
        np.testing.assert_array_equal(is_core(s), is_core(g))
        self.assertEqual(len(lines(soft.out)), 1)


class Window(h.TempDirTest):
    def test_live(self):
        desktop = h.Desktop()
        self.addCleanup(desktop.close)
        port = h.free_port()
        p = h.start("--listen", port, "--alert", "max>5", "--vmin", 0, "--vmax", 9, "--cmap", "gray", env=desktop.env)
        self.addCleanup(lambda: p.poll() is None and p.kill())
        a = np.zeros((20, 20), "f4")
        with h.connect(port) as sock:
            window = desktop.window(p)
            sock.sendall(h.npy(a))
            time.sleep(0.5)
            self.assertFalse(is_core(desktop.screenshot(window)).any())
            a[5, 5] = 8
            sock.sendall(h.npy(a))
            time.sleep(0.5)
            self.assertGreater(is_core(desktop.screenshot(window)).sum(), 100)
            a[5, 5] = 0
            sock.sendall(h.npy(a))
            time.sleep(0.5)
            self.assertFalse(is_core(desktop.screenshot(window)).any())
        code, out, err = h.stop(p)
        self.assertTrue(code == 0 or h.SANITIZED, err)  # Mesa leaks
        self.assertEqual(len(lines(out)), 1, err)


if __name__ == "__main__":
    h.main()
