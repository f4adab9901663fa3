#!/usr/bin/python3
"""Waterfalls: rows of 4096 float32 in batches over loopback TCP at a rate, and records of single rows as fast as they are taken, beside a
bare reader of the same producer. Prints rows sent and received, processor time, memory soon after the start and at the end.
    bench_waterfall.py [--seconds 60] [--rate 100000] [--rows 512] [HEATSCOPE OPTIONS ...]"""
import argparse
import os
import socket
import subprocess
import sys
import threading
import time

import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "app"))
import harness as h

COLS = 4096


def resident_mb(pid):
    with open(f"/proc/{pid}/status") as f:
        return int(next(line for line in f if line.startswith("VmRSS:")).split()[1]) / 1024


def cpu_seconds(pid):
    with open(f"/proc/{pid}/stat") as f:
        fields = f.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def send(sock, record, rows_in_it, rate, seconds):
    """At `rate` rows/s (0: as they are taken); how many rows were sent."""
    start, sent = time.monotonic(), 0
    while time.monotonic() - start < seconds:
        if rate and sent > rate * (time.monotonic() - start):
            time.sleep(0.001)
            continue
        sock.sendall(record)
        sent += rows_in_it
    return sent, time.monotonic() - start


def to_heatscope(prefix, record, rows_in_it, rate, seconds, rows, options):
    port = h.free_port()
    process = h.start("--listen", port, "--headless", "--rows", rows, "--stats", "-", "--vmin", "0", "--vmax", "1", *options)
    samples = []

    def watch():
        while process.poll() is None:
            samples.append(resident_mb(process.pid))
            time.sleep(0.25)

    with h.connect(port) as s:
        s.sendall(prefix)
        watcher = threading.Thread(target=watch)
        watcher.start()
        sent, took = send(s, record, rows_in_it, rate, seconds)
        s.shutdown(socket.SHUT_WR)
        while s.recv(1):
            pass
    cpu = cpu_seconds(process.pid)
    code, out, err = h.stop(process)
    watcher.join()
    stats = h.stats(out)
    memory = samples[min(len(samples) - 1, 8)], samples[-2]
    return dict(sent=sent, received=stats["rows_received"], rows_s=sent / took, cpu=cpu / took, memory=memory,
                pictures_s=stats["pictures_shown"] / took)


def to_bare_reader(record, rows_in_it, seconds):
    """A reader that only reads, in C's clothes: recv_into in another process."""
    code = ("import socket,sys\ns=socket.create_server(('127.0.0.1',0))\nprint(s.getsockname()[1],flush=True)\nc,_=s.accept()\n"
            "b=bytearray(1<<20)\nwhile c.recv_into(b): pass\n")
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
    with socket.create_connection(("127.0.0.1", int(process.stdout.readline()))) as s:
        sent, took = send(s, record, rows_in_it, 0, seconds)
    process.wait()
    return sent / took


def tell(name, r):
    same = "exact" if r["sent"] == r["received"] else "WRONG"
    print(f"{name}: sent {r['sent']} rows, received {r['received']} ({same}); {r['rows_s']:,.0f} rows/s, {r['pictures_s']:.0f} pictures/s, "
          f"{r['cpu']:.2f} cores, memory {r['memory'][0]:.1f} -> {r['memory'][1]:.1f} MB", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--rate", type=float, default=100000)
    parser.add_argument("--rows", type=int, default=512)
    args, options = parser.parse_known_args()
    rng = np.random.default_rng(1)
    batch = h.npy(rng.random((500, COLS), "f4"))
    single = h.npy(rng.random(COLS, "f4")) * 100
    prefix = b'{"axes":"TX"}\n'
    tell(f"batches of 500 at {args.rate:,.0f} rows/s", to_heatscope(prefix, batch, 500, args.rate, args.seconds, args.rows, options))
    short = min(args.seconds, 10)
    tell("batches of 500, all it takes", to_heatscope(prefix, batch, 500, 0, short, args.rows, options))
    print(f"the same to a bare reader: {to_bare_reader(batch, 500, short):,.0f} rows/s")
    tell("single-row records, all it takes", to_heatscope(b"", single, 100, 0, short, args.rows, options))
    print(f"the same to a bare reader: {to_bare_reader(single, 100, short):,.0f} rows/s")


if __name__ == "__main__":
    main()
