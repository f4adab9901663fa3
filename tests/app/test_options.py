#!/usr/bin/env python3
"""Help, lists, config file: all read from one table."""
import os
import unittest

import numpy as np

import harness as h


class Lists(h.TempDirTest):
    def test_every_option_of_the_list_is_in_the_help(self):
        help_text = h.run("--help", check=0).out
        names = [line.split("\t")[0].lstrip("-") for line in h.run("--list-options", check=0).out.splitlines() if "\t" in line]
        self.assertGreater(len(names), 40)
        for name in names:
            self.assertIn("--" + name, help_text)

    def test_contract(self):
        have = h.run("--list-options", check=0).out
        for name in ("output headless duration frames renderer size dpi font-size bare view cmap vmin vmax robust center gamma norm bad under over "
                     "linewidths linecolor square aspect origin extent title xlabel ylabel cbar-label no-cbar xticklabels yticklabels reduce "
                     "policy rows raw lines history memory fps no-vsync loop stats config list-options list-cmaps list-keys info version help "
                     "listen allow-remote demo frame shader-dir").split():
            self.assertRegex(have, rf"(?m)^(--)?{name}\t")

    def test_long_entries_are_whole(self):
        text = " ".join(h.run("--help", check=0).out.split())
        self.assertIn("sinc, blackman; default nearest]", text)
        for line in h.run("--help", check=0).out.splitlines():
            self.assertLessEqual(len(line), 105, line)

    def test_colormaps(self):
        names = h.run("--list-cmaps", check=0).out.split()
        for name in ("viridis magma inferno plasma cividis turbo gray hot coolwarm RdBu Blues Greens YlOrRd Spectral rocket mako flare crest "
                     "icefire vlag").split():
            self.assertIn(name, names)
            self.assertIn(name + "_r", names)

    def test_keys(self):
        keys = h.run("--list-keys", check=0).out
        for key in ("Space", ".", ",", "a", "l", "g", "c", "s", "f", "i", "?", "q"):
            self.assertRegex(keys, rf"(?m)^[^\t]*{'[?]' if key == '?' else '[.]' if key == '.' else key}[^\t]*\t")

    def test_info_and_version(self):
        self.assertIn("heatscope", h.run("--info", check=0).out)
        self.assertRegex(h.run("--version", check=0).out, r"^heatscope \d+\.\d+\.\d+\n$")


class Config(h.TempDirTest):
    def picture(self, *args):
        h.run(self.save("a.npy", np.arange(9.0).reshape(3, 3)), "-o", self.path("p.png"), "--bare", "--size", "3x3", *args, check=0)
        return h.pixels(self.path("p.png"))

    def test_the_command_line_wins_over_the_config_file(self):
        with open(self.path("c.conf"), "w") as f:
            f.write("cmap = magma\nvmin = 0\nvmax=8\n")
        values = np.arange(9.0).reshape(3, 3)
        self.assertTrue(h.same_colours(self.picture("--config", self.path("c.conf")), values, 0, 8, "magma").all())
        self.assertTrue(h.same_colours(self.picture("--config", self.path("c.conf"), "--cmap", "hot"), values, 0, 8, "hot").all())

    def test_reversed_and_centred(self):
        values = np.arange(9.0).reshape(3, 3)
        self.assertTrue(h.same_colours(self.picture("--cmap", "RdBu_r"), values, 0, 8, "RdBu_r").all())
        centred = self.picture("--cmap", "gray", "--center", "2")
        self.assertAlmostEqual(int(centred[0, 2, 0]), 127, delta=2)

    def test_robust_range(self):
        a = np.random.default_rng(1).normal(size=(200, 200))
        a[0, 0] = 1e9
        h.run(self.save("a.npy", a), "-o", self.path("p.png"), "--bare", "--size", "200x200", "--robust", check=0)
        self.assertGreater(h.pixels(self.path("p.png")).std(), 30)


if __name__ == "__main__":
    h.main()
