# SPDX-License-Identifier: GPL-3.0-or-later
"""What holds for every tracked file: its size, its licence line, and words that must not be in it."""
import re

from source_tree import is_code, tracked_files

MAX_LINES = 500
MAX_FILE_BYTES = 1_048_576
MAX_TREE_BYTES = 40_000_000
BIG_FILES = ("resources/demo/", "tests/golden/")
SPDX = "SPDX-License-Identifier: " + "GPL-3.0-or-later"
# Written so that this file does not match itself.
MACHINE_PATH = re.compile(r"(?<![\w.$~{}/-])/(?:root|wo" + r"rk|home/\w+|Users/\w+)/\w")
UNFINISHED = re.compile(r"\bTO" + r"DO\b|\bFIX" + r"ME\b|(?i:\bnot impl" + r"emented\b|\bunimpl" + r"emented\b|\bdum" + r"my\b|\bfor n" + r"ow\b|\bplace"
                        + r"holder\b)")


def line_count_violations(root):
    for path in tracked_files(root):
        if is_code(path):
            lines = (root / path).read_bytes().count(b"\n")
            if lines > MAX_LINES:
                yield f"{path}: {lines} lines; {MAX_LINES} is the limit"


def size_violations(root):
    total = 0
    for path in tracked_files(root):
        size = (root / path).stat().st_size
        total += size
        if size > MAX_FILE_BYTES and not path.as_posix().startswith(BIG_FILES):
            yield f"{path}: {size} bytes; {MAX_FILE_BYTES} is the limit outside {' and '.join(BIG_FILES)}"
    if total > MAX_TREE_BYTES:
        yield f"the tree holds {total} bytes; {MAX_TREE_BYTES} is the limit"


def licence_violations(root):
    for path in tracked_files(root):
        if is_code(path):
            head = (root / path).read_text(encoding="utf-8").split("\n", 3)[:3]
            if not any(SPDX in line for line in head):
                yield f"{path}: no line '{SPDX}' at its top"


def word_violations(root):
    for path in tracked_files(root):
        if not (is_code(path) or path.suffix in {".md", ".txt", ".json", ".yml", ".qrc"}) or path.as_posix().startswith(BIG_FILES):
            continue
        for number, line in enumerate((root / path).read_text(encoding="utf-8").split("\n"), 1):
            if MACHINE_PATH.search(line):
                yield f"{path}:{number}: names a path of one machine: {line.strip()[:80]}"
            if path.parts[0] in {"core", "app", "widgets", "packaging"} and UNFINISHED.search(line):
                yield f"{path}:{number}: a word that marks unfinished work: {line.strip()[:80]}"


CHECKS = {
    "lines": line_count_violations,
    "size": size_violations,
    "licence": licence_violations,
    "words": word_violations,
}
