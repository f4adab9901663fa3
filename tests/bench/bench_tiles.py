#!/usr/bin/env python3
"""Producers of one tile each in one grid, over TCP sockets: is every tile at its newest, how often is a picture made, and what does it
cost when little changes?  bench_tiles.py [SECONDS]"""
import multiprocessing
import os
import sys
import tempfile
import time

import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "app"))
import harness as h

seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 6
GRID, TILE = 2048, 256


def produce(port, places, hz, counts):
    """One process for several producers: the machine is small."""
    record = np.zeros((), [("data", "f4", (TILE, TILE)), ("row0", "i4"), ("col0", "i4"), ("seq", "i8")])
    noise = np.random.default_rng(1).random((TILE, TILE)).astype("f4")
    socks, payloads = [], []
    for row, col in places:
        record["row0"], record["col0"], record["data"] = row, col, noise
        socks.append(h.connect(port))
        socks[-1].sendall(f'{{"shape": [{GRID}, {GRID}]}}\n'.encode())
        payloads.append(bytearray(h.npy(record)))
    begin, i = time.time(), 0
    while time.time() < begin + seconds:
        for sock, payload in zip(socks, payloads):
            payload[-8:] = np.int64(i).tobytes()
            payload[-16 - 4 * TILE:-16 - 4 * TILE + 4] = np.float32(i % 97 / 97).tobytes()  # the tile's last row begins with a count
            sock.sendall(payload)
        i += 1
        time.sleep(max(0, begin + i / hz - time.time()))
    counts.put((i * len(places), {p: (i - 1) % 97 / 97 for p in places}, time.time() - begin))


def measure(num, hz, how, env=None):
    port = h.free_port()
    process = h.start("--listen", port, *how, "--vmin", 0, "--vmax", 1, "--duration", seconds + 2, "--stats", "-", env=env)
    places = [(r, c) for r in range(0, GRID, TILE) for c in range(0, GRID, TILE)][:num]
    counts = multiprocessing.Queue()
    workers = [multiprocessing.Process(target=produce, args=(port, places[k::4], hz, counts)) for k in range(min(4, num))]
    for w in workers:
        w.start()
    got = [counts.get() for _ in workers]
    for w in workers:
        w.join()
    text = h.finish(process)[1]
    s = h.stats(text)
    sent = sum(g[0] for g in got)
    assert s["tiles_received"] == sent and s["tiles_dropped"] == 0, (sent, s)
    if "-o" in how:
        picture = h.pixels(how[1])
        newest = {p: v for g in got for p, v in g[1].items()}
        right = [h.same_colours(picture[r + TILE - 1:r + TILE, c:c + 1], np.array([[np.float32(v)]]), 0, 1).all() for (r, c), v in newest.items()]
        print(f"{num:3} tiles of {TILE}² at {hz} Hz: {sum(right)} are at their newest")
        return
    print(f"{num:3} tiles of {TILE}² at {hz} Hz: {sent / got[0][2] / num:5.1f} Hz came, {s['pictures_shown'] / (seconds):5.1f} pictures/s, "
          f"reduce {s['stages_ms'].get('reduce', {}).get('p50', 0):.2f} ms, frame {s['frame_ms']['p50']:.2f} ms, {s['cpu_seconds'] / seconds:.2f} cores")


HEADLESS = ["--headless"]
for num in (1, 8, 64):
    measure(num, 30, HEADLESS)
with tempfile.TemporaryDirectory() as where:
    measure(64, 30, ["-o", os.path.join(where, "a.png"), "--bare", "--size", f"{GRID}x{GRID}"])
desktop = h.Desktop()
print("in a window of 1280 x 720 under Xvfb:")
for num in (1, 64):
    measure(num, 30, [], desktop.env)
desktop.close()
