#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes core/storage/tokenizer/unicode_categories.cpp and unicode_scripts.cpp.

    pip install tokenizers==0.23.3 regex && packaging/make-unicode-tables.py

The regular expressions of tokenizer.json are Oniguruma's, so the tables come from the engine that HF tokenizers
is built with: it is asked which code points match \\p{NAME}. The regex package gives nothing but the names.
"""
import pathlib
import sys

import regex._regex_core as core
from tokenizers import Regex, pre_tokenizers

CATEGORIES = ("Lu Ll Lt Lm Lo Mn Mc Me Nd Nl No Pc Pd Ps Pe Pi Pf Po Sm Sc Sk So Zs Zl Zp Cc Cf Co Cn").split()
BINARIES = (
    "Alphabetic Uppercase Lowercase White_Space Ideographic Unified_Ideograph Emoji Emoji_Presentation Emoji_Modifier "
    "Emoji_Modifier_Base Emoji_Component Extended_Pictographic Math Dash Diacritic Extender Hex_Digit Quotation_Mark "
    "Join_Control Variation_Selector Regional_Indicator Default_Ignorable_Code_Point Noncharacter_Code_Point Punct"
).split()
OUT = pathlib.Path(__file__).resolve().parent.parent / "core/storage/tokenizer"
HEADER = """// SPDX-License-Identifier: GPL-3.0-or-later
//
// Made by packaging/make-unicode-tables.py from the regular expressions of tokenizers {version}; do not edit.
// {what}
#include "core/storage/tokenizer/unicode_tables.h"

namespace secateur::tokenizer {{

// clang-format off
"""


def matching(name, text):
    """The code points of `text` (ascending) that \\p{name} matches, or None when the engine lacks the name."""
    try:
        split = pre_tokenizers.Split(Regex("\\p{" + name + "}"), "removed", invert=True)
    except Exception:
        return None
    return [ord(c) for piece, _ in split.pre_tokenize_str(text) for c in piece]


def base36(number):
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    text = digits[number % 36]
    while number := number // 36:
        text = digits[number % 36] + text
    return text


def runs(labels):
    """[(label, length)] of the labels of all code points."""
    result = []
    for label in labels:
        if result and result[-1][0] == label:
            result[-1][1] += 1
        else:
            result.append([label, 1])
    return result


def literal(text, width=100):
    lines = [text[i : i + width] for i in range(0, len(text), width)]
    return "\n".join('    "' + line + '"' for line in lines) if lines else '    ""'


def script_names():
    """All names of each script, lists of upper-case words."""
    names = {}
    for name, code in core.PROPERTIES["SCRIPT"][1].items():
        names.setdefault(code, []).append(name)
    return names.values()


def main():
    import tokenizers

    everything = "".join(chr(c) for c in range(0x110000) if not 0xD800 <= c < 0xE000)
    category = ["Cs" if 0xD800 <= c < 0xE000 else None for c in range(0x110000)]
    for c in matching("Cn", everything):
        category[c] = "Cn"
    for c in matching("Co", everything):
        category[c] = "Co"
    rest = "".join(c for c in everything if category[ord(c)] is None)
    for name in CATEGORIES[:-2]:
        for c in matching(name, rest):
            assert category[c] is None
            category[c] = name
    assert None not in category

    script = ["Zzzz"] * 0x110000
    names = []
    for values in script_names():
        short = next((v for v in values if len(v) == 4), None)
        if short is None or short in ("ZZZZ", "HRKT"):
            continue
        members = matching(short, rest)
        if members is None:
            continue
        label = short[0] + short[1:].lower()
        names.append((label, sorted(v.lower() for v in values)))
        for c in members:
            assert script[c] == "Zzzz", (hex(c), script[c], label)
            script[c] = label
        print(label, len(members), file=sys.stderr)

    version = tokenizers.__version__
    with open(OUT / "unicode_categories.cpp", "w") as f:
        f.write(HEADER.format(version=version, what="Runs of code points from U+0000 on: the category, then the length in base 36."))
        f.write("extern const char kCategoryRuns[] =\n")
        f.write(literal("".join(k + base36(n) for k, n in runs(category))) + ";\n")
        f.write("\n// Lengths in base 36 of the runs outside and inside, in turn, from U+0000 on.\n")
        f.write("extern const BinaryProperty kBinaryProperties[] = {\n")
        count = 0
        for name in BINARIES:
            members = matching(name, everything)
            if members is None:
                print("unknown:", name, file=sys.stderr)
                continue
            inside = set(members)
            lengths = runs(c in inside for c in range(0x110000))
            if lengths[0][0]:
                lengths.insert(0, [False, 0])
            if not lengths[-1][0]:
                lengths.pop()
            f.write('    {"' + name.replace("_", "").lower() + '",\n')
            f.write(literal(" ".join(base36(n) for _, n in lengths)) + "},\n")
            count += 1
        f.write("};\nextern const int kBinaryPropertyCount = " + str(count) + ";\n")
        f.write("// clang-format on\n\n}  // namespace secateur::tokenizer\n")
    with open(OUT / "unicode_scripts.cpp", "w") as f:
        f.write(HEADER.format(version=version, what="Runs of code points from U+0000 on: the script's short name, then the length in base 36."))
        f.write("extern const char kScriptRuns[] =\n")
        f.write(literal("".join(k + base36(n) for k, n in runs(script))) + ";\n")
        f.write("\n// Short names and all names.\nextern const char kScriptNames[] =\n")
        f.write(literal("".join(label + " " + " ".join(v) + ";" for label, v in names)) + ";\n")
        f.write("// clang-format on\n\n}  // namespace secateur::tokenizer\n")


main()
