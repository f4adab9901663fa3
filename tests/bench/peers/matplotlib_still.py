"""A 1280x720 PNG of an .npy by matplotlib's Agg: matplotlib_still.py IN.npy OUT.png [VMIN VMAX]"""
import sys

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np

low, high = (float(v) for v in sys.argv[3:5]) if len(sys.argv) > 4 else (None, None)
figure, axes = plt.subplots(figsize=(12.8, 7.2), dpi=100)
image = axes.imshow(np.load(sys.argv[1]), aspect="auto", cmap="viridis", vmin=low, vmax=high)
figure.colorbar(image)
figure.savefig(sys.argv[2])
