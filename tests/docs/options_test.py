# SPDX-License-Identifier: GPL-3.0-or-later
"""options_test.py ROOT PROGRAM [--write]: tables of options in docs/command-line.md are those that the program declares.

A table stands between `<!-- options NAME -->` and `<!-- /options -->`. With --write the tables are brought up to date instead.
"""
import pathlib
import re
import subprocess
import sys
import unittest

ROOT, PROGRAM = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
DOCUMENT = ROOT / "docs" / "command-line.md"
TABLE = re.compile(r"(<!-- options (\w+) -->\n)(.*?)(<!-- /options -->)", re.DOTALL)


def table(name):
    return subprocess.run([PROGRAM, "methods", "--markdown", name], capture_output=True, text=True, check=True).stdout


class Tables(unittest.TestCase):
    def test_are_up_to_date(self):
        tables = TABLE.findall(DOCUMENT.read_text(encoding="utf-8"))
        self.assertEqual([name for _, name, _, _ in tables], ["chop", "width", "heal"])
        for _, name, text, _ in tables:
            with self.subTest(table=name):
                self.assertEqual(text, table(name), f"run {pathlib.Path(sys.argv[0]).name} {ROOT} {PROGRAM} --write")


if __name__ == "__main__":
    if "--write" in sys.argv:
        text = DOCUMENT.read_text(encoding="utf-8")
        DOCUMENT.write_text(TABLE.sub(lambda match: match[1] + table(match[2]) + match[4], text), encoding="utf-8")
    else:
        unittest.main(argv=sys.argv[:1])
