# SPDX-License-Identifier: GPL-3.0-or-later
"""One Markdown row for each thing that two programs timed, in lines of JSON: {"what": ..., "seconds": ...}."""
import json
import sys

PAIRS = {"ssyrk": "gram"}  # a yardstick stands beside what it measures


def read(lines):
    return {row["what"]: row["seconds"] for row in map(json.loads, lines.splitlines())}


def main():
    shape, ours, peer = sys.argv[1], read(sys.argv[2]), read(sys.argv[3])
    for what, seconds in peer.items():
        own = ours[PAIRS.get(what, what)]
        print(f"| {shape} | {what} | {own:.3f} | {seconds:.3f} | {seconds / own:.2f} |")


if __name__ == "__main__":
    main()
