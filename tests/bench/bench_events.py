#!/usr/bin/env python3
"""Events a second into 1024 x 1024 cells with decay, over a TCP socket, while pictures are made.  bench_events.py [SECONDS [RATE]]"""
import os
import sys
import time

import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "app"))
import harness as h

seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 6
rate = float(sys.argv[2]) if len(sys.argv) > 2 else 0  # events a second; 0: as many as go through
BATCH = 500_000


def measure(fields):
    rng = np.random.default_rng(1)
    a = np.zeros(BATCH, [(n, t) for n, t in fields])
    for n, t in fields:
        a[n] = rng.random(BATCH) if n == "w" else np.clip(rng.normal(512, 200, BATCH), 0, 1023)
    record = h.npy(a)
    port = h.free_port()
    process = h.start("--listen", port, "--headless", "--half-life", "0.5", "--duration", seconds + 1.5, "--stats", "-")
    with h.connect(port) as sock:
        sock.sendall(b'{"shape": [1024, 1024]}\n')
        begin, sent = time.time(), 0
        while time.time() < begin + seconds:
            sock.sendall(record)
            sent += BATCH
            if rate:
                time.sleep(max(0, begin + sent / rate - time.time()))
        took = time.time() - begin
    s = h.stats(h.finish(process)[1])
    assert s["events_received"] == sent and s["events_outside"] == 0, s
    print(f"{' '.join(n + ':' + t for n, t in fields):24} {sent / took / 1e6:7.1f} M events/s, {s['pictures_shown'] / s['seconds']:5.1f} pictures/s, "
          f"{len(record) / BATCH:.0f} bytes each, {s['cpu_seconds'] / s['seconds']:.2f} cores")


measure([("x", "u2"), ("y", "u2")])
measure([("x", "f4"), ("y", "f4")])
measure([("x", "f4"), ("y", "f4"), ("w", "f4")])
