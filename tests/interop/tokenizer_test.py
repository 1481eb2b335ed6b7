# SPDX-License-Identifier: GPL-3.0-or-later
"""Token ids equal those of the HF tokenizers library on running text."""
from tokenizers import Tokenizer

from conftest import DEMO, secateur

MODEL = DEMO / "sprout-12"
STRINGS = ["", " ", "Hello, world!", "  two  spaces\n\n\tand a tab", "naïve café 東京 🙂", "1234567 3.14", "don't <|end|> stop"]


def theirs(text):
    return Tokenizer.from_file(str(MODEL / "tokenizer.json")).encode(text).ids


def test_demo_text():
    ids = secateur("tokenize", MODEL, "--text", DEMO / "sample.txt")["ids"]
    assert len(ids) > 10000
    assert ids == theirs((DEMO / "sample.txt").read_text(encoding="utf-8"))


def test_strings_and_back():
    for text in STRINGS:
        assert secateur("tokenize", MODEL, "--string", text)["ids"] == theirs(text), repr(text)
