"""pyqtgraph as fast as it goes: an image view in a 1280x720 window, each frame painted before the next one is set.

Modes: plain (ImageItem in a PlotItem, raster), downsample (the same with autoDownsample, which averages), opengl (the same on a GL
viewport), raw (RawImageWidget, scaled: no axes; it keeps the aspect, so its heatmap is smaller), rawgl (RawImageGLWidget).
"""
import sys

import peer

args = peer.arguments(("plain", "downsample", "opengl", "raw", "rawgl"))

import pyqtgraph as pg
from pyqtgraph.Qt import QtGui, QtWidgets

pg.setConfigOptions(imageAxisOrder="row-major", useOpenGL=args.mode == "opengl")
unsynchronised = QtGui.QSurfaceFormat.defaultFormat()
unsynchronised.setSwapInterval(0)
QtGui.QSurfaceFormat.setDefaultFormat(unsynchronised)
app = pg.mkQApp("pyqtgraph")
ring = peer.load(args)
rows, columns = ring.shape[1:]
lut = pg.colormap.get("viridis").getLookupTable(nPts=256)
levels = list(args.levels)
painted = 0


class CountedImage(pg.ImageItem):
    def paint(self, *rest):
        global painted
        super().paint(*rest)
        painted += 1


def plot_window():
    window = pg.GraphicsLayoutWidget()
    plot = window.addPlot()
    image = CountedImage(ring[0], autoDownsample=args.mode == "downsample", levels=levels, lut=lut)
    plot.addItem(image)
    plot.invertY(True)
    plot.setRange(xRange=(0, columns), yRange=(0, rows), padding=0)
    plot.disableAutoRange()

    def heatmap_px():
        box = plot.vb.sceneBoundingRect()
        return [round(box.width()), round(box.height())]

    return window, lambda frame: image.setImage(frame, autoLevels=False), heatmap_px


def raw_window():
    from pyqtgraph.widgets import RawImageWidget as raw

    class Counted(raw.RawImageGLWidget if args.mode == "rawgl" else raw.RawImageWidget):
        def paintEvent(self, event):
            global painted
            super().paintEvent(event)
            painted += 1

    window = Counted(scaled=True)

    def heatmap_px():
        w, h = window.width(), window.height()
        if args.mode == "rawgl":
            return [w, h]
        scale = min(w / columns, h / rows)
        return [int(columns * scale), int(rows * scale)]

    return window, lambda frame: window.setImage(frame, levels=levels, lut=lut), heatmap_px


window, set_frame, heatmap_px = raw_window() if args.mode.startswith("raw") else plot_window()
window.resize(1280, 720)
window.setWindowTitle("pyqtgraph")
window.show()
QtWidgets.QApplication.processEvents()


def show(frame):
    before = painted
    set_frame(frame)
    while painted == before:
        app.processEvents()


if args.grab:
    show(ring[0])
    sys.exit(0 if window.grab().save(args.grab) else 1)
def box_of(item):
    box = item.sceneBoundingRect()
    return [round(v) for v in (box.x(), box.y(), box.width(), box.height())]


def look(row0, row1, col0, col1):
    before = painted
    plot.setRange(xRange=(col0, col1), yRange=(row0, row1), padding=0)
    plot.items[0].update()  # also where the range is the same
    while painted == before:
        app.processEvents()


if args.hold or args.views:  # with the plot alone
    plot = window.getItem(0, 0)
    show(ring[0])
if args.hold:
    app.exec_()
if args.views:
    peer.run_views("pyqtgraph", args, look, lambda path: window.grab().save(path), QtGui.QGuiApplication.sync, lambda: box_of(plot.vb),
                   version=pg.__version__)
    sys.exit()
peer.run("pyqtgraph " + args.mode, ring, args.duration, show, QtGui.QGuiApplication.sync, heatmap_px, version=pg.__version__)
