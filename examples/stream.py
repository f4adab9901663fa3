#!/usr/bin/env python3
"""Stream NumPy arrays to a listening heatscope:  heatscope --listen 5555 &  python3 stream.py 5555"""
import socket
import sys
import time

import numpy as np

port = int(sys.argv[1]) if len(sys.argv) > 1 else 5555
num_frames = int(sys.argv[2]) if len(sys.argv) > 2 else 600


class Writer:
    """np.save wants a file; socket.makefile("wb") is not one it can use ("obtaining file position failed"). This is."""

    def __init__(self, sock):
        self.write = sock.sendall


y, x = np.mgrid[-3:3:200j, -4:4:300j]
with socket.create_connection(("127.0.0.1", port)) as sock:
    out = Writer(sock)
    out.write(b'{"title": "Interference", "cmap": "vlag", "vmin": -2, "vmax": 2}\n')  # settings: a line of JSON, any time
    for i in range(num_frames):
        t = i / 30
        frame = np.sin(5 * np.hypot(x - 1, y) - 4 * t) + np.sin(5 * np.hypot(x + 1, y) - 5 * t)
        np.save(out, frame.astype("f4"))
        time.sleep(1 / 60)
