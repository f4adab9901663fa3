"""What is wrong with a stream is told where it is looked for: one clear line, the corner of a window."""
import time
import unittest

import numpy as np

import harness as h


class Lines(h.TempDirTest):
    def test_garbage_with_the_name_of_an_npy_file(self):
        for garbage, said in ((b"garbage\n", "not an NPY file"), (b"gar\nba\0ge\n", "not an NPY file"), (b"\x85\0\1", "NPY files begin with")):
            with open(self.path("f5.npy"), "wb") as f:
                f.write(garbage)
            r = h.run(self.path("f5.npy"), "-o", self.path("o.png"), check=1)
            self.assertIn(said, r.err)
            self.assertIn(r"\x93NUMPY", r.err)
            self.assertNotIn("only words", r.err)
            self.assertNotIn("zero bytes", r.err)

    def test_a_table_with_the_name_of_an_npy_file(self):
        with open(self.path("table.npy"), "w") as f:
            f.write("1 2\n3 4\n")
        self.assertEqual(h.run(self.path("table.npy"), "-o", self.path("o.png"), check=0).err, "")

    def listen(self, *args):
        port = h.free_port()
        p = h.start("--listen", port, "--headless", "--duration", 20, "--stats", "-", *args)
        self.addCleanup(lambda: p.poll() is None and p.kill())
        return p, port

    def test_http(self):
        p, port = self.listen()
        with h.connect(port) as s:
            s.sendall(b"GET /index.html HTTP/1.1\r\nHost: localhost\r\n\r\n")
            try:
                self.assertEqual(s.recv(10), b"")  # hung up on
            except ConnectionResetError:
                pass
        code, out, err = h.stop(p)
        self.assertIn("HTTP", err)
        self.assertNotIn("no row of numbers", err)
        self.assertEqual(h.stats(out)["records_rejected"], 1)

    def test_labels_of_the_wrong_number(self):
        p, port = self.listen()
        with h.connect(port) as s:
            s.sendall(b'{"row_labels": ["a", "b"], "col_labels": ["x", "y", "z"]}\n' + h.npy(np.zeros((2, 3))) + h.npy(np.zeros((4, 3))) * 3)
            time.sleep(0.5)
        code, out, err = h.stop(p)
        told = [line for line in err.splitlines() if "_labels" in line]
        self.assertEqual(len(told), 1, err)
        self.assertIn("row_labels: 2 names, but the matrix has 4 rows", told[0])
        self.assertEqual(h.stats(out)["frames_received"], 4)

    def test_no_stream_options(self):
        a = np.random.default_rng(1).random((6, 7))
        with open(self.path("s.hsr"), "wb") as f:
            f.write(b'{"cmap": "magma", "vmin": -3, "row_labels": ["a", "b", "c", "d", "e", "f"]}\n' + h.npy(a) + b'{"cmap": "gray"}\n' + h.npy(a))
        with open(self.path("plain.hsr"), "wb") as f:
            f.write(b'{"row_labels": ["a", "b", "c", "d", "e", "f"]}\n' + h.npy(a) + h.npy(a))
        draw = lambda name, *args: (h.run(self.path(name), "-o", self.path("o.png"), "--cmap", "hot", *args, check=0), h.pixels(self.path("o.png")))
        mine, picture = draw("s.hsr", "--no-stream-options")
        _, plain = draw("plain.hsr")
        _, theirs = draw("s.hsr")
        np.testing.assert_array_equal(picture, plain)
        self.assertTrue((theirs != plain).any())
        self.assertEqual(mine.err.count("--no-stream-options"), 1, mine.err)


class Corner(h.WindowTest):
    def setUp(self):
        super().setUp()
        self.port = h.free_port()
        self.p = h.start("--listen", self.port, "--size", "800x600", "--vmin", 0, "--vmax", 7, "--xticklabels", "none", env=self.desktop.env)
        self.addCleanup(lambda: self.p.poll() is None and self.p.kill())
        self.socket = h.connect(self.port)
        self.addCleanup(self.socket.close)
        self.window = self.desktop.window(self.p)

    def ink(self):
        return (self.desktop.screenshot(self.window)[-13:, 500:].max(axis=2) < 160).sum()

    def wait(self, condition, seconds):
        end = time.time() + seconds
        while time.time() < end:
            if condition():
                return True
            self.socket.sendall(self.frame) if self.frame else None
            time.sleep(0.1)
        return False

    def test_a_rejected_array_and_a_bad_option(self):
        self.frame = h.npy(np.zeros((20, 20), "f4"))
        for bad in (h.npy(np.zeros((3, 3), "c16")), b'{"cmap": "nosuchmap"}\n'):
            self.assertTrue(self.wait(lambda: self.ink() == 0, 8), "the note stays")
            self.socket.sendall(bad + self.frame)
            self.assertTrue(self.wait(lambda: self.ink() > 100, 2), "no note")
        h.stop(self.p)

    def test_half_a_frame(self):
        self.frame = b""
        record = h.npy(np.zeros((20, 20), "f4"))
        self.socket.sendall(record + record[:150])
        time.sleep(0.5)
        self.assertEqual(self.ink(), 0)
        self.assertTrue(self.wait(lambda: self.ink() > 100, 3), "nothing tells of the half frame")
        self.assertNotIn("stale", self.desktop.title(self.window))
        self.socket.sendall(record[150:])
        self.assertTrue(self.wait(lambda: self.ink() == 0, 1.5), "the note stays")
        h.stop(self.p)


if __name__ == "__main__":
    h.main()
