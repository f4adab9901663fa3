"""pyqtgraph on a stream: NPY records from a TCP socket, read by a thread, shown in a plot of 1280x720. PORT, then --all: every frame is
painted before the next is shown (else the newest wins). At the end of the stream it prints what it received and painted as JSON."""
import argparse
import json
import socket
import threading
import time

import numpy as np

parser = argparse.ArgumentParser()
parser.add_argument("port", type=int)
parser.add_argument("--all", action="store_true")
parser.add_argument("--levels", type=float, nargs=2, default=(-3.0, 3.0))
parser.add_argument("--gray", action="store_true")
args = parser.parse_args()

import pyqtgraph as pg

pg.setConfigOptions(imageAxisOrder="row-major")
app = pg.mkQApp("pyqtgraph")
painted = received = 0
first = last = None


class CountedImage(pg.ImageItem):
    def paint(self, *rest):
        global painted
        super().paint(*rest)
        painted += 1


news, queue, ended = threading.Condition(), [], False


def exactly(stream, num):
    data = stream.read(num)
    if len(data) < num:
        raise EOFError
    return data


def read(listener):
    global received, first, last, ended
    connection, _ = listener.accept()
    stream = connection.makefile("rb", 1 << 16)
    try:
        while True:
            start = exactly(stream, 10)
            header = exactly(stream, int.from_bytes(start[8:10], "little")).decode()
            shape = eval(header, {"__builtins__": {}})["shape"]
            frame = np.empty(shape, "f4")
            view, at = memoryview(frame).cast("B"), 0
            while at < frame.nbytes:
                got = stream.readinto(view[at:])
                if not got:
                    raise EOFError
                at += got
            received += 1
            last = time.perf_counter()
            first = first or last
            with news:
                if args.all:
                    news.wait_for(lambda: len(queue) < 2)
                else:
                    queue.clear()
                queue.append(frame)
                news.notify_all()
    except (EOFError, ConnectionError):
        with news:
            ended = True
            news.notify_all()


window = pg.GraphicsLayoutWidget()
plot = window.addPlot()
gray = np.repeat(np.arange(256, dtype="u1")[:, None], 3, axis=1)
lut = gray if args.gray else pg.colormap.get("viridis").getLookupTable(nPts=256)
image = CountedImage(np.zeros((8, 8), "f4"), levels=list(args.levels), lut=lut)
plot.addItem(image)
plot.invertY(True)
window.resize(1280, 720)
window.show()
fitted = None




def show(frame):
    """Returns when it has been painted."""
    global fitted
    before = painted
    image.setImage(frame, autoLevels=False)
    if fitted != frame.shape:
        plot.setRange(xRange=(0, frame.shape[1]), yRange=(0, frame.shape[0]), padding=0)
        fitted = frame.shape
    while painted == before:
        app.processEvents()


app.processEvents()
shown = 0
listener = socket.create_server(("127.0.0.1", args.port))
threading.Thread(target=read, args=(listener,), daemon=True).start()
while True:
    with news:
        news.wait_for(lambda: queue or ended, timeout=0.1)
        frame = queue.pop(0) if queue else None
        news.notify_all()
        over = ended and frame is None
    if over:
        break
    if frame is not None:
        shown += 1
        show(frame)
    app.processEvents()
print(json.dumps({"received": received, "painted": shown, "seconds": last - first if received > 1 else 0}), flush=True)
