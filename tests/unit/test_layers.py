#!/usr/bin/env python3
"""A file includes its own folder and folders it rests on: the arrows of ARCHITECTURE.md, checked."""
import os
import re
import sys

ROOT = os.environ.get("HEATSCOPE_ROOT") or os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

RESTS_ON = {
    "base": [],
    "data": ["base"],
    "store": ["base", "data"],
    "ingest": ["base", "data", "store"],
    "plot": ["base"],
    "draw": ["base", "plot"],
    "soft": ["base", "plot", "draw"],
    "gpu": ["base", "plot", "draw", "glad"],
    "view": ["base", "plot", "draw", "data"],
    "api": ["base", "plot", "draw", "data", "view", "soft", "gpu"],
    "output": ["base"],
    "app": ["base", "data", "store", "ingest", "plot", "draw", "soft", "gpu", "view", "output"],
}
# Who may know a library: the only folders (or files) that include its headers.
ONLY = {"GLFW/": ["app/window_glfw.c"], "glad/": ["gpu/"], "png.h": ["output/", "app/info.c"], "stb/": ["draw/"]}


def problems():
    for folder in sorted(os.listdir(os.path.join(ROOT, "src"))):
        if folder not in RESTS_ON:
            yield f"src/{folder}: a folder that this test doesn't know; give it its place"
            continue
        for name in sorted(os.listdir(os.path.join(ROOT, "src", folder))):
            where = f"{folder}/{name}"
            for line in open(os.path.join(ROOT, "src", folder, name), encoding="utf-8"):
                ours = re.match(r'#\s*include\s+"([^/"]+)/', line)
                if ours and ours[1] != folder and ours[1] not in RESTS_ON[folder]:
                    yield f"src/{where} includes {ours[1]}/, which it doesn't rest on"
                theirs = re.match(r"#\s*include\s+<([^>]+)>", line)
                for library, allowed in ONLY.items():
                    if theirs and theirs[1].startswith(library) and not any(where.startswith(a) for a in allowed):
                        yield f"src/{where} includes <{theirs[1]}>; only {', '.join(allowed)} may"


def main():
    found = list(problems())
    for problem in found:
        print(problem)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
