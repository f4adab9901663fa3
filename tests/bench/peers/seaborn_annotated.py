"""A 1280x720 PNG of an .npy with a number in each cell by seaborn: seaborn_annotated.py IN.npy OUT.png"""
import sys

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
import seaborn

figure, axes = plt.subplots(figsize=(12.8, 7.2), dpi=100)
seaborn.heatmap(np.load(sys.argv[1]), annot=True, fmt=".1f", annot_kws={"size": 6}, cmap="viridis", cbar_kws={"label": "value"}, ax=axes)
axes.set(title="Fifty by fifty", xlabel="column", ylabel="row")
figure.savefig(sys.argv[2])
