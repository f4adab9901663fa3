#!/usr/bin/env python3
"""Arrays of more than two dimensions: --index, its mistakes, and stepping in a window."""
import unittest

import numpy as np

import harness as h

RNG = np.random.default_rng(4)


class Still(h.TempDirTest):
    def draw(self, *args):
        h.run("-o", self.path("p.png"), *args, check=0)
        return h.pixels(self.path("p.png"))

    def check(self, a, index, want):
        size = ["--bare", "--size", f"{want.shape[1] * 3}x{want.shape[0] * 3}"]
        got = self.draw(self.save("a.npy", a), *size, *(["--index", index] if index else []))
        np.testing.assert_array_equal(got, self.draw(self.save("w.npy", np.ascontiguousarray(want)), *size), str(index))

    def test_like_numpys(self):
        a = RNG.normal(size=(3, 4, 5, 6))
        for x in (a, np.asfortranarray(a), a.astype(">f4"), np.asfortranarray(a.astype(">f8"))):
            self.check(x, None, x[0, 0])
            self.check(x, "2,:,:,1", x[2, :, :, 1])
            self.check(x, ":,1,-1,:", x[:, 1, -1, :])
        b = RNG.random((2, 2, 2, 3, 4, 5))
        self.check(b, "1,:,0,1,:,-2", b[1, :, 0, 1, :, -2])

    def test_three_dimensions_are_frames_unless_told(self):
        a = RNG.random((4, 5, 6))
        self.check(a, "1,:,:", a[1])
        self.check(a, ":,2,:", a[:, 2, :])
        self.check(a, None, a[-1])  # -o: the last frame

    def test_two_dimensions(self):
        a = RNG.random((5, 6))
        self.check(a, ":,:", a)

    def test_the_title_says_which(self):
        path = self.save("a.npy", RNG.random((3, 4, 5, 6)))
        plain = self.draw(path, "--title", "axis 0: 2 of 0–2, axis 1: 0 of 0–3", "--index", "2,0,:,:")
        np.testing.assert_array_equal(self.draw(path, "--index", "2,0,:,:"), plain)

    def test_difference_of_slices(self):
        a, b = RNG.random((2, 3, 4, 5, 6))
        pa, pb = self.save("a.npy", a), self.save("b.npy", b)
        size = ["--bare", "--size", "18x15"]
        got = self.draw("--diff", pa, pb, "--index", "1,2,:,:", *size)
        np.testing.assert_array_equal(got, self.draw(self.save("d.npy", a[1, 2] - b[1, 2]), "--cmap", "RdBu_r", "--center", "0", *size))

    def test_mistakes_are_one_line(self):
        path, text = self.save("a.npy", np.zeros((3, 4, 5, 6))), self.path("t.txt")
        with open(text, "w") as f:
            f.write("1 2\n3 4\n")
        for args, words in (([path, "--index", "3,0,:,:"], "axis 0 has size 3 (-3 to 2)"), ([path, "--index", ":,:"], "4 axes: (3, 4, 5, 6)"),
                            ([path, "--index", "0,0,0,:"], "1 colon;"), ([path, "--index", "x"], "as in 3,:,:,0"),
                            ([text, "--index", ":,:"], "isn't one array"), (["--listen", "0", "--index", ":,:"], "is for .npy files")):
            r = h.run(*args, "-o", self.path("x.png"), timeout=20)
            self.assertEqual((r.returncode, len(r.err.splitlines())), (2, 1), r.err)
            self.assertIn(words, r.err)


class Window(h.TempDirTest):
    def test_keys_wheel_and_sliders(self):
        desktop = h.Desktop()
        self.addCleanup(desktop.close)
        a = np.zeros((4, 3, 8, 8))
        for i in range(4):
            for j in range(3):
                a[i, j] = i * 10 + j
        p = h.start(self.save("a.npy", a), "--size", "600x400", "--vmin", 0, "--vmax", 32, "--no-cbar", env=desktop.env)
        self.addCleanup(h.stop, p)
        w = desktop.window(p)

        def expect(value):
            want = h.viridis(np.array([float(value)]), 0, 32)[0][0]
            end = h.time.time() + 10
            while h.time.time() < end:
                got = desktop.screenshot(w)[150, 300].astype(int)
                if np.abs(got - want).max() <= 1:
                    return
                h.time.sleep(0.05)
            self.fail(f"{value}: {got} instead of {want}")

        key = lambda *names: desktop.xdotool("key", "--window", w, *names)
        expect(0)
        key("Next")
        expect(10)
        key("Tab")
        key("Next")
        expect(11)
        key("Next", "Next", "Next")  # no farther than the last
        expect(12)
        key("Prior")
        expect(11)
        height = 400
        row = lambda y: (desktop.xdotool("mousemove", "--window", w, 590, y), desktop.xdotool("click", 1))
        shot = desktop.screenshot(w)
        self.assertLess(shot[height - 3, 5].max(), 60)  # the strip is there
        row(height - 17 * 100 / 72 * 1.5)  # the first slider, at its end
        expect(31)
        desktop.xdotool("click", 5)  # the wheel
        expect(21)


if __name__ == "__main__":
    unittest.main()
