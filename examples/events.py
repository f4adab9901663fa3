#!/usr/bin/env python3
"""Clicks of a detector, added up on a grid that forgets:  heatscope --listen 5555 &  python3 events.py 5555"""
import socket
import sys
import time

import numpy as np

port = int(sys.argv[1]) if len(sys.argv) > 1 else 5555
num_rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 600

event = np.dtype([("x", "f4"), ("y", "f4")])  # column, row; "w" would be a weight, "t_ns" a time


class Writer:
    def __init__(self, sock):
        self.write = sock.sendall


rng = np.random.default_rng(1)
with socket.create_connection(("127.0.0.1", port)) as sock:
    out = Writer(sock)
    out.write(b'{"shape": [200, 300], "title": "Events", "half-life": 0.5, "kernel": 1.5, "cmap": "inferno", "vmin": 0}\n')
    for i in range(num_rounds):
        events = np.zeros(20000, event)
        events["x"] = rng.normal(150 + 100 * np.cos(i / 40), 12, events.shape)
        events["y"] = rng.normal(100 + 60 * np.sin(i / 25), 12, events.shape)
        np.save(out, events)
        time.sleep(1 / 60)
