#!/usr/bin/env python3
"""Finding cells in a real window, by real keys and a real mouse: go to a cell, extremes, NaN, the overview map; against NumPy."""
import glob
import json
import math
import os
import time
import unittest

import numpy as np

import harness as h


def block(cells):
    return max(1, min(8, cells * 8 // 512))


def peaks(a, sign=1):
    """Cells in order of value: the first greatest of each block that none of the eight round it exceeds."""
    down, across = block(a.shape[0]), block(a.shape[1])
    rows, cols = -(-a.shape[0] // down), -(-a.shape[1] // across)
    keys = np.full((rows * down, cols * across), -np.inf)
    keys[: a.shape[0], : a.shape[1]] = np.where(np.isfinite(a), sign * a.astype("f8"), -np.inf)
    tops = keys.reshape(rows, down, cols, across).max(axis=(1, 3))
    found = []
    for r in range(rows):
        for c in range(cols):
            beside = [(tops[y, x], (y, x) < (r, c)) for y in range(max(0, r - 1), min(rows, r + 2)) for x in range(max(0, c - 1), min(cols, c + 2))
                      if (y, x) != (r, c)]
            if tops[r, c] > -np.inf and not any(t > tops[r, c] or (before and t == tops[r, c]) for t, before in beside):
                part = keys[r * down:(r + 1) * down, c * across:(c + 1) * across]
                y, x = np.unravel_index(np.argmax(part), part.shape)
                found.append((-tops[r, c], r * down + int(y), c * across + int(x)))
    return [(r, c) for _, r, c in sorted(found, key=lambda f: f[0])]


MAP = np.s_[6:106, 474:594]  # of a --bare picture of 600x500: a fifth of it, top right


def whole(a, rows, cols, how):
    """The reduction of all cells to so many footprints."""
    cut = lambda n, px: [slice(math.floor(i * n / px), min(n, math.ceil((i + 1) * n / px))) for i in range(px)]
    return np.array([[how(a[r, c]) for c in cut(a.shape[1], cols)] for r in cut(a.shape[0], rows)])


class Overview(h.TempDirTest):
    def picture(self, path, *args):
        h.run(path, "-o", self.path("p.png"), "--bare", "--size", "600x500", "--vmin", 0, "--vmax", 1, *args, check=0)
        return h.pixels(self.path("p.png"))

    def check_map(self, picture, values, frame):
        """All but the frame and what is under it."""
        same = h.same_colours(picture[MAP], values, 0, 1)
        r0, r1, c0, c1 = frame
        same[r0 - 1:r1 + 1, c0 - 1:c1 + 1] = True
        self.assertTrue(same.all(), np.argwhere(~same)[:5])
        ring = picture[MAP]
        self.assertTrue((ring[r0, c0:c1] == 255).all() and (ring[r1 - 1, c0:c1] == 255).all() and (ring[r0:r1, c0] == 255).all())
        self.assertTrue((ring[r0 - 1, c0:c1] == 0).all() and (ring[r0:r1, c1] == 0).all())

    def test_the_whole_matrix_and_a_frame_round_what_is_in_sight(self):
        a = np.random.default_rng(2).random((1000, 1800)).astype("f4")
        view = ("--view", "200:700,450:900", "--reduce", "max")  # 20 .. 70 of 100 down, 30 .. 60 of 120 across
        for dtype in ("f4", "f8"):
            b = a.astype(dtype)
            path = self.save("a.npy", b)
            picture = self.picture(path, *view, "--overview", "on")
            self.check_map(picture, whole(b, 100, 120, np.max), (20, 70, 30, 60))
            plain = self.picture(path, *view)
            self.assertTrue((plain == self.picture(path, *view, "--overview", "off")).all())
            self.assertFalse((plain[MAP] == picture[MAP]).all())
            differ = (plain != picture).any(-1)
            differ[4:108, 472:596] = False
            self.assertFalse(differ.any(), "nothing but the map differs")

    def test_hidden_cells_are_hidden_in_it(self):
        a = np.random.default_rng(6).random((1000, 1200)).astype("f4")
        a[:400, :600] += 5
        a[900:, 1100:] = np.nan
        picture = self.picture(self.save("a.npy", a), "--view", "500:600,600:700", "--mask-where", ">=5", "--overview", "on")[MAP]
        self.assertTrue((picture[:38, :58] == 255).all(), "the ground")
        self.assertTrue((picture[92:, 112:] == 211).all(), "bad")
        self.assertFalse((picture[42:88, 2:58] == 255).all(-1).any())

    def test_cells_of_different_sizes(self):
        a = np.array([[0.0, 1], [1, 0]])
        picture = self.picture(self.save("a.npy", a), "--x-edges", "0,1,4", "--view", "0:1,0:2", "--overview", "on")[MAP].astype(int)
        hot = np.abs(picture - (253, 231, 37)).max(-1) <= 1
        self.assertTrue(hot[55:98, 2:28].all() and hot[4:46, 33:110].all() and not hot[55:98, 33:].any() and not hot[4:46, 2:28].any())

    def test_upside_down_and_few_cells(self):
        a = np.random.default_rng(3).random((10, 12)).astype("f4")
        picture = self.picture(self.save("a.npy", a), "--origin", "lower", "--view", "2:5,3:9", "--overview", "on")
        big = np.kron(a[::-1], np.ones((10, 10)))
        self.check_map(picture, big, (50, 80, 30, 90))

    def test_never_less_than_a_few_pixels(self):
        a = np.full((6000, 8000), 0.5, "f4")
        picture = self.picture(self.save("a.npy", a), "--view", "5990:6000,0:10", "--overview", "on")
        white = (picture[MAP] == 255).all(-1)
        self.assertEqual((white.sum(), white[95:, :5].sum()), (16, 16))

    def test_of_a_huge_file(self):
        """It holds every cell, too, though the whole was never in sight."""
        a = np.lib.format.open_memmap(self.path("huge.npy"), "w+", "f4", (15_000, 18_000))  # holes, but for these
        for cell in ((7, 17_990), (7_450, 100), (14_999, 9_000)):
            a[cell] = 1
        a[3_000, 3_000] = np.nan
        a.flush()
        for how in ("auto", "max"):
            picture = self.picture(self.path("huge.npy"), "--view", "8000:8100,10000:10100", "--overview", "on", "--memory", "100M", "--reduce", how)[MAP]
            hot = {tuple(p) for p in np.argwhere(np.abs(picture.astype(int) - (253, 231, 37)).max(-1) <= 1).tolist()}
            near = lambda r, c: {(r + y, c + x) for y in (-1, 0, 1) for x in (-1, 0, 1)}
            self.assertTrue(hot & near(0, 119) and hot & near(49, 0) and hot & near(99, 60), hot)
            self.assertLess(len(hot), 13)
            bad = np.argwhere((picture[15:25, 15:25].astype(int) - (68, 1, 84) > 20).all(-1))
            self.assertGreater(len(bad), 0)

    def test_both_renderers(self):
        path = self.save("a.npy", np.random.default_rng(4).random((700, 900)))
        args = (path, "--size", "600x500", "--view", "100:300,200:500", "--overview", "on")
        if h.run(*args, "-o", self.path("g.png"), "--renderer", "gl").returncode != 0:
            self.skipTest("no OpenGL")
        h.run(*args, "-o", self.path("s.png"), "--renderer", "soft", check=0)
        differ = np.abs(h.pixels(self.path("g.png")).astype(int) - h.pixels(self.path("s.png"))).max(-1) > 0
        self.assertLess(differ.mean(), 1e-3)


class Window(h.WindowTest):
    def open(self, *args, size="600x500"):
        self.launch("--size", size, *args)
        self.size = tuple(map(int, size.split("x")))
        self.desktop.xdotool("windowfocus", "--sync", self.id)
        self.desktop.xdotool("mousemove", "--window", self.id, 2, 2)
        time.sleep(0.3)

    def key(self, *keys):
        self.desktop.xdotool("key", *keys)
        time.sleep(0.25)

    def type(self, text):
        self.desktop.xdotool("type", "--delay", "25", text)
        time.sleep(0.15)

    def middle(self):
        """Click into the middle of a --bare window: the cell there is printed."""
        self.desktop.xdotool("mousemove", "--window", self.id, self.size[0] // 2, self.size[1] // 2)
        self.desktop.xdotool("click", "1")
        time.sleep(0.45)

    def clicked(self):
        self.key("q")
        code, out, err = h.finish(self.process, 20)
        self.assertTrue(code == 0 or h.SANITIZED, err)
        return [(p["row"], p["col"]) for p in map(json.loads, out.splitlines())]

    def outlined(self):
        """The outline's black and white round the middle of a --bare window."""
        shot = self.desktop.screenshot(self.id)
        y, x = shot.shape[0] // 2, shot.shape[1] // 2
        part = shot[y - 30:y + 30, x - 30:x + 30]
        return (part == 255).all(-1).sum() > 40 and (part == 0).all(-1).sum() > 40

    def test_go_to_a_cell_that_is_typed(self):
        self.open(self.save("a.npy", np.zeros((3000, 4000), "f4")), "--bare", "--cmap", "magma", "--vmin", "-1", "--vmax", 1)
        self.key("G")
        self.type("12,34")
        self.key("Return")
        self.assertTrue(self.outlined())
        self.middle()
        self.key("slash")
        self.type("row 2999 col -1x")
        self.key("BackSpace", "Return")
        self.middle()
        self.key("G")
        self.type("x 7.2, y 100")
        self.key("Return")
        self.middle()
        self.key("G")
        self.type("5,5")
        self.key("Escape")
        self.middle()
        self.assertEqual(self.clicked(), [(12, 34), (2999, 3999), (100, 7), (100, 7)])

    def test_a_wrong_cell_is_told_in_place(self):
        self.open(self.save("a.npy", np.zeros((30, 40), "f4")), "--bare", "--cmap", "magma", "--vmin", "-1", "--vmax", 1)
        before = self.desktop.screenshot(self.id)
        self.key("G")
        self.type("30,2")
        typed = self.desktop.screenshot(self.id)
        self.key("Return")
        told = self.desktop.screenshot(self.id)
        self.assertTrue((typed != before).any() and (told != typed).any())
        self.type("q")  # it is typed: the window stays
        self.key("BackSpace", "BackSpace", "BackSpace", "BackSpace", "BackSpace")
        self.type("2,3")
        self.key("Return")
        self.middle()
        self.assertEqual(self.clicked(), [(2, 3)])

    def test_names_and_orientation(self):
        names = ",".join(f"s{i}" for i in range(40))
        self.open(self.save("a.npy", np.arange(1200.0).reshape(30, 40)), "--bare", "--origin", "lower", "--xticklabels", names)
        self.key("G")
        self.type("4,s31")
        self.key("Return")
        self.middle()
        self.assertEqual(self.clicked(), [(4, 31)])

    def test_extremes_in_order(self):
        rng = np.random.default_rng(1)
        for shape in ((12, 15), (900, 700)):
            a = rng.normal(size=shape)
            a[3, 3] = np.nan
            a[5, 9] = np.inf
            self.open(self.save("a.npy", a), "--bare")
            for key in "eee":
                self.key(key)
                self.middle()
            self.key("E")
            self.middle()
            self.key("d")
            self.assertTrue(self.outlined())
            self.middle()
            high, low = peaks(a), peaks(a, -1)
            self.assertEqual(self.clicked(), [*high[:3], high[1], low[0]])

    def test_nan_after_nan(self):
        a = np.zeros((40, 50), "f4")
        a[10:15, 20:25] = np.nan  # one place
        a[30, 2] = np.inf
        a[2, 40] = np.nan
        self.open(self.save("a.npy", a), "--bare")
        for _ in range(4):  # from the middle on, 20,25
            self.key("b")
            self.middle()
        self.assertEqual(self.clicked(), [(30, 2), (2, 40), (10, 20), (30, 2)])

    def test_extremes_and_nan_of_a_huge_file(self):
        side = 20_000
        a = np.lib.format.open_memmap(self.path("huge.npy"), "w+", "f4", (side, side))  # holes, but for these
        hot = {(19_999, 19_990): 3.5, (5, 11_000): 9.25, (12_345, 6): 7, (12_340, 3): 6.5, (8_000, 8_000): -4}
        for cell, value in hot.items():
            a[cell] = value
        a[4_000, 17_000] = np.nan
        a.flush()
        self.open(self.path("huge.npy"), "--bare", "--memory", "512M")
        for key in ("", "e", "e", "e", "E", "d", "b"):
            if key:
                self.key(key)
            self.settle(still=1)
            if key:
                self.middle()
        self.assertEqual(self.clicked(), [(5, 11_000), (12_345, 6), (19_999, 19_990), (12_345, 6), (8_000, 8_000), (4_000, 17_000)])

    def test_each_press_is_a_step_while_it_looks(self):
        side = 20_000
        a = np.lib.format.open_memmap(self.path("huge.npy"), "w+", "f4", (side, side))  # holes, but for these
        hot = [(19_999, 19_990), (5, 11_000), (12_345, 6), (3_000, 3_000), (8_000, 8_000), (15_000, 100), (100, 15_000)]
        for i, cell in enumerate(hot):
            a[cell] = 20 - i
        a.flush()
        self.open(self.path("huge.npy"), "--bare", "--memory", "512M")
        self.key("--delay", "0", "e", "e", "e", "e", "e")
        self.settle(still=4)  # on a busy machine a search takes longer than a second
        self.middle()
        self.key("d")  # another walk
        self.key("--delay", "0", "e", "e", "e", "E")
        self.settle(still=4)  # on a busy machine a search takes longer than a second
        self.middle()
        self.assertEqual(self.clicked(), [hot[4], hot[1]])

    def drag(self, *points):
        self.desktop.xdotool("mousemove", "--window", self.id, *points[0], "mousedown", "1")
        for x, y in points[1:]:
            self.desktop.xdotool("mousemove", "--window", self.id, x, y)
        self.desktop.xdotool("mouseup", "1")
        time.sleep(0.3)

    def test_overview_by_mouse_and_key(self):
        a = np.random.default_rng(5).random((1000, 1800)).astype("f4")
        self.open(self.save("a.npy", a), "--bare", "--vmin", 0, "--vmax", 1)
        fitted = self.desktop.screenshot(self.id)
        self.key("G")
        self.type("500,900")
        self.key("Return")
        time.sleep(4.3)  # outline and note go
        zoomed = self.desktop.screenshot(self.id)
        has_map = lambda shot: (shot[5, 474:594] == shot[5, 474]).all() and (shot[5:107, 473] == shot[5, 473]).all()
        self.assertTrue(has_map(zoomed) and not has_map(fitted))
        self.drag((474 + 20, 6 + 80))  # a click
        self.middle()
        self.drag((474 + 60, 6 + 50), (474 + 62, 6 + 52), (474 + 100, 6 + 10))
        self.middle()
        self.desktop.xdotool("mousemove", "--window", self.id, 474 + 60, 6 + 50, "click", "4", "click", "4")
        self.middle()
        self.key("s")
        self.key("o")
        time.sleep(2.3)
        self.assertFalse(has_map(self.desktop.screenshot(self.id)))
        saved = h.pixels(glob.glob(self.path("heatscope-*.png"))[0])
        self.assertFalse(has_map(saved))
        self.key("r")
        cells = self.clicked()
        for (row, col), (y, x) in zip(cells, ((80.5, 20.5), (10.5, 100.5), (10.5, 100.5))):
            self.assertLess(abs(row - y * 10) + abs(col - x * 15), 3)

    def hot_in_map(self, box):
        shot = self.desktop.screenshot(self.id)[box].astype(int)
        return {tuple(p) for p in np.argwhere(np.abs(shot - (253, 231, 37)).max(-1) <= 1).tolist()}

    def sparse(self, rows, cols, cells):
        a = np.lib.format.open_memmap(self.path("huge.npy"), "w+", "f4", (rows, cols))  # holes, but for these
        for cell in cells:
            a[cell] = 1
        a.flush()
        return self.path("huge.npy")

    def check_hot(self, cells, rows, cols, width):
        found = self.hot_in_map(np.s_[6:106, width - 126:width - 6])
        for row, col in cells:
            y, x = row * 100 // rows, col * 120 // cols
            self.assertTrue(any(abs(y - r) <= 1 and abs(x - c) <= 1 for r, c in found), (row, col))

    def test_overview_of_a_huge_file(self):
        """It has every cell that was in sight when the whole was, and every one that is read later."""
        rng = np.random.default_rng(8)
        for rows, cols, args in ((15_000, 19_207, ()), (15_000, 18_000, ("--view", "8000:8400,9000:9480"))):
            part = lambda n: rng.integers(n * 15 // 100, n * 45 // 100, 40).tolist()  # where the frame is not
            cells = list(zip(part(rows), part(cols)))
            self.open(self.sparse(rows, cols, cells), "--bare", "--memory", "100M", *args)
            self.settle(still=1)
            if not args:
                self.desktop.xdotool("mousemove", "--window", self.id, 300, 250, "click", "4")
                time.sleep(0.5)
            self.check_hot(cells, rows, cols, 600)
            self.key("q")
            h.finish(self.process, 20)

    def test_overview_of_what_cannot_be_read(self):
        path = self.sparse(15_000, 18_000, ())
        self.open(path, "--bare", "--memory", "100M", "--vmin", 0, "--vmax", 1, "--view", "10:20,10:22")
        os.truncate(path, 15_000 * 18_000 * 2)
        time.sleep(1.2)
        self.key("r")
        self.settle(still=1)
        self.key("plus", "plus")
        self.settle(still=1)
        shot = self.desktop.screenshot(self.id)[MAP].astype(int)
        lower, upper = shot[80:98, 2:118], shot[2:10, 2:118]
        self.assertTrue((np.abs(upper - (68, 1, 84)).max(-1) <= 1).all(), "values")
        ground, rules = (lower == 255).all(-1).all(1), (lower == lower[:, :1]).all((1, 2)) & (lower[:, 0, 0] < 255)
        self.assertTrue((ground | rules).all() and ground.sum() > 9 and 4 <= rules.sum() <= 5, "ruled")

    def test_overview_of_a_stream(self):
        port = h.free_port()
        self.open("--listen", port, "--bare", "--vmin", 0, "--vmax", 1)
        with h.connect(port) as sock:
            for i in range(30):
                sock.sendall(h.npy(np.full((600, 600), i / 60, "f4")))
                time.sleep(0.02)
                if i == 10:
                    self.key("plus", "plus", "plus")
            a = np.full((600, 600), 0.25, "f4")
            a[30, 90] = 1  # out of sight
            sock.sendall(h.npy(a))
            time.sleep(1.5)
            shot = self.desktop.screenshot(self.id)[MAP]
            hot = np.argwhere((np.abs(shot.astype(int) - (253, 231, 37)).max(-1) <= 1))
            self.assertEqual(hot.tolist(), [[5, 18]])
            self.key("q")
            h.finish(self.process)

    def test_extremes_of_a_stream(self):
        port = h.free_port()
        self.open("--listen", port, "--bare")
        with h.connect(port) as sock:
            a = np.zeros((64, 64), "f4")
            a[50, 60] = 2
            a[3, 4] = 1
            for i in range(20):
                a[20, 20] = -i
                sock.sendall(h.npy(a))
                time.sleep(0.02)
            time.sleep(0.4)
            self.key("e")
            self.middle()
            sock.sendall(h.npy(a * 3))
            self.key("e")
            self.middle()
            self.key("d")
            self.middle()
            self.assertEqual(self.clicked(), [(50, 60), (3, 4), (20, 20)])


if __name__ == "__main__":
    h.main()
