#!/usr/bin/python3
"""Every table in assets/colormaps is what the installed matplotlib (and seaborn) draws, reversed ones too, byte for byte."""
import os
import pathlib
import re
import sys

try:
    import matplotlib
    import numpy as np
    matplotlib.use("Agg")
except ImportError as e:
    print(f"skipped: {e}")
    sys.exit(77)
try:
    import seaborn  # registers its maps
except ImportError:
    seaborn = None

ROOT = pathlib.Path(os.environ.get("HEATSCOPE_ROOT", pathlib.Path(__file__).resolve().parents[2]))
SEABORN = {"rocket", "mako", "flare", "crest", "vlag", "icefire"}
FIRST = ("viridis magma inferno plasma cividis turbo rocket mako flare crest gray hot coolwarm RdBu vlag icefire Blues Greens "
         "YlOrRd Spectral")


def read(path):
    """The table and its reversed form, by the rules of assets/README.md."""
    lines = path.read_text().splitlines()
    assert lines[0].startswith("# source: "), f"{path.name}: no source"
    rgb = np.array([[int(x) for x in l.split(",")] for l in lines[1:257]])
    assert rgb.shape == (256, 3), f"{path.name}: {rgb.shape}"
    backwards = rgb[::-1].copy()
    for line in lines[257:]:
        i, *color = map(int, re.fullmatch(r"#r (\d+),(\d+),(\d+),(\d+)", line).groups())
        backwards[i] = color
    return rgb, backwards


def drawn(cmap):
    """Bytes matplotlib draws: by index where the map has 256 entries, else at the middle of each step."""
    at = np.arange(256) if cmap.N == 256 else (np.arange(256) + 0.5) / 256
    return cmap(at, bytes=True)[:, :3].astype(int)


def main():
    maps = matplotlib.colormaps
    tables = {p.stem: p for p in (ROOT / "assets" / "colormaps").glob("*.csv")}
    want = {n for n in maps if not n.endswith("_r")}
    if matplotlib.__version__.startswith("3.6"):
        assert want <= set(tables), f"missing: {sorted(want - set(tables))}"
    assert set(FIRST.split()) <= set(tables)
    compared = 0
    bad = []
    for name, path in sorted(tables.items()):
        rgb, backwards = read(path)
        if name not in want:
            assert seaborn is None and name in SEABORN or not matplotlib.__version__.startswith("3.6"), f"{name}: whose is it?"
            continue
        if not np.array_equal(rgb, drawn(maps[name])):
            bad.append(name)
        if not np.array_equal(backwards, drawn(maps[name + "_r"])):
            bad.append(name + "_r")
        compared += 2
    assert not bad, f"differ from matplotlib {matplotlib.__version__}: {bad}"
    assert compared >= 160, compared
    print(f"{compared} tables equal matplotlib {matplotlib.__version__}'s")


if __name__ == "__main__":
    main()
