"""How far behind the picture is: a NumPy producer sends 1024x1024 float32 over TCP 30 times a second; a block of cells in the middle
takes the next of eight levels with every frame, stamped when it is written. Another program watches a pixel of the X root window in
that block. From stamp to pixel, heatscope and pyqtgraph in turn."""
import argparse
import socket
import subprocess
import sys
import time

import numpy as np

import common

LEVELS, X, Y = 8, 500, 360


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def connect(port):
    end = time.time() + 30
    while True:
        try:
            s = socket.create_connection(("127.0.0.1", port))
            s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return s
        except ConnectionRefusedError:
            if time.time() > end:
                raise
            time.sleep(0.05)


def header(shape):
    import io
    b = io.BytesIO()
    np.lib.format.write_array_header_1_0(b, {"descr": "<f4", "fortran_order": False, "shape": shape})
    return b.getvalue()


def produce(s, args, seconds):
    """(stamp, level) of every frame sent."""
    frame = np.random.default_rng(1).random((args.size, args.size), dtype="f4")
    a, b = args.size // 4, args.size * 3 // 4
    start, sent = header(frame.shape), []
    begin = time.monotonic()
    for i in range(int(seconds * args.rate)):
        due = begin + i / args.rate
        while time.monotonic() < due:
            time.sleep(max(0, min(due - time.monotonic(), 0.002)))
        level = i % LEVELS
        frame[a:b, a:b] = (level + 0.5) / LEVELS
        sent.append((time.monotonic(), level))
        s.sendall(start)
        s.sendall(memoryview(frame))
    return sent


def match(sent, seen):
    """Milliseconds from each change of the pixel back to the newest frame of that level; and how many frames were never seen."""
    found = {}
    for when, color in seen:
        level = int(color[:2], 16) * LEVELS // 256
        before = [i for i, (stamp, l) in enumerate(sent) if l == level and stamp < when]
        if before and before[-1] not in found and when - sent[before[-1]][0] < 0.25:
            found[before[-1]] = (when - sent[before[-1]][0]) * 1e3
    warm = [ms for i, ms in found.items() if i >= 30]
    return warm, len(sent) - 30 - len(warm)


def measure(command, port, env, args):
    program = subprocess.Popen([str(c) for c in command], env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        with connect(port) as s:
            watcher = subprocess.Popen([args.root_pixel, str(X), str(Y), str(args.duration + 2)], env=env, stdout=subprocess.PIPE, text=True)
            watcher.stdout.readline()
            time.sleep(0.5)
            sent = produce(s, args, args.duration)
            lines = watcher.communicate()[0].split("\n")
        return match(sent, [(float(t), c) for t, c in (line.split() for line in lines if " " in line)])
    finally:
        program.terminate()
        program.wait()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--heatscope", required=True)
    parser.add_argument("--root-pixel", required=True)
    parser.add_argument("--size", type=int, default=1024)
    parser.add_argument("--rate", type=float, default=30)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--duration", type=float, default=6)
    parser.add_argument("--display")
    parser.add_argument("--json")
    args = parser.parse_args()
    programs = {
        "heatscope": lambda p: [args.heatscope, "--listen", p, "--vmin", 0, "--vmax", 1, "--cmap", "gray", "--size", "1280x720"],
        "pyqtgraph": lambda p: [sys.executable, common.BENCH / "peers/pyqtgraph_socket.py", p, "--gray", "--levels", 0, 1],
    }
    times, missed = {n: [] for n in programs}, {n: 0 for n in programs}
    with common.Display(args.display) as display:
        for turn in range(args.rounds):
            for name, command in programs.items():
                port = free_port()
                ms, lost = measure(command(port), port, display.env, args)
                times[name] += ms
                missed[name] += lost
                common.note(f"{turn + 1}/{args.rounds} {name}: median {common.median(ms) or float('nan'):.1f} ms of {len(ms)}, {lost} not seen")
    rows = []
    for name, ms in times.items():
        p = np.percentile(ms, [50, 95, 99]) if ms else [float("nan")] * 3
        rows.append([name, *(f"{v:.1f}" for v in p), str(len(ms)), str(missed[name])])
    text = common.markdown([f"stamp to pixels, ms ({args.size}², {args.rate:g}/s)", "median", "p95", "p99", "frames", "not seen"], rows)
    common.save(args.json, {"times_ms": times, "missed": missed, "markdown": text})
    print(text)
    return 0 if times["heatscope"] else 1


if __name__ == "__main__":
    sys.exit(main())
