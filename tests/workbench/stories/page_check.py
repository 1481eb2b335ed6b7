# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a page that was written now says what the kept one says. Processors round differently, so that a number may differ: one with a
standard error by that error, another by one of its last digit, and a perplexity by half a per cent."""
import re
import unittest

NUMBER = re.compile(r"\d+(?:\.\d+)?")
ERROR = re.compile(r"^(?: %)? ± (\d+(?:\.\d+)?)")
PERPLEXITY_SHARE = 0.005  # of what stands beside an arrow


def allowed(line, match):
    """How far the number may be off."""
    digits = match.group().partition(".")[2]
    unit = 10.0 ** -len(digits)
    error = ERROR.match(line[match.end():])
    if error:
        return max(unit, float(error.group(1)))
    if line[:match.start()].endswith("± "):
        return max(unit, 0.1 * float(match.group()))
    beside = "→" in line[max(0, match.start() - 3):match.end() + 3]
    return max(unit, PERPLEXITY_SHARE * float(match.group())) if beside else unit


def difference(kept, now):
    """What to say of the first line that differs by more than it may; None where there is none."""
    kept, now = kept.splitlines(), now.splitlines()
    if len(kept) != len(now):
        return f"{len(kept)} lines are kept, {len(now)} were written"
    for number, (old, new) in enumerate(zip(kept, now), 1):
        said = f"line {number}:\n  kept:    {old}\n  written: {new}"
        if NUMBER.sub("#", old) != NUMBER.sub("#", new):
            return said
        for was, became in zip(NUMBER.finditer(old), NUMBER.finditer(new)):
            off = abs(float(was.group()) - float(became.group()))
            if off > allowed(old, was) * (1.0 + 1e-9):
                return f"{said}\n  {was.group()} and {became.group()} are further apart than {allowed(old, was):g}"
    return None


class PageCheck(unittest.TestCase):
    def test_numbers_may_differ_within_what_the_text_says(self):
        kept = "perplexity 1.695 → 2.283 (+34.7 % ± 4.1 %), 1.859 ± 0.040, 7.15 MB"
        self.assertIsNone(difference(kept, kept))
        self.assertIsNone(difference(kept, "perplexity 1.695 → 2.290 (+35.1 % ± 4.2 %), 1.890 ± 0.041, 7.16 MB"))
        for wrong in ("perplexity 1.695 → 2.300 (+34.7 % ± 4.1 %), 1.859 ± 0.040, 7.15 MB",
                      "perplexity 1.695 → 2.283 (+38.9 % ± 4.1 %), 1.859 ± 0.040, 7.15 MB",
                      "perplexity 1.695 → 2.283 (+34.7 % ± 6.0 %), 1.859 ± 0.040, 7.15 MB",
                      "perplexity 1.695 → 2.283 (+34.7 % ± 4.1 %), 1.900 ± 0.040, 7.15 MB",
                      "perplexity 1.695 → 2.283 (+34.7 % ± 4.1 %), 1.859 ± 0.040, 7.17 MB",
                      "Perplexity 1.695 → 2.283 (+34.7 % ± 4.1 %), 1.859 ± 0.040, 7.15 MB"):
            self.assertIn("line 1", difference(kept, wrong))
        self.assertIsNotNone(difference(kept, kept + "\nmore"))


if __name__ == "__main__":
    unittest.main()
