#!/usr/bin/env python3
"""Tiles and channels from NumPy over real sockets and pipes; what is on the picture is checked cell by cell."""
import glob
import os
import subprocess
import sys
import time
import unittest

import numpy as np

import harness as h

GREY = (0xd3, 0xd3, 0xd3)


def tiles(dtype, shape, **fields):
    """A record of one tile or several: fields are its numbers, e.g. row0=[0, 4]."""
    num = max(np.size(v) for v in fields.values()) if fields else 1
    t = np.dtype([("data", dtype, shape)] + [(k, "i8") for k in fields])
    a = np.zeros(num, t)
    for k, v in fields.items():
        a[k] = v
    return a


class Tiles(h.TempDirTest):
    def picture(self, stream, rows, cols, *args, vmax=100):
        """One pixel a cell; and the statistics."""
        r = h.run("-o", self.path("a.png"), "--bare", "--size", f"{cols}x{rows}", "--vmin", 0, "--vmax", vmax, "--stats", "-", *args, stdin=stream,
                  check=0)
        return h.pixels(self.path("a.png")), h.stats(r.out), r.err

    def check(self, got, want, vmax=100):
        """NaN in want: never sent."""
        bad = np.isnan(want)
        self.assertEqual(got.shape[:2], want.shape)
        self.assertTrue((got[bad] == GREY).all(), "cells never sent are bad")
        self.assertTrue(h.same_colours(got, np.where(bad, 0, want), 0, vmax)[~bad].all(), "values")

    def test_every_dtype_and_byte_order(self):
        rng = np.random.default_rng(1)
        for code in ("u1", "i1", "<u2", ">u2", "<i2", ">i4", "<u4", "<i8", ">u8", "f2", ">f2", "<f4", ">f4", "<f8", ">f8"):
            want = np.full((12, 16), np.nan)
            t = tiles(code, (4, 5), row0=[0, 7, 2], col0=[0, 9, 4])
            for i, (r, c) in enumerate(((0, 0), (7, 9), (2, 4))):
                t["data"][i] = rng.integers(0, 101, (4, 5))
                want[r:r + 4, c:c + 5] = t["data"][i]
            got, s, err = self.picture(b'{"shape": [12, 16]}\n' + h.npy(t), 12, 16)
            self.check(got, want)
            self.assertEqual((s["tiles_received"], s["tiles_dropped"], s["records_rejected"]), (3, 0, 0), code)

    def test_covered_integers_are_shown_as_they_are(self):
        t = tiles("u1", (2, 4), row0=[0, 2])
        t["data"] = np.arange(16).reshape(2, 2, 4)
        got, _, _ = self.picture(h.npy(t), 4, 4)
        self.check(got, np.arange(16.0).reshape(4, 4))

    def test_clipped_to_the_shape(self):
        a = np.arange(36.0).reshape(6, 6)
        t = tiles("f8", (6, 6), row0=[-3, 5], col0=[-2, 6])
        t["data"] = a
        want = np.full((8, 10), np.nan)
        want[:3, :4] = a[3:, 2:]
        want[5:, 6:] = a[:3, :4]
        far = tiles("f8", (6, 6), row0=2**62, col0=-(2**62))
        got, s, _ = self.picture(b'{"shape": [8, 10]}\n' + h.npy(t) + h.npy(far), 8, 10)
        self.check(got, want)
        self.assertEqual((s["tiles_received"], s["records_rejected"]), (3, 0))

    def test_a_misspelt_place_is_told_once(self):
        for wrong, said in (({"row": 4, "col": 2}, 'unknown field "row": did you mean "row0"?'),
                            ({"top": 4}, 'unknown field "top"; without "row0" and "col0" tiles lie at row 0, column 0'),
                            ({"x": 4, "y": 4}, '"x" and "y" are for events'), ({"row0": 2, "sensor": 3}, "")):
            _, s, err = self.picture(h.npy(tiles("f4", (3, 3), **wrong)) * 3, 12, 16)
            self.assertEqual(s["tiles_received"], 3)
            self.assertEqual(len(err.splitlines()), bool(said), err)
            self.assertIn(said, err)

    def test_tiles_outside_the_grid_are_counted_and_told_once(self):
        inside = tiles("f4", (3, 3), row0=[0, 6], col0=[0, 6])
        outside = tiles("f4", (3, 3), row0=[8, -3, 2], col0=[0, 0, 90])
        _, s, err = self.picture(b'{"shape": [8, 8]}\n' + h.npy(inside) + h.npy(outside) * 4, 8, 8)
        self.assertEqual((s["tiles_received"], s["tiles_outside"], s["records_rejected"]), (14, 12, 0))
        self.assertEqual(len(err.splitlines()), 1, err)
        self.assertIn("row 8, column 0 lies outside the grid", err)

    def test_grows_without_a_shape(self):
        want = np.full((30, 40), np.nan)
        stream = b""
        for i, (r, c) in enumerate(((0, 0), (3, 10), (26, 2), (10, 35))):
            t = tiles("f4", (4, 5), row0=r, col0=c)
            t["data"] = i * 10
            want[r:r + 4, c:c + 5] = i * 10
            stream += h.npy(t)
        got, s, _ = self.picture(stream, 30, 40)
        self.check(got, want)
        _, s, err = self.picture(stream + h.npy(tiles("f4", (4, 5), row0=2**40)), 30, 40)
        self.assertEqual((s["tiles_received"], s["records_rejected"]), (4, 1))
        self.assertIn("beyond what a grid may hold", err)

    def test_shape_of_the_record_padding_and_strangers(self):
        t = np.dtype([("k", "S3"), ("inner", [("a", "u1"), ("data", "f4", (9,))]), ("col0", "u1"), ("data", ">i2", (2, 3)), ("when", "M8[ns]"),
                      ("z", "c8")], align=True)
        a = np.zeros((), t)
        a["data"] = [[1, 2, 3], [4, 5, 6]]
        a["col0"] = 1
        want = np.array([[np.nan, 1, 2, 3], [np.nan, 4, 5, 6]])
        got, s, _ = self.picture(h.npy(a), 2, 4)
        self.check(got, want)
        got, s, _ = self.picture(h.npy(np.array([a, a])), 2, 4)
        self.check(got, want)
        self.assertEqual(s["tiles_received"], 2)

    def test_old_seq_is_dropped(self):
        stream = b""
        for seq, value in ((1, 10), (2, 20), (2, 30), (1, 40), (5, 50), (4, 60)):
            t = tiles("f4", (2, 2), seq=seq, col0=0)
            t["data"] = value
            stream += h.npy(t)
        other = tiles("f4", (2, 2), seq=0, col0=2)
        other["data"] = 70
        got, s, _ = self.picture(stream + h.npy(other), 2, 4)
        self.check(got, np.array([[50.0, 50, 70, 70]] * 2))
        self.assertEqual((s["tiles_received"], s["tiles_dropped"]), (7, 3))

    def test_other_levels_are_refused(self):
        t = tiles("f4", (2, 2), level=[0, 1], col0=0)
        t["data"][0], t["data"][1] = 7, 9
        got, s, err = self.picture(h.npy(t), 2, 2)
        self.check(got, np.full((2, 2), 7.0))
        self.assertEqual(s["records_rejected"], 1)
        self.assertIn("level", err)

    def test_structured_files_are_streams(self):
        t = tiles("f4", (2, 2), col0=[0, 2])
        t["data"][0], t["data"][1] = 7, 9
        path = self.save("t.npy", t)
        h.run(path, "-o", self.path("a.png"), "--bare", "--size", "4x2", "--vmin", 0, "--vmax", 100, check=0)
        self.check(h.pixels(self.path("a.png")), np.array([[7.0, 7, 9, 9]] * 2))

    def test_other_structures_say_what_is_wanted(self):
        r = h.run("-o", self.path("a.png"), stdin=h.npy(np.zeros(3, [("a", "f4"), ("b", "u1")])) + h.npy(np.ones((2, 2))), check=0)
        self.assertIn("'data'", r.err)
        self.assertIn("'x' and 'y'", r.err)

    def test_from_several_connections_at_random(self):
        """Unequal tiles by three producers; every one ends at its newest."""
        rng = np.random.default_rng(5)
        port = h.free_port()
        process = h.start("--listen", port, "-o", self.path("a.png"), "--bare", "--size", "48x32", "--vmin", 0, "--vmax", 100, "--duration", 2.5)
        self.addCleanup(process.kill)
        want = np.full((32, 48), np.nan)
        socks = [h.connect(port) for _ in range(3)]
        for i in range(60):
            r, c, tr, tc = rng.integers(0, 16), 16 * (i % 3) + rng.integers(0, 8), rng.integers(1, 16), rng.integers(1, 9)
            t = tiles("f4", (int(tr), int(tc)), row0=r, col0=c, seq=i)
            t["data"] = rng.integers(0, 100, (tr, tc))
            want[r:r + tr, c:c + tc] = t["data"]
            socks[i % 3].sendall(b'{"shape": [32, 48]}\n' + h.npy(t))
        code, _, err = h.finish(process)
        for sock in socks:
            sock.close()
        self.assertEqual(code, 0, err)
        self.check(h.pixels(self.path("a.png")), want)


class Frames(h.TempDirTest):
    """frame + ntiles: together or not at all."""

    def live(self):
        port = h.free_port()
        process = h.start("--listen", port, "-o", self.path("f%03d.png"), "--bare", "--size", "4x2", "--vmin", 0, "--vmax", 100, "--duration", 2)
        self.addCleanup(process.kill)
        socks = h.connect(port), h.connect(port)
        for sock in socks:
            self.addCleanup(sock.close)
        return process, *socks

    def tile(self, frame, col0, value, ntiles=2):
        t = tiles("f4", (2, 2), col0=col0, frame=frame, ntiles=ntiles)
        t["data"] = value
        return h.npy(t)

    def pictures(self, process):
        code, _, err = h.finish(process)
        self.assertEqual(code, 0, err)
        return [h.pixels(p) for p in sorted(glob.glob(self.path("f*.png")))]

    def shows(self, picture, left, right):
        want = np.array([[left, left, right, right]] * 2, float)
        bad = np.isnan(want)
        return bool((picture[bad] == GREY).all() and h.same_colours(picture, np.where(bad, 0, want), 0, 100)[~bad].all())

    def test_a_frame_shows_when_all_have_come(self):
        process, one, two = self.live()
        one.sendall(b'{"shape": [2, 4]}\n' + self.tile(1, 0, 10))
        time.sleep(0.2)
        two.sendall(self.tile(1, 2, 20))
        time.sleep(0.2)
        one.sendall(self.tile(2, 0, 30))
        time.sleep(0.2)
        two.sendall(self.tile(2, 2, 40))
        pictures = self.pictures(process)
        self.assertEqual(len(pictures), 2)
        self.assertTrue(self.shows(pictures[0], 10, 20) and self.shows(pictures[1], 30, 40))

    def test_a_newer_frame_ends_the_one_before(self):
        process, one, two = self.live()
        one.sendall(b'{"shape": [2, 4]}\n' + self.tile(1, 0, 10) + self.tile(2, 0, 30))
        time.sleep(0.2)
        two.sendall(self.tile(2, 2, 40))
        pictures = self.pictures(process)
        self.assertEqual(len(pictures), 2)
        self.assertTrue(self.shows(pictures[0], 10, np.nan) and self.shows(pictures[1], 30, 40))


class Parts(h.TempDirTest):
    def test_what_is_painted_bit_by_bit_looks_like_the_whole(self):
        """Zoomed out: only the touched footprints are reduced again, at any place and size."""
        rng = np.random.default_rng(6)
        grid = rng.random((500, 700)).astype("f4")
        for origin in ("upper", "lower"):
            args = ["--bare", "--size", "233x171", "--reduce", "max", "--origin", origin, "--policy", "all"]
            port = h.free_port()
            process = h.start("--listen", port, "-o", self.path("p%03d.png"), *args, "--duration", 2.5)
            self.addCleanup(process.kill)
            with h.connect(port) as sock:
                first = tiles("f4", grid.shape, row0=0)
                first["data"] = grid
                sock.sendall(h.npy(first))
                for i in range(40):
                    r, c, tr, tc = (int(v) for v in rng.integers((0, 0, 1, 1), (480, 680, 90, 120)))
                    t = tiles("f4", (tr, tc), row0=r, col0=c)
                    t["data"] = rng.random((tr, tc)) * (1 + i % 5 / 4)  # the range grows and shrinks
                    t["data"][0, 0, 0] = np.nan if i % 7 == 0 else 1
                    part = grid[r:r + tr, c:c + tc]
                    part[...] = t["data"][0, :part.shape[0], :part.shape[1]]
                    sock.sendall(b'{"shape": [500, 700]}\n' + h.npy(t))
                    time.sleep(0.02)
                code, _, err = h.finish(process)
            self.assertEqual(code, 0, err)
            pictures = sorted(glob.glob(self.path("p*.png")))
            self.assertGreater(len(pictures), 10)
            h.run(self.save("grid.npy", grid), "-o", self.path("whole.png"), *args, check=0)
            self.assertTrue((h.pixels(pictures[-1]) == h.pixels(self.path("whole.png"))).all(), origin)
            for p in pictures:
                os.unlink(p)


class Channels(h.TempDirTest):
    def test_frames_of_channels(self):
        a = np.random.default_rng(4).random((3, 5, 6)).astype("f4")
        names = b'{"axes": "CYX", "channels": ["red", "green", "blue"]}\n'
        for args, channel in (([], 0), (["--channel", 2], 2), (["--channel", "green"], 1), (["--channel", 9], 0)):
            for order in (a, np.asfortranarray(a)):
                r = h.run("-o", "-", "--bare", "--size", "6x5", "--vmin", 0, "--vmax", 1, *args, stdin=names + h.npy(order), check=0)
                self.assertTrue(h.same_colours(h.pixels(r.stdout), a[channel], 0, 1).all(), (args, channel))
        r = h.run("-o", "-", "--bare", "--size", "6x5", stdin=b'{"axes": "CYX", "channel": 1}\n' + h.npy(a), check=0)
        lo, hi = a[1].min(), a[1].max()  # the range is the channel's own
        self.assertTrue(h.same_colours(h.pixels(r.stdout), a[1], lo, hi).all())

    def test_tiles_of_channels(self):
        t = tiles("u2", (2, 3), chan=[0, 1, 1], row0=[0, 0, 2])
        t["data"] = np.array([10, 20, 30])[:, None, None]
        for channel, want in ((0, [[10.0] * 3] * 2 + [[np.nan] * 3] * 2), (1, [[20.0] * 3] * 2 + [[30.0] * 3] * 2)):
            r = h.run("-o", "-", "--bare", "--size", "3x4", "--vmin", 0, "--vmax", 100, "--channel", channel, stdin=h.npy(t), check=0)
            got, want = h.pixels(r.stdout), np.array(want)
            bad = np.isnan(want)
            self.assertTrue((got[bad] == GREY).all())
            self.assertTrue(h.same_colours(got, np.where(bad, 0, want), 0, 100)[~bad].all(), channel)


class Window(h.TempDirTest):
    def setUp(self):
        super().setUp()
        self.desktop = h.Desktop()
        self.addCleanup(self.desktop.close)

    def test_n_shows_the_next_channel_and_a_click_names_it(self):
        port = h.free_port()
        process = h.start("--listen", port, "--bare", "--size", "300x200", "--vmin", 0, "--vmax", 1, env=self.desktop.env)
        self.addCleanup(process.kill)
        a = np.zeros((3, 2, 3), "f4")
        a[1], a[2] = 0.5, 1
        with h.connect(port) as sock:
            sock.sendall(b'{"axes": "CYX", "channels": ["red", "green", "blue"]}\n' + h.npy(a))
            window = self.desktop.window(process)
            time.sleep(0.5)
            for value in (0, 0.5, 1, 0):
                got = self.desktop.screenshot(window)[40:60, 40:60]
                self.assertTrue(h.same_colours(got, np.full((20, 20), value), 0, 1).all(), value)
                self.desktop.xdotool("key", "--window", window, "n")
                time.sleep(0.4)
            self.desktop.xdotool("mousemove", "--window", window, 150, 100, "click", 1)
            time.sleep(0.5)
            code, out, err = h.stop(process)
        self.assertIn('"channel":1,"channel_name":"green"', out)


class Example(h.TempDirTest):
    def test_tiles(self):
        port = h.free_port()
        process = h.start("--listen", port, "--headless", "--duration", 3, "--stats", "-")
        self.addCleanup(process.kill)
        h.connect(port).close()
        producer = subprocess.run([sys.executable, os.path.join(h.ROOT, "examples/tiles.py"), str(port), "10"], timeout=30)
        code, text, err = h.finish(process)
        s = h.stats(text)
        self.assertEqual((producer.returncode, code, s["tiles_received"], s["records_rejected"]), (0, 0, 160, 0), err)


if __name__ == "__main__":
    h.main()
