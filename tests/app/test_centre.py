#!/usr/bin/env python3
"""--center: the middle colour is at the centre, whatever the norm; what --check says of it."""
import json
import unittest

import numpy as np

import harness as h


class Centre(h.TempDirTest):
    def picture(self, a, *args):
        h.run(self.save("a.npy", a), "-o", self.path("p.png"), "--bare", "--size", f"{a.shape[1]}x{a.shape[0]}", *args, check=0)
        return h.pixels(self.path("p.png"))

    def test_the_middle_colour_is_at_the_centre_with_every_norm(self):
        a = np.linspace(-30, 1000, 4096).reshape(64, 64)
        for centre in (0, 7, -20, 300):
            a[0, 0] = centre
            for norm in (["linear"], ["symlog"], ["symlog", "--linthresh", "20"], ["asinh"], ["sqrt"], ["power", "--gamma", "3"], ["histeq"],
                         ["zscale"], ["linear", "--vmin", "-25", "--vmax", "400"]):
                grey = self.picture(a, "--cmap", "gray", "--center", centre, "--norm", *norm)[..., 0].astype(int)
                self.assertAlmostEqual(grey[0, 0], 127.5, delta=2.6, msg=f"{norm} {centre}")
                self.assertTrue((grey[a > centre] >= grey[0, 0]).all() and (grey[a < centre] <= grey[0, 0]).all())

    def test_equal_colours_lie_equally_far_away_as_the_norm_sees_it(self):
        a = np.array([[-100.0, -10, 0, 10, 100, 1000]])
        grey = self.picture(a, "--cmap", "gray", "--center", "0", "--norm", "symlog")[0, :, 0].astype(int)
        self.assertTrue((np.abs(grey + grey[[4, 3, 2, 1, 0, 5]] - 255)[:5] <= 3).all(), grey)

    def test_blocks_are_symmetric_about_an_edge_at_the_centre(self):
        a = np.array([[-7.5, -2.5, 2.5, 7.5, 12.5, 17.5]])
        grey = self.picture(a, "--cmap", "gray", "--center", "0", "--levels", "-10,-5,0,5,10,15,20")[0, :, 0].astype(int)
        self.assertTrue(abs(grey[1] + grey[2] - 255) <= 3 and abs(grey[0] + grey[3] - 255) <= 3, grey)

    def test_a_stream_moves_norm_and_centre(self):
        a = np.linspace(-9, 90, 100).reshape(10, 10)
        a[0, 0] = 0
        data = b"".join(json.dumps(line).encode() + b"\n" + h.npy(a) for line in ({"center": 0, "cmap": "gray"}, {"norm": "symlog"}, {"linthresh": 30}))
        h.run("-", "-o", self.path("f%d.png"), "--bare", "--size", "10x10", stdin=data, check=0)
        for i in range(3):
            self.assertAlmostEqual(int(h.pixels(self.path(f"f{i}.png"))[0, 0, 0]), 127.5, delta=2.6)

    def test_vcenter_without_its_norm_is_said(self):
        args = [self.save("a.npy", np.eye(4)), "-o", self.path("p.png"), "--vcenter", "2"]
        self.assertIn("two-slope", h.run(*args, check=0).err)
        self.assertEqual("", h.run(*args, "--norm", "two-slope", check=0).err)

    def check(self, a, *args):
        return json.loads(h.run(self.save("a.npy", a), "--check=json", *args).out)

    def test_check_goes_by_the_map_and_where_its_middle_is(self):
        a = np.random.default_rng(1).exponential(50, size=(60, 60)) - 20
        for args in (["--center", "0"], ["--norm", "symlog", "--center", "0"], ["--norm", "two-slope", "--vcenter", "0"]):
            got = self.check(a, "--cmap", "RdBu_r", *args)
            self.assertEqual((got["colormap"]["kind"], [x for x in got["advice"] if "middle" in x["what"]]), ("diverging", []), args)
        for args in (["--norm", "symlog"], ["--vcenter", "0"], ["--norm", "two-slope", "--center", "0", "--vcenter", "60"]):
            got = self.check(a, "--cmap", "RdBu_r", *args)
            self.assertEqual(1, sum("middle colour is at" in x["what"] for x in got["advice"]), got)


if __name__ == "__main__":
    h.main()
