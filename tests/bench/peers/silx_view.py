"""silx as fast as it goes: a PlotWidget with its OpenGL backend and axes in a 1280x720 window, its image's data set anew for each frame,
each drawn and finished before the next."""
import sys

import peer

args = peer.arguments()

import silx
from PyQt5 import QtGui, QtWidgets  # before silx looks for a Qt

unsynchronised = QtGui.QSurfaceFormat.defaultFormat()
unsynchronised.setSwapInterval(0)
QtGui.QSurfaceFormat.setDefaultFormat(unsynchronised)
app = QtWidgets.QApplication(["silx"])

from OpenGL import GL
from silx.gui.colors import Colormap
from silx.gui.plot import PlotWidget

ring = peer.load(args)
rows, columns = ring.shape[1:]
plot = PlotWidget(backend="gl")
plot.setKeepDataAspectRatio(False)
plot.setAxesMargins(0.06, 0.03, 0.03, 0.08)
plot.getYAxis().setInverted(True)
colormap = Colormap(name="viridis", normalization="linear", vmin=args.levels[0], vmax=args.levels[1])
plot.addImage(ring[0], legend="frame", colormap=colormap, copy=False)
plot.setLimits(0, columns, 0, rows)
image = plot.getImage("frame")
backend = plot.getWidgetHandle()
paint, drawn = backend.paintGL, 0


def count_paint():
    """In place of the backend's paintGL, which its GL widget calls; a mere repetition of what is in its texture doesn't count."""
    global drawn
    is_new = bool(plot._getDirtyPlot())
    paint()
    GL.glFinish()
    drawn += is_new


backend.paintGL = count_paint
plot.setWindowTitle("silx")
plot.resize(1280, 720)
plot.show()
app.processEvents()
if not backend.isValid():
    sys.exit("silx has no OpenGL 2.1 here")


def show(frame):
    before = drawn
    image.setData(frame, copy=False)
    while drawn == before:
        app.processEvents()


if args.grab:
    show(ring[0])
    sys.exit(0 if plot.grab().save(args.grab) else 1)
def look(row0, row1, col0, col1):
    before = drawn
    plot.setLimits(col0, col1, row0, row1)
    while drawn == before and plot.getGraphXLimits() + plot.getGraphYLimits() != look.last:
        app.processEvents()
    look.last = plot.getGraphXLimits() + plot.getGraphYLimits()


look.last = None
if args.hold or args.views:
    show(ring[0])
if args.hold:
    app.exec_()
if args.views:
    peer.run_views("silx", args, look, lambda path: plot.grab().save(path), QtGui.QGuiApplication.sync,
                   lambda: list(plot.getPlotBoundsInPixels()), version=silx.version)
    sys.exit()
peer.run("silx", ring, args.duration, show, QtGui.QGuiApplication.sync, lambda: list(plot.getPlotBoundsInPixels()[2:]),
         version=silx.version)
