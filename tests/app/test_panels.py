#!/usr/bin/env python3
"""Several sources in one picture."""
import json
import time
import unittest

import numpy as np

import harness as h


class Aligned(h.TempDirTest):
    def test_plots_stand_in_line(self):
        shapes = [(2000, 50), (20, 30000), (20, 30), (200, 30)]
        for i, shape in enumerate(shapes):
            self.save(f"{i}.npy", np.random.default_rng(i).random(shape) * 10.0 ** (3 - 2 * i))
        files = [self.path(f"{i}.npy") for i in range(4)]
        for args in ((), ("--share-range",), ("--xlabel", "x", "--size", "700x500")):
            r = h.run(*files, "-o", self.path("o.png"), "--stats", "-", "--panels", "2x2", "--cmap", "gray", *args, check=0)
            size = [p["heatmap_px"] for p in h.stats(r.out)["panels"]]
            self.assertEqual((size[0][0], size[1][0]), (size[2][0], size[3][0]), args)
            self.assertEqual((size[0][1], size[2][1]), (size[1][1], size[3][1]), args)
            picture = h.pixels(self.path("o.png"))
            height, width = picture.shape[:2]
            frame = lambda y: int((picture[y - 30:y + 30, :width // 4].max(axis=2) < 60).all(axis=0).argmax())  # its left line
            self.assertEqual(frame(height // 4), frame(3 * height // 4), args)
            self.assertGreater(frame(height // 4), 10)


class Panels(h.TempDirTest):
    def test_each_has_its_part_of_the_picture(self):
        a, b = np.random.default_rng(1).random((2, 10, 10)).astype("f4")
        h.run(self.save("a.npy", a), self.save("b.npy", b), "-o", self.path("p.png"), "--bare", "--size", "200x100", "--vmin", 0, "--vmax", 1,
              check=0)
        picture = h.pixels(self.path("p.png"))
        for part, values in ((picture[:, :100], a), (picture[:, 100:], b)):
            self.assertTrue(h.same_colours(part, np.repeat(np.repeat(values, 10, 0), 10, 1), 0, 1).all())

    def test_arranged_as_asked(self):
        a, b = np.random.default_rng(1).random((2, 10, 10)).astype("f4")
        h.run(self.save("a.npy", a), self.save("b.npy", b), "-o", self.path("p.png"), "--bare", "--size", "100x200", "--panels", "2x1",
              "--vmin", 0, "--vmax", 1, check=0)
        picture = h.pixels(self.path("p.png"))
        self.assertTrue(h.same_colours(picture[100:], np.repeat(np.repeat(b, 10, 0), 10, 1), 0, 1).all())

    def test_one_scale(self):
        a, b = np.zeros((2, 2), "f4"), np.array([[0, 1], [2, 4]], "f4")
        h.run(self.save("a.npy", a), self.save("b.npy", b), "-o", self.path("p.png"), "--bare", "--size", "4x2", "--share-range", check=0)
        picture = h.pixels(self.path("p.png"))
        self.assertTrue(h.same_colours(picture, np.hstack([a, b]), 0, 4).all())

    def test_executors_agree(self):
        if "OpenGL off screen   none" in h.run("--info").out or h.SANITIZED:
            self.skipTest("no EGL")
        paths = [self.save(f"{i}.npy", np.random.default_rng(i).random((30, 40)).astype("f4")) for i in range(5)]
        h.run(*paths, "-o", self.path("soft.png"), "--renderer", "soft", check=0)
        h.run(*paths, "-o", self.path("gl.png"), "--renderer", "gl", check=0)
        soft, gl = h.pixels(self.path("soft.png")).astype(int), h.pixels(self.path("gl.png")).astype(int)
        self.assertLess(np.count_nonzero((np.abs(soft - gl) > 1).any(-1)), 30)

    def test_two_listeners_and_exact_sums(self):
        ports = [h.free_port(), h.free_port()]
        process = h.start("--listen", ports[0], "--listen", ports[1], "--headless", "--policy", "all", "--frames", 30, "--stats", "-")
        self.addCleanup(lambda: process.poll() is None and process.kill())
        for n, port in enumerate(ports):
            with h.connect(port) as sock:
                for i in range(10 * (n + 1)):
                    sock.sendall(h.npy(np.full((4, 4), i, "f4")))
                    time.sleep(0.002)
        code, text, err = h.finish(process)
        s = h.stats(text)
        self.assertEqual((code, s["frames_received"], s["frames_shown"]), (0, 30, 30), err)
        self.assertEqual([p["frames_received"] for p in s["panels"]], [10, 20])

    def test_in_the_order_in_which_they_were_named(self):
        one, two = self.save("one.npy", np.ones((3, 3))), self.save("two.npy", np.ones((2, 3, 3)))
        a, b, c = (h.free_port() for _ in range(3))
        for args, frames in (((one, "--listen", a, two, "--listen", f"{b},{c}"), [1, 0, 2, 0, 0]), ((one, two, "--listen", a), [1, 2, 0]),
                             (("--listen", f"{a},{b}", two, one, "--listen", c), [0, 0, 2, 1, 0])):
            s = h.stats(h.run(*args, "--headless", "--fps", 0, "--duration", 1, "--stats", "-", check=0).out)
            self.assertEqual([p["frames_received"] for p in s["panels"]], frames, args)

    def test_a_source_that_fails_to_open_ends_it(self):
        r = h.run(self.save("a.npy", np.eye(3)), self.path("no.npy"), "-o", self.path("p.png"))
        self.assertEqual(r.returncode, 1)
        self.assertIn("no.npy", r.err)


class Window(h.TempDirTest):
    def test_keys_and_mouse_act_on_the_panel_under_the_pointer(self):
        desktop = h.Desktop()
        self.addCleanup(desktop.close)
        a, b = self.save("a.npy", np.arange(16.0).reshape(4, 4)), self.save("b.npy", np.arange(100.0, 116).reshape(4, 4))
        process = h.start(a, b, "--bare", "--size", "800x400", env=desktop.env)
        self.addCleanup(lambda: process.poll() is None and process.kill())
        window = desktop.window(process)
        for x, y in ((50, 50), (450, 50), (750, 350)):
            desktop.xdotool("mousemove", "--window", window, x, y, "click", "1")
            time.sleep(0.5)
        desktop.xdotool("windowfocus", "--sync", window, "key", "q")
        out = h.finish(process)[1]
        self.assertEqual([json.loads(line)["value"] for line in out.splitlines()], [0, 100, 115])

    def test_linked_views_move_together(self):
        desktop = h.Desktop()
        self.addCleanup(desktop.close)
        a = self.save("a.npy", np.random.default_rng(1).random((40, 40)))
        process = h.start(a, a, "--bare", "--size", "800x400", "--link", env=desktop.env)
        self.addCleanup(lambda: process.poll() is None and process.kill())
        window = desktop.window(process)
        desktop.xdotool("mousemove", "--window", window, 150, 150, "click", "4", "click", "4", "click", "4")
        desktop.xdotool("mousemove", 1390, 890)
        time.sleep(0.5)
        shot = desktop.screenshot(window)
        np.testing.assert_array_equal(shot[:, :400], shot[:, 400:])
        desktop.xdotool("windowfocus", "--sync", window, "key", "q")
        h.finish(process)

    def test_linked_views_of_other_shapes_show_the_same_share(self):
        desktop = h.Desktop()
        self.addCleanup(desktop.close)
        small = np.random.default_rng(1).random((40, 40))
        a, b = self.save("a.npy", small), self.save("b.npy", np.kron(small, np.ones((2, 3))))
        process = h.start(a, b, "--bare", "--size", "800x400", "--link", env=desktop.env)
        self.addCleanup(lambda: process.poll() is None and process.kill())
        window = desktop.window(process)
        for x in (150, 550):  # each leads in turn
            desktop.xdotool("mousemove", "--window", window, x, 150, "click", "4", "click", "4", "click", "4")
            desktop.xdotool("mousemove", 1390, 890)
            time.sleep(0.5)
            shot = desktop.screenshot(window)
            self.assertGreater((shot[:, :400] == shot[:, 400:]).all(axis=-1).mean(), 0.97)
        desktop.xdotool("windowfocus", "--sync", window, "key", "q")
        h.finish(process)


if __name__ == "__main__":
    h.main()
