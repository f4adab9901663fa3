#!/usr/bin/env python3
"""The history: pausing, scrubbing, playing, saving and playing what was saved, in a real window and from a real socket."""
import glob
import json
import os
import time
import unittest

import numpy as np

import harness as h

NUM, SIDE, HISTORY, PICKS = (2000, 512, "3G", 20) if h.LONG else (200, 128, "128M", 8)
W, H = 800, 600
STRIP = sum(int(v * 100 / 72) for v in (17, 11, 8))  # the time line's, below the picture
BLOCK_H = (H - STRIP) // 4


class History(h.WindowTest):
    def open(self, *args, size=f"{W}x{H}"):
        self.launch("--size", size, "--stats", self.path("stats.json"), *args)

    def listen(self, *args, **kwargs):
        port = h.free_port()
        self.open("--listen", port, *args, **kwargs)
        sock = h.connect(port)
        self.addCleanup(sock.close)
        return sock

    def key(self, *keys):
        self.desktop.xdotool("windowfocus", "--sync", self.id)
        self.desktop.xdotool("key", *keys)
        time.sleep(0.2)

    def scrub(self, frame, num):
        """Press in the middle of a frame's part of the track."""
        scale = 100 / 72
        pad = int(8 * scale)
        x = pad + (frame + 0.5) * (W - 2 * pad) / num
        self.desktop.xdotool("mousemove", "--window", self.id, int(x), H - 16, "mousedown", "1", "mouseup", "1")
        time.sleep(0.1)
        return int((int(x) - pad) * num // (W - 2 * pad))

    def close(self):
        self.key("q")
        code, out, err = h.finish(self.process, 600)
        with open(self.path("stats.json")) as f:
            return code, out, err, json.load(f)

    def value(self, shot):
        """Which frame of constant cells, of 0 to 120 in grey, is on show."""
        table = h.viridis(np.arange(121.0), 0, 120, "gray")[0][:, 0]
        return int(np.flatnonzero(table == int(np.median(shot[100:400, 100:700, 0])))[0])

    def read_stream(self, path):
        """The records of a saved stream, as ([(settings, array)])."""
        records, settings = [], {}
        with open(path, "rb") as f:
            while first := f.read(1):
                f.seek(-1, os.SEEK_CUR)
                if first == b"{":
                    settings = json.loads(f.readline())
                else:
                    records.append((settings, np.load(f)))
        return records

    def test_scrub_and_save(self):
        """MUST SHOW 7: every frame scrubbed to is the true one; what is saved is what was sent."""
        sock = self.listen("--history", HISTORY, "--bare", "--cmap", "gray", "--vmin", 0, "--vmax", 255)
        rng = np.random.default_rng(7)
        stamp = 1_700_000_000_000_000_000
        marks = rng.integers(0, 256, (NUM, 4, 4)).astype("f4")
        body = rng.random((NUM, 8), dtype="f4")

        def frame(i):
            """A 4 x 4 pattern of its own, with noise that can't be seen in the first and last rows."""
            a = np.kron(marks[i], np.ones((SIDE // 4, SIDE // 4), "f4"))
            a[-1, :8] = body[i]
            return a

        for i in range(NUM):
            sock.sendall(b'{"t_ns": %d}\n' % (stamp + i * 7_000_001) + h.npy(frame(i)))
        time.sleep(0.8)
        self.key("space")
        for i in rng.choice(NUM, PICKS, replace=False):
            at = self.scrub(int(i), NUM)
            if NUM <= W // 2:
                self.assertEqual(at, i)
            for _ in range(abs(at - int(i))):  # two frames on one pixel column: step to the other
                self.key("period" if at < i else "comma")
            shot = self.settle()
            for r in range(4):  # above the time line's strip
                for c in range(4):
                    block = shot[r * BLOCK_H + 20:r * BLOCK_H + BLOCK_H - 20, c * 200 + 20:c * 200 + 180]
                    self.assertTrue((np.abs(block.astype(int) - marks[i, r, c]) <= 1).all(), (i, r, c, block[0, 0], marks[i, r, c]))
        self.key("S")
        end = time.time() + 300
        while not glob.glob(self.path("heatscope-*.npy")) and time.time() < end:
            time.sleep(0.1)
        code, _, err, stats = self.close()  # waits until it is written
        self.assertEqual(code, 0, err)
        self.assertIn(f"saved {NUM} frames", err)
        self.assertEqual(stats["frames_received"], NUM)
        self.assertEqual(stats["frames_shown"] + stats["frames_dropped"], NUM)
        saved = np.load(glob.glob(self.path("heatscope-*.npy"))[0], mmap_mode="r")
        self.assertEqual((saved.shape, saved.dtype), ((NUM, SIDE, SIDE), np.dtype("f4")))
        records = self.read_stream(glob.glob(self.path("heatscope-*.hsr"))[0])
        self.assertEqual(len(records), NUM)
        for i, (settings, array) in enumerate(records):
            self.assertEqual(settings["t_ns"], stamp + i * 7_000_001)
            self.assertEqual(array.tobytes(), frame(i).tobytes())
            self.assertEqual(saved[i].tobytes(), array.tobytes())

    def send_grey(self, sock, values, gap_s=0.02):
        for v in values:
            sock.sendall(b'{"t_ns": %d}\n' % (1_700_000_000_000_000_000 + v * 50_000_000) + h.npy(np.full((8, 8), v, "u1")))
            time.sleep(gap_s)

    def test_pause_keeps_storing_and_live_is_one_key(self):
        sock = self.listen("--bare", "--cmap", "gray", "--vmin", 0, "--vmax", 120)
        self.send_grey(sock, range(50))
        time.sleep(0.4)
        self.key("space")
        self.send_grey(sock, range(50, 100), 0.002)
        time.sleep(0.4)
        self.assertEqual(self.value(self.settle()), 49)  # the paused frame is held
        for i in (0, 30, 75, 98):
            self.scrub(i, 100)
            self.assertEqual(self.value(self.settle()), i)
        self.key("period")
        self.assertEqual(self.value(self.settle()), 99)
        self.key("comma", "comma")
        self.assertEqual(self.value(self.settle()), 97)
        for key in ("End", "space"):
            self.scrub(10, 100)
            self.assertEqual(self.value(self.settle()), 10)
            self.key(key)
            self.assertEqual(self.value(self.settle()), 99)
            self.key("space")
        self.key("space")
        self.send_grey(sock, [115])
        time.sleep(0.3)
        self.assertEqual(self.value(self.settle()), 115)
        stats = self.close()[3]
        self.assertEqual((stats["frames_received"], stats["frames_shown"] + stats["frames_dropped"]), (101, 101))

    def test_the_held_frame_outlives_the_budget(self):
        sock = self.listen("--bare", "--cmap", "gray", "--vmin", 0, "--vmax", 120, "--history", "1M")
        self.send_grey(sock, [110])
        time.sleep(0.4)
        self.key("space")
        for i in range(100):
            sock.sendall(h.npy(np.full((400, 400), i, "u1")))
        time.sleep(0.3)
        self.assertEqual(self.value(self.settle()), 110)
        self.key("comma")
        self.assertEqual(self.value(self.settle()), 110)
        self.key("P")
        self.assertEqual(self.value(self.settle()), 110)
        self.key("period")  # on to the oldest that is kept
        self.assertTrue(90 < self.value(self.settle()) < 98)
        self.key("p")  # plays what is left, and goes live at its end
        time.sleep(0.5)
        self.assertEqual(self.value(self.settle()), 99)
        self.close()

    def play_from(self, at, speed):
        """Play frames 50 ms apart at that speed. A machine that stood still meanwhile has other chances."""
        for _ in range(4):
            self.scrub(at, 100)
            self.key("p")
            seen = []
            while not seen or (seen[-1][0] < seen[0][0] + 1 and seen[-1][1] < 95):
                begin = time.time()
                value = self.value(self.desktop.screenshot(self.id))
                seen.append(((begin + time.time()) / 2, value))
            (begin, first), (end, last) = seen[0], seen[-1]
            if end - begin > 0.2 and last < 99 and abs((last - first) / 20 / (end - begin) - speed) < 0.35 * speed:
                return
        self.fail(f"at {speed}x: {seen}")

    def test_play_at_a_speed(self):
        sock = self.listen("--bare", "--cmap", "gray", "--vmin", 0, "--vmax", 120)
        self.send_grey(sock, range(100), 0.003)  # stamps are 50 ms apart
        time.sleep(0.4)
        for keys, speed in (([], 1), (["bracketright"] * 2, 4), (["bracketleft"] * 3, 0.5)):
            self.key("space")
            for k in keys:
                self.key(k)
            self.play_from(20, speed)
            at = self.scrub(60, 100)
            self.key("P")
            time.sleep(0.3)
            self.assertLess(self.value(self.desktop.screenshot(self.id)), at)
            self.key("P")
            self.key("End")
        self.close()

    def test_time_line_marks_drops_and_clipping(self):
        sock = self.listen("--bare", "--cmap", "gray", "--vmin", 0, "--vmax", 240)
        self.send_grey(sock, range(0, 40), 0.03)
        time.sleep(0.3)
        self.key("space")
        for v in range(40, 80):  # while paused: dropped, and the last ten out of range
            sock.sendall(h.npy(np.full((8, 8), v + (170 if v >= 70 else 0), "u1")))
        time.sleep(0.6)
        self.desktop.xdotool("mousemove", "--window", self.id, 5, 5)
        shot = self.settle().astype(int)
        red = (shot[..., 0] > 200) & (shot[..., 1] < 120) & (shot[..., 2] < 120)
        blue = (abs(shot - (95, 165, 255)) < 8).all(axis=-1)
        yellow = (shot[..., 0] > 230) & (abs(shot[..., 1] - 205) < 20) & (shot[..., 2] < 120)
        track = slice(H - 30, H)
        columns = lambda mask: np.flatnonzero(mask[track, 11:-11].any(axis=0)) * 80 / (W - 22)
        live, held = (columns(red) < 39.9).sum() / (W - 22), (columns(blue) > 39.9).sum() / (W - 22)
        self.assertTrue(live < 0.1 and held > 0.47, (live, held))  # a busy machine may drop a few of the first ones, too
        self.assertFalse((columns(red) > 40.1).any() or (columns(blue) < 39.9).any())
        time.sleep(1)
        self.key("Home")  # so that the title is up to date
        title = self.desktop.title(self.id)
        self.assertIn("39 kept, not shown live", title)  # the newest is still to be shown
        self.assertNotRegex(title, r"\b[3-9]\d dropped")
        self.assertTrue(70.9 < columns(yellow).min() and columns(yellow).max() > 79, columns(yellow))  # 240 itself isn't clipped
        self.close()

    def test_looking_back_at_tiles_and_events(self):
        tile = np.zeros((), [("data", "f4", (4, 4)), ("row0", "i4"), ("col0", "i4")])
        events = np.zeros(16, [("x", "f4"), ("y", "f4"), ("w", "f4")])
        events["x"], events["y"] = np.indices((4, 4)).reshape(2, 16)
        for painted in ("tiles", "events"):
            sock = self.listen("--bare", "--cmap", "gray", "--vmin", 0, "--vmax", 120)
            for v in (10, 20, 30, 40, 50):
                tile["data"], events["w"] = v, 10
                sock.sendall(h.npy(tile if painted == "tiles" else events))
                time.sleep(0.15)
            time.sleep(0.3)
            self.key("space")
            self.assertEqual(self.value(self.settle()), 50)
            tile["data"] = 100
            events["w"] = 50
            sock.sendall(h.npy(tile if painted == "tiles" else events))  # painted, but not on show
            time.sleep(0.3)
            seen = [50]
            while seen[-1] > 10 and len(seen) < 20:
                self.key("comma")
                seen.append(self.value(self.settle()))
            self.assertEqual(sorted(set(seen), reverse=True), [50, 40, 30, 20, 10])
            self.assertEqual(sorted(seen, reverse=True), seen)
            self.key("S")
            time.sleep(0.5)
            self.key("End")
            self.assertEqual(self.value(self.settle()), 100)
            tile["data"], events["w"] = 110, 10
            sock.sendall(h.npy(tile if painted == "tiles" else events))
            time.sleep(0.3)
            self.assertEqual(self.value(self.settle()), 110)
            code, _, err, stats = self.close()
            self.assertEqual((stats["frames_received"], stats["frames_shown"], stats["frames_dropped"]), (0, 0, 0))
            saved = np.load(glob.glob(self.path("heatscope-*.npy"))[0])
            self.assertEqual(saved.shape[1:], (4, 4))
            self.assertEqual(sorted(set(saved[:, 2, 2])), [10, 20, 30, 40, 50])
            for f in glob.glob(self.path("heatscope-*")):
                os.unlink(f)
            sock.close()

    def strip_of(self, shot):
        """Height of the dark strip at the window's bottom, over its whole width."""
        dark = (shot[:, :3].max(axis=(1, 2)) < 40) & (shot[:, -3:].max(axis=(1, 2)) < 40)
        return len(shot) - (np.flatnonzero(~dark).max() + 1)

    def test_the_time_line_has_a_strip_of_its_own(self):
        rng = np.random.default_rng(1)
        for width, height, panels in ((W, H, 1), (320, 200, 1), (W, 400, 3)):
            with self.subTest(width=width, height=height, panels=panels):
                ports = [h.free_port() for _ in range(panels)]
                self.open(*(f"--listen={p}" for p in ports), "--xlabel", "jygp", size=f"{width}x{height}")
                for i, port in enumerate(ports):  # the last one has nothing to go back to
                    with h.connect(port) as sock:
                        for _ in range(5 if i < 2 else 1):
                            sock.sendall(h.npy(rng.random((20, 30))))
                            time.sleep(0.03)
                time.sleep(0.5)
                self.desktop.xdotool("mousemove", "--window", self.id, 30, 30)
                self.key("s")
                time.sleep(2.2)
                live = self.settle()
                self.assertEqual(self.strip_of(live), 0)
                self.key("space")
                paused = self.settle()
                self.assertEqual(self.strip_of(paused), STRIP)
                self.desktop.xdotool("mousemove", "--window", self.id, width - 30, 30)
                np.testing.assert_array_equal(self.strip_of(self.settle()), STRIP)
                self.assertGreater(self.ink(paused[:height - STRIP]), 0.8 * self.ink(live))  # all of the words are still there
                self.key("s")
                self.key("space")
                time.sleep(2.2)
                np.testing.assert_array_equal(self.settle()[height // 2:-25], live[height // 2:-25])  # the corner tells an age
                first, second = (h.pixels(f).copy() for f in sorted(glob.glob(self.path("heatscope-*.png")), key=os.path.getmtime))
                self.assertEqual(first.shape, (height, width, 3))
                first[height - 25:] = second[height - 25:] = 0  # the second says that it is paused
                self.assertLess((first != second).any(axis=-1).mean(), 0.002)
                self.close()
                for f in glob.glob(self.path("heatscope-*.png")):
                    os.unlink(f)

    def ink(self, shot):
        """How many pixels are nearly black: words and ticks."""
        return int((shot.max(axis=-1) < 60).sum())

    def test_metadata_come_back_options_stay(self):
        sock = self.listen()
        for units, label in (("K", "first"), ("V", "second")):
            sock.sendall(json.dumps({"units": units, "row_labels": [label, "b"]}).encode() + b"\n" + h.npy(np.eye(2)))
            time.sleep(0.3)
        sock.sendall(b'{"cmap": "magma"}\n' + h.npy(np.eye(2)))
        time.sleep(0.3)
        probe = []
        for key in (None, "comma", "comma"):
            if key:
                self.key(key)
            self.desktop.xdotool("mousemove", "--window", self.id, 200, 100, "click", "1")
            time.sleep(0.5)
            shot = self.desktop.screenshot(self.id)
            self.assertTrue((np.abs(shot[60, 200].astype(int) - [252, 253, 191]) <= 1).all(), shot[60, 200])  # magma's last
        lines = [json.loads(l) for l in self.close()[1].splitlines()]
        self.assertEqual([(l.get("units"), l.get("row_label")) for l in lines], [("V", "second"), ("V", "second"), ("K", "first")])

    def test_saved_stream_keeps_shapes_metadata_and_plays_in_time(self):
        sock = self.listen()
        stamp = 1_700_000_000_000_000_000
        arrays = [np.arange(6, dtype="u2").reshape(2, 3), np.asfortranarray(np.random.default_rng(1).random((5, 4))),
                  np.array([[True, False]]), np.full((3, 3), np.nan, "f2")]
        lines = [{"units": "K"}, {"row_labels": list("abcde")}, {"units": None, "row_labels": None}, {}]
        for i, (a, line) in enumerate(zip(arrays, lines)):
            sock.sendall(json.dumps(dict(line, t_ns=stamp + i * 300_000_000)).encode() + b"\n" + h.npy(a))
        sock.sendall(b'{"axes": "CYX", "t_ns": %d}\n' % (stamp + 1_200_000_000) + h.npy(np.arange(24.0).reshape(2, 3, 4)))
        time.sleep(0.5)
        self.key("S")
        time.sleep(0.3)
        self.close()
        self.assertEqual(glob.glob(self.path("heatscope-*.npy")), [])
        path = glob.glob(self.path("heatscope-*.hsr"))[0]
        records = self.read_stream(path)
        self.assertEqual([r[0]["t_ns"] for r in records], [stamp + i * 300_000_000 for i in range(5)])
        for (_, got), sent in zip(records, arrays + [np.arange(24.0).reshape(2, 3, 4)]):
            self.assertEqual((got.dtype, got.tobytes()), (sent.dtype, np.ascontiguousarray(sent).tobytes()))
        self.assertEqual([r[0].get("units", 0) for r in records], ["K", "K", None, 0, 0])
        self.assertEqual(records[1][0]["row_labels"], list("abcde"))
        for args, seconds in (([], 1.2), (["--fps", 100], 0.04), (["--fps", 0], 0)):
            s = h.stats(h.run(path, "--headless", "--stats", "-", *args, check=0).out)
            self.assertEqual((s["frames_shown"], s["records_rejected"]), (5, 0))
            self.assertTrue(seconds <= s["seconds"] < seconds + (3 if h.SANITIZED else 0.6), (args, s["seconds"]))


if __name__ == "__main__":
    h.main()
