# SPDX-License-Identifier: GPL-3.0-or-later
"""The files of the tree under test, and what C++ files include. Used by every check of this folder."""
import pathlib
import re
import subprocess

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.MULTILINE)
CODE_SUFFIXES = {".cpp", ".h", ".py", ".sh", ".cmake"}
SKIPPED_FOLDERS = {"build", ".git", ".venv", "__pycache__"}


def tracked_files(root):
    """Paths relative to `root`: what git tracks, or every file of an unpacked source archive."""
    if (root / ".git").exists():
        listing = subprocess.run(["git", "-c", "safe.directory=*", "-C", str(root), "ls-files", "-z"], check=True, capture_output=True)
        paths = [pathlib.Path(p) for p in listing.stdout.decode().split("\0") if p]
    else:
        paths = [p.relative_to(root) for p in root.rglob("*") if p.is_file()]
    return sorted(p for p in paths if (root / p).is_file() and not SKIPPED_FOLDERS & set(p.parts))


def is_code(path):
    return path.suffix in CODE_SUFFIXES or path.name in {"CMakeLists.txt", "run"}


def cpp_files(root):
    return [p for p in tracked_files(root) if p.suffix in {".cpp", ".h"}]


def includes(root, path):
    """(line number, quoted or angled, name) for every #include of a file."""
    text = (root / path).read_text(encoding="utf-8")
    return [(text.count("\n", 0, m.start()) + 1, m.group(1), m.group(2)) for m in INCLUDE.finditer(text)]
