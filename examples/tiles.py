#!/usr/bin/env python3
"""Sixteen producers, each with one tile of a grid:  heatscope --listen 5555 &  python3 tiles.py 5555"""
import socket
import sys
import threading
import time

import numpy as np

port = int(sys.argv[1]) if len(sys.argv) > 1 else 5555
num_rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 600

TILE = 64
tile = np.dtype([("data", "f4", (TILE, TILE)), ("row0", "i4"), ("col0", "i4"), ("seq", "u4")])  # any other fields are ignored


class Writer:
    def __init__(self, sock):
        self.write = sock.sendall


def produce(row0, col0):
    y, x = np.mgrid[row0:row0 + TILE, col0:col0 + TILE] / 40
    with socket.create_connection(("127.0.0.1", port)) as sock:
        out = Writer(sock)
        out.write(b'{"shape": [256, 256], "title": "Tiles", "vmin": -1, "vmax": 1, "cmap": "vlag"}\n')  # the whole grid
        record = np.zeros((), tile)
        record["row0"], record["col0"] = row0, col0
        for i in range(num_rounds):
            record["data"] = np.sin(x * np.cos(i / 50) + y * np.sin(i / 50) + i / 10)
            record["seq"] = i
            np.save(out, record)
            time.sleep(1 / 30)


threads = [threading.Thread(target=produce, args=(r, c)) for r in range(0, 256, TILE) for c in range(0, 256, TILE)]
for t in threads:
    t.start()
for t in threads:
    t.join()
