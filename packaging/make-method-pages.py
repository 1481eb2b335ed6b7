#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""make-method-pages.py PROGRAM [--check]: writes docs/methods, a page for each method, from what `secateur methods` says of it and from its card in the guide
(resources/guide/cards.json: what it is in plain words, and when to use it). --check only compares them."""
import json
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
KINDS = {"chop": "removes layers", "width": "narrows layers", "sparsify": "sets weights to zero", "quantize": "rounds weights", "factorize": "makes two narrow linears of one",
         "heal": "trains what is left"}
NEEDS = {"weights": "the checkpoint alone", "analysis": "an analysis of a calibration text", "text": "a calibration text",
         "gradients": "a calibration text, or an analysis of one that holds gradients"}
NOTE = "<!-- Written by packaging/make-method-pages.py from the registry and the cards of the guide. -->"


def span(option):
    """What a value may be."""
    if option.get("choices"):
        return ", ".join(option["choices"])
    least, most = option.get("minimum"), option.get("maximum")
    if most is not None and most >= 2**20:  # the type's, or no limit that matters
        most = None
    if least is None and most is None:
        return ""
    if most is None:
        return f"at least {least:.10g}"
    return f"up to {most:.10g}" if least is None else f"{least:.10g} to {most:.10g}"


def usual(option):
    value = option.get("default_meaning") or option.get("default")
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return f"{value:.10g}"
    return {"true": "yes", "false": "no", True: "yes", False: "no", None: ""}.get(value, value)


def cell(text):
    return str(text).replace("|", "\\|").replace("\n", " ")


def page(method, card):
    lines = [f"# {method['label']}", "", NOTE, "", card["words"], "", f"`{method['name']}` {KINDS[method['kind']]}; it needs {NEEDS[method['needs']]}.", ""]
    if "when" in card:
        lines += ["## When to use it", "", card["when"], ""]
    lines += ["## What it computes", ""]
    for tex in card.get("formula", []):
        lines += ["```math", tex, "```", ""]
    lines += [method["formula"], "", f"Source: {method['citation']}.", ""]
    if method["options"]:
        lines += ["## Options", "", "| option | what it does | usually | range |", "|---|---|---|---|"]
        lines += [f"| `{o['name']}` | {cell(o['help'])}{' (' + o['unit'] + ')' if o.get('unit') else ''} | {cell(usual(o))} | {cell(span(o))} |" for o in method["options"]]
        lines.append("")
    wish = "step" if method["kind"] == "heal" else method["name"]
    example = {"chop": "chop count=2 by=block-influence", "width": f"{wish} ratio=0.2", "sparsify": f"{wish} sparsity=0.5", "quantize": wish, "factorize": f"{wish} keep=0.8",
               "heal": "heal method=continued text=train.txt steps=200"}[method["kind"]]
    lines += ["## As a step of a plan", "", "```sh", f'secateur plan MODEL --step "{example}" --text calibration.txt -o plan.json', "```", ""]
    return "\n".join(lines)


def index(methods, cards):
    lines = ["# Methods", "", NOTE, "", "Every method is a step that a plan can have, in any order and beside others; each has a page. [Side by side on a real model](../results/methods.md);",
             "[every formula in one place](../metrics.md).", ""]
    for kind, words in KINDS.items():
        rows = [m for m in methods if m["kind"] == kind]
        if rows:
            lines += [f"## {kind}: {words}", "", "| method | in one sentence | needs |", "|---|---|---|"]
            lines += [f"| [{m['label']}]({m['name']}.md) | {cell(m['summary'])} | {NEEDS[m['needs']]} |" for m in rows]
            lines.append("")
    return "\n".join(lines)


def pages(program):
    methods = json.loads(subprocess.run([program, "methods", "--json"], capture_output=True, text=True, check=True).stdout)["methods"]
    cards = {key: card for card in json.loads((ROOT / "resources/guide/cards.json").read_text(encoding="utf-8"))["cards"] for key in card.get("of", [])}
    written = {f"{m['name']}.md": page(m, cards[f"method:{m['name']}"]) for m in methods}
    return {**written, "README.md": index(methods, cards)}


def main():
    arguments = [a for a in sys.argv[1:] if a != "--check"]
    if len(arguments) != 1:
        sys.exit(__doc__)
    folder, wanted = ROOT / "docs" / "methods", pages(arguments[0])
    held = {file.name: file.read_text(encoding="utf-8") for file in folder.glob("*.md")} if folder.is_dir() else {}
    if "--check" in sys.argv[1:]:
        different = sorted(name for name in wanted.keys() | held.keys() if wanted.get(name) != held.get(name))
        if different:
            sys.exit(f"docs/methods: {', '.join(different)} differ from what the program says: run packaging/make-method-pages.py PROGRAM")
        return
    folder.mkdir(exist_ok=True)
    for name in held.keys() - wanted.keys():
        (folder / name).unlink()
    for name, text in wanted.items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
