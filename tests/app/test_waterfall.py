"""Waterfalls with the real program: planted rows stay visible, every row is counted, every direction, the first matrix of a live text."""
import subprocess
import time

import numpy as np

import harness as h


def send_rows(*args, records, pause=0.0, duration=2.0):
    """Serve records to a listening heatscope that draws a picture at the end; its pixels and statistics."""
    port = h.free_port()
    process = h.start("--listen", port, "--bare", "-o", "-", "--duration", duration, *args)
    with h.connect(port) as s:
        for record in records:
            s.sendall(record)
            time.sleep(pause)
        out, err = process.communicate(timeout=60)
    if process.returncode:
        raise AssertionError(err.decode())
    return h.pixels(out)


class Waterfalls(h.TempDirTest):
    def test_planted_hot_rows_are_visible(self):
        rows = np.random.default_rng(1).normal(size=(100000, 64)).astype("f4")
        hot = [0, 3, 20000, 50001, 77777, 99998, 99999]
        rows[hot] = 40
        batches = [b'{"axes":"TX"}\n'] + [h.npy(rows[i : i + 5000]) for i in range(0, len(rows), 5000)]
        for way, axis in (("up", 0), ("left", 1)):
            picture = send_rows("--rows", 100000, "--size", "400x300", "--scroll", way, "--vmin", -5, "--vmax", 40, records=batches,
                                pause=0.01)
            bright = (picture[..., 0].astype(int) > 200).mean(axis=1 - axis) > 0.9  # viridis' last colours
            places = [int(r / len(rows) * (picture.shape[axis] - 1)) for r in hot]
            for p in places:
                self.assertTrue(bright[max(p - 1, 0) : p + 3].any(), f"{way}: nothing hot at pixel {p}")
            self.assertLess(bright.sum(), 14)

    def test_directions(self):
        rows = np.arange(24, dtype="f4").reshape(6, 4)
        want = {"up": rows, "down": rows[::-1], "left": rows.T, "right": rows[::-1].T}
        data = b"".join(h.npy(r) for r in np.concatenate([rows - 24, rows]))
        for way, cells in want.items():
            size = f"{cells.shape[1]}x{cells.shape[0]}"
            r = h.run("-o", "-", "--rows", 6, "--bare", "--size", size, "--vmin", 0, "--vmax", 23, "--scroll", way, stdin=data, check=0)
            self.assertTrue(h.same_colours(h.pixels(r.stdout), cells, 0, 23).all(), way)

    def test_time_axis(self):
        rows = [b'{"t_ns":%d}\n' % (1705320000 * 10**9 + i * 10**9) + h.npy(np.arange(9, dtype="f4")) for i in range(60)]
        untimed = b"".join(h.npy(np.arange(9, dtype="f4")) for _ in range(60))
        draw = lambda data, *args: h.pixels(h.run("-o", "-", "--size", "500x400", *args, stdin=data, check=0).stdout)
        numbers = draw(untimed)
        timed = draw(b"".join(rows))
        self.assertFalse(np.array_equal(timed, numbers))
        self.assertTrue(np.array_equal(draw(b"".join(rows), "--no-time-axis"), numbers))
        self.assertTrue(np.array_equal(draw(b"".join(rows), "--extent", "0,9,60,0"), draw(untimed, "--extent", "0,9,60,0")))
        left = lambda p: int((p.min(axis=2)[150:250] < 100).any(axis=0).argmax())  # where the first ink is
        self.assertLess(left(draw(b"".join(rows), "--no-cbar")), 12)  # HH:MM:SS begins at the picture's edge

    def test_row_span(self):
        rows = np.zeros((1000, 50), "f4")
        rows[[100, 444, 999]] = 7
        t = 1705320000 * 10**9
        data = b"".join(b'{"t_ns":%d}\n' % (t + i * 10**7) + h.npy(r) for i, r in enumerate(rows))
        args = ["-o", "-", "--bare", "--size", "50x10", "--vmin", 0, "--vmax", 7, "--row-span", 1]
        want = np.zeros((10, 50))
        want[[1, 4, 9]] = 7
        r = h.run(*args, stdin=data, check=0)
        self.assertTrue(h.same_colours(h.pixels(r.stdout), want, 0, 7).all())
        r = h.run(*args, "--reduce", "mean", stdin=data, check=0)
        self.assertTrue(h.same_colours(h.pixels(r.stdout), want / 100, 0, 7).all())

    def test_row_span_of_a_moving_ridge(self):
        rng = np.random.default_rng(3)
        rows = rng.uniform(0, 0.15, (2000, 60))
        at = 30 + 15 * np.sin(np.arange(2000) / 300)
        rows += np.exp(-((np.arange(60) - at[:, None]) / 3) ** 2)
        rows[[777, 1333], 3] = 0.9  # single hot cells
        data = b"".join(b'{"axes":"TX","t_ns":%d}\n' % (1705320000 * 10**9 + (i + 9) * 10**7) + h.npy(rows[i:i + 10]) for i in range(0, 2000, 10))
        r = h.run("-o", "-", "--bare", "--size", "60x40", "--vmin", 0, "--vmax", 1.15, "--cmap", "gray", "--row-span", 0.5, stdin=data, check=0)
        picture = h.pixels(r.stdout)[..., 0] / 255 * 1.15
        mean = rows.reshape(40, 50, 60).mean(axis=1)
        self.assertLess(np.abs(picture - mean)[:, 5:].max(), 0.02, "no holes, no speckle")
        self.assertTrue((picture[[777 // 50, 1333 // 50], 3] > 0.85).all(), "hot cells stay")

    def test_single_rows_are_all_received(self):
        port = h.free_port()
        process = h.start("--listen", port, "--headless", "--duration", 4, "--stats", "-")
        record = h.npy(np.arange(1000, dtype="f4"))
        with h.connect(port) as s:
            for _ in range(300):
                s.sendall(record * 100)
            s.sendall(h.npy(np.zeros(1000, ">f4")))
        code, text, err = h.finish(process)
        self.assertEqual((code, h.stats(text)["rows_received"]), (0, 30001), err)

    def test_first_matrix_of_live_text_is_whole(self):
        process = subprocess.Popen([h.HEATSCOPE, "--headless", "--duration", "1.5", "--stats", "-"], stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.addCleanup(process.kill)
        process.stdin.write(b"".join(b"%d 1\n" % i for i in range(700)))
        process.stdin.flush()
        time.sleep(0.5)
        process.stdin.write(b"\n1 2\n")
        out, err = process.communicate(timeout=20)
        s = h.stats(out.decode())
        self.assertEqual((process.returncode, s["frames_received"], s["rows_received"]), (0, 2, 700), err)


if __name__ == "__main__":
    h.main()
