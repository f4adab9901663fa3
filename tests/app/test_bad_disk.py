#!/usr/bin/env python3
"""Files larger than memory on a disk that fails or stalls: what can be read is right, the rest is marked, and nothing waits for it."""
import json
import os
import re
import signal
import subprocess
import time

import numpy as np

import harness as h
from bad_disk import BadDisk

ROWS, COLS = 4000, 3000  # 48 MB
HEADER = 128


class Disk(h.TempDirTest):
    def setUp(self):
        super().setUp()
        self.a = np.random.default_rng(8).uniform(size=(ROWS, COLS)).astype("f4")
        self.disk = BadDisk(self.save("backing.npy", self.a), self.dir)
        self.addCleanup(self.disk.close)

    def rows(self, kind, first, end):
        return f"{kind} {HEADER + first * COLS * 4} {HEADER + end * COLS * 4}"

    def picture(self, *args, status=0):
        """400 x 300 pixels: 10 x 10 cells each. status: the exit status wanted. Reads that hang are ended once it is written: the system waits for them."""
        before = time.time()
        p = h.start(self.disk.path, "-o", self.path("p.png"), "--bare", "--size", "300x400", "--reduce", "max", "--vmin", 0, "--vmax", 1, "--memory",
                    "64M", *args)
        while p.poll() is None and not os.path.exists(self.path("p.png")) and time.time() < before + 30:
            time.sleep(0.05)
        self.took = time.time() - before
        time.sleep(0.3)
        self.disk.set()
        code, _, err = h.finish(p)
        self.assertEqual(code, status, err)
        return err, h.pixels(self.path("p.png"))

    def right(self, picture):
        """Which pixels show what is in the file."""
        return h.same_colours(picture, self.a.reshape(400, 10, 300, 10).max((1, 3)), 0, 1)

    def test_sound(self):
        err, picture = self.picture()
        self.assertEqual(err, "")
        self.assertTrue(self.right(picture).all())

    def test_sectors_that_cant_be_read(self):
        first, num = 1000 * COLS + 700, 1024  # cells, within a line
        self.disk.set(f"eio {HEADER + first * 4} {HEADER + (first + num) * 4}", self.rows("eio", 2000, 2100))
        err, picture = self.picture(status=1)
        self.assertEqual(err.count("Input/output error"), 1, err)
        self.assertEqual(err.count("\n"), 1, err)
        right = self.right(picture)
        wanted = np.ones((400, 300), bool)
        wanted[200:210] = False
        self.assertFalse(right[200:210].any())
        self.assertTrue(right[wanted][np.r_[0 : 100 * 300, 101 * 300 : 390 * 300]].all())
        self.assertFalse(right[100, 70:172].any())

    def test_a_part_that_stalls(self):
        self.disk.set(self.rows("stall", 1000, 1400))
        err, picture = self.picture(status=1)
        self.assertLess(self.took, 12)
        self.assertEqual(err.count("takes too long"), 1, err)
        self.assertEqual(err.count("\n"), 1, err)
        right = self.right(picture)
        self.assertFalse(right[100:140].any())
        self.assertTrue(right[:90].all() and right[150:].all(), f"{(~right[:90]).sum()} {(~right[150:]).sum()}")

    def interrupted(self, signum, *args, output="p.png", after=2):
        """While it waits for cells: what it says, and its exit status."""
        self.disk.set(self.rows("stall", 1000, ROWS))
        p = h.start(self.disk.path, "-o", self.path(output), "--size", "300x400", "--memory", "64M", *args)
        time.sleep(after)
        self.assertIsNone(p.poll())
        p.send_signal(signum)
        time.sleep(0.3)
        self.disk.set()
        code, out, err = h.finish(p)
        return code, out, err

    def test_an_interrupted_picture_is_not_written(self):
        with open(self.path("old.png"), "wb") as f:
            f.write(b"as it was")
        for signum, name in ((signal.SIGINT, "p.png"), (signal.SIGTERM, "old.png")):
            code, _, err = self.interrupted(signum, output=name)
            self.assertEqual(code, 1, err)
            said = re.escape(self.path(name)) + r" not written: interrupted at \d+ % \(--draft writes what there is\)\n"
            self.assertRegex(err, said)
        self.assertFalse(os.path.exists(self.path("p.png")))
        with open(self.path("old.png"), "rb") as f:
            self.assertEqual(f.read(), b"as it was")

    def test_an_interrupted_report_is_not_made(self):
        code, out, err = self.interrupted(signal.SIGINT, "--check")
        self.assertEqual((code, out), (1, ""), err)
        self.assertIn("not written: interrupted at", err)
        self.assertFalse(os.path.exists(self.path("p.png")))

    def test_a_report_of_a_sample_says_so(self):
        code, out, err = self.interrupted(signal.SIGINT, "--draft", "--check", after=1)
        self.assertEqual(code, 0, err)
        self.assertRegex(out, rf"of a sample of \d+ finite cells of {ROWS * COLS}\n")
        code, out, err = self.interrupted(signal.SIGINT, "--draft", "--check=json", after=1)
        data = json.loads(out)["data"]
        self.assertEqual((data["sample_of"], data["nan"]), (ROWS * COLS, None))

    def test_a_draft_says_that_its_range_is_estimated(self):
        """The line below it is longer then, and ends within the picture."""
        widths = []
        for args in ((), ("--vmin", 0, "--vmax", 1)):
            self.interrupted(signal.SIGINT, "--draft", "--size", "640x480", *args, after=1)
            picture = h.pixels(self.path("p.png")).astype(int)
            line = np.nonzero((np.abs(picture[-18:] - picture[0, 0]) > 60).any((0, 2)))[0]
            widths.append(line[-1] - line[0])
        self.assertTrue(widths[1] + 60 < widths[0] < 600, widths)

    def test_an_interrupted_draft_is(self):
        code, _, err = self.interrupted(signal.SIGINT, "--draft", after=1)
        self.assertEqual((code, err.count("not written")), (0, 0), err)
        self.assertEqual(h.pixels(self.path("p.png")).shape, (400, 300, 3))


class Window(Disk):
    @classmethod
    def setUpClass(cls):
        cls.desktop = h.Desktop()

    @classmethod
    def tearDownClass(cls):
        cls.desktop.close()

    test_sound = test_sectors_that_cant_be_read = test_a_part_that_stalls = None
    test_an_interrupted_picture_is_not_written = test_an_interrupted_report_is_not_made = test_an_interrupted_draft_is = None
    test_a_report_of_a_sample_says_so = test_a_draft_says_that_its_range_is_estimated = None

    def open(self, *args):
        self.process = h.start(self.disk.path, "--size", "300x400", "--bare", "--reduce", "max", "--vmin", 0, "--vmax", 1, "--memory", "64M", *args,
                               env=self.desktop.env)
        self.addCleanup(lambda: self.process.poll() is None and (self.disk.set(), self.process.kill(), self.process.wait()))
        self.id = self.desktop.window(self.process)

    def settle(self, wanted, timeout):
        """Until the picture's rows below what lies over it are as wanted."""
        end = time.time() + timeout
        while time.time() < end:
            if wanted(self.right(self.desktop.screenshot(self.id))[60:340]):
                return
            time.sleep(0.2)
        self.fail("the picture isn't what it should be")

    def quit(self):
        """The window is gone at once; the process ends with its last read, which is the system's to end."""
        self.process.send_signal(signal.SIGINT)
        end = time.time() + 3
        while subprocess.run(["xdotool", "search", "--class", "heatscope"], env=self.desktop.env, capture_output=True).stdout:
            self.assertLess(time.time(), end)
            time.sleep(0.05)
        self.disk.set()
        code, _, err = h.finish(self.process, 20)
        self.assertTrue(code == 0 or h.SANITIZED, err)
        return err

    def test_stalls_hold_neither_window_nor_exit(self):
        self.disk.set(self.rows("stall", 1000, 1400))
        self.open()
        self.settle(lambda right: right[:30].all() and right[90:].all() and not right[40:80].any(), 15)
        before = time.time()
        self.desktop.xdotool("mousemove", "--window", self.id, 150, 120)  # a cell that can't be had
        self.desktop.xdotool("key", "--window", self.id, "plus", "plus", "minus", "minus")
        self.desktop.xdotool("mousemove", "--window", self.id, 150, 390)
        self.desktop.screenshot(self.id)
        self.assertLess(time.time() - before, 3)
        self.disk.set()
        self.desktop.xdotool("key", "--window", self.id, "Home")
        self.settle(lambda right: right.all(), 15)  # tried again
        self.assertEqual(self.quit().count("takes too long"), 1)


if __name__ == "__main__":
    h.main()
