#!/usr/bin/env python3
"""docs/from-matplotlib.md: each of its commands draws and changes the picture, and each keyword of the installed matplotlib and seaborn is in
it. docs/gallery/README.md: each figure's command draws."""
import inspect
import os
import re
import shlex
import unittest

import numpy as np

import harness as h

PAGE = os.path.join(h.ROOT, "docs/from-matplotlib.md")


def tables():
    """Heading -> rows of (there, here, tries, remark); tries: a list of command lines."""
    found, heading = {}, None
    for line in open(PAGE, encoding="utf-8"):
        if line.startswith("## "):
            heading = line[3:].strip()
        if not line.startswith("| `"):
            continue
        cells = [c.strip() for c in line.strip()[1:-1].split("|")]
        found.setdefault(heading, []).append((cells[0], cells[1], re.findall(r"`([^`]+)`", cells[2]), cells[3]))
    return found


def elevation():
    """Real data, 40 x 50, with a missing cell."""
    from matplotlib import cbook

    a = cbook.get_sample_data("jacksboro_fault_dem.npz", np_load=True)["elevation"][100:140, 200:250].astype("f8")
    a[4, 4] = np.nan
    return a


class Page(h.TempDirTest):
    def setUp(self):
        super().setUp()
        a = elevation()
        self.save("a.npy", a)
        self.save("mask.npy", a < 500)
        with open(self.path("edges.txt"), "w") as f:
            f.write("\n".join("%g" % v for v in np.linspace(0, 7, a.shape[1] + 1) ** 2))
        with open(self.path("words.csv"), "w") as f:
            f.write("\n".join(",".join("w%d" % (i * j % 7) for j in range(a.shape[1])) for i in range(a.shape[0])))

    def draw(self, args):
        h.run("a.npy", "--size", "420x320", *shlex.split(args, comments=False), "-o", "p.png", cwd=self.dir, check=0)
        from PIL import Image

        return np.asarray(Image.open(self.path("p.png")).convert("RGBA"))

    def test_each_command_changes_the_picture(self):
        plain, num = {"": self.draw("")}, 0
        for heading, rows in tables().items():
            for there, here, tries, remark in rows:
                if not tries:
                    self.assertTrue(remark, f"{heading}: {there} is neither tried nor explained")
                    continue
                before, args = ("", tries[0]) if len(tries) == 1 else tries
                plain[before] = plain[before] if before in plain else self.draw(before)
                got = self.draw(f"{before} {args}")
                self.assertTrue(got.shape != plain[before].shape or (got != plain[before]).any(), f"{heading}: {there}: {args} changes nothing")
                option = re.match(r"`(--[a-z-]+)", here)
                if option and not option.group(1).endswith("-"):
                    self.assertIn(option.group(1).split("=")[0].rstrip("."), f"{before} {args}", f"{heading}: {there}")
                num += 1
        self.assertGreater(num, 60)

    def test_every_keyword_is_there(self):
        import matplotlib

        matplotlib.use("agg")
        import matplotlib.axes
        import matplotlib.colorbar
        import matplotlib.figure
        import seaborn

        bar = matplotlib.figure.Figure.colorbar
        others = re.findall(r"^([a-z_, ]+) : ", inspect.getdoc(bar).split("Other Parameters")[1].split("Notes")[0], re.M)
        wanted = {"imshow": [matplotlib.axes.Axes.imshow], "pcolormesh": [matplotlib.axes.Axes.pcolormesh],
                  "colorbar": [bar, matplotlib.colorbar.Colorbar.__init__], "seaborn.heatmap": [seaborn.heatmap]}
        pages = tables()
        for heading, functions in wanted.items():
            there = {name for row in pages[heading] for name in re.findall(r"`([A-Za-z_]+)`", row[0])}
            names = {p for f in functions for p in inspect.signature(f).parameters if p != "self"}
            if heading == "colorbar":
                names |= {n.strip() for group in others for n in group.split(",")}
            self.assertEqual(names - there, set(), heading)
            if matplotlib.__version__.startswith("3.6"):
                self.assertEqual(there - names, set(), heading)

    def test_every_option_named_there_exists(self):
        known = {line.split("\t")[0] for line in h.run("--list-options").out.splitlines()}
        for name in re.findall(r"`--([a-z][a-z-]*[a-z])[^`.]*`", open(PAGE, encoding="utf-8").read()):
            self.assertTrue(name in known or name in ("no-cbar", "no-hist", "no-shares", "no-norm-name"), name)


class Gallery(h.TempDirTest):
    def test_readme_and_pictures(self):
        folder = os.path.join(h.ROOT, "docs/gallery")
        text = open(os.path.join(folder, "README.md"), encoding="utf-8").read()
        pictures = re.findall(r"!\[\]\(([^)]+)\)", text)
        self.assertGreaterEqual(len(pictures), 20)
        self.assertEqual(sorted(pictures), sorted(n for n in os.listdir(folder) if n.endswith(".png")))
        self.assertLess(sum(os.path.getsize(os.path.join(folder, n)) for n in pictures), 1.5e6)
        from PIL import Image

        for name in pictures[::2]:
            self.assertIn("heatscope", Image.open(os.path.join(folder, name)).text, name)


if __name__ == "__main__":
    unittest.main()
