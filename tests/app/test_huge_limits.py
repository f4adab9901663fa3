#!/usr/bin/env python3
"""Files larger than the memory that the process may have: ulimit -v, control groups."""
import os
import subprocess
import time
import unittest

import numpy as np

import harness as h

HOT = np.array([253, 231, 37])  # the last colour of viridis
FOUR_GB = (32_768, 32_768)
LITTLE = 1 << 20  # KiB: a quarter of it


@unittest.skipIf(h.SANITIZED, "sanitizers reserve address space themselves")
class LittleSpace(h.TempDirTest):
    """ulimit -v of a quarter of the file, and control groups."""

    def make(self, code="<f4"):
        self.hot = [(0, 0), (16_000, 20_001), (32_767, 32_767)]
        a = np.lib.format.open_memmap(self.path("a.npy"), mode="w+", dtype=code, shape=FOUR_GB)
        for cell in self.hot:
            a[cell] = 1
        a.flush()
        if os.stat(self.path("a.npy")).st_blocks * 512 > 1 << 28:
            self.skipTest("no sparse files here")
        return self.path("a.npy")

    def limited(self, *args, prefix=()):
        line = ["bash", "-c", f'ulimit -v {LITTLE} && exec "$@"', "bash", h.HEATSCOPE, *map(str, args)]
        return subprocess.run([*prefix, *line], capture_output=True, text=True, timeout=60)

    def assert_shows_all(self, path):
        picture = h.pixels(path).astype(int)
        rows, cols = picture.shape[:2]
        wanted = np.zeros((rows, cols), bool)
        for r, c in self.hot:
            wanted[r * rows // FOUR_GB[0], c * cols // FOUR_GB[1]] = True
        self.assertTrue(((np.abs(picture - HOT).max(-1) <= 1) == wanted).all())

    def test_pictures(self):
        common = ["--bare", "--size", "512x400", "--reduce", "max", "-o", self.path("p.png")]
        for code in ("<f4", ">f4"):
            r = self.limited(self.make(code), *common)
            self.assertEqual((r.returncode, r.stderr), (0, ""))
            self.assert_shows_all(self.path("p.png"))
        raw = self.path("a.npy")
        r = self.limited(raw, "--raw", f"f4,{FOUR_GB[0]}x{FOUR_GB[1]}@128", "--view", "32760:32768,32760:32768", *common)
        self.assertEqual((r.returncode, r.stderr), (0, ""))

    def test_numbers_in_cells_read_no_more_than_they_show(self):
        r = self.limited(self.make(), "--view", "32764:32768,32764:32768", "--annot", "--size", "500x400", "-o", self.path("p.png"))
        self.assertEqual((r.returncode, r.stderr), (0, ""))

    def test_what_needs_all_cells_says_that_it_cant(self):
        for args in (("--z-score", "row"), ("--mask-where", ">0")):
            for code, why in (("<f4", "Cannot allocate memory; allow more (ulimit -v)"),
                              (">f4", "its bytes are in the other order; save it in this machine's")):
                r = self.limited(self.make(code), *args, "-o", self.path("p.png"))
                self.assertEqual(r.returncode, 1)
                self.assertEqual(r.stderr, f"heatscope: error: {self.path('a.npy')}: {args[0]} needs all of its cells at once, "
                                           f"and it can't be mapped: {why}\n")

    def test_no_picture_of_what_there_is_no_room_for(self):
        path = self.save("b.npy", np.ones((8000, 10_000), "u1"))
        for args in (("--z-score", "row"), ("--standard-scale", "col"), ("--mask-where", ">0")):
            r = self.limited(path, *args, "-o", self.path("p.png"))
            self.assertEqual(r.returncode, 1)
            self.assertRegex(r.stderr, f"^heatscope: error: {args[0]}: 8000 x 10000 cells need 0.[56] GB of memory, 0.. GB may be used; "
                                       "a larger --memory allows more\n$")
            self.assertFalse(os.path.exists(self.path("p.png")))
        r = self.limited(path, "--mask-where", ">0", "--memory", "4G", "-o", self.path("p.png"))
        self.assertEqual((r.returncode, r.stderr), (0, ""))

    def test_a_film_longer_than_the_address_space(self):
        a = np.lib.format.open_memmap(self.path("film.npy"), mode="w+", dtype="f4", shape=(4096, 512, 512))
        a[4095, 511, 511] = 1
        a.flush()
        r = self.limited(self.path("film.npy"), "--frame", "last", "--bare", "--size", "512x512", "-o", self.path("p.png"))
        self.assertEqual((r.returncode, r.stderr), (0, ""))
        self.assertLessEqual(np.abs(h.pixels(self.path("p.png"))[511, 511].astype(int) - HOT).max(), 1)

    def test_window(self):
        desktop = h.Desktop()
        self.addCleanup(desktop.close)
        process = subprocess.Popen(["bash", "-c", f'ulimit -v {LITTLE} && exec "$@"', "bash", h.HEATSCOPE, self.make(), "--size", "500x400",
                                    "--bare", "--reduce", "max"], stderr=subprocess.PIPE, env=desktop.env)
        self.addCleanup(lambda: process.poll() is None and (process.kill(), process.wait()))
        id = desktop.window(process)
        time.sleep(2)
        for key in ("plus", "plus", "plus", "Right", "Right", "Home"):
            desktop.xdotool("key", "--window", id, key)
            time.sleep(0.1)
        time.sleep(1)
        picture = desktop.screenshot(id).astype(int)
        self.assertGreaterEqual((np.abs(picture - HOT).max(-1) <= 1).sum(), len(self.hot))
        desktop.xdotool("windowfocus", "--sync", id, "key", "q")  # to no window: it may be gone before the key is up
        _, err = process.communicate(timeout=20)
        self.assertEqual((process.returncode, err), (0, b""))

    def test_control_group(self):
        prefix = ["systemd-run", "--quiet", "--scope", "-p", f"MemoryMax={LITTLE}K"]
        try:
            ok = subprocess.run([*prefix, "true"], capture_output=True, timeout=20).returncode == 0
        except (OSError, subprocess.TimeoutExpired):
            ok = False
        if not ok:
            self.skipTest("systemd-run can't make a scope here")
        r = subprocess.run([*prefix, h.HEATSCOPE, self.make(), "--bare", "--size", "512x400", "--reduce", "max", "-o", self.path("p.png")],
                           capture_output=True, text=True, timeout=60)
        self.assertEqual((r.returncode, r.stderr), (0, ""))
        self.assert_shows_all(self.path("p.png"))


class Room(h.TempDirTest):
    @unittest.skipIf(h.SANITIZED or os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGESIZE") < 6 << 30, "takes 2 GB")
    def test_more_than_a_quarter_of_a_milliard_cells_are_hidden(self):
        a = np.lib.format.open_memmap(self.path("a.npy"), mode="w+", dtype="u1", shape=(16_384, 16_400))
        a[-2000:, -2000:] = 9
        a.flush()
        r = h.run(self.path("a.npy"), "--memory", "4G", "--mask-where", ">5", "--bare", "--size", "410x410", "-o", self.path("p.png"))
        self.assertEqual(r.err, "")
        picture = h.pixels(self.path("p.png"))
        self.assertTrue((picture[-40:, -40:] == 255).all())
        self.assertFalse((picture[:350, :350] == 255).any())


if __name__ == "__main__":
    h.main()
