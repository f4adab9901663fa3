#!/usr/bin/env python3
"""--check: its figures against NumPy (CIELAB, CIEDE2000, the published matrices, counts), and what it advises."""
import json
import unittest

import matplotlib
import numpy as np

import harness as h

SEEN = {"most": np.eye(3), "mono": [[0.2126, 0.7152, 0.0722]] * 3,
        "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
        "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
        "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]}


def lab(rgb, matrix=np.eye(3)):
    v = rgb / 255
    linear = np.clip(np.where(v <= 0.04045, v / 12.92, ((v + 0.055) / 1.055) ** 2.4) @ np.array(matrix).T, 0, 1)
    xyz = linear @ np.array([[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]).T
    t = xyz / [0.95047, 1, 1.08883]
    f = np.where(t > (6 / 29) ** 3, np.cbrt(t), t / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.stack([116 * f[..., 1] - 16, 500 * (f[..., 0] - f[..., 1]), 200 * (f[..., 1] - f[..., 2])], axis=-1)


def ciede2000(x, y):
    (l1, a1, b1), (l2, a2, b2) = np.moveaxis(x, -1, 0), np.moveaxis(y, -1, 0)
    g = 0.5 * (1 - np.sqrt((c7 := ((np.hypot(a1, b1) + np.hypot(a2, b2)) / 2) ** 7) / (c7 + 25 ** 7)))
    a1, a2 = a1 * (1 + g), a2 * (1 + g)
    c1, c2 = np.hypot(a1, b1), np.hypot(a2, b2)
    h1, h2 = np.degrees(np.arctan2(b1, a1)) % 360, np.degrees(np.arctan2(b2, a2)) % 360
    dh = (h2 - h1 + 180) % 360 - 180
    dh = np.where(c1 * c2 == 0, 0, dh)
    hm = np.where(c1 * c2 == 0, h1 + h2, np.where(np.abs(h1 - h2) <= 180, (h1 + h2) / 2, ((h1 + h2 + 360) / 2) % 360))
    lm, cm, r = (l1 + l2) / 2, (c1 + c2) / 2, np.radians
    t = 1 - 0.17 * np.cos(r(hm - 30)) + 0.24 * np.cos(r(2 * hm)) + 0.32 * np.cos(r(3 * hm + 6)) - 0.2 * np.cos(r(4 * hm - 63))
    sl, sc, sh = 1 + 0.015 * (lm - 50) ** 2 / np.sqrt(20 + (lm - 50) ** 2), 1 + 0.045 * cm, 1 + 0.015 * cm * t
    rt = -np.sin(r(60 * np.exp(-(((hm - 275) / 25) ** 2)))) * 2 * np.sqrt(cm ** 7 / (cm ** 7 + 25 ** 7))
    dl, dc, dH = (l2 - l1) / sl, (c2 - c1) / sc, 2 * np.sqrt(c1 * c2) * np.sin(r(dh / 2)) / sh
    return np.sqrt(np.maximum(dl ** 2 + dc ** 2 + dH ** 2 + rt * dc * dH, 0))


class Check(h.TempDirTest):
    def check(self, a, *args):
        r = h.run(self.save("a.npy", a), "--check=json", *args, check=0)
        return json.loads(r.out), r.err

    def test_the_colormap_is_measured(self):
        a = np.arange(12.0).reshape(3, 4)
        for name in ("viridis", "jet", "RdBu_r", "gray", "twilight"):
            got, _ = self.check(a, "--cmap", name)
            rgb = matplotlib.colormaps[name]((np.arange(256) + 0.5) / 256, bytes=True)[:, :3]
            colours = lab(rgb)
            step = ciede2000(colours[:-1], colours[1:])
            np.testing.assert_allclose(got["colormap"]["lightness"], colours[[0, 127, 255], 0], atol=0.01)
            steps = got["colormap"]["steps"]
            np.testing.assert_allclose([steps["min"], steps["median"], steps["max"]], [step.min(), np.median(step), step.max()], atol=0.01)
            for who, matrix in SEEN.items():
                c = lab(rgb, matrix)
                want = ciede2000(c[[0, 0, 128]], c[[255, 128, 255]])
                np.testing.assert_allclose([got["vision"][who][k] for k in ("ends", "low_middle", "middle_high")], want, atol=0.02, err_msg=f"{name} {who}")

    def test_kinds(self):
        a = np.arange(12.0).reshape(3, 4)
        for name, kind in (("viridis", "sequential"), ("gray_r", "sequential"), ("coolwarm", "diverging"), ("RdBu", "diverging"), ("twilight", "cyclic"),
                           ("tab10", "qualitative"), ("gist_ncar", "unordered")):
            self.assertEqual(self.check(a, "--cmap", name)[0]["colormap"]["kind"], kind, name)

    def test_which_maps_are_even(self):
        for names, want in (("viridis cividis gray magma plasma inferno mako rocket vlag coolwarm RdBu_r RdYlBu Blues twilight", True),
                            ("jet hsv rainbow hot gist_rainbow nipy_spectral gist_ncar seismic", False)):
            for name in names.split():
                got, _ = self.check(np.eye(4), "--cmap", name)
                c = lab(matplotlib.colormaps[name]((np.arange(256) + 0.5) / 256, bytes=True)[:, :3].astype(float)) if name in matplotlib.colormaps else None
                if c is not None:
                    d = ciede2000(c[:-8], c[8:])
                    self.assertAlmostEqual(got["colormap"]["steps"]["variation"], d.std() / d.mean(), 3, name)
                self.assertEqual(got["colormap"]["steps"]["even"], want, name)

    def test_a_rainbow_has_no_halves(self):
        for name in ("jet", "rainbow", "hsv", "turbo"):
            self.assertFalse(self.check(np.eye(4), "--cmap", name)[0]["colormap"]["monotone"], name)
        for name in ("RdBu_r", "RdYlBu", "Spectral", "PiYG", "vlag", "icefire", "coolwarm", "bwr", "RdYlGn", "BrBG", "PuOr", "RdGy"):
            self.assertTrue(self.check(np.eye(4), "--cmap", name)[0]["colormap"]["monotone"], name)

    def test_the_data_are_counted(self):
        a = np.random.default_rng(1).exponential(size=(211, 307)) - 0.5
        a[:3, :5] = np.nan
        a[5, 5] = np.inf
        got = self.check(a, "--vmin", "0", "--vmax", "2")[0]["data"]
        f = a[np.isfinite(a)]
        self.assertEqual((got["cells"], got["finite"], got["nan"], got["inf"]), (a.size, f.size, 15, 1))
        index = np.minimum((f[(f >= 0) & (f <= 2)] / 2 * 256).astype(int), 255)
        counts = np.bincount(index, minlength=256)
        for key, want in (("share_under", (f < 0).mean()), ("share_over", (f > 2).mean()), ("share_lowest", counts[:13].sum() / f.size),
                          ("share_highest", counts[-13:].sum() / f.size), ("min", f.min()), ("max", f.max())):
            self.assertAlmostEqual(got[key], want, 6, key)
        self.assertEqual(got["colors_used"], (counts > 0).sum())
        self.assertEqual(got["colors_90"], 1 + np.searchsorted(np.cumsum(np.sort(counts)[::-1]), 0.9 * counts.sum()))

    def advice(self, a, *args):
        return " ".join(x["options"] for x in self.check(a, *args)[0]["advice"])

    def test_advice(self):
        r = np.random.default_rng(1)
        normal, skew = r.normal(size=(80, 90)), 10.0 ** r.normal(size=(80, 90), scale=2)
        self.assertIn("--center 0", self.advice(normal + 0.3, "--cmap", "coolwarm"))
        self.assertIn("--center 0", self.advice(normal, "--cmap", "viridis"))
        self.assertNotIn("--center", self.advice(normal, "--cmap", "vlag", "--center", "0"))
        self.assertIn("--norm log", self.advice(skew))
        self.assertNotIn("--norm", self.advice(skew, "--norm", "log"))
        self.assertIn("--cmap viridis", self.advice(r.random((9, 9)), "--cmap", "jet"))
        self.assertEqual("", self.advice(r.random((50, 50))))
        self.assertIn("--vmax", self.advice(r.random((50, 50)), "--vmax", "0.5"))
        normal[:9] = np.nan
        self.assertIn("--bad-hatch", self.advice(normal, "--cmap", "RdBu", "--center", "0"))

    def test_words_and_no_data(self):
        text = h.run(self.save("a.npy", np.eye(4)), "--check", check=0).out
        for word in ("viridis", "lightness", "protan", "Machado", "clipped", "colours used"):
            self.assertIn(word, text)
        alone = h.run("--check", "--cmap", "magma", check=0).out
        self.assertIn("magma", alone)
        self.assertNotIn("clipped", alone)
        self.assertIn("json", h.run("--check=xml", check=2).err)

    def test_a_rainbow_is_remarked_on_once(self):
        data = b"".join(h.npy(np.random.default_rng(i).random((9, 9))) for i in range(5))
        err = h.run("-", "-o", self.path("f%d.png"), "--cmap", "jet", stdin=data, check=0).err
        self.assertEqual(err.count("rainbow"), 1, err)
        self.assertEqual(h.run("-", "-o", self.path("f%d.png"), stdin=data, check=0).err, "")


if __name__ == "__main__":
    h.main()
