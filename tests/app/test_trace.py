"""--trace and the stages in --stats: what was measured, frame by frame, from a real socket, also when the program is killed."""
import json
import signal
import time
import unittest

import numpy as np

import harness as h


class Trace(h.TempDirTest):
    def send(self, port, num, pause=0.0):
        with h.connect(port) as s:
            for i in range(num):
                s.sendall(h.npy(np.full((64, 64), i, "f4")))
                time.sleep(pause)

    def test_events_of_every_frame(self):
        port = h.free_port()
        p = h.start("--listen", port, "--headless", "--policy", "all", "--no-vsync", "--frames", 50, "--trace", self.path("t.json"), "--stats", "-")
        self.send(port, 50)
        code, out, err = h.finish(p)
        self.assertEqual(code, 0, err)
        with open(self.path("t.json")) as f:
            events = json.load(f)
        names = {e["tid"]: e["args"]["name"] for e in events if e["name"] == "thread_name"}
        self.assertIn("render", names.values())
        self.assertIn("connection", names.values())
        for stage in ("receive", "decode", "reduce", "layout", "draw"):
            of = [e for e in events if e["name"] == stage]
            self.assertEqual(sorted(e["args"]["frame"] for e in of), list(range(50)), stage)
            thread = "connection" if stage in ("receive", "decode") else "render"
            self.assertTrue(all(names[e["tid"]] == thread and e["dur"] >= 0 for e in of))
        stages = h.stats(out)["stages_ms"]
        self.assertEqual(set(stages), {"receive", "decode", "reduce", "layout", "draw"})
        for q in stages.values():
            self.assertTrue(0 <= q["p50"] <= q["p95"] <= q["p99"] <= q["max"] * 1.03)
        order = {s: next(e for e in events if e["name"] == s and e["args"]["frame"] == 25) for s in ("receive", "decode", "reduce", "draw")}
        begins = [order[s]["ts"] for s in ("receive", "decode", "reduce", "draw")]
        self.assertEqual(begins, sorted(begins))

    def test_killed(self):
        port = h.free_port()
        p = h.start("--listen", port, "--headless", "--policy", "all", "--trace", self.path("t.json"))
        self.send(port, 30, 0.01)
        time.sleep(0.5)
        p.send_signal(signal.SIGKILL)
        h.finish(p)
        with open(self.path("t.json")) as f:
            text = f.read()
        events = json.loads(text + "\n]")  # as the readers of the format do
        self.assertEqual(len([e for e in events if e["name"] == "draw"]), 30)
        self.assertTrue(all(line.count('"ph"') == 1 for line in text.splitlines()[1:]))

    def test_a_place_that_cannot_be_written(self):
        r = h.run("--demo", "--headless", "--duration", "0.1", "--trace", "/dev/null/t.json")
        self.assertEqual(r.returncode, 1)
        self.assertIn("/dev/null/t.json", r.err)

    def test_no_frame_no_number(self):
        h.run("--headless", "--lines", "rows", "--trace", self.path("t.json"), stdin=b"1 2 3\n" * 20, check=0)
        with open(self.path("t.json")) as f:
            draws = [e for e in json.load(f) if e["name"] == "draw"]
        self.assertTrue(draws)
        self.assertTrue(all("frame" not in e["args"] for e in draws), draws)


if __name__ == "__main__":
    h.main()
