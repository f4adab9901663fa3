#!/usr/bin/env python3
"""Files that grow, files that are rewritten, and directories, written while heatscope runs."""
import json
import os
import threading
import time
import unittest

import numpy as np

import harness as h


def still(i, shape=(8, 10)):
    return np.full(shape, i, "f4")


class Live(h.TempDirTest):
    def begin(self, *args):
        p = h.start("--headless", "--policy", "all", "--stats", "-", *args)
        self.addCleanup(lambda: p.poll() is None and p.kill())
        return p

    def done(self, p):
        code, out, err = h.finish(p, 30)
        self.assertEqual(code, 0, err)
        return h.stats(out), err


class Follow(Live):
    def test_records_that_are_appended_in_pieces(self):
        path = self.path("a.npy")
        with open(path, "wb") as f:
            f.write(h.npy(still(0)))
        p = self.begin(path, "--follow", "--frames", 20)
        with open(path, "ab", buffering=0) as f:
            for i in range(1, 20):
                record = h.npy(still(i))
                for piece in (record[:5], record[5:100], record[100:]):
                    f.write(piece)
                    time.sleep(0.004)
        s, err = self.done(p)
        self.assertEqual((s["frames_received"], s["records_rejected"], err), (20, 0, ""))

    def test_lines_of_text(self):
        path = self.path("log.txt")
        open(path, "w").close()
        p = self.begin(path, "--follow", "--duration", 2)
        time.sleep(0.3)
        with open(path, "a", buffering=1) as f:
            for i in range(100):
                f.write(f"{i} 1 2")  # half a line must not count
                f.flush()
                time.sleep(0.002)
                f.write(" 3\n")
        s, err = self.done(p)
        self.assertEqual((s["rows_received"], s["records_rejected"], err), (100, 0, ""))

    def test_a_growing_table_keeps_the_names_of_its_rows(self):
        path = self.path("t.csv")
        with open(path, "w") as f:
            f.write("name,a,b\n" + "".join(f"row{i},{i},{i}\n" for i in range(3)))
        desktop = h.Desktop()
        self.addCleanup(desktop.close)
        p = h.start(path, "--follow", "--size", "400x300", "--bare", "--rows", 4, env=desktop.env)
        self.addCleanup(lambda: p.poll() is None and p.kill())
        window = desktop.window(p)
        with open(path, "a", buffering=1) as f:
            f.write("row3,3,3\n")
            time.sleep(0.2)
            f.write("row4,4,4\nrow5,5,5\n")
        time.sleep(0.5)
        for y in (30, 100, 200, 280):  # rows 2 to 5 are in sight
            desktop.xdotool("mousemove", "--window", window, 100, y, "click", "1")
            time.sleep(0.5)
        code, out, err = h.stop(p)
        seen = [json.loads(line) for line in out.splitlines()]
        self.assertEqual([(s["row_label"], s["value"], s["col_label"]) for s in seen], [(f"row{i}", i, "a") for i in range(2, 6)], err)

    def test_a_file_that_is_replaced_or_cut_short(self):
        path = self.path("a.npy")
        with open(path, "wb") as f:
            f.write(h.npy(still(0)) + h.npy(still(1)))
        p = self.begin(path, "--follow", "--frames", 6)
        time.sleep(0.5)
        os.rename(path, path + ".1")
        with open(path + ".1", "ab") as f:  # what its writer still has to say is read
            f.write(h.npy(still(2)))
        time.sleep(0.1)
        with open(path, "wb") as f:
            f.write(h.npy(still(3)) + h.npy(still(4)))
        time.sleep(0.5)
        with open(path, "wb") as f:
            f.write(h.npy(still(5)))
        s, err = self.done(p)
        self.assertEqual((s["frames_received"], s["records_rejected"]), (6, 0), err)
        self.assertIn("was replaced", err)
        self.assertIn("was cut short", err)

    def test_one_that_is_not_there_yet_and_one_that_goes(self):
        path = self.path("late.npy")
        p = self.begin(path, "--follow", "--frames", 3)
        time.sleep(0.4)
        self.assertIsNone(p.poll())
        with open(path, "wb") as f:
            f.write(h.npy(still(0)) + h.npy(still(1)))
        time.sleep(0.3)
        os.unlink(path)
        time.sleep(1.6)
        with open(path, "wb") as f:
            f.write(h.npy(still(2)))
        s, err = self.done(p)
        self.assertEqual((s["frames_received"], s["records_rejected"]), (3, 0), err)
        self.assertEqual([line.split(": ", 2)[2] for line in err.splitlines()],
                         ["isn't there yet; waiting for it", "gone; waiting for it", "was replaced; it is read from its beginning"])

    def test_it_ends_when_told_to(self):
        p = self.begin(self.save("a.npy", still(1)), "--follow", "--loop")
        self.assertEqual(h.finish(p)[0], 2)
        p = self.begin(self.save("a.npy", still(1)), "--follow")
        time.sleep(0.5)
        self.assertEqual(h.stop(p)[0], 0)


class Watch(Live):
    def rewritten(self, write, num=15, wait=0.12):
        """`write(i)` has written versions 1 to num: most of them come (a busy machine may sleep over some), none broken."""
        write(0)
        p = self.begin(self.path("a.npy"), "--watch")
        time.sleep(0.4)
        for i in range(1, num + 1):
            write(i)
            time.sleep(wait)
        time.sleep(1)
        code, out, err = h.stop(p)
        s = h.stats(out)
        self.assertEqual((code, s["records_rejected"], err), (0, 0, ""))
        self.assertGreaterEqual(s["frames_received"], 2)
        self.assertLessEqual(s["frames_received"], num + 1)

    def test_renamed_into_place(self):
        def write(i):
            np.save(self.path("new.npy"), still(i))
            os.rename(self.path("new.npy"), self.path("a.npy"))
        self.rewritten(write, wait=0.05)

    def test_in_place(self):
        self.rewritten(lambda i: np.save(self.path("a.npy"), still(i)))

    def test_slowly_in_place(self):
        def write(i):
            record = h.npy(still(i, (100, 100)))
            with open(self.path("a.npy"), "wb", buffering=0) as f:
                for at in range(0, len(record), 10000):
                    f.write(record[at:at + 10000])
                    time.sleep(0.08)  # longer than it takes a file to come to rest
        self.rewritten(write, num=3, wait=0.2)

    def test_no_picture_of_two_versions(self):
        path = self.path("a.npy")
        shape = (1500, 1500)
        np.save(path, still(0, shape))
        p = h.start(path, "--watch", "-o", self.path("f%d.png"), "--size", "300x300", "--bare", "--vmin", 0, "--vmax", 9, "--duration", 3)
        end = time.time() + 2.5
        i = 0
        while time.time() < end:
            i += 1
            np.save(path, still(i % 10, shape))  # in place
            time.sleep(0.02 * (i % 5))
        code, _, err = h.finish(p)
        self.assertEqual((code, err), (0, ""))
        pictures = [f for f in os.listdir(self.dir) if f.endswith(".png")]
        self.assertGreater(len(pictures), 1)
        for f in pictures:
            self.assertEqual(len(np.unique(h.pixels(self.path(f)).reshape(-1, 3), axis=0)), 1, f)

    def test_rubbish_and_absence_in_between(self):
        path = self.path("a.npy")
        np.save(path, still(0))
        p = self.begin(path, "--watch", "--frames", 3)
        time.sleep(0.4)
        with open(path, "wb") as f:
            f.write(b"\x00\x01\x02 no matrix")
        time.sleep(0.4)
        os.unlink(path)
        time.sleep(0.3)
        np.save(path, still(1))
        time.sleep(0.4)
        with open(path, "w") as f:
            f.write("1 2 3\n4 5 6\n")
        s, err = self.done(p)
        self.assertEqual((s["frames_received"], s["records_rejected"]), (3, 1), err)
        self.assertEqual(len(err.splitlines()), 1, err)

    def test_one_that_is_not_there_yet_and_one_that_goes(self):
        path = self.path("late.npy")
        p = self.begin(path, "--watch", "--frames", 2)
        time.sleep(0.4)
        np.save(path, still(1))
        time.sleep(0.4)
        os.unlink(path)
        time.sleep(1.6)
        np.save(path, still(2))
        s, err = self.done(p)
        self.assertEqual((s["frames_received"], s["records_rejected"]), (2, 0), err)
        self.assertEqual([line.split(": ", 2)[2] for line in err.splitlines()], ["isn't there yet; waiting for it", "gone; waiting for it"])

    def test_without_either_a_missing_file_is_an_error(self):
        r = h.run(self.path("no.npy"), "--headless")
        self.assertEqual(r.returncode, 1)
        self.assertIn("no.npy: No such file", r.err)

    def test_only_names(self):
        r = h.run("-", "--watch", "--headless", stdin=h.npy(still(1)))
        self.assertNotEqual(r.returncode, 0)
        self.assertIn("--watch", r.err)


class Directory(Live):
    def test_in_the_order_of_names(self):
        for i in (10, 9, 1, 100, 2):
            self.save(f"f{i}.npy", still(i))
        with open(self.path("f50.csv"), "w") as f:
            f.write("50,50\n50,50\n")
        with open(self.path("notes.md"), "w") as f:
            f.write("no matrix")
        os.mkdir(self.path("sub.npy"))
        out = self.path("out")
        os.mkdir(out)
        r = h.run(self.dir, "-o", os.path.join(out, "p%d.png"), "--bare", "--size", "20x20", "--vmin", 0, "--vmax", 100, "--cmap", "gray", check=0)
        self.assertEqual(r.err, "")
        grey = [int(h.pixels(os.path.join(out, f"p{i}.png"))[0, 0, 0]) for i in range(6)]
        self.assertEqual(len(os.listdir(out)), 6)
        np.testing.assert_allclose(grey, np.array([1, 2, 9, 10, 50, 100]) * 2.55, atol=2)

    def test_pace(self):
        for i in range(10):
            self.save(f"{i}.npy", still(i))
        start = time.time()
        s, _ = self.done(self.begin(self.dir, "--fps", 20))
        self.assertEqual(s["frames_shown"], 10)
        self.assertGreater(time.time() - start, 0.4)

    def test_a_bad_file_does_not_end_it(self):
        self.save("a.npy", still(1))
        with open(self.path("b.npy"), "wb") as f:
            f.write(h.npy(still(2))[:-7])
        self.save("c.npy", still(3))
        s, err = self.done(self.begin(self.dir, "--fps", 0))
        self.assertEqual((s["frames_received"], s["records_rejected"]), (2, 1), err)
        self.assertIn("b.npy", err)

    def test_new_files(self):
        p = self.begin(self.dir, "--watch", "--fps", 0, "--frames", 12)
        time.sleep(0.3)
        for i in range(10):
            self.save(f"f{i}.npy", still(i))
            time.sleep(0.02)
        record = h.npy(still(9))
        with open(self.path("g.npy"), "wb", buffering=0) as f:  # slowly
            f.write(record[:100])
            time.sleep(0.5)
            f.write(record[100:])
        with open(self.path("t.txt"), "w", buffering=1) as f:
            f.write("1 2\n")
            f.write("3 4\n")
        s, err = self.done(p)
        self.assertEqual((s["frames_received"], s["records_rejected"], err), (12, 0, ""))

    def test_one_that_stays_incomplete_is_left_out(self):
        with open(self.path("b.npy"), "wb") as f:
            f.write(h.npy(still(2))[:-7])
        self.save("c.npy", still(3))
        s, err = self.done(self.begin(self.dir, "--watch", "--frames", 1))
        self.assertEqual(s["frames_received"], 1)
        self.assertIn("b.npy", err)

    def test_loop(self):
        for i in range(3):
            self.save(f"{i}.npy", still(i))
        s, _ = self.done(self.begin(self.dir, "--loop", "--fps", 0, "--frames", 30))
        self.assertEqual(s["frames_shown"], 30)


class Window(Live):
    def test_a_directory_says_which_file_is_on_show(self):
        desktop = h.Desktop()
        self.addCleanup(desktop.close)
        os.mkdir(self.path("frames"))
        for i in range(3):
            self.save(f"frames/f{i}.npy", still(i))
        p = h.start(self.path("frames"), "--size", "640x400", "--fps", 20, "--watch", env=desktop.env)
        self.addCleanup(lambda: p.poll() is None and p.kill())
        window = desktop.window(p)
        time.sleep(1.5)
        self.assertIn("frames/f2.npy", desktop.title(window))
        before = desktop.screenshot(window)
        desktop.xdotool("windowfocus", "--sync", window, "key", "comma")
        time.sleep(1)
        self.assertIn("frames/f1.npy", desktop.title(window))
        corner = slice(380, 400), slice(500, 640)  # of the live picture: the file's name in small letters
        self.assertGreater((before[corner] < 140).any(axis=-1).sum(), 30)
        h.stop(p)

    def test_a_watched_file_that_goes_is_marked(self):
        desktop = h.Desktop()
        self.addCleanup(desktop.close)
        path = self.save("a.npy", still(10))
        p = h.start(path, "--watch", "--vmin", 0, "--vmax", 10, "--cmap", "gray", "--size", "640x400", env=desktop.env)
        self.addCleanup(lambda: p.poll() is None and p.kill())
        window = desktop.window(p)
        corner = slice(380, 400), slice(585, 640)
        ink = lambda: (desktop.screenshot(window)[corner] < 140).any(axis=-1).sum()
        self.assertEqual(ink(), 0)
        os.unlink(path)
        time.sleep(2)
        self.assertGreater(ink(), 50)  # gone; waiting for it
        self.assertEqual(desktop.screenshot(window)[200, 300].tolist(), [255, 255, 255])
        np.save(path, still(0))
        time.sleep(0.8)
        self.assertEqual(ink(), 0)
        self.assertEqual(desktop.screenshot(window)[200, 300].tolist(), [0, 0, 0])
        h.stop(p)

    def test_a_rewritten_file_in_a_window(self):
        desktop = h.Desktop()
        self.addCleanup(desktop.close)
        path = self.save("a.npy", still(0))
        p = h.start(path, "--watch", "--vmin", 0, "--vmax", 10, "--cmap", "gray", env=desktop.env)
        self.addCleanup(lambda: p.poll() is None and p.kill())
        window = desktop.window(p)
        self.assertEqual(desktop.screenshot(window)[300, 400].tolist(), [0, 0, 0])
        with open(path, "wb") as f:
            f.write(h.npy(still(10))[:-9])  # half: the last picture stays
        time.sleep(0.5)
        self.assertEqual(desktop.screenshot(window)[300, 400].tolist(), [0, 0, 0])
        np.save(path, still(10))
        time.sleep(0.8)
        self.assertEqual(desktop.screenshot(window)[300, 400].tolist(), [255, 255, 255])
        code = h.stop(p)[0]
        self.assertTrue(code == 0 or h.SANITIZED, code)  # Mesa leaks


if __name__ == "__main__":
    h.main()
