#!/usr/bin/env python3
"""The far corner of 100,000 x 100,000 cells in a real window, by drags, keys and the wheel."""
import time

import numpy as np

import harness as h

SIDE = 100_000
INNER = np.s_[70:-70]  # the part of the picture where nothing lies over it


class FarCorner(h.WindowTest):
    def setUp(self):
        super().setUp()
        a = np.lib.format.open_memmap(self.path("a.npy"), mode="w+", dtype="f4", shape=(SIDE, SIDE))
        a[-64:, -64:] = np.random.default_rng(1).uniform(0.2, 1, (64, 64))
        a.flush()

    def open(self, size, *args):
        self.launch(self.path("a.npy"), "--size", size, "--bare", "--vmin", 0, "--vmax", 1, *args)
        self.w, self.h = map(int, size.split("x"))
        self.settle(still=0.5)
        return self.process

    def park(self):
        """The pointer where its read-out is out of the way."""
        self.desktop.xdotool("mousemove", "--window", self.id, 3, 3)
        time.sleep(0.4)

    def parked(self):
        self.park()
        return self.settle()[INNER]

    def assert_back_at(self, before, message):
        self.park()
        self.eventually(lambda now: self.assertTrue((now[INNER] == before).all(), f"{message}: {(now[INNER] != before).any(-1).sum()} pixels differ"))

    def test_drags_and_keys_there_and_back(self):
        for size, cells in (("643x371", 23), ("351x611", 9)):
            process = self.open(size, "--view", f"{SIDE - cells}:{SIDE},{SIDE - cells}:{SIDE}")
            before = self.parked()
            self.assertGreater(len(np.unique(before.reshape(-1, 3), axis=0)), 30)
            x, y = self.w // 2, self.h // 2
            for dx, dy in ((37, 21), (-53, 90), (101, -77)):
                moves = []
                for to_x, to_y in [(x + dx, y + dy), (x - dx, y - dy)] * 3:  # the window manager sees each press first: it needs a moment
                    moves += ["mousemove", "--window", self.id, x, y, "sleep", 0.01, "mousedown", 1, "sleep", 0.03]
                    moves += ["mousemove", "--window", self.id, to_x, to_y, "sleep", 0.01, "mouseup", 1, "sleep", 0.01]
                self.desktop.xdotool(*moves)
                self.assert_back_at(before, f"{size} {dx} {dy}")
            self.desktop.xdotool("key", "--window", self.id, *["Left", "Up", "Right", "Down"] * 4)
            self.assert_back_at(before, f"{size} keys")
            h.stop(process)

    def test_the_wheel_from_all_to_one_cell(self):
        process = self.open("500x400", "--overview", "off")
        for _ in range(10):  # each time nearer to the corner
            self.desktop.xdotool("mousemove", "--window", self.id, 499, 399, *["click", 4] * 10)
            time.sleep(0.1)
        picture = self.parked()
        _, _, err = h.stop(process)
        self.assertEqual(len(np.unique(picture.reshape(-1, 3), axis=0)), 1)
        self.assertEqual(err, "")


if __name__ == "__main__":
    h.main()
