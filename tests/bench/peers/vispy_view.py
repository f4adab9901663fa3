"""VisPy as fast as it goes: an Image visual that fills a 1280x720 SceneCanvas, each frame drawn and finished before the next."""
import sys

import peer

args = peer.arguments()

import vispy
from vispy import app, scene

app.use_app("pyqt5")
from PyQt5 import QtGui

ring = peer.load(args)
rows, columns = ring.shape[1:]
canvas = scene.SceneCanvas(title="VisPy", size=(1280, 720), vsync=False, show=True, resizable=True)
view = canvas.central_widget.add_view()
image = scene.visuals.Image(ring[0], parent=view.scene, cmap="viridis", clim=tuple(args.levels), interpolation="nearest")
view.camera = scene.PanZoomCamera(rect=(0, 0, columns, rows), aspect=None)
view.camera.flip = (False, True)
drawn = 0


def on_draw(_):
    global drawn
    canvas.context.finish()
    drawn += 1


canvas.events.draw.connect(on_draw, position="last")
app.process_events()


def show(frame):
    before = drawn
    image.set_data(frame)
    canvas.update()
    while drawn == before:
        app.process_events()


if args.grab:
    show(ring[0])
    sys.exit(0 if canvas.native.grab().save(args.grab) else 1)
def look(row0, row1, col0, col1):
    before = drawn
    view.camera.rect = (col0, row0, col1 - col0, row1 - row0)
    canvas.update()
    while drawn == before:
        app.process_events()


if args.hold or args.views:
    show(ring[0])
if args.hold:
    app.run()
if args.views:
    peer.run_views("VisPy", args, look, lambda path: canvas.native.grab().save(path), QtGui.QGuiApplication.sync,
                   lambda: [0, 0, round(view.size[0]), round(view.size[1])], version=vispy.__version__)
    sys.exit()
peer.run("VisPy", ring, args.duration, show, QtGui.QGuiApplication.sync, lambda: [round(view.size[0]), round(view.size[1])],
         version=vispy.__version__)
