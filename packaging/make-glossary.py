#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes docs/glossary.md from the cards of the guide, resources/guide/cards.json; --check only compares them."""
import json
import pathlib
import sys

HEAD = """# Glossary

Every term that the window and the documents use, with its formula and its source. The cards of the guide in the window (`F1`) are the same; both are made of
`resources/guide/cards.json`, this page by `packaging/make-glossary.py`.
"""


def anchor(name):
    """As GitHub makes them of headings."""
    kept = [c for c in name.lower() if c.isalnum() or c in " -_"]
    return "".join(kept).replace(" ", "-")


def source_text(source):
    text = f"[{source['text']}]({source['url']})" if "url" in source else source["text"]
    return f"{text} ({source['part']})" if "part" in source else text


def card_text(card, names):
    lines = [f"### {card['name']}", "", card["words"], ""]
    for tex in card.get("formula", []):
        lines += ["```math", tex, "```", ""]
    if "when" in card:
        lines += [f"When to use it: {card['when']}", ""]
    facts = [f"Seen in: {card['seen']}."]
    if "source" in card:
        facts.append("Source: " + "; ".join(source_text(s) for s in card["source"]) + ".")
    if "docs" in card:
        facts.append(f"Written out: [metrics](metrics.md), section {card['docs']}.")
    if "see" in card:
        facts.append("See also: " + ", ".join(f"[{names[other]}](#{anchor(names[other])})" for other in card["see"]) + ".")
    return lines + [" ".join(facts), ""]


def glossary(cards):
    names = {card["id"]: card["name"] for card in cards}
    lines, group = [HEAD], None
    for card in cards:
        if card["group"] != group:
            group = card["group"]
            lines += [f"## {group}", ""]
        lines += card_text(card, names)
    return "\n".join(lines).rstrip("\n") + "\n"


def main():
    root = pathlib.Path(__file__).resolve().parent.parent
    page = root / "docs" / "glossary.md"
    text = glossary(json.loads((root / "resources" / "guide" / "cards.json").read_text(encoding="utf-8"))["cards"])
    if "--check" not in sys.argv[1:]:
        page.write_text(text, encoding="utf-8")
        return 0
    if page.is_file() and page.read_text(encoding="utf-8") == text:
        return 0
    print("docs/glossary.md is not what resources/guide/cards.json says: run packaging/make-glossary.py")
    return 1


if __name__ == "__main__":
    sys.exit(main())
