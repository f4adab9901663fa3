"""Format specifications against Python's own format(): the file is compiled alone and called by ctypes."""
import ctypes
import os
import random
import shutil
import struct
import subprocess
import tempfile
import unittest

ROOT = os.environ.get("HEATSCOPE_ROOT") or os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
HALF, SINGLE, DOUBLE = range(3)


class Format(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
        if not compiler:
            raise unittest.SkipTest("no C compiler")
        cls.folder = tempfile.TemporaryDirectory(prefix="heatscope-test-")
        library = os.path.join(cls.folder.name, "format.so")
        subprocess.run([compiler, "-std=gnu11", "-O2", "-fPIC", "-shared", "-D_GNU_SOURCE", "-I", os.path.join(ROOT, "src"), "-o", library,
                        os.path.join(ROOT, "src/plot/format.c"), "-lm"], check=True)
        c = cls.c = ctypes.CDLL(library)
        c.format_parse.restype = ctypes.c_bool
        c.format_float.restype = c.format_integer.restype = c.format_words.restype = ctypes.c_size_t
        cls.out = ctypes.create_string_buffer(512)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def parse(self, spec):
        """The format, or why there is none."""
        room, why = ctypes.create_string_buffer(256), ctypes.create_string_buffer(256)
        ok = self.c.format_parse(spec.encode(), room, why, ctypes.c_size_t(256))
        return (room, None) if ok else (None, why.value.decode())

    def text(self, room, v, kept=DOUBLE):
        size = ctypes.c_size_t(512)
        if isinstance(v, str):
            n = self.c.format_words(room, v.encode(), self.out, size)
        elif isinstance(v, int):
            n = self.c.format_integer(room, ctypes.c_bool(v < 0), ctypes.c_uint64(abs(v)), self.out, size)
        else:
            n = self.c.format_float(room, ctypes.c_double(v), kept, self.out, size)
        self.assertEqual(n, len(self.out.value))
        return self.out.value.decode()

    def check(self, spec, values):
        room, why = self.parse(spec)
        self.assertIsNone(why, spec)
        for v in values:
            self.assertEqual(self.text(room, v), format(v, spec), f"format({v!r}, {spec!r})")

    @staticmethod
    def numbers(rng, num):
        """Everyday ones, ties, ends, and any bits at all."""
        out = [0.0, -0.0, 0.5, 1.5, 2.5, -0.125, 0.25, 1e16, 1e15, 123456789012345678.0, 9.995, 99.95, 999999.5, 1e-4, 9.9999e-5, 0.1, 1e22, 1e23,
               5e-324, 1.7976931348623157e308, float("inf"), float("-inf"), float("nan"), 2.675, 1.005, 1e100]
        for _ in range(num):
            out.append(rng.gauss(0, 1))
            out.append(rng.gauss(0, 1) * 10.0 ** rng.randint(-25, 25))
            out.append(rng.randint(-10**6, 10**6) / 8)
            out.append(rng.randint(-10**6, 10**6) / 1000)
            out.append(struct.unpack("d", struct.pack("Q", rng.getrandbits(64)))[0])
        return out

    def test_floats(self):
        rng = random.Random(1)
        values = self.numbers(rng, 2000)
        for spec in ("", ".2g", ".1f", ".2f", ".0f", ".3e", "g", "f", "e", "%", ".1%", ".0%", ".3", ".1", "n", "+.2f", "#.3g", ",.2f", "10.2f",
                     "z.1f", ".17g", ".12f", "#.0f", "#.0e"):
            self.check(spec, values)

    def test_random_formats(self):
        rng = random.Random(2)
        tried = 0
        while tried < 3000:
            fill = rng.choice(["", "", "*", "é", "0", " ", "<"])
            spec = rng.choice([fill + rng.choice("<>^="), ""]) + rng.choice(["", "+", "-", " "]) + rng.choice(["", "z"])
            spec += rng.choice(["", "#"]) + rng.choice(["", "0"]) + rng.choice(["", "5", "12", "33"]) + rng.choice(["", ",", "_"])
            spec += rng.choice(["", ".0", ".1", ".2", ".3", ".6", ".20"]) + rng.choice(["", *"eEfFgG%n"])
            values = self.numbers(rng, 1)
            try:
                format(1.5, spec)
            except ValueError:
                self.assertIsNotNone(self.parse(spec)[1], spec)
                continue
            tried += 1
            self.check(spec, values)

    def test_integers(self):
        rng = random.Random(3)
        values = [0, 1, -1, 7, 999, 1000, -1234567, 2**53 + 1, 2**63 - 1, -2**63, 2**64 - 1] + [rng.randint(-10**9, 10**9) for _ in range(200)]
        for spec in ("", "d", "n", ",d", "_", "+d", "08d", "010,d", "06,", "*^12d", "=+9d", "<5", ".2g", ".1f", "e", ".1%", ",.0f"):
            self.check(spec, values)

    def test_shortest_in_their_own_type(self):
        import numpy as np

        room, _ = self.parse("")
        rng = np.random.default_rng(4)
        for kept, dtype in ((HALF, "f2"), (SINGLE, "f4")):
            values = np.concatenate([rng.integers(0, 2 ** (8 * np.dtype(dtype).itemsize), 3000, "u8").astype("u" + dtype[1]).view(dtype),
                                     np.array([0.1, 1.0, 1e-4, 3.0, 65504.0, 6e-8], dtype)])
            for v in values[np.isfinite(values)]:
                text = self.text(room, float(v), kept)
                self.assertEqual(np.dtype(dtype).type(text), v)
                self.assertLessEqual(len(np.format_float_scientific(v, unique=True).split("e")[0].strip("-0.").replace(".", "")) - 1,
                                     len(text), text)
        self.assertEqual(self.text(room, float(np.float32(0.1)), SINGLE), "0.1")
        self.assertEqual(self.text(room, float(np.float16(0.1)), HALF), "0.1")

    def test_d_of_floats_is_the_nearest_integer(self):
        room, _ = self.parse(",d")
        self.assertEqual(self.text(room, 1234567.6), "1,234,568")
        self.assertEqual(self.text(room, -0.2), "0")

    def test_words(self):
        for spec in ("", "s", ".3", "8", ">8s", "^9.2s", "*<5"):
            self.check(spec, ["", "a", "naïve", "Übergrößenträger", "日本語テキスト"])

    def test_braces(self):
        for wrapped, plain in (("{:.1f}", ".1f"), ("{:}", ""), ("{}", "")):
            self.assertEqual(self.text(self.parse(wrapped)[0], 2.25), format(2.25, plain))

    def test_what_is_wrong_is_said(self):
        for spec in ("%.2f", "%d", "q", ".2d", ".f", "99999", ".101f", "x", "ff", "{:.1f", "{0:.1f}", "{:.1f} m", ",n", "%s%n", "b", "a\nb", "1" * 300):
            why = self.parse(spec)[1]
            self.assertIsNotNone(why, spec)
            self.assertNotIn("\n", why)


if __name__ == "__main__":
    unittest.main()
