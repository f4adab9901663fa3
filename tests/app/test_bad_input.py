#!/usr/bin/env python3
"""Bad input: one clear line each, counted where it is a record, and the rest goes on."""
import os
import socket
import struct
import subprocess
import time
import unittest

import numpy as np

import harness as h

GOOD = h.npy(np.ones((3, 3), "f4"))


def header(text, version=(1, 0), length=None):
    """An NPY header with the given dict text."""
    body = text.encode() + b"\n"
    fmt = "<H" if version[0] == 1 else "<I"
    return b"\x93NUMPY" + bytes(version) + struct.pack(fmt, len(body) if length is None else length) + body


def described(descr, shape, payload=b""):
    return header("{'descr': %s, 'fortran_order': False, 'shape': %s, }" % (descr, shape)) + payload


class Records(h.TempDirTest):
    """What a pipe of records does with a bad one: (bytes, records rejected, frames that still arrive)."""

    def check(self, data, rejected, frames, code=0, words=()):
        r = h.run("--headless", "--fps", 0, "--stats", "-", stdin=data)
        s = h.stats(r.out)
        self.assertEqual((s["records_rejected"], s["frames_received"]), (rejected, frames), r.err)
        self.assertEqual(r.returncode, code, r.err)
        lines = r.err.strip().splitlines()
        self.assertTrue(all(line.startswith("heatscope: ") for line in lines), r.err)
        self.assertGreaterEqual(len(lines), 1)
        self.assertLessEqual(len(lines), 2 + (code != 0), r.err)
        for word in words:
            self.assertIn(word, r.err)

    def test_refused_dtypes_are_skipped(self):
        for descr, size, word in (("'<c16'", 16, "complex128"), ("'<U3'", 12, "U3"), ("'<M8[s]'", 8, "M8"), ("'|S2'", 2, "S2")):
            self.check(GOOD + described(descr, "(2, 2)", bytes(4 * size)) + GOOD, 1, 2, words=[word] if word == "complex128" else [])

    def test_object_arrays_lose_the_framing(self):
        self.check(GOOD + described("'|O'", "(2, 2)", b"\x80\x04anything") + GOOD, 1, 1)

    def test_truncated_payload(self):
        self.check(GOOD + GOOD[:-5], 1, 1, words=["31", "36"])

    def test_truncated_header(self):
        self.check(GOOD + GOOD[:40], 1, 1)

    def test_header_of_4_gigabytes(self):
        self.check(GOOD + header("{'descr': '<f4', }", (2, 0), 0xFFFFFFF0), 1, 1)

    def test_shape_product_overflow(self):
        self.check(GOOD + described("'<f4'", "(4294967296, 4294967296, 2)") + GOOD, 1, 1)

    def test_negative_dimension(self):
        self.check(GOOD + described("'<f4'", "(-1, 4)") + GOOD, 1, 1)

    def test_zero_dimension_is_skipped(self):
        self.check(GOOD + h.npy(np.zeros((0, 4))) + GOOD, 1, 2)

    def test_garbage(self):
        self.check(GOOD + b"\x00\x01\x02garbage" * 10, 1, 1)
        self.check(b"\x00\x01\x02garbage" * 10, 1, 0, code=1)

    def test_header_that_is_code(self):
        self.check(GOOD + header("__import__('os').system('touch /tmp/heatscope-pwned')") + GOOD, 1, 1)
        self.assertFalse(os.path.exists("/tmp/heatscope-pwned"))

    def test_invalid_json(self):
        self.check(GOOD + b'{"title": \n' + GOOD, 1, 2)

    def test_ragged_rows(self):
        r = h.run("--headless", "--fps", 0, "--stats", "-", stdin=b"1 2 3\n4 5\n6 7 8\n")
        s = h.stats(r.out)
        self.assertEqual((s["records_rejected"], r.returncode), (1, 0), r.err)

    def test_wide_text_row(self):
        row = b" ".join(b"%d" % (i % 100) for i in range(100000))
        s = h.stats(h.run("-o", self.path("a.png"), "--stats", "-", stdin=row + b"\n" + row + b"\n", check=0).out)
        self.assertEqual((s["frames_received"], s["records_rejected"]), (1, 0))

    def test_empty(self):
        r = h.run("-o", self.path("a.png"), stdin=b"")
        self.assertEqual(r.returncode, 1)
        self.assertIn("nothing drawable", r.err)

    @unittest.skipIf(h.SANITIZED, "a sanitizer needs more than the limit")
    def test_too_large_a_frame_is_refused_without_memory(self):
        data = GOOD + described("'<f8'", "(1000000, 1000000)") + b"x" * 1000
        r = subprocess.run(["bash", "-c", f"ulimit -v 8000000; exec {h.HEATSCOPE} --headless --stats - --fps 0"], input=data, capture_output=True)
        self.assertEqual(h.stats(r.stdout.decode())["frames_received"], 1, r.stderr)


class Sockets(h.TempDirTest):
    def listen(self, *args):
        port = h.free_port()
        process = h.start("--listen", port, "--headless", "--stats", "-", *args)
        self.addCleanup(lambda: process.poll() is None and process.kill())
        return port, process

    def test_strange_peers_do_not_hinder_an_honest_one(self):
        port, process = self.listen("--policy", "all", "--frames", 50)
        silent = h.connect(port)
        slow = h.connect(port)
        vanishing = h.connect(port)
        vanishing.sendall(GOOD[:-9])
        vanishing.close()
        garbage = h.connect(port)
        garbage.sendall(os.urandom(1000).replace(b"\x93", b"\x00").replace(b"{", b"\x00").replace(b"P", b"\x00"))
        claims = h.connect(port)
        claims.sendall(described("'<f4'", "(16000, 16000)"))
        with h.connect(port) as honest:
            for i in range(50):
                slow.sendall(GOOD[i:i + 1])
                honest.sendall(GOOD)
                time.sleep(0.01)
            code, text, err = h.finish(process)
        for s in (silent, slow, garbage, claims):
            s.close()
        s = h.stats(text)
        self.assertEqual((code, s["frames_shown"]), (0, 50), err)
        self.assertGreaterEqual(s["records_rejected"], 2)
        self.assertTrue(all(l.startswith("heatscope: ") for l in err.strip().splitlines()))

    def test_a_bad_option_from_a_stream(self):
        port, process = self.listen("--policy", "all", "--frames", 2)
        with h.connect(port) as sock:
            sock.sendall(b'{"vmin": "low", "title": "still set"}\n' + GOOD + b'{"listen": "9999", "output": "/tmp/x"}\n' + GOOD)
            code, _, err = h.finish(process)
        self.assertEqual(code, 0, err)
        self.assertIn("vmin", err)
        self.assertIn("listen", err)

    def test_an_address_in_use(self):
        port, process = self.listen("--duration", 5)
        h.connect(port).close()
        r = h.run("--listen", port, "--headless", "--duration", 1)
        self.assertEqual(r.returncode, 1)
        self.assertIn(str(port), r.err)

    def test_the_last_frame_of_what_has_no_end(self):
        r = h.run("--listen", h.free_port(), "--frame", "last", "-o", self.path("a.png"))
        self.assertEqual(r.returncode, 2)
        self.assertIn("--duration", r.err)

    def test_a_mistyped_port_is_no_socket_file(self):
        r = h.run("--listen", "80808", "--headless", "--duration", 1, cwd=self.dir)
        self.assertEqual(r.returncode, 2)
        self.assertIn("65535", r.err)

    def test_remote_needs_permission(self):
        r = h.run("--listen", "0.0.0.0:5999", "--headless", "--duration", 1)
        self.assertIn(r.returncode, (1, 2))
        self.assertIn("--allow-remote", r.err)

    def test_terminal_escapes_are_not_passed_on(self):
        port, process = self.listen("--policy", "all", "--frames", 1)
        with h.connect(port) as sock:
            sock.sendall(b'{"cmap": "\\u001b[31mred"}\n' + GOOD)
            _, _, err = h.finish(process)
        self.assertIn("cmap", err)
        self.assertNotIn("\x1b", err)


class Files(h.TempDirTest):
    def fails(self, code, *args, words=(), **kw):
        r = h.run(*args, **kw)
        self.assertEqual(r.returncode, code, r.err)
        self.assertEqual(len(r.err.strip().splitlines()), 1, r.err)
        for word in words:
            self.assertIn(word, r.err)

    def test_no_such_file(self):
        self.fails(1, self.path("no.npy"), "-o", self.path("a.png"), words=["no.npy"])

    def test_an_empty_directory(self):
        self.fails(1, self.dir, "-o", self.path("a.png"), words=["directory", "without matrices"])

    def test_an_empty_file(self):
        open(self.path("a.npy"), "w").close()
        self.fails(1, self.path("a.npy"), "-o", self.path("a.png"), words=["empty"])

    def test_a_truncated_file(self):
        with open(self.path("a.npy"), "wb") as f:
            f.write(h.npy(np.ones((100, 100)))[:-1000])
        r = h.run(self.path("a.npy"), "-o", self.path("a.png"))
        self.assertEqual(r.returncode, 1)
        self.assertIn("a.npy", r.err)

    def test_an_unwritable_output(self):
        self.fails(1, self.save("a.npy", np.ones((3, 3))), "-o", self.path("no/a.png"), words=["no/a.png"])

    def test_a_frame_that_is_not_there(self):
        self.fails(1, self.save("a.npy", np.ones((2, 3, 3))), "--frame", "7", "-o", self.path("a.png"), words=["2 frames"])

    def test_a_bad_raw_shape(self):
        self.fails(2, self.save("a.npy", np.ones(3)), "--raw", "f4,3", "-o", self.path("a.png"), words=["raw"])

    def test_what_a_file_is_short_of(self):
        with open(self.path("a.raw"), "wb") as f:
            f.truncate(48)
        for offset, left in ((10, 38), (48, 0), (100, 0)):
            words = [f"needs 48 bytes from {offset} on, it has {left} there"]
            self.fails(1, self.path("a.raw"), "--raw", f"<f4,3x4@{offset}", "-o", self.path("a.png"), words=words)
        with open(self.path("short.npy"), "wb") as f:
            f.write(h.npy(np.ones((3, 4)))[:9])
        self.fails(1, self.path("short.npy"), "-o", self.path("a.png"), words=["header is cut short"])


class Options(h.TempDirTest):
    def test_bad_values_on_the_command_line(self):
        for args in (["--vmin", "low"], ["--cmap", "virids"], ["--size", "12"], ["--reduce", "most"], ["--no-such-option"], ["--vmin"],
                     ["--policy", "every=0"], ["--view", "3:1,0:2"], ["-o", "%s.png"], ["-o", "a.pdf"], ["--cmap", "-o", "a.png"],
                     ["--norm", "log", "--center", "0"]):
            r = h.run(*args)
            self.assertEqual((r.returncode, len(r.err.strip().splitlines())), (2, 1), f"{args}: {r.err}")
        self.assertIn("viridis", h.run("--cmap", "virids").err)
        self.assertIn("--vmin", h.run("--vmim", "3").err)

    def test_a_bad_value_in_a_config_file(self):
        with open(self.path("c.conf"), "w") as f:
            f.write("# comment\ncmap = magma\nvmin = low\n")
        r = h.run("--config", self.path("c.conf"), self.save("a.npy", np.eye(3)), "-o", self.path("a.png"))
        self.assertEqual(r.returncode, 2)
        self.assertIn("c.conf:3", r.err)

    def test_no_display(self):
        env = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY")}
        r = h.run(self.save("a.npy", np.eye(3)), env=env)
        self.assertEqual(r.returncode, 1)
        self.assertIn("-o", r.err)


if __name__ == "__main__":
    h.main()
