"""What comes through: a NumPy producer sends 1024x1024 float32 over TCP as fast as it is taken. How many frames a second a bare reader
receives; heatscope with --policy latest receives and shows; heatscope with --policy all shows; pyqtgraph shows, each painted."""
import argparse
import json
import signal
import subprocess
import sys
import time

import numpy as np

import common
from latency import connect, free_port, header

READER = """
import json, socket, sys, time
s = socket.create_server(("127.0.0.1", int(sys.argv[1]))).accept()[0]
memory, num, first = memoryview(bytearray(4 << 20)), 0, None
while (got := s.recv_into(memory)):
    first = first or time.perf_counter()
    num += got
print(json.dumps({"bytes": num, "seconds": time.perf_counter() - first}))
"""


def produce(s, args):
    """Flat out for a while; frames sent and seconds."""
    frames = np.random.default_rng(1).standard_normal((4, args.size, args.size), dtype="f4")
    start, num, begin = header(frames.shape[1:]), 0, time.perf_counter()
    while time.perf_counter() - begin < args.duration:
        s.sendall(start)
        s.sendall(memoryview(frames[num % 4]))
        num += 1
    return num, time.perf_counter() - begin


def measure(command, port, env, args):
    """(frames sent per second, what the program said at the end)."""
    program = subprocess.Popen([str(c) for c in command], env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    with connect(port) as s:
        num, seconds = produce(s, args)
    time.sleep(0.3)
    if "--listen" in command:
        program.send_signal(signal.SIGINT)
    try:
        out = program.communicate(timeout=30)[0]
    except subprocess.TimeoutExpired:
        program.kill()
        return num / seconds, {}
    return num / seconds, json.loads(out.strip().splitlines()[-1])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--heatscope", required=True)
    parser.add_argument("--size", type=int, default=1024)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--duration", type=float, default=6)
    parser.add_argument("--display")
    parser.add_argument("--json")
    args = parser.parse_args()
    fixed = ["--vmin", -3, "--vmax", 3, "--size", "1280x720", "--stats", "-"]
    programs = {
        "bare reader": lambda p: [sys.executable, "-c", READER, p],
        "heatscope, latest": lambda p: [args.heatscope, "--listen", p, "--policy", "latest", *fixed],
        "heatscope, all": lambda p: [args.heatscope, "--listen", p, "--policy", "all", "--no-vsync", *fixed],
        "pyqtgraph, every frame": lambda p: [sys.executable, common.BENCH / "peers/pyqtgraph_socket.py", p, "--all"],
    }
    got = {n: {"received": [], "shown": []} for n in programs}
    with common.Display(args.display) as display:
        for turn in range(args.rounds):
            for name, command in programs.items():
                port = free_port()
                rate, said = measure(command(port), port, display.env, args)
                shown = said.get("frames_shown", said.get("painted", 0)) / args.duration
                got[name]["received"].append(rate)
                got[name]["shown"].append(shown)
                common.note(f"{turn + 1}/{args.rounds} {name}: {rate:.0f} received/s, {shown:.0f} shown/s")
    rows = [[n, f"{common.median(g['received']):.0f}", f"{common.median(g['shown']):.0f}" if "bare" not in n else "-"] for n, g in got.items()]
    text = common.markdown([f"{args.size}² float32 over TCP, flat out", "received/s", "shown/s"], rows)
    common.save(args.json, {"rates": got, "markdown": text})
    print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
