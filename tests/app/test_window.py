#!/usr/bin/env python3
"""A real window under Xvfb with a window manager, real keys and a real mouse."""
import json
import os
import signal
import subprocess
import time
import unittest

import numpy as np

import harness as h


class Window(h.WindowTest):
    def open(self, *args, size="800x600"):
        self.launch("--size", size, *args)
        self.settle()
        return self.id

    def pointer(self, x, y):
        self.desktop.xdotool("mousemove", "--window", self.id, x, y)
        time.sleep(0.1)

    def key(self, *keys):
        self.desktop.xdotool("windowfocus", "--sync", self.id)
        self.desktop.xdotool("key", *keys)
        time.sleep(0.15)

    def close(self):
        self.key("q")
        return h.finish(self.process, 20)

    def test_a_key_puts_numbers_into_cells(self):
        self.open(self.save("a.npy", np.random.default_rng(1).random((5, 6))))
        self.pointer(2, 2)

        def inks(p):
            return (p[60:500, 60:650] == 38).all(axis=2).any() and (p[60:500, 60:650] == 255).all(axis=2).any()

        self.eventually(lambda p: self.assertFalse(inks(p)))
        self.key("numbersign")
        self.eventually(lambda p: self.assertTrue(inks(p)))
        self.key("numbersign")
        self.eventually(lambda p: self.assertFalse(inks(p)))
        self.close()

    def test_same_pixels_as_a_picture(self):
        path = self.save("a.npy", np.random.default_rng(1).random((30, 40)).astype("f4"))
        self.open(path)
        self.pointer(2, 2)
        h.run(path, "-o", self.path("p.png"), "--size", "800x600", check=0)
        self.eventually(lambda shot: np.testing.assert_array_equal(shot, h.pixels(self.path("p.png"))))
        self.assertEqual(self.close()[0], 0)

    def test_a_server_that_shares_no_memory(self):
        """As in a container: the server refuses the shared segment, and GL shows the picture."""
        if subprocess.run(["unshare", "-i", "true"], capture_output=True).returncode != 0:
            self.skipTest("may not leave the IPC namespace")
        path = self.save("a.npy", np.random.default_rng(7).random((30, 40)).astype("f4"))
        self.process = subprocess.Popen(["unshare", "-i", h.HEATSCOPE, path, "--size", "800x600"], env=self.desktop.env, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, cwd=self.dir)
        self.addCleanup(lambda: self.process.poll() is None and (self.process.kill(), self.process.wait()))
        self.id = self.desktop.window(self.process)
        self.pointer(2, 2)
        h.run(path, "-o", self.path("p.png"), "--size", "800x600", check=0)
        self.eventually(lambda shot: np.testing.assert_array_equal(shot, h.pixels(self.path("p.png"))))
        self.assertEqual(self.close()[0], 0)

    def test_drag_pans_by_the_pixels_dragged(self):
        for shape in ((30, 40), (3000, 4000)):
            self.open(self.save("a.npy", np.random.default_rng(2).random(shape).astype("f4")), "--bare", "--vmin", 0, "--vmax", 1)
            self.pointer(790, 590)
            for _ in range(3):  # away from the fit, so that every edge is data
                self.desktop.xdotool("mousemove", "--window", self.id, 400, 300, "click", "4")
            self.pointer(300, 300)
            before = self.settle()
            d = self.desktop
            d.xdotool("mousemove", "--window", self.id, 300, 300, "mousedown", "1")
            for x, y in ((310, 303), (330, 320), (337, 341)):
                d.xdotool("mousemove", "--window", self.id, x, y)
            d.xdotool("mouseup", "1")
            time.sleep(0.2)
            dx, dy = 37, 41
            inner = np.s_[100:400, 100:600]  # read-out and edges apart
            self.eventually(lambda after: np.testing.assert_array_equal(after[100 + dy:400 + dy, 100 + dx:600 + dx], before[inner]))
            self.close()

    def test_a_drag_that_is_over_before_it_is_seen(self):
        """As on a busy machine: every press and click counts where it was made, not where the pointer is by now."""
        self.open(self.save("a.npy", np.arange(1200.0).reshape(30, 40)), "--bare")
        for _ in range(3):
            self.desktop.xdotool("mousemove", "--window", self.id, 400, 300, "click", "4")
        self.pointer(300, 300)
        before = self.settle()
        self.process.send_signal(signal.SIGSTOP)
        time.sleep(0.1)
        self.desktop.xdotool("mousedown", "1", "sleep", 0.1, "mousemove", "--window", self.id, 337, 341, "sleep", 0.1, "mouseup", "1", "sleep", 0.1,
                             "mousemove", "--window", self.id, 300, 300)
        self.process.send_signal(signal.SIGCONT)
        dx, dy = 37, 41
        inner = np.s_[100:400, 100:600]
        self.eventually(lambda after: np.testing.assert_array_equal(after[100 + dy:400 + dy, 100 + dx:600 + dx], before[inner]))
        self.close()

    def test_wheel_keeps_the_cell_under_the_pointer(self):
        self.open(self.save("a.npy", np.arange(1200.0).reshape(30, 40)))
        for x, y in ((300, 200), (420, 411), (150, 333)):
            self.key("r")
            self.pointer(x, y)
            cells = []
            for _ in range(6):
                self.desktop.xdotool("click", "1")
                time.sleep(0.5)  # not a double click
                self.desktop.xdotool("click", "4")
                time.sleep(0.15)
        code, out, err = self.close()
        lines = [json.loads(line) for line in out.splitlines()]
        self.assertEqual(len(lines), 18, err)
        for i in range(0, 18, 6):
            self.assertEqual(len({(l["row"], l["col"]) for l in lines[i:i + 6]}), 1, lines[i:i + 6])

    def test_click_prints_the_true_cell(self):
        a = np.arange(12, dtype="i8").reshape(3, 4) + 2**53 + 1
        self.open(self.save("a.npy", a), "--bare")
        for r in range(3):
            for c in range(4):
                self.pointer(int((c + 0.5) * 200), int((r + 0.5) * 200))
                self.desktop.xdotool("click", "1")
                time.sleep(0.45)
        out = self.close()[1]
        got = [(l["row"], l["col"], l["value"], l["dtype"]) for l in map(json.loads, out.splitlines())]
        self.assertEqual(got, [(r, c, int(a[r, c]), "int64") for r in range(3) for c in range(4)])

    def test_nan_is_said_as_nan(self):
        self.open(self.save("a.npy", np.array([[np.nan, 1.0]])), "--bare")
        self.pointer(200, 300)
        self.desktop.xdotool("click", "1")
        time.sleep(0.2)
        self.assertEqual(json.loads(self.close()[1])["value"], "nan")

    def test_read_out_appears_and_goes(self):
        self.open(self.save("a.npy", np.zeros((3, 4))), "--bare")
        self.pointer(400, 100)
        corner = np.s_[560:596, 5:200]
        self.assertGreater(self.settle()[corner].std(axis=(0, 1)).max(), 20)
        self.desktop.xdotool("mousemove", 1390, 890)
        time.sleep(0.2)
        self.assertEqual(self.settle()[corner].std(axis=(0, 1)).max(), 0)
        self.close()

    def test_kinds_follow_each_other_under_the_pointer(self):
        """The read-out never looks at one frame with the maps of another."""
        port = h.free_port()
        self.open("--listen", port, "--policy", "all", "--no-vsync", "--stats", "-")
        tile = np.zeros((), [("row0", "i4"), ("col0", "i4"), ("data", "f4", (8, 9))])
        event = np.zeros(3, [("x", "f4"), ("y", "f4")])
        line = lambda x: (json.dumps(x) + "\n").encode()
        kinds = [h.npy(np.random.rand(20, 30).astype("f4")), h.npy(np.random.rand(30).astype("f4")), h.npy(tile), h.npy(event),
                 line({"axes": "CYX"}) + h.npy(np.random.rand(3, 40, 50).astype("f4")) + line({"axes": None}),
                 line({"axes": "TX"}) + h.npy(np.random.rand(700, 30).astype("f4")) + line({"axes": None}),
                 line({"x-edges": [float(x * x) for x in range(31)]}) + h.npy(np.random.rand(5, 30).astype("f4")) + line({"x-edges": None})]
        self.pointer(400, 300)
        with h.connect(port) as s:
            for first in kinds:
                for then in kinds:
                    s.sendall(first + then)
                    time.sleep(0.03)
            time.sleep(0.3)
            self.assertIsNone(self.process.poll(), "it goes on")
            code, out, err = self.close()
        self.assertEqual(code, 0, err)
        self.assertEqual(h.stats(out)["records_rejected"], 0, err)

    def test_keys_change_the_picture(self):
        self.open(self.save("a.npy", np.random.default_rng(3).random((30, 40)) + 0.01))
        self.pointer(2, 2)
        plain = self.settle()
        for key in ("question", "i", "c", "l", "g", "plus", "Right"):
            before = self.settle()
            self.key(key)
            self.assertTrue((self.settle() != before).any(), key)
        for key in ("Escape", "C", "l", "g", "Home"):
            self.key(key)
        time.sleep(2.5)  # messages go by themselves
        self.eventually(lambda shot: np.testing.assert_array_equal(shot, plain))
        self.close()

    def test_zoom_box_and_double_click(self):
        self.open(self.save("a.npy", np.arange(1200.0).reshape(30, 40)), "--bare")
        self.pointer(790, 590)
        fitted = self.settle()
        self.desktop.xdotool("mousemove", "--window", self.id, 200, 200, "mousedown", "3", "mousemove", "--window", self.id, 300, 260)
        time.sleep(0.2)
        self.desktop.xdotool("mousemove", "--window", self.id, 400, 300, "mouseup", "3")
        time.sleep(0.3)
        zoomed = self.settle()
        self.assertGreater(np.count_nonzero((zoomed != fitted).any(-1)), 100000)
        self.pointer(790, 590)
        self.desktop.xdotool("click", "--repeat", "2", "--delay", "60", "1")
        time.sleep(0.3)
        self.eventually(lambda shot: np.testing.assert_array_equal(shot[:500], fitted[:500]))
        self.close()

    def test_clicks_with_a_key_between_that_are_seen_at_once(self):
        self.open(self.save("a.npy", np.arange(1200.0).reshape(30, 40)), "--bare", "--view", "10:20,10:20")
        self.pointer(400, 300)
        zoomed = self.settle()
        self.process.send_signal(signal.SIGSTOP)
        self.desktop.xdotool("click", "1", "key", "l", "key", "l", "click", "1")
        self.process.send_signal(signal.SIGCONT)
        time.sleep(0.3)
        self.eventually(lambda shot: np.testing.assert_array_equal(shot[:250], zoomed[:250]))
        self.key("q")
        out = h.finish(self.process, 20)[1]
        self.assertEqual(len(out.splitlines()), 2, out)

    def test_save_picture(self):
        path = self.save("a.npy", np.random.default_rng(4).random((30, 40)))
        self.open(path)
        self.pointer(300, 300)
        self.key("s")
        time.sleep(0.5)
        saved = [n for n in os.listdir(self.dir) if n.startswith("heatscope-") and n.endswith(".png")]
        self.assertEqual(len(saved), 1)
        h.run(path, "-o", self.path("p.png"), "--size", "800x600", check=0)
        np.testing.assert_array_equal(h.pixels(self.path(saved[0])), h.pixels(self.path("p.png")))
        self.close()

    def test_resize_minimise_full_screen(self):
        self.open(self.save("a.npy", np.random.default_rng(5).random((30, 40))))
        for w, hh in ((500, 400), (321, 201), (1000, 700)):
            self.desktop.xdotool("windowsize", "--sync", self.id, w, hh)
            time.sleep(0.3)
            self.assertEqual(self.settle().shape, (hh, w, 3))
        self.desktop.xdotool("windowminimize", "--sync", self.id)
        time.sleep(0.3)
        self.desktop.xdotool("windowmap", "--sync", self.id)
        time.sleep(0.3)
        self.key("f")
        time.sleep(0.5)
        self.assertEqual(self.settle().shape, (900, 1400, 3))
        self.key("f")
        time.sleep(0.5)
        self.assertEqual(self.settle().shape, (700, 1000, 3))
        self.assertEqual(self.close()[0], 0)

    def cpu_seconds(self):
        with open(f"/proc/{self.process.pid}/stat") as f:
            fields = f.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def test_idle_costs_nothing(self):
        self.open(self.save("a.npy", np.random.default_rng(6).random((1000, 1000))), "--stats", self.path("s.json"))
        self.pointer(2, 2)
        self.settle()
        time.sleep(1.5)
        before = self.cpu_seconds()
        time.sleep(5)
        self.assertLessEqual(self.cpu_seconds() - before, 0.05)
        self.close()

    def note_is_shown(self, shot):
        """A line on a dark ground at the top of the plot, in the middle."""
        line = shot[10:60, 300:330]
        return (np.abs(line.astype(int) - (18, 20, 24)).max(axis=-1) < 40).mean() > 0.2

    def test_keys_that_can_do_nothing_say_why(self):
        for record in (h.npy(np.ones((8, 8))), h.npy(np.ones(8)) * 8):
            port = h.free_port()
            self.open("--listen", port, "--vmin", 0, "--vmax", 1, "--no-time-axis")
            with h.connect(port) as sock:
                sock.sendall(record)
                self.pointer(400, 300)
                time.sleep(0.3)
                for key in ("p", "P", "comma", "period", "n"):
                    self.key(key)
                    self.eventually(lambda shot: self.assertTrue(self.note_is_shown(shot), key), 3)
                    self.key("c", "C")  # whose notes are of one short word
                    self.eventually(lambda shot: self.assertFalse(self.note_is_shown(shot), key), 5)
                self.key("q")
            code, _, err = h.finish(self.process)
            self.assertTrue(code == 0 or h.SANITIZED, err)

    def test_a_missing_file_is_told_before_a_missing_display(self):
        env = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY")}
        r = h.run(self.path("no.npy"), env=env)
        self.assertEqual((r.returncode, len(r.err.splitlines())), (1, 1), r.err)
        self.assertIn("no.npy: No such file", r.err)

    def test_help_fits_a_small_window(self):
        self.open(self.save("a.npy", np.zeros((8, 8))), "--bare", size="500x300")
        self.pointer(495, 295)
        self.key("question")
        shot = self.settle()
        letters = (shot.min(axis=-1) > 150)
        rows = np.flatnonzero(letters.any(axis=1))
        gaps = np.flatnonzero(np.diff(rows) > 1)
        box = (np.abs(shot.astype(int) - (18, 20, 24)).max(axis=-1) < 40)
        self.assertTrue(box[:, 2:-2].any() and not letters[:2].any() and not letters[-2:].any())
        self.assertGreater(len(gaps), 8)

    def test_live_stream_pause_step_title(self):
        port = h.free_port()
        self.open("--listen", port, "--bare", "--vmin", 0, "--vmax", 255)
        with h.connect(port) as sock:
            for i in range(0, 200, 2):
                sock.sendall(h.npy(np.full((8, 8), i, "u1")))
                time.sleep(0.02)
            time.sleep(0.7)
            self.pointer(790, 10)
            self.assertTrue(h.same_colours(self.settle()[100:400], np.full((300, 800), 198.0), 0, 255).all())
            self.assertIn("8×8 uint8", self.desktop.title(self.id))
            self.key("comma")
            older = self.settle()[200:400, 100:500]
            self.assertTrue(h.same_colours(older, np.full((200, 400), 196.0), 0, 255).all(), older[0, 0])
            self.key("period")
            self.key("space")
            sock.sendall(h.npy(np.full((8, 8), 255, "u1")))
            time.sleep(0.5)
            self.assertTrue(h.same_colours(self.settle()[200:400], np.full((200, 800), 255.0), 0, 255).all())
        self.assertEqual(self.close()[0], 0)


if __name__ == "__main__":
    h.main()
