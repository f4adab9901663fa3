#!/usr/bin/env python3
"""No outlier vanishes: single hot cells and single NaN in 8192 x 8192 fitted into 1280x720, and at random zooms, against brute force."""
import json
import unittest

import numpy as np

import harness as h

N, HOT, NAN = 8192, 64, 16
CLEAR = 32  # of 255


def planted(rng, base):
    """base with 64 hot cells and 16 NaN, in the last row and column, too. (array, hot cells, NaN cells)"""
    cells = rng.choice(N * N, HOT + NAN, replace=False)
    rows, cols = cells // N, cells % N
    rows[0], cols[1] = N - 1, N - 1
    rows[2], cols[2] = N - 1, N - 1
    rows[HOT], cols[HOT + 1] = N - 1, N - 1
    hot = list(zip(rows[:HOT], cols[:HOT]))
    bad = list(zip(rows[HOT:], cols[HOT:]))
    a = base.copy()
    for r, c in hot:
        a[r, c] = base[r, c] + 1
    for r, c in bad:
        a[r, c] = np.nan
    return a, hot, bad


class Truth(h.TempDirTest):
    def picture(self, path, *args):
        h.run(path, "-o", self.path("p.png"), *args, check=0)
        return h.pixels(self.path("p.png")).astype(int)

    def heatmap_box(self, path, args):
        """x, y, w, h of the heatmap in the figure: where a picture with another colour of everything differs."""
        s = h.stats(h.run(path, "-o", self.path("q.png"), "--stats", "-", *args, check=0).out)
        w, hh = s["heatmap_px"]
        flat = [self.picture(path, *args, "--cmap", c) for c in ("Reds_r", "Blues_r")]  # the same numbers, so the same layout
        ys, xs = np.nonzero((flat[0] != flat[1]).all(-1))
        x, y = xs.min(), ys.min()
        return x, y, w, hh

    def missing(self, clean, dirty, box, cells, view):
        """Cells whose footprint shows no clear change. The pixel of a cell, by brute force: those it overlaps, give or take one."""
        x, y, w, hh = box
        r0, r1, c0, c1 = view
        change = np.abs(dirty - clean).max(-1)
        lost = []
        for r, c in cells:
            if not (r0 <= r < r1 and c0 <= c < c1):
                continue
            px0, px1 = int((c - c0) * w / (c1 - c0)), int(np.ceil((c + 1 - c0) * w / (c1 - c0)))
            py0, py1 = int((r - r0) * hh / (r1 - r0)), int(np.ceil((r + 1 - r0) * hh / (r1 - r0)))
            near = change[max(y, y + py0 - 1):min(y + hh, y + py1 + 1), max(x, x + px0 - 1):min(x + w, x + px1 + 1)]
            if not near.size or near.max() < CLEAR:
                lost.append((r, c))
        return lost

    def all_visible(self, base, args, zooms, label):
        rng = np.random.default_rng(11)
        base[0, 0] = np.nan  # in both: the colorbar says so, which takes some room
        dirty, hot, bad = planted(rng, base)
        a, b = self.save("clean.npy", base), self.save("dirty.npy", dirty)
        box = self.heatmap_box(a, args)
        lost = self.missing(self.picture(a, *args), self.picture(b, *args), box, hot + bad, (0, N, 0, N))
        self.assertEqual(lost, [], label)
        for _ in range(zooms):
            rows, cols = rng.integers(100, N, 2)
            r, c = hot[rng.integers(HOT)] if rng.random() < 0.5 else bad[rng.integers(NAN)]
            r0, c0 = int(np.clip(r - rng.integers(rows), 0, N - rows)), int(np.clip(c - rng.integers(cols), 0, N - cols))
            view = ["--view", f"{r0}:{r0 + rows},{c0}:{c0 + cols}", "--bare", *args]
            lost = self.missing(self.picture(a, *view), self.picture(b, *view), (0, 0, 1280, 720), hot + bad, (r0, r0 + rows, c0, c0 + cols))
            self.assertEqual(lost, [], f"{label} {view}")

    def test_zeros(self):
        # an all-zero frame has no range of its own: fixed to that of the planted one
        self.all_visible(np.zeros((N, N), "f4"), ["--vmin", 0, "--vmax", 1], 50, "zeros")

    def test_gradient_with_noise(self):
        y, x = np.mgrid[0:1:N * 1j, 0:1:N * 1j]
        noise = np.random.default_rng(12).normal(0, 0.01, (N, N))
        base = ((x + y) / 2 + noise).astype("f4")
        self.all_visible(base, ["--vmin", 0, "--vmax", 2], 50 if h.LONG else 20, "gradient")

    def test_looking_around_a_large_one(self):
        """More than 2^26 cells: after the first views these are made of summaries of blocks."""
        n, rng = 8300, np.random.default_rng(15)
        base = rng.normal(0, 0.05, (n, n)).astype("f2")
        cells = [(int(r), int(c)) for r, c in rng.integers(0, n, (HOT, 2))] + [(n - 1, n - 1), (0, n - 1), (n - 1, 0)]
        views = [(0, n, 0, n)] * 2 + [(7 * i, n - 131 * i, 3 * i, n - 97 * i) for i in range(24)] + [(n - 4500, n, n - 6000, n), (0, n, 0, n)]
        tour, stats, pictures = self.path("views.jsonl"), [], []
        with open(tour, "w") as f:
            f.writelines(json.dumps({"view": f"{a}:{b},{c}:{d}"}) + "\n" for a, b, c, d in views)
        for name, hot in (("clean", 0), ("dirty", 2)):
            for r, c in cells:
                base[r, c] = hot
            r = h.run(self.save(name + ".npy", base), "--tour", tour, "-o", self.path(name + "%03d.png"), "--size", "640x360", "--bare", "--vmin", -1, "--vmax", 2,
                      "--stats", "-", check=0)
            stats.append(h.stats(r.out)["tour"])
            pictures.append([h.pixels(self.path(f"{name}{i + 1:03}.png")).astype(int) for i in range(len(views))])
        self.assertEqual([s["views"] for s in stats], [len(views)] * 2)
        for view, clean, dirty in zip(views, *pictures):
            self.assertEqual(self.missing(clean, dirty, (0, 0, 640, 360), cells, view), [], view)
        self.assertLess(np.mean(np.abs(pictures[0][1] - pictures[0][-1]).max(-1) > 24), 0.001)  # the same view, of cells and of blocks

    def test_default_range_shows_them_too(self):
        a, hot, bad = planted(np.random.default_rng(13), np.zeros((N, N), "f4"))
        picture = self.picture(self.save("a.npy", a), "--bare")
        background = np.array([68, 1, 84])
        for r, c in hot + bad:
            px, py = int(c * 1280 / N), int(r * 720 / N)
            near = picture[max(0, py - 1):py + 2, max(0, px - 1):px + 2]
            self.assertGreaterEqual(np.abs(near - background).max(), CLEAR, (r, c))

    def test_exponential_noise_stays_calm(self):
        a = np.random.default_rng(14).exponential(1, (4096, 4096)).astype("f4")
        path = self.save("a.npy", a)
        auto = self.picture(path, "--bare", "--vmin", 0, "--vmax", 8)
        mean = self.picture(path, "--bare", "--vmin", 0, "--vmax", 8, "--reduce", "mean")
        replaced = np.count_nonzero((np.abs(auto - mean) > 8).any(-1)) / (1280 * 720)
        self.assertLess(replaced, 0.01)


if __name__ == "__main__":
    h.main()
