# SPDX-License-Identifier: GPL-3.0-or-later
"""The record of how the demo model was trained: command, seed, time, held-out perplexity and curve. Or puts a new one in its place."""
import argparse
import json
import pathlib
import shutil
import sys

ROWS = 24  # of the curve


def points_of(run):
    return [json.loads(line) for line in (run / "metrics.jsonl").read_text(encoding="utf-8").splitlines()]


def curve(points):
    """Evaluated steps, thinned to ROWS, the last one kept."""
    evaluated = [p for p in points if "eval_perplexity" in p]
    stride = max(1, -(-len(evaluated) // ROWS))
    return evaluated[:-1][::stride] + evaluated[-1:]


def record(args):
    points, before, after = points_of(args.run), json.loads(args.before.read_text()), json.loads(args.after.read_text())
    last = points[-1]
    lines = ["# How these weights were made", "", f"    {args.command}", "",
             f"| | |\n|---|---|\n| text | `{args.text}` |\n| seed | {args.seed} |\n| steps | {last['step']} of 16 windows of 256 tokens, "
             f"{last['step'] * 4096 / 1e6:.2f} M tokens |\n| training time | {last['seconds'] / 60:.1f} minutes, {last['tokens_per_second']:.0f} tokens/s |\n"
             f"| held-out perplexity | {after['perplexity']:.4f} ({after['protocol']}) |\n| of the weights that were there before | {before['perplexity']:.4f} |",
             "", "| step | minutes | loss of the batch | held-out perplexity |", "|---|---|---|---|"]
    lines += [f"| {p['step']} | {p['seconds'] / 60:.1f} | {p['loss']:.4f} | {p['eval_perplexity']:.4f} |" for p in curve(points)]
    args.output.write_text("\n".join(lines) + "\n", encoding="utf-8")


def install(args):
    before, after = (json.loads(file.read_text())["perplexity"] for file in (args.before, args.after))
    if after > before:
        sys.exit(f"error: the new weights are worse on held-out text, {after:.4f} instead of {before:.4f}; nothing was installed")
    for name in ("config.json", "model.safetensors", "tokenizer.json"):
        shutil.copyfile(args.run / name, args.install / f".{name}")
        (args.install / f".{name}").replace(args.install / name)
    shutil.copyfile(args.record, args.install / "TRAINING.md")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("run", "before", "after", "output", "record", "install"):
        parser.add_argument(f"--{name}", type=pathlib.Path)
    for name in ("seed", "text", "command"):
        parser.add_argument(f"--{name}")
    args = parser.parse_args()
    install(args) if args.install else record(args)


if __name__ == "__main__":
    main()
