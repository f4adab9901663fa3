#!/usr/bin/env python3
"""A 100,000 x 100,000 float32 file (40 GB, nearly all of it a hole that takes no space) with 200 single hot cells, in a second:

    python3 huge.py huge.npy && heatscope huge.npy

Prints where the cells are, a row and a column on each line. A second argument is another side, a third another number of cells."""
import sys

import numpy as np

path = sys.argv[1] if len(sys.argv) > 1 else "huge.npy"
side = int(sys.argv[2]) if len(sys.argv) > 2 else 100_000
num = int(sys.argv[3]) if len(sys.argv) > 3 else 200

rng = np.random.default_rng(1)
cells = [(side - 1, side - 1), *zip(rng.integers(0, side, num - 1).tolist(), rng.integers(0, side, num - 1).tolist())]
with open(path, "wb") as f:
    np.lib.format.write_array_header_1_0(f, {"descr": "<f4", "fortran_order": False, "shape": (side, side)})
    data = f.tell()
    f.truncate(data + side * side * 4)
    for row, col in cells:
        f.seek(data + (row * side + col) * 4)
        f.write(np.float32(1).tobytes())
for row, col in cells:
    print(row, col)
