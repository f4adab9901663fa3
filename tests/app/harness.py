"""What the application tests share: running heatscope, real sockets with NumPy as the client, a real X server with a window manager."""
import io
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

import numpy as np
from PIL import Image

ROOT = os.environ.get("HEATSCOPE_ROOT") or os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
HEATSCOPE = os.environ.get("HEATSCOPE") or os.path.join(ROOT, "build/release/heatscope")
LONG = os.environ.get("HEATSCOPE_LONG") == "1"
SANITIZED = os.environ.get("HEATSCOPE_SANITIZED") == "1"  # built with a sanitizer: slow, and much virtual memory
HAS_WINDOW = "window              yes" in subprocess.run([HEATSCOPE, "--info"], capture_output=True, text=True).stdout


def run(*args, stdin=subprocess.DEVNULL, timeout=120, cwd=None, env=None, check=None):
    """Run to the end. `input` bytes go in by stdin=bytes. check: the exit code wanted."""
    data = stdin if isinstance(stdin, (bytes, bytearray)) else None
    r = subprocess.run([HEATSCOPE, *map(str, args)], input=data, stdin=None if data is not None else stdin, capture_output=True,
                       timeout=timeout, cwd=cwd, env=env)
    r.err = r.stderr.decode(errors="replace")
    r.out = r.stdout.decode(errors="replace")
    if check is not None and r.returncode != check:
        raise AssertionError(f"heatscope {' '.join(map(str, args))}: exit code {r.returncode}, wanted {check}\n{r.err}")
    return r


def start(*args, stdin=subprocess.DEVNULL, env=None, cwd=None):
    return subprocess.Popen([HEATSCOPE, *map(str, args)], stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env, cwd=cwd)


def finish(process, timeout=60):
    """Wait; (exit code, stdout, stderr) as text."""
    out, err = process.communicate(timeout=timeout)
    return process.returncode, out.decode(errors="replace"), err.decode(errors="replace")


def stats(text):
    """The statistics in what came on standard output: its last line of JSON."""
    return json.loads([line for line in text.splitlines() if line.startswith("{")][-1])


def pixels(path_or_bytes):
    """A PNG as an (h, w, 3) array of uint8."""
    source = io.BytesIO(path_or_bytes) if isinstance(path_or_bytes, bytes) else path_or_bytes
    with Image.open(source) as image:
        return np.asarray(image.convert("RGB"))


def npy(array, version=None):
    """One NPY record."""
    b = io.BytesIO()
    np.lib.format.write_array(b, np.asanyarray(array), version=version)
    return b.getvalue()


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def connect(port, timeout=20):
    """To a heatscope that is just starting to listen."""
    end = time.time() + timeout
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port))
        except ConnectionRefusedError:
            if time.time() > end:
                raise
            time.sleep(0.02)


def connect_unix(path, timeout=20):
    end = time.time() + timeout
    while True:
        s = socket.socket(socket.AF_UNIX)
        try:
            s.connect(path)
            return s
        except (FileNotFoundError, ConnectionRefusedError):
            s.close()
            if time.time() > end:
                raise
            time.sleep(0.02)


class Writer:
    """What np.save can write to a socket with."""

    def __init__(self, sock):
        self.write = sock.sendall


def viridis(values, vmin, vmax, cmap="viridis"):
    """matplotlib's colours of values, (..., 3) uint8, and those of neighbours where float32 rounding may tip over a table's edge."""
    import matplotlib
    from matplotlib.colors import Normalize

    table = matplotlib.colormaps[cmap]
    t = np.asarray(Normalize(vmin, vmax)(values.astype("f8")))
    edge = np.abs(t * 256 - np.round(t * 256)) < 1e-3
    colour = lambda u: table(u, bytes=True)[..., :3].astype(int)
    return colour(t), colour(np.clip(t - 1e-5, 0, 1)), colour(np.clip(t + 1e-5, 0, 1)), edge


def same_colours(picture, values, vmin, vmax, cmap="viridis"):
    """Every pixel within 1/255 of matplotlib's colour of its cell (or of a neighbour's at an edge). NaN must be masked by the caller."""
    mid, below, above, edge = viridis(values, vmin, vmax, cmap)
    near = lambda c: (np.abs(picture.astype(int) - c) <= 1).all(axis=-1)
    return near(mid) | (edge & (near(below) | near(above)))


class TempDirTest(unittest.TestCase):
    """A test in a directory of its own."""

    def setUp(self):
        self.dir = tempfile.mkdtemp(prefix="heatscope-test-")
        self.addCleanup(shutil.rmtree, self.dir, ignore_errors=True)

    def path(self, name):
        return os.path.join(self.dir, name)

    def save(self, name, array):
        np.save(self.path(name), array)
        return self.path(name)


class Desktop:
    """An X server with a window manager, for a real window with real keys and mouse."""

    NEEDS = ["Xvfb", "openbox", "xdotool", "xwd"]

    def __init__(self, width=1400, height=900):
        missing = [n for n in self.NEEDS if not shutil.which(n)]
        if missing or not HAS_WINDOW:
            raise unittest.SkipTest(f"no {', '.join(missing)}" if missing else "built without a window")
        r, w = os.pipe()
        self.server = subprocess.Popen(["Xvfb", "-displayfd", str(w), "-screen", "0", f"{width}x{height}x24", "-nolisten", "tcp"],
                                       pass_fds=[w], stderr=subprocess.DEVNULL)
        os.close(w)
        number = b""
        while not number.endswith(b"\n"):
            piece = os.read(r, 16)
            if not piece:
                raise unittest.SkipTest("Xvfb does not start")
            number += piece
        os.close(r)
        self.env = dict(os.environ, DISPLAY=":" + number.decode().strip(), LC_ALL="C.UTF-8")
        self.env.pop("WAYLAND_DISPLAY", None)
        self.manager = subprocess.Popen(["openbox"], env=self.env, stderr=subprocess.DEVNULL)
        time.sleep(0.3)

    def close(self):
        for p in (self.manager, self.server):
            p.terminate()
            p.wait()

    def xdotool(self, *args):
        return subprocess.run(["xdotool", *map(str, args)], env=self.env, check=True, capture_output=True, text=True).stdout

    def window(self, process, timeout=20):
        """The id of the process's window once it is mapped."""
        end = time.time() + timeout
        while time.time() < end:
            if process.poll() is not None:
                raise AssertionError("ended: " + process.stderr.read().decode())
            r = subprocess.run(["xdotool", "search", "--onlyvisible", "--class", "heatscope"], env=self.env, capture_output=True, text=True)
            if r.stdout.split():
                time.sleep(0.4)
                return r.stdout.split()[0]
            time.sleep(0.05)
        raise AssertionError("no window appeared")

    def screenshot(self, window):
        """The window's pixels, (h, w, 3)."""
        raw = subprocess.run(["xwd", "-silent", "-id", window], env=self.env, check=True, capture_output=True).stdout
        header = np.frombuffer(raw[:100], ">u4")
        size, width, height, stride, colours = int(header[0]), int(header[4]), int(header[5]), int(header[12]), int(header[19])
        data = np.frombuffer(raw, "u1", offset=size + colours * 12)[: stride * height].reshape(height, stride)[:, : width * 4]
        return data.reshape(height, width, 4)[:, :, 2::-1]

    def title(self, window):
        return self.xdotool("getwindowname", window).strip()


class WindowTest(TempDirTest):
    """Tests of a window, on a desktop that they share."""

    @classmethod
    def setUpClass(cls):
        cls.desktop = Desktop()

    @classmethod
    def tearDownClass(cls):
        cls.desktop.close()

    def launch(self, *args):
        """self.process, with its window self.id; killed in the end if it still runs."""
        process = self.process = start(*args, env=self.desktop.env, cwd=self.dir)
        self.addCleanup(lambda: process.poll() is None and (process.kill(), process.wait()))
        self.id = self.desktop.window(process)

    def settle(self, still=0.2, timeout=60):
        """The picture once it has stayed the same for so many seconds."""
        picture, since = self.desktop.screenshot(self.id), time.monotonic()
        end = since + timeout
        while time.monotonic() < min(end, since + still):
            time.sleep(0.1)
            now = self.desktop.screenshot(self.id)
            if now.shape != picture.shape or (now != picture).any():
                picture, since = now, time.monotonic()
        return picture

    def eventually(self, check, timeout=15):
        """check(screenshot) passes, at the latest when a slow machine has caught up."""
        end = time.time() + timeout
        while True:
            try:
                return check(self.desktop.screenshot(self.id))
            except AssertionError:
                if time.time() > end:
                    raise
                time.sleep(0.1)


def stop(process):
    """End it as a user would; (exit code, stdout, stderr)."""
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
    return finish(process)


def main():
    """Run this file's tests; 77 when every one was skipped, as ctest wants to know."""
    result = unittest.main(module="__main__", exit=False, verbosity=1).result
    if not result.wasSuccessful():
        sys.exit(1)
    sys.exit(77 if result.testsRun and len(result.skipped) == result.testsRun else 0)
