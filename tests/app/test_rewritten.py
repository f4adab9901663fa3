#!/usr/bin/env python3
"""Files read as grids that change while they are on show: rewritten in place, replaced, another array in them."""
import os
import time

import numpy as np

import harness as h


class Rewritten(h.WindowTest):
    def open(self):
        self.a = np.random.default_rng(3).uniform(size=(4000, 3000)).astype("f4")
        self.save("a.npy", self.a)
        self.process = h.start(self.path("a.npy"), "--size", "300x400", "--bare", "--reduce", "max", "--vmin", 0, "--vmax", 1, "--memory", "16M",
                               env=self.desktop.env)
        self.addCleanup(lambda: self.process.poll() is None and (self.process.kill(), self.process.wait()))
        self.id = self.desktop.window(self.process)
        self.until_shown(self.a)

    def shows(self, a):
        picture = self.desktop.screenshot(self.id)
        return h.same_colours(picture, a.reshape(400, 10, 300, 10).max((1, 3)), 0, 1)[60:340].all()

    def until_shown(self, a):
        end = time.time() + 10
        while not self.shows(a):
            self.assertLess(time.time(), end)
            self.desktop.xdotool("mousemove", "--window", self.id, 100 + int(time.time() * 10) % 7, 390)
            time.sleep(0.2)

    def close(self):
        code, _, err = h.stop(self.process)
        self.assertTrue(code == 0 or h.SANITIZED, err)
        return err

    def test_in_place(self):
        self.open()
        for scale in (0.5, 0.25):
            m = np.load(self.path("a.npy"), mmap_mode="r+")
            m[:] = self.a * scale
            m.flush()
            del m
            self.until_shown(self.a * np.float32(scale))
        err = self.close()
        self.assertEqual(err.count("has changed since it was opened; its cells are read again"), 1, err)
        self.assertEqual(err.count("\n"), 1, err)

    def test_replaced_or_gone_it_stays(self):
        self.open()
        np.save(self.path("b.npy"), self.a * 0.5)
        os.rename(self.path("b.npy"), self.path("a.npy"))
        time.sleep(1.2)
        self.until_shown(self.a)
        os.unlink(self.path("a.npy"))
        self.desktop.xdotool("key", "--window", self.id, "plus", "Home")
        time.sleep(0.5)
        self.until_shown(self.a)
        self.assertEqual(self.close(), "")

    def test_another_array(self):
        self.open()
        with open(self.path("a.npy"), "r+b") as f:
            np.save(f, self.a.reshape(3000, 4000))
        end = time.time() + 10
        while self.shows(self.a):
            self.assertLess(time.time(), end)
            self.desktop.xdotool("mousemove", "--window", self.id, 100 + int(time.time() * 10) % 7, 390)
            time.sleep(0.2)
        time.sleep(1)
        self.assertIn("holds another array than when it was opened", self.close())


if __name__ == "__main__":
    h.main()
