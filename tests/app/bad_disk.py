"""A file system (FUSE) with one file in it, parts of which can't be read or take for ever. Run as: bad_disk.py BACKING MOUNT CONTROL.

CONTROL has lines `eio FROM TO` and `stall FROM TO` (bytes); it is read anew for each read. What stalls goes on once its line is gone."""
import errno
import os
import subprocess
import sys
import time
import unittest

NAME = "a.npy"


def parts(control):
    out = []
    with open(control) as f:
        for line in f:
            kind, begin, end = line.split()
            out.append((kind, int(begin), int(end)))
    return out


def serve(backing, mount, control):
    import fusepy as fuse  # as Debian calls it

    class Disk(fuse.Operations):
        def __init__(self):
            self.fd = os.open(backing, os.O_RDONLY)

        def getattr(self, path, fh=None):
            if path == "/":
                return {"st_mode": 0o40755, "st_nlink": 2}
            if path != "/" + NAME:
                raise fuse.FuseOSError(errno.ENOENT)
            s = os.fstat(self.fd)
            return {"st_mode": 0o100644, "st_nlink": 1, "st_size": s.st_size, "st_mtime": s.st_mtime_ns // 10**9}

        def readdir(self, path, fh):
            return [".", "..", NAME]

        def read(self, path, size, offset, fh):
            def hit(kind):
                return any(k == kind and offset < end and offset + size > begin for k, begin, end in parts(control))

            while hit("stall"):
                time.sleep(0.05)
            if hit("eio"):
                raise fuse.FuseOSError(errno.EIO)
            return os.pread(self.fd, size, offset)

    fuse.FUSE(Disk(), mount, foreground=True, nothreads=False, direct_io=True)


class BadDisk:
    """Mounted in directory `at`. SkipTest where there is no FUSE."""

    def __init__(self, backing, at):
        self.mount, self.control = os.path.join(at, "disk"), os.path.join(at, "control")
        os.mkdir(self.mount)
        self.set()
        have = subprocess.run([sys.executable, "-c", "import fusepy"], capture_output=True).returncode == 0
        if not have or not os.access("/dev/fuse", os.R_OK | os.W_OK):
            raise unittest.SkipTest("no FUSE here (python3-fusepy, /dev/fuse)")
        self.process = subprocess.Popen([sys.executable, __file__, backing, self.mount, self.control], stdout=subprocess.DEVNULL,
                                        stderr=subprocess.PIPE)
        self.path = os.path.join(self.mount, NAME)
        end = time.time() + 10
        while not os.path.ismount(self.mount):
            if self.process.poll() is not None or time.time() > end:
                self.close()
                raise unittest.SkipTest("FUSE can't be mounted here: " + self.process.stderr.read().decode()[-200:])
            time.sleep(0.05)

    def set(self, *lines):
        with open(self.control + ".new", "w") as f:
            f.write("".join(line + "\n" for line in lines))
        os.rename(self.control + ".new", self.control)

    def close(self):
        self.set()
        for command in (["umount", "-l", self.mount], ["fusermount", "-u", "-z", self.mount]):
            try:
                if subprocess.run(command, capture_output=True).returncode == 0:
                    break
            except OSError:
                pass
        self.process.kill()
        self.process.wait()


if __name__ == "__main__":
    serve(*sys.argv[1:])
