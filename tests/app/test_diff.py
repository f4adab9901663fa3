#!/usr/bin/env python3
"""--diff: the difference of two sources, files and live."""
import json
import unittest

import numpy as np
from PIL import Image

import harness as h


class Diff(h.TempDirTest):
    def draw(self, *args, check=0):
        h.run("-o", self.path("p.png"), *args, check=check)
        return h.pixels(self.path("p.png"))

    def bare(self, a, b, *args):
        """The same pixels as the difference by NumPy shown alone."""
        size = ["--bare", "--size", f"{a.shape[-1] * 4}x{a.shape[-2] * 4}"]
        got = self.draw("--diff", self.save("a.npy", a), self.save("b.npy", b), *size, *args)
        return got, lambda d, *more: self.draw(self.save("d.npy", d), *size, *more)

    def test_like_numpys(self):
        rng = np.random.default_rng(1)
        a, b = rng.normal(size=(2, 9, 7))
        a[2, 3] = np.nan
        got, draw = self.bare(a, b)
        np.testing.assert_array_equal(got, draw(a - b, "--cmap", "RdBu_r", "--center", "0"))
        got, draw = self.bare(a, b, "--cmap", "magma", "--center", "none", "--vmin", "-1")
        np.testing.assert_array_equal(got, draw(a - b, "--cmap", "magma", "--vmin", "-1"))

    def test_larger_than_memory(self):
        """Subtracted as they are read, whichever way their lines run."""
        rng = np.random.default_rng(3)
        a, b = rng.integers(0, 99, (2, 3000, 2500)).astype("i2")
        b[77, 2100], b[2990, 5] = 9999, -9999
        args = ["--memory", "20M", "--size", "330x300"]
        self.save("d.npy", a.astype("f8") - b)
        want = self.draw(self.path("d.npy"), *args, "--cmap", "RdBu_r", "--center", "0", "--title", "d")
        for x, y in ((a, b), (np.asfortranarray(a), b.astype(">f4")), (a.astype("f4"), np.asfortranarray(b))):
            got = self.draw("--diff", self.save("a.npy", x), self.save("b.npy", y), *args, "--title", "d")
            self.assertLess(np.abs(got.astype(int) - want).max(), 4)  # what runs the other way is added up in another order

    def test_alerts_are_the_differences(self):
        a, b = np.full((4, 5), 9.0), np.full((4, 5), 8.0)
        r = h.run("--diff", self.save("a.npy", a), self.save("b.npy", b), "--alert", "max>0.5", "-o", self.path("p.png"), check=0)
        self.assertEqual([(d["source"], d["value"]) for d in map(json.loads, r.out.splitlines())], [("a.npy", 1)])

    def test_dtypes_and_orders(self):
        rng = np.random.default_rng(2)
        pairs = [(rng.integers(0, 255, (5, 6), dtype="u1"), rng.integers(0, 255, (5, 6), dtype="u1")),
                 (rng.random((5, 6)) < 0.5, rng.random((5, 6)) < 0.5),
                 (np.asfortranarray(rng.normal(size=(5, 6))).astype(">f4"), rng.normal(size=(5, 6)).astype("f2")),
                 (rng.integers(-5, 5, (5, 6)), rng.normal(size=(5, 6)))]
        for a, b in pairs:
            got, draw = self.bare(a, b)
            np.testing.assert_array_equal(got, draw(a.astype("f8") - b.astype("f8"), "--cmap", "RdBu_r", "--center", "0"))

    def test_large_whole_numbers_exactly(self):
        b = np.full((2, 3), 2**62, "i8")
        got, draw = self.bare(b + np.arange(6).reshape(2, 3), b)
        np.testing.assert_array_equal(got, draw(np.arange(6.0).reshape(2, 3), "--cmap", "RdBu_r", "--center", "0"))

    def test_sequences_go_frame_by_frame(self):
        rng = np.random.default_rng(3)
        a, b = rng.random((4, 6, 5)), rng.random((3, 6, 5))
        args = ["--diff", self.save("a.npy", a), self.save("b.npy", b), "--bare", "--size", "20x24"]
        h.run(*args, "-o", self.path("f%d.png"), check=0)
        for i in range(4):  # where one has ended its last frame stays
            want = self.draw(self.save("d.npy", a[i] - b[min(i, 2)]), "--bare", "--size", "20x24", "--cmap", "RdBu_r", "--center", "0")
            np.testing.assert_array_equal(h.pixels(self.path(f"f{i}.png")), want)

    def test_what_is_equal_has_the_middle_colour(self):
        a = np.random.default_rng(9).random((3, 4))
        got, _ = self.bare(a, a)
        self.assertTrue((got == [247, 246, 246]).all(), got[0, 0])

    def test_files_of_one_name_are_told_apart(self):
        for name in ("before", "after"):
            h.os.mkdir(self.path(name))
            self.save(f"{name}/a.npy", np.eye(3))
        args = ("after/a.npy", "before/a.npy", "--size", "700x300", "-o", "p.png")
        h.run("--diff", *args, cwd=self.dir, check=0)
        got = h.pixels(self.path("p.png"))
        h.run("--diff", *args, "--title", "after/a.npy − before/a.npy", cwd=self.dir, check=0)
        np.testing.assert_array_equal(got, h.pixels(self.path("p.png")))

    def test_counts_add_up(self):
        a, b = self.save("a.npy", np.random.random((5, 4, 4))), self.save("b.npy", np.random.random((5, 4, 4)))
        out = h.stats(h.run("--diff", a, b, "--headless", "--fps", "0", "--stats", "-", check=0).out)
        self.assertEqual(out["frames_received"], 10)
        self.assertEqual(out["frames_shown"] + out["frames_dropped"], 10)
        self.assertEqual(len(out["panels"]), 2)

    def test_errors_are_one_line(self):
        a, b, s = self.save("a.npy", np.eye(3)), self.save("b.npy", np.eye(4)), self.save("s.npy", np.ones((2, 4, 4)))
        for args, word, code in ((["--diff", a, b], "shapes must match", 1), (["--diff", a], "two sources, not 1", 2),
                                 (["--diff", a, b, s], "two sources, not 3", 2), (["--diff", s, a], "4 x 4 cells and a.npy 3 x 3", 1)):
            r = h.run(*args, "-o", self.path("x.png"), timeout=20)
            self.assertEqual((r.returncode, len(r.err.splitlines())), (code, 1), r.err)
            self.assertIn(word, r.err)

    def test_from_a_config_file_and_a_figure(self):
        a, b = self.save("a.npy", np.eye(3)), self.save("b.npy", np.ones((3, 3)))
        want = self.draw("--diff", a, b)
        with open(self.path("c.conf"), "w") as f:
            f.write("diff\n")
        np.testing.assert_array_equal(self.draw("--config", self.path("c.conf"), a, b), want)
        h.run("--diff", a, b, "-o", self.path("fig.png"), check=0)
        np.testing.assert_array_equal(self.draw("--like", self.path("fig.png"), a, b), want)

    def test_live_newest_pair(self):
        ports = [h.free_port(), h.free_port()]
        p = h.start("--diff", "--listen", ports[0], "--listen", ports[1], "--headless", "--duration", "20", "--stats", "-")
        self.addCleanup(h.stop, p)
        socks = [h.connect(port) for port in ports]
        for i in range(20):
            for k, s in enumerate(socks):
                s.sendall(h.npy(np.full((4, 4), 10.0 * i + k)))
            h.time.sleep(0.02)
        socks[1].sendall(b'{"alert":"max>1e9"}\n' + h.npy(np.full((4, 4), 7.0)))
        h.time.sleep(0.3)
        code, out, err = h.stop(p)
        st = h.stats(out)
        self.assertEqual((code, st["frames_received"], st["frames_shown"] + st["frames_dropped"]), (0, 41, 41), err)
        self.assertGreater(st["frames_shown"], 4)

    def test_first_is_the_one_named_first(self):
        one, port = self.save("one.npy", np.ones((4, 4))), h.free_port()
        for args, word in (((one, "--listen", port), "max>0.7"), (("--listen", port, one), "min<-0.7")):
            p = h.start("--diff", *args, "--headless", "--alert", word, "--duration", "20")
            self.addCleanup(h.stop, p)
            with h.connect(port) as s:
                for _ in range(20):
                    s.sendall(h.npy(np.full((4, 4), 0.25)))
                    h.time.sleep(0.02)
                h.time.sleep(0.3)
            code, out, err = h.stop(p)
            self.assertIn(f'"value":{-0.75 if "min" in word else 0.75}', out, err)


class Window(h.TempDirTest):
    def test_both_step_together(self):
        desktop = h.Desktop()
        self.addCleanup(desktop.close)
        a, b = (np.arange(5.0)[:, None, None] * k + np.zeros((5, 4, 4)) for k in (10, 1))
        p = h.start("--diff", self.save("a.npy", a), self.save("b.npy", b), "--size", "500x400", "--fps", "20", "--cmap", "viridis",
                    "--center", "none", "--vmin", 0, "--vmax", 36, "--no-cbar", env=desktop.env)
        self.addCleanup(h.stop, p)
        w = desktop.window(p)

        def expect(value):
            want, end = h.viridis(np.array([float(value)]), 0, 36)[0][0], h.time.time() + 10
            got = None
            while h.time.time() < end:
                got = desktop.screenshot(w)[150, 250].astype(int)
                if np.abs(got - want).max() <= 1:
                    return
                h.time.sleep(0.05)
            self.fail(f"{value}: {got} instead of {want}")

        expect(36)
        for key, value in (("comma", 27), ("comma", 18), ("period", 27), ("End", 36), ("comma", 27)):
            desktop.xdotool("key", "--window", w, key)
            expect(value)


    def test_shapes_that_never_match(self):
        """The window stays only while something may still come."""
        desktop = h.Desktop()
        self.addCleanup(desktop.close)
        a, b, s = self.save("a.npy", np.eye(3)), self.save("b.npy", np.eye(4)), self.save("s.npy", np.ones((3, 4, 4)))
        for args in ((a, b), (s, a, "--fps", "20"), (a, b, "--index", ":,:")):
            r = h.run("--diff", *args, env=desktop.env, timeout=30)
            self.assertEqual((r.returncode == 1 or h.SANITIZED, r.err.count("shapes must match"), len(r.err.splitlines()) == 1 or h.SANITIZED),
                             (True, 1, True), r.err)
        p = h.start("--diff", a, b, "--watch", env=desktop.env)
        self.addCleanup(lambda: p.poll() is None and h.stop(p))
        desktop.window(p)
        h.time.sleep(1)
        self.assertIsNone(p.poll())
        h.os.rename(self.save("new.npy", np.ones((3, 3))), b)
        h.time.sleep(1)
        code, _, err = h.stop(p)
        self.assertTrue(code == 0 or h.SANITIZED, err)
        self.assertEqual(err.count("shapes must match"), 1, err)


class Shared(h.TempDirTest):
    def test_panels_on_one_scale(self):
        a, b = self.save("a.npy", np.linspace(0, 1, 12).reshape(3, 4)), self.save("b.npy", np.linspace(0, 10, 12).reshape(3, 4))
        h.run(a, b, "--share-range", "--bare", "--size", "80x30", "--panels", "1x2", "-o", self.path("p.png"), check=0)
        got = h.pixels(self.path("p.png"))
        for k, source in enumerate((a, b)):
            h.run(source, "--vmin", 0, "--vmax", 10, "--bare", "--size", "40x30", "-o", self.path("q.png"), check=0)
            np.testing.assert_array_equal(got[:, 40 * k:40 * k + 40], h.pixels(self.path("q.png")))


if __name__ == "__main__":
    unittest.main()
