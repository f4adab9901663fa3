"""A 1280x720 PNG of an .npy with a number in each cell by matplotlib's Agg: matplotlib_annotated.py IN.npy OUT.png"""
import sys

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np

values = np.load(sys.argv[1])
figure, axes = plt.subplots(figsize=(12.8, 7.2), dpi=100)
image = axes.imshow(values, aspect="auto", cmap="viridis")
for (row, col), value in np.ndenumerate(values):
    axes.text(col, row, f"{value:.1f}", ha="center", va="center", size=6, color=".15" if image.norm(value) > 0.7 else "w")
axes.set(title="Fifty by fifty", xlabel="column", ylabel="row")
figure.colorbar(image, label="value")
figure.savefig(sys.argv[2])
