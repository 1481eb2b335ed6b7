#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""make_questions.py TEXT: questions with four answers, of the shop talks of a marked text; writes lines of {context, choices, answer}.

Half of them ask for the change, which has to be reckoned, half for what was bought, which has to be remembered."""
import json
import random
import re
import sys

CHANGE = re.compile(r"Then you get (\w+) coins? back")
BOUGHT = re.compile(r"will like your (\w+) (\w+)\.")


def question(context, right, others, random):
    choices = [right, *random.sample([other for other in others if other != right], 3)]
    random.shuffle(choices)
    return {"context": context, "choices": choices, "answer": choices.index(right)}


def questions(text):
    source = random.Random(1)
    talks = [(document, CHANGE.search(document), BOUGHT.search(document)) for document in text.split("<|end|>")]
    talks = [talk for talk in talks if talk[1] and talk[2]]
    numbers = sorted({change[1] for _, change, _ in talks})
    adjectives = sorted({bought[1] for _, _, bought in talks})
    for document, change, bought in talks:
        yield question(document[:change.start(1)].rstrip(), change[1], numbers, source)
        yield question(document[:bought.start(1)].rstrip(), bought[1], adjectives, source)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    with open(sys.argv[1], encoding="utf-8") as file:
        for one in questions(file.read()):
            print(json.dumps(one))
