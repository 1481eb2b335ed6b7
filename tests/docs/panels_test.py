# SPDX-License-Identifier: GPL-3.0-or-later
"""panels_test.py ROOT WORKBENCH: docs/panels.md is what the window writes of its panels now."""
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT, WORKBENCH = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()


def first_difference(kept, written):
    """What to say of two pages; None where they are equal."""
    heading = kept[0]
    for number in range(max(len(kept), len(written))):
        there = kept[number] if number < len(kept) else "(the page ends)"
        now = written[number] if number < len(written) else "(the page ends)"
        if there != now:
            return (f"line {number + 1}, under {heading!r}\n  in docs/panels.md:  {there}\n  in the window now:  {now}\n"
                    "Prose is in resources/guide/panels.md; packaging/make-panels.sh --text writes the page anew.")
        if there.startswith("#"):
            heading = there
    return None


class Panels(unittest.TestCase):
    def test_the_page_is_what_the_window_says(self):
        with tempfile.TemporaryDirectory() as home:
            environment = {name: value for name, value in os.environ.items() if not name.startswith("XDG_")}
            environment.update(HOME=home, LC_ALL="C.UTF-8", QT_QPA_PLATFORM="offscreen")
            page = pathlib.Path(home, "panels.md")
            subprocess.run([WORKBENCH, "--demo", "--size", "1280x720", "--settings", pathlib.Path(home, "settings.ini"), "--panels", page],
                           env=environment, check=True, timeout=280, stdout=subprocess.DEVNULL)
            difference = first_difference((ROOT / "docs" / "panels.md").read_text(encoding="utf-8").splitlines(),
                                          page.read_text(encoding="utf-8").splitlines())
        self.assertIsNone(difference, difference)

    def test_a_difference_is_named_with_its_place(self):
        said = first_difference(["# A", "## Plan", "one", "two"], ["# A", "## Plan", "one", "three"])
        for part in ("line 4", "'## Plan'", "two", "three"):
            self.assertIn(part, said)
        self.assertIn("(the page ends)", first_difference(["# A", "b"], ["# A"]))
        self.assertIsNone(first_difference(["# A"], ["# A"]))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
