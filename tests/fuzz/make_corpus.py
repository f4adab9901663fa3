"""The seeds of the corpora, from NumPy and by hand. Run: /usr/bin/python3 tests/fuzz/make_corpus.py"""
import io
import json
import os
import numpy as np

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "corpus")


def npy(a, version=None):
    out = io.BytesIO()
    np.lib.format.write_array(out, a, version=version)
    return out.getvalue()


def save(target, name, data):
    os.makedirs(os.path.join(HERE, target), exist_ok=True)
    with open(os.path.join(HERE, target, name), "wb") as f:
        f.write(data)


a = np.arange(12.0).reshape(3, 4)
tile = np.zeros(2, np.dtype([("data", "<f4", (4, 4)), ("row0", "<i4"), ("seq", "<u8")], align=True))
events = np.zeros(3, [("x", ">f4"), ("y", "<u2"), ("w", "f8"), ("t_ns", "i8"), ("z", "c8")])
framed = np.zeros(2, [("data", ">i2", (3, 2)), ("row0", "i8"), ("col0", "f4"), ("chan", "u1"), ("frame", "i4"), ("ntiles", "u1"), ("level", "u1")])
framed["col0"], framed["ntiles"] = [0, 3], 2
save("stream", "tiles", b'\0{"shape": [9, 11]}\n' + npy(framed) + b'{"shape": null}\n' + npy(tile) + npy(framed[0]))
save("stream", "events", b'\xc8{"half-life": "20ms"}\n' + npy(events) + b"1 2\n3,4,5\n# c\nx\n\n1 nan\n" + npy(events[:0]))
headers = {
    "events": npy(events), "framed": npy(framed),
    "plain": npy(a), "v2": npy(a, (2, 0)), "v3": npy(a, (3, 0)), "fortran": npy(np.asfortranarray(a)), "tile": npy(tile),
    "complex": npy(a.astype("c16")), "string": npy(np.array(["ab", "c"])), "empty": npy(np.zeros((0, 3))), "scalar": npy(np.array(1.0)),
    "date": npy(np.zeros(3, "M8[ns]")), "big": npy(a.astype(">i2")),
}
for name, data in headers.items():
    save("npy", name, data)
    save("stream", "npy_" + name, b"\0" + data)
save("npy", "dict", b"{'descr': [('a', '<f4', (2,)), (('t', 'b'), [('c', '|V7')])], 'fortran_order': False, 'shape': (3L,)}")
save("npy", "raw", b"<u2,512x640@128")
save("stream", "sequence", b"\0" + npy(np.zeros((3, 2, 2), "u2")) + npy(np.asfortranarray(np.zeros((3, 2, 2)))) + npy(np.zeros((4, 5, 3), "u1")))
save("stream", "axes", b"\3" + b'{"axes":"CYX","channels":["a","b"]}\n' + npy(np.zeros((2, 2, 2), "f2")) + b'{"axes":"TX"}\n' + npy(np.zeros((5, 2), ">i4")))
save("stream", "cut", b"\0" + npy(a)[:-5])
save("stream", "pnm", b"\0P5\n# c\n3 2\n255\nabcdefP2 2 2 300\n1 2\n3 300\nP5 1 1 65535 abPf\n2 1\n-1.0\n12345678PF 1 1 1.0\n" + b"x" * 12)
save("stream", "text", b"\3a b\n1 2\n{\"title\":\"x\"}\n3 4\n\n5 6\n" + npy(a) + b"7 8\n")
save("stream", "raw", b"\xf0" + bytes(range(62)))
save("stream", "text_then_garbage", b"\0001 2\n\0\n")
save("json", "meta", b'"t_ns":5,"units":"K","axes":"TX","row_labels":["a","b"],"col_labels":null,"vmin":0}\n{"title":"x"}\n')
payload = {"dtype": "<f4", "shape": [2, 2], "nbytes": 16}
save("json", "raw", json.dumps(payload).encode()[1:] + b"\n" + bytes(16) + json.dumps(dict(payload, nbytes=3)).encode() + b"\nabc")
save("json", "merge", b'{"a":1}\n{"b":[1,2]}')
save("text", "csv", b"\0,x,y\n0,1,2\n1,,nan\n\n,0,1\na,1e3,-inf\n")
save("text", "live", b"\3procs ---memory--- x\n r  b\n 1 2\n3 4 # c\nr b\n1 2 3\n\n1\t\t2\n\t\t\n")
save("text", "quotes", b'\4"a,b","c""d"\r\n"1",2\r\n0.1234567890123456789,12345678901234567890123\r\n')
save("text", "rows", b"\1\xef\xbb\xbf1;2\n1e400 1e-400 .5 5. +1 -0\n")
