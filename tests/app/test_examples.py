#!/usr/bin/env python3
"""The examples, run as their first lines say; and the demo."""
import os
import shutil
import subprocess
import sys
import unittest

import harness as h


def example(name):
    return os.path.join(h.ROOT, "examples", name)


class Examples(h.TempDirTest):
    def streamed(self, command):
        port = h.free_port()
        process = h.start("--listen", port, "--headless", "--policy", "all", "--frames", 5, "--stats", "-")
        self.addCleanup(lambda: process.poll() is None and process.kill())
        h.connect(port).close()
        producer = subprocess.Popen([*command, str(port), "20"], stderr=subprocess.DEVNULL)
        code, text, err = h.finish(process)
        producer.wait()
        self.assertEqual((code, h.stats(text)["frames_shown"]), (0, 5), err)

    def test_numpy(self):
        self.streamed([sys.executable, example("stream.py")])

    def test_c(self):
        if not shutil.which("cc"):
            self.skipTest("no C compiler")
        subprocess.run(["cc", "-o", self.path("stream"), example("stream.c"), "-lm"], check=True)
        self.streamed([self.path("stream")])

    @unittest.skipIf(h.SANITIZED, "the library would want its sanitizer's runtime first")
    def test_library(self):
        if not shutil.which("cc"):
            self.skipTest("no C compiler")
        build = os.path.dirname(h.HEATSCOPE)
        subprocess.run(["cc", "-o", self.path("embed"), example("embed.c"), "-I" + os.path.join(h.ROOT, "include"), "-L" + build, "-lheatscope",
                        "-lm", "-Wl,-rpath," + build], check=True)
        picture = h.pixels(subprocess.run([self.path("embed")], capture_output=True, check=True).stdout)
        self.assertEqual(picture.shape, (400, 640, 3))
        self.assertGreater(picture.std(), 20)

    def test_shell(self):
        producer = subprocess.Popen(["sh", example("stream.sh"), "12", "0.01"], stdout=subprocess.PIPE)
        r = h.run("--headless", "--stats", "-", stdin=producer.stdout)
        producer.wait()
        self.assertEqual((r.returncode, h.stats(r.out)["rows_received"]), (0, 12), r.err)

    def test_demo(self):
        s = h.stats(h.run("--demo", "--headless", "--frames", 30, "--stats", "-", check=0).out)
        self.assertEqual(s["frames_shown"], 30)
        self.assertEqual(s["records_rejected"], 0)
        h.run("--demo", "-o", self.path("d.png"), check=0)
        self.assertGreater(h.pixels(self.path("d.png")).std(), 30)


if __name__ == "__main__":
    h.main()
