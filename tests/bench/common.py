"""What the benchmarks share: an X server of their own, running a program that prints one JSON object, rings of frames, tables."""
import json
import os
import platform
import subprocess
import sys
from pathlib import Path

import numpy as np

BENCH = Path(__file__).resolve().parent
LEVELS = (-3.0, 3.0)


class Display:
    """An Xvfb with a display number that it picks itself; or, given a name, the display that is there."""

    def __init__(self, name=None):
        self.name, self.server = name, None

    def __enter__(self):
        if self.name is None:
            read, write = os.pipe()
            self.server = subprocess.Popen(["Xvfb", "-displayfd", str(write), "-screen", "0", "1400x900x24", "-nolisten", "tcp",
                                            "-noreset"], pass_fds=[write], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            os.close(write)
            with os.fdopen(read) as f:
                number = f.readline().strip()
            if not number:
                self.server.wait()
                raise SystemExit("Xvfb did not start")
            self.name = ":" + number
        self.env = dict(os.environ, DISPLAY=self.name, QT_QPA_PLATFORM="xcb", XDG_CONFIG_HOME="/nonexistent", vblank_mode="0",
                        PYTHONDONTWRITEBYTECODE="1")
        self.env.pop("WAYLAND_DISPLAY", None)
        return self

    def __exit__(self, *_):
        if self.server:
            self.server.terminate()
            self.server.wait()


def run_json(command, env, timeout):
    """The last line that the program prints, as JSON; None, and a word on stderr, if it fails."""
    try:
        done = subprocess.run(command, env=env, timeout=timeout, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    except subprocess.TimeoutExpired:
        note(f"{command[0]}: no end after {timeout:.0f} s")
        return None
    lines = done.stdout.strip().splitlines()
    if done.returncode == 0 and lines:
        try:
            return json.loads(lines[-1])
        except ValueError:
            pass
    why = (done.stderr.strip().splitlines() or lines or ["no output"])[-1]
    note(f"failed ({done.returncode}): {' '.join(map(str, command))}: {why}")
    return None


def note(text):
    print(text, file=sys.stderr, flush=True)


def write_npy(path, shape, frames):
    """A float32 .npy of the given shape, written frame by frame."""
    with open(path, "wb") as f:
        np.lib.format.write_array_header_1_0(f, {"descr": "<f4", "fortran_order": False, "shape": tuple(shape)})
        for frame in frames:
            frame.astype("<f4", copy=False).tofile(f)


def num_frames(size):
    """As many frames as make a file of 64 to 512 MB."""
    return {256: 256, 1024: 32, 2048: 16, 4096: 8}.get(size) or int(min(max((256 << 20) // (4 * size * size), 4), 256))


def write_ring(path, size):
    """Normally distributed frames, one cell in a thousand NaN."""
    rng = np.random.default_rng(size)

    def frames():
        for _ in range(num_frames(size)):
            frame = rng.standard_normal((size, size), dtype=np.float32)
            frame.flat[rng.integers(0, size * size, size * size // 1000)] = np.nan
            yield frame

    write_npy(path, (num_frames(size), size, size), frames())


def median(values):
    return float(np.median(values)) if values else None


def markdown(header, rows):
    lines = [header, ["---"] + ["---:"] * (len(header) - 1)] + rows
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def cpu_name():
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.machine()


def num_cores():
    return len(os.sched_getaffinity(0))


def save(path, result):
    if path:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).write_text(json.dumps(result, indent=1) + "\n")
