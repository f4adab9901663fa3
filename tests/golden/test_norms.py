#!/usr/bin/python3
"""Bare pixels of every norm equal matplotlib's to 1/255 (histeq and zscale: NumPy's), for random matrices of many kinds, over ten
colormaps, drawn by the CPU and by OpenGL. A value at the edge of a colour may have the neighbour's. HEATSCOPE_LONG=1: every
combination, else each matrix and norm with one of the maps."""
import os
import pathlib
import sys
import tempfile
import warnings

ROOT = pathlib.Path(os.environ.get("HEATSCOPE_ROOT", pathlib.Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(ROOT / "tests" / "app"))
try:
    import matplotlib
    import numpy as np
    import harness as h
    from matplotlib import colors
    colors.AsinhNorm
except (ImportError, AttributeError) as e:
    print(f"skipped: {e}")
    sys.exit(77)

MAPS = "viridis magma coolwarm RdBu_r gray Blues jet Spectral hot cividis".split()
BAD = (0xd3, 0xd3, 0xd3)


# Under a sanitizer Mesa's leaks would count; golden/test_executors holds GL against the CPU there.
HAS_GL = not h.SANITIZED and "OpenGL off screen   none" not in h.run("--info").out


def matrices():
    rng = np.random.default_rng(11)
    for i in range(30):
        shape = tuple(rng.integers(3, 40, 2))
        a = rng.normal(size=shape)
        kind = i % 15
        a = [lambda: a, lambda: (a * 1000).astype("f4"), lambda: np.where(rng.random(shape) < 0.1, np.nan, a),
             lambda: np.where(rng.random(shape) < 0.1, np.inf * np.sign(a), a), lambda: np.full(shape, float(rng.integers(-3, 9))),
             lambda: -np.exp(a), lambda: a * 1e300, lambda: (a * 1e-30).astype("f4"), lambda: a * 1e-300,
             lambda: rng.integers(-50, 200, shape), lambda: rng.integers(0, 200, shape).astype("u1"), lambda: a > 0,
             lambda: np.exp(a * 4), lambda: (1000 + rng.random(shape) * 1e-2), lambda: np.exp(a * 9).astype("f4")][kind]()
        yield f"matrix {i} ({a.dtype}, kind {kind})", a


def zscale(a):
    """astropy's ZScaleInterval with its defaults."""
    v = a[np.isfinite(a)]
    s = np.sort(v[::max(1, v.size // 1000)][:1000])
    n, lo, hi = len(s), s[0], s[-1]
    least, good, last, bad, grow, x = max(5, n // 2), n, n + 1, np.zeros(n, bool), max(1, int(n * 0.01)), np.arange(n)
    for _ in range(5):
        if good >= last or good < least:
            break
        fit = np.polyfit(x, s, 1, w=(~bad).astype(int))
        flat = s - np.poly1d(fit)(x)
        reach = 2.5 * flat[~bad].std()
        bad[(flat < -reach) | (flat > reach)] = True
        bad = np.convolve(bad, np.ones(grow, bool), mode="same")
        last, good = good, np.sum(~bad)
    if good >= least:
        middle, slope, median = (n - 1) // 2, fit[0] / 0.25, np.median(s)
        lo, hi = max(lo, median - (middle - 1) * slope), min(hi, median + (n - middle) * slope)
    return lo, hi


def histeq(a):
    q = np.percentile(a[np.isfinite(a)], np.arange(256) / 255 * 100)
    x = np.unique(q)
    if len(x) < 2:
        return lambda v: np.ma.array(np.zeros(v.shape), mask=v.mask)
    rank = np.searchsorted(q, x, side="right") - 1.0
    rank = (rank - rank[0]) / (rank[-1] - rank[0])
    return lambda v: np.ma.array(np.interp(v.data, x, rank), mask=v.mask)


def power(gamma, lo, hi):
    """PowerNorm, which overflows where a range's power does."""
    if 1e-100 < hi - lo < 1e100 or lo == hi:
        return colors.PowerNorm(gamma, lo, hi)
    return lambda v: np.ma.array(((v.data - lo) / (hi - lo)) ** gamma, mask=v.mask)


def norms(a):
    """Options, and what gives t of a masked array, for each norm that has a place for this matrix."""
    finite = a[np.isfinite(a)]
    lo, hi = float(finite.min()), float(finite.max())
    size = max(abs(lo), abs(hi)) or 1.0
    yield ["--norm", "linear"], colors.Normalize(lo, hi)
    low = float(finite[finite > 0].min()) if hi > 0 else hi
    if low < hi:  # else matplotlib gives cells outside the domain the first colour, too
        yield ["--norm", "log"], colors.LogNorm(low, hi)
    yield ["--norm", "symlog", "--linthresh", repr(size / 50)], colors.SymLogNorm(size / 50, vmin=lo, vmax=hi, base=10)
    yield ["--norm", "symlog", "--linthresh", repr(size / 9), "--base", "2"], colors.SymLogNorm(size / 9, vmin=lo, vmax=hi, base=2)
    yield ["--norm", "asinh", "--linear-width", repr(size / 30)], colors.AsinhNorm(size / 30, lo, hi)
    yield ["--norm", "sqrt"], power(0.5, lo, hi)
    yield ["--gamma", "2.5"], power(2.5, lo, hi)
    centre = lo + (hi - lo) * 0.3
    if lo < centre < hi:
        yield ["--norm", "two-slope", "--vcenter", repr(centre)], colors.TwoSlopeNorm(centre, lo, hi)
    if lo < hi:
        edges = [lo + (hi - lo) * f for f in (0.05, 0.2, 0.25, 0.6, 0.9)]
        yield ["--levels", ",".join(map(repr, edges))], colors.BoundaryNorm(edges, 256)
    yield ["--norm", "histeq"], histeq(a.astype("f8"))
    if size < 1e200:
        low, high = zscale(a.astype("f8"))
        yield ["--norm", "zscale"], colors.Normalize(low, high)


def drawn(cmap, t):
    """RGB of t by matplotlib's rules; t may be a masked array of floats, or BoundaryNorm's indices."""
    return matplotlib.colormaps[cmap].with_extremes(bad=np.array(BAD) / 255)(t, bytes=True)[..., :3].astype(int)


def wrong_pixels(picture, values, norm, cmap):
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        masked = np.ma.array(values, mask=np.isnan(values))
        t = norm(masked)
        if t.dtype.kind == "f":  # the functions of matplotlib's curved norms mask Inf; here it is over and under, as with the linear one
            t = np.ma.array(np.where(np.isinf(values), values, np.ma.filled(t, 0)), mask=np.ma.getmaskarray(t) & ~np.isposinf(values))
            t.mask &= ~(np.isneginf(values) & (not isinstance(norm, colors.LogNorm)))
        near = lambda u: (np.abs(picture.astype(int) - drawn(cmap, u)) <= 1).all(axis=-1)
        ok = near(t)
        if t.dtype.kind == "f":
            inside = np.ma.filled(t, 0)
            edge = np.abs(inside * 256 - np.round(inside * 256)) < 2e-2
            ok |= edge & (near(t - 2e-4) | near(t + 2e-4))
    return ~ok


def main():
    compared = failed = 0
    with tempfile.TemporaryDirectory() as folder:
        path, out = f"{folder}/a.npy", f"{folder}/a.png"
        for number, (name, a) in enumerate(matrices()):
            np.save(path, a)
            for turn, (args, norm) in enumerate(norms(a)):
                some = MAPS if h.LONG else [MAPS[(number + turn) % len(MAPS)]]
                for k, cmap in enumerate(some):
                    renderer = "gl" if HAS_GL and (number + turn + k) % 6 == 0 else "soft"
                    h.run(path, "-o", out, "--bare", "--size", f"{a.shape[1]}x{a.shape[0]}", "--cmap", cmap, "--renderer", renderer,
                          *(f"{x}={y}" for x, y in zip(args[::2], args[1::2])), check=0)
                    wrong = wrong_pixels(h.pixels(out), a.astype("f8"), norm, cmap)
                    compared += 1
                    if wrong.any():
                        failed += 1
                        at = tuple(np.argwhere(wrong)[0])
                        print(f"{name}, {' '.join(args)}, {cmap}, {renderer}: {wrong.sum()} of {wrong.size} pixels, the first for {a[at]!r}")
    assert not failed, f"{failed} of {compared} pictures differ"
    assert compared >= 250, compared
    print(f"{compared} pictures equal matplotlib {matplotlib.__version__}'s")


if __name__ == "__main__":
    main()
