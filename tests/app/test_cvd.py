#!/usr/bin/env python3
"""--cvd: the whole picture as another colour vision has it, against the published matrices in NumPy; by both executors; live."""
import json
import time
import unittest

import numpy as np

import harness as h

# Machado, Oliveira, Fernandes 2009, severity 1 and 0.5
FULL = {"protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
        "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
        "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
        "mono": [[0.2126, 0.7152, 0.0722]] * 3,
        "deutan=0.5": [[0.547494, 0.607765, -0.155259], [0.181692, 0.781742, 0.036566], [-0.010410, 0.027275, 0.983136]]}


RENDERERS = ("soft",) if "OpenGL off screen   none" in h.run("--info").out or h.SANITIZED else ("soft", "gl")  # Mesa leaks


def seen(picture, matrix):
    v = picture / 255
    linear = np.where(v <= 0.04045, v / 12.92, ((v + 0.055) / 1.055) ** 2.4) @ np.array(matrix).T
    linear = np.clip(linear, 0, 1)
    return 255 * np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)


class Cvd(h.TempDirTest):
    def picture(self, *args):
        h.run(*args, "-o", self.path("p.png"), "--size", "400x300", check=0)
        return h.pixels(self.path("p.png"))

    def test_the_model(self):
        a = self.save("a.npy", np.random.default_rng(1).normal(size=(40, 50)))
        for cmap in ("jet", "viridis"):
            plain = self.picture(a, "--cmap", cmap, "--bare")
            for kind, matrix in FULL.items():
                for renderer in RENDERERS if cmap == "jet" else ("soft",):
                    got = self.picture(a, "--cmap", cmap, "--bare", "--cvd", kind, "--renderer", renderer)
                    self.assertLessEqual(np.abs(got - seen(plain, matrix)).max(), 1, f"{cmap} {kind} {renderer}")

    def test_the_whole_figure_and_a_note(self):
        a = self.save("a.npy", np.arange(100.0).reshape(10, 10))
        plain = self.picture(a, "--bad", "red")
        grey = self.picture(a, "--bad", "red", "--cvd", "mono")
        self.assertTrue((grey.max(axis=2) - grey.min(axis=2) <= 1).all(), "everything is grey")
        self.assertTrue((plain[-12:, -60:] == 255).all() and not (grey[-12:, -60:] == 255).all(), "the note is in the corner")

    def test_a_stream_switches_it(self):
        a = h.npy(np.random.default_rng(1).normal(size=(20, 20)).astype("f4"))
        data = a + b"".join(json.dumps({"cvd": v}).encode() + b"\n" + a for v in ("protan", "mono=0.2", None))
        r = h.run("-", "-o", self.path("f%d.png"), "--size", "300x200", "--bare", stdin=data, check=0)
        self.assertEqual(r.err, "")
        f = [h.pixels(self.path(f"f{i}.png")).tobytes() for i in range(4)]
        self.assertEqual([f.index(p) for p in f], [0, 1, 2, 0])

    def test_what_is_wrong_is_said(self):
        self.assertIn("deutan=0.6", h.run("--cvd", "protan=3", check=2).err)
        self.assertIn("protan", h.run("--cvd", "red", check=2).err)


class Key(h.TempDirTest):
    def test_v_goes_through_them(self):
        desktop = h.Desktop()
        self.addCleanup(desktop.close)
        process = h.start(self.save("a.npy", np.arange(100.0).reshape(10, 10)), "--cmap", "jet", "--size", "400x300", "--bare", env=desktop.env, cwd=self.dir)
        self.addCleanup(lambda: process.poll() is None and (process.kill(), process.wait()))
        window = desktop.window(process)
        shots = []
        for _ in range(6):
            time.sleep(0.6)
            shots.append(desktop.screenshot(window)[150:].astype(int))  # below the message
            desktop.xdotool("windowfocus", "--sync", window)
            desktop.xdotool("key", "v")
        plain = shots[0]
        for shot, kind in zip(shots[1:5], ("protan", "deutan", "tritan", "mono")):
            self.assertLessEqual(np.abs(shot - seen(plain, FULL[kind])).max(), 1, kind)
        self.assertTrue((shots[5] == plain).all())
        h.stop(process)


if __name__ == "__main__":
    h.main()
