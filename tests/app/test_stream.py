#!/usr/bin/env python3
"""Live streams over real sockets and pipes, with NumPy as the client; exact counting."""
import os
import socket
import subprocess
import threading
import time
import unittest

import numpy as np

import harness as h


def accounted(s):
    return s["frames_received"] == s["frames_shown"] + s["frames_dropped"] and s["frames_queued"] == 0


class Tcp(h.TempDirTest):
    def listen(self, *args):
        port = h.free_port()
        process = h.start("--listen", port, *args, "--stats", "-")
        self.addCleanup(process.kill)
        return port, process

    def test_a_thousand_megapixel_frames(self):
        num = 100 if h.SANITIZED else 1000
        port, process = self.listen("--headless", "--policy", "all", "--frames", num)
        frame = np.random.default_rng(1).random((1024, 1024)).astype("f4")
        with h.connect(port) as sock:
            out = h.Writer(sock)
            for _ in range(num):
                np.save(out, frame)
        code, text, err = h.finish(process, 120)
        s = h.stats(text)
        self.assertEqual(code, 0, err)
        self.assertEqual((s["frames_received"], s["frames_shown"], s["frames_dropped"]), (num, num, 0))
        self.assertEqual(s["bytes_received"], num * len(h.npy(frame)))

    def test_latest_with_a_slow_display(self):
        port, process = self.listen("--headless", "--duration", 4, "--size", "1920x1080")
        frame = np.zeros((64, 64), "f4")
        sent = 0
        with h.connect(port) as sock:
            end = time.time() + 1.5
            while time.time() < end:
                sock.sendall(h.npy(frame))
                sent += 1
        code, text, err = h.finish(process)
        s = h.stats(text)
        self.assertEqual(code, 0, err)
        self.assertEqual(s["frames_received"], sent)
        self.assertGreater(s["frames_dropped"], 0)
        self.assertGreater(s["frames_shown"], 10)
        self.assertTrue(accounted(s), s)

    def test_every_nth(self):
        port, process = self.listen("--headless", "--policy", "every=3", "--frames", 4)
        with h.connect(port) as sock:
            for i in range(12):
                sock.sendall(h.npy(np.full((4, 4), i, "f4")))
            code, text, err = h.finish(process)
        s = h.stats(text)
        self.assertEqual((code, s["frames_shown"]), (0, 4), err)
        self.assertTrue(accounted(s), s)

    def test_first_frame_to_png_with_settings(self):
        a = np.random.default_rng(2).random((6, 8)).astype("f4")
        port, process = self.listen("-o", self.path("a.png"), "--bare", "--size", "8x6")
        with h.connect(port) as sock:
            sock.sendall(b'{"vmin": 0, "vmax": 1, "cmap": "magma"}\n' + h.npy(a))
            code, text, err = h.finish(process)
        self.assertEqual(code, 0, err)
        self.assertTrue(h.same_colours(h.pixels(self.path("a.png")), a, 0, 1, "magma").all())

    def test_many_connections_are_one_panel(self):
        port, process = self.listen("--headless", "--policy", "all", "--frames", 200)

        def produce(k):
            with h.connect(port) as sock:
                for i in range(25):
                    sock.sendall(h.npy(np.full((10 + k, 10 + i), k, "f4")))

        threads = [threading.Thread(target=produce, args=(k,)) for k in range(8)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        code, text, err = h.finish(process)
        s = h.stats(text)
        self.assertEqual((code, s["frames_received"], s["frames_shown"], s["records_rejected"]), (0, 200, 200, 0), err)

    def test_shape_and_dtype_change_with_every_frame(self):
        port, process = self.listen("-o", self.path("f%02d.png"), "--bare", "--size", "24x24", "--frames", 12, "--vmin", 0, "--vmax", 1)
        rng = np.random.default_rng(3)
        sent = []
        with h.connect(port) as sock:
            for i, code in enumerate(["f4", "u1", ">f8", "i2", ">u2", "f2", "b1", "i8", ">f4", "u4", "f8", "i1"]):
                a = rng.integers(0, 2, (1 + i % 4, 1 + i % 6)).astype(code)
                sent.append(a)
                sock.sendall(h.npy(a))
            code, text, err = h.finish(process)
        self.assertEqual(code, 0, err)
        for i, a in enumerate(sent):
            cell = lambda n: (2 * np.arange(24) + 1) * n // 48  # under each pixel's centre
            big = a[cell(a.shape[0])][:, cell(a.shape[1])].astype("f8")
            got = h.pixels(self.path(f"f{i:02d}.png"))
            self.assertTrue(h.same_colours(got, big, 0, 1).all(), f"frame {i} {a.dtype} {a.shape}")

    def test_dialled_and_dialled_again(self):
        with socket.socket() as server:
            server.bind(("127.0.0.1", 0))
            port = server.getsockname()[1]
            process = h.start(f"tcp://127.0.0.1:{port}", "--headless", "--policy", "all", "--frames", 3, "--stats", "-")
            self.addCleanup(process.kill)
            time.sleep(0.5)  # nobody listens yet
            server.listen()
            for _ in range(3):
                peer, _ = server.accept()
                peer.sendall(h.npy(np.ones((4, 4), "f4")))
                peer.close()
            code, text, err = h.finish(process)
        self.assertEqual((code, h.stats(text)["frames_shown"]), (0, 3), err)

    def test_unix_socket_is_private(self):
        path = self.path("s")
        process = h.start("--listen", path, "-o", self.path("a.png"))
        self.addCleanup(process.kill)
        with h.connect_unix(path) as sock:
            self.assertEqual(os.stat(path).st_mode & 0o777, 0o600)
            sock.sendall(h.npy(np.eye(5)))
            code, _, err = h.finish(process)
        self.assertEqual(code, 0, err)

    def test_rows_over_a_socket_are_never_dropped(self):
        port, process = self.listen("--headless", "--duration", 3, "--rows", 64)
        with h.connect(port) as sock:
            for i in range(2000):
                sock.sendall(h.npy(np.full(100, i, "f4")))
            sock.sendall(b'{"axes": "TX"}\n' + h.npy(np.ones((3000, 100), "f4")))
        code, text, err = h.finish(process)
        s = h.stats(text)
        self.assertEqual((code, s["rows_received"], s["frames_received"]), (0, 5000, 0), err)


class Pipes(h.TempDirTest):
    def test_waterfall_shows_the_newest_rows_at_the_bottom(self):
        rows = [np.full(8, i, "f4") for i in range(10)]
        r = h.run("-o", "-", "--rows", 4, "--bare", "--size", "8x4", "--vmin", 0, "--vmax", 9, stdin=b"".join(map(h.npy, rows)), check=0)
        want = np.repeat(np.arange(6, 10.0)[:, None], 8, 1)
        self.assertTrue(h.same_colours(h.pixels(r.stdout), want, 0, 9).all())

    def test_text_rows(self):
        for text in (b"1 2 3\n4 5 6\n", b"1,2,3\r\n4,5,6\r\n", b"1\t2\t3\n4\t5\t6", b"\xef\xbb\xbf# c\n1,2,3\n4,5,6\n\n", b"x,y,z\n1,2,3\n4,5,6\n",
                     b",x,y,z\na,1,2,3\nb,4,5,6\n"):
            r = h.run("-o", "-", "--bare", "--size", "3x2", "--vmin", 1, "--vmax", 6, stdin=text, check=0)
            self.assertTrue(h.same_colours(h.pixels(r.stdout), np.arange(1.0, 7).reshape(2, 3), 1, 6).all(), text)

    def test_text_file_of_many_frames(self):
        path = self.path("a.txt")
        with open(path, "w") as f:
            f.write("0 0\n0 0\n\n1 1\n1 1\n\n2 2\n2 2\n")
        s = h.stats(h.run(path, "--headless", "--fps", 0, "--stats", "-", check=0).out)
        self.assertEqual((s["frames_received"], s["frames_shown"]), (3, 3))

    def test_pictures_and_raw(self):
        pgm = b"P5\n# c\n3 2\n255\n" + bytes([0, 51, 102, 153, 204, 255])
        pfm = b"Pf\n3 2\n-1.0\n" + np.array([[153, 204, 255], [0, 51, 102]], "<f4").tobytes()
        raw = np.array([[0, 51, 102], [153, 204, 255]], ">u2").tobytes()
        want = np.arange(6.0).reshape(2, 3) * 51
        for name, data, args in (("a.pgm", pgm, []), ("a.pfm", pfm, []), ("a.raw", b"head" + raw, ["--raw", ">u2,2x3@4"])):
            with open(self.path(name), "wb") as f:
                f.write(data)
            r = h.run(self.path(name), "-o", "-", "--bare", "--size", "3x2", "--vmin", 0, "--vmax", 255, *args, check=0)
            self.assertTrue(h.same_colours(h.pixels(r.stdout), want, 0, 255).all(), name)

    def test_fifo(self):
        path = self.path("fifo")
        os.mkfifo(path)
        process = h.start(path, "--headless", "--fps", 0, "--stats", "-")
        self.addCleanup(process.kill)
        with open(path, "wb") as f:
            for i in range(5):
                f.write(h.npy(np.full((4, 4), i, "f4")))
        code, text, err = h.finish(process)
        self.assertEqual((code, h.stats(text)["frames_shown"]), (0, 5), err)

    def test_live_text_shows_at_once(self):
        process = subprocess.Popen([h.HEATSCOPE, "--headless", "--frames", "1", "--stats", "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE)
        self.addCleanup(process.kill)
        process.stdin.write(b"procs -----------memory----------\n r  b   swpd\n 1  0  12\n")
        process.stdin.flush()
        self.assertEqual(process.wait(10), 0)  # although the pipe stays open
        s = h.stats(process.stdout.read().decode())
        self.assertEqual((s["rows_received"], s["pictures_shown"]), (1, 1))
        process.stdin.close()


if __name__ == "__main__":
    h.main()
