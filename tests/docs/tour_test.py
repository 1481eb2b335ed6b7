# SPDX-License-Identifier: GPL-3.0-or-later
"""tour_test.py ROOT: every number of the README's tour is one of the stories that the tour links to, which a script writes from the window."""
import pathlib
import re
import sys
import unittest

ROOT = pathlib.Path(sys.argv[1])
# With the words that tell what it is of: a percentage is not the same number as a perplexity.
NUMBER = re.compile(r"\d+:\d\d\b|\d+\.\d+(?: [%M]| MB\b)?|\b\d{4,}\b")
LINK = re.compile(r"\((docs/tutorial/[a-z]+\.md)\)")


def tour(readme):
    return readme.split("## A five-minute tour")[1].split("\n#")[0]


def missing(text, stories):
    """The numbers of the text that stand in no story."""
    return [number for number in NUMBER.findall(text) if not re.search(r"(?<![\d.])" + re.escape(number) + r"(?!\d)", stories)]


class Tour(unittest.TestCase):
    def test_numbers_are_those_of_the_stories(self):
        text = tour((ROOT / "README.md").read_text(encoding="utf-8"))
        pages = sorted(set(LINK.findall(text)))
        self.assertIn("docs/tutorial/engineer.md", pages)
        self.assertGreater(len(NUMBER.findall(text)), 10)
        stories = "\n".join((ROOT / page).read_text(encoding="utf-8") for page in pages)
        self.assertEqual(missing(text, stories), [], f"not in {', '.join(pages)}")

    def test_a_number_of_its_own_is_found(self):
        self.assertEqual(missing("1.859 and 9.7 % of 7148808 in 0:42", "1.859, 9.7 %, 7148808 bytes, 0:42"), [])
        self.assertEqual(missing("1.85 and 9.7 M, 0:43", "1.859, 9.7 %, 0:42"), ["1.85", "9.7 M", "0:43"])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
