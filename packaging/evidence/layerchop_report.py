# SPDX-License-Identifier: GPL-3.0-or-later
"""The report layerchop.md: table, plots and what the numbers say. Statements are computed; what people add between the marks is kept."""
import math
import re

import line_plot

BEGIN, END = "<!-- notes: kept when this file is written again -->", "<!-- end of notes -->"
NO_NOTES = "(None yet.)"
TITLES = {"continued": "continued pretraining", "lora": "LoRA", "distill": "distillation", "scratch": "from scratch"}


def recovered(record, chopped, dense):
    """Share of the log-perplexity that the chop lost and that came back."""
    lost = math.log(chopped) - math.log(dense)
    return (math.log(chopped) - math.log(record["after"])) / lost if lost > 0 else math.nan


class Evidence:
    """The records by budget, count, strategy and method, and the questions asked of them."""

    def __init__(self, args, records, dense):
        self.args, self.dense = args, dense
        self.by_key = {(r["budget"], r["count"], r["strategy"], r["method"]): r for r in records}
        self.cells = [(count, strategy) for count in args.counts for strategy in args.strategies]

    def chopped(self, count, strategy):
        """Held-out perplexity of the chop before healing."""
        return next((self.by_key[b, count, strategy, m]["before"] for b in ("tokens", "compute") for m in self.args.methods
                     if m != "scratch" and (b, count, strategy, m) in self.by_key), math.nan)

    def pairs(self, budget, one, other):
        """[(cell, perplexity of one, of the other)]"""
        if not {one, other} <= set(self.args.methods):
            return []
        return [(cell, self.by_key[budget, *cell, one]["after"], self.by_key[budget, *cell, other]["after"]) for cell in self.cells]


def ratio_text(pairs):
    ratio = math.exp(sum(math.log(b / a) for _, a, b in pairs) / len(pairs))
    return f"geometric mean of the perplexity ratio {ratio:.3f}"


def against(evidence, budget, other):
    """How continued pretraining compares with another method."""
    pairs = evidence.pairs(budget, "continued", other)
    if not pairs:
        return []
    wins = [cell for cell, a, b in pairs if a < b]
    losses = [f"{count} layers by {strategy}" for count, strategy in (cell for cell, a, b in pairs if a >= b)]
    text = f"With the same {budget}, continued pretraining is better than {TITLES[other]} in {len(wins)} of {len(pairs)} cases ({ratio_text(pairs)}, " \
           f"{TITLES[other]} over continued)"
    return [text + (f"; not for {', '.join(losses)}." if losses and wins else ".")]


def verdict(evidence):
    """LayerChop's claim about distillation, held against the numbers."""
    pairs = evidence.pairs("compute", "continued", "distill")
    if not pairs:
        return []
    wins = sum(a < b for _, a, b in pairs)
    holds = "holds" if wins == len(pairs) else "does not hold" if wins == 0 else f"holds in {wins} of {len(pairs)} cases"
    return [f"LayerChop's claim that plain continued pretraining beats distillation at equal compute {holds} here."]


def strategies(evidence):
    lines = []
    for count in evidence.args.counts:
        before = {s: evidence.chopped(count, s) for s in evidence.args.strategies}
        key = ("compute", count)
        after = {s: evidence.by_key[*key, s, "continued"]["after"] for s in evidence.args.strategies if (*key, s, "continued") in evidence.by_key}
        if len(before) < 2 or not after:
            continue
        first, then = min(before, key=before.get), min(after, key=after.get)
        lines.append(f"Of {count} removed layers, {first} costs least before healing ({before[first]:.3f}) and {then} is best after continued pretraining "
                     f"({after[then]:.3f})" + (": healing changes the order." if first != then else "."))
    return lines


def halves(evidence):
    shares = {cell: recovered(evidence.by_key["tokens", *cell, "continued"], evidence.chopped(*cell), evidence.dense) for cell in evidence.cells
              if ("tokens", *cell, "continued") in evidence.by_key}
    if not shares:
        return []
    least = min(shares, key=shares.get)
    return [f"Continued pretraining gives back at least half of the lost log-perplexity in {sum(s >= 0.5 for s in shares.values())} of {len(shares)} cases; "
            f"least, {shares[least]:.0%}, for {least[0]} layers by {least[1]}."]


def statements(evidence):
    lines = verdict(evidence)
    for budget in ("compute", "tokens"):
        for other in ("distill", "lora", "scratch"):
            lines += against(evidence, budget, other)
    return lines + strategies(evidence) + halves(evidence)


def table(evidence):
    lines = ["| removed | chosen by | method | same | steps | tokens | TFLOP | seconds | before | after | recovered |", "|---|---|---|---|---|---|---|---|---|---|---|"]
    for (budget, count, strategy, method), r in evidence.by_key.items():
        if budget == "compute" and r["steps"] == evidence.by_key["tokens", count, strategy, method]["steps"]:
            continue  # the same run serves both budgets
        both = budget == "tokens" and r["steps"] == evidence.by_key["compute", count, strategy, method]["steps"]
        share = recovered(r, evidence.chopped(count, strategy), evidence.dense)
        layers = ", ".join(map(str, r["removed"]))
        lines.append(f"| {count} ({layers}) | {strategy} | {TITLES[method]} | {'tokens, compute' if both else budget} | {r['steps']} | {r['tokens'] / 1e6:.3f} M | "
                     f"{r['flops'] / 1e12:.4g} | {r['seconds']:.1f} | {r['before']:.3f} | {r['after']:.3f} | {share:.0%} |")
    return lines


def series(evidence, count, measure):
    """[(label, dashed, [(x, perplexity)])] of the runs with the same compute."""
    result = []
    for strategy in evidence.args.strategies:
        for method in evidence.args.methods:
            r = evidence.by_key["compute", count, strategy, method]
            if method == "scratch" and strategy != evidence.args.strategies[0]:
                continue
            points = [(share * r["flops"] / 1e12 if measure == "flops" else seconds, value) for share, seconds, value in r["curve"]]
            if method != "scratch":
                points.insert(0, (0.0, r["before"]))
            label = TITLES[method] + (f", {strategy}" if method != "scratch" and len(evidence.args.strategies) > 1 else "")
            result.append((label, method, strategy != evidence.args.strategies[0], points))
    return result


def plots(evidence):
    """Writes a plot for each measure and returns their lines of Markdown."""
    lines = []
    for measure, axis in (("flops", "compute, TFLOP"), ("seconds", "training time, s")):
        name = f"{evidence.args.output.stem}-{measure}.svg"
        panels = [(f"{count} layers removed", series(evidence, count, measure)) for count in evidence.args.counts]
        svg = line_plot.figure(panels, axis, "held-out perplexity", evidence.dense, "uncompressed")
        (evidence.args.output.parent / name).write_text(svg, encoding="utf-8")
        lines += [f"![Held-out perplexity against {axis.split(',')[0]}, a panel for each number of removed layers; the table has the ends]({name})", ""]
    return lines


def notes(file):
    if not file.exists():
        return NO_NOTES
    found = re.search(re.escape(BEGIN) + r"\n(.*?)\n" + re.escape(END), file.read_text(encoding="utf-8"), re.DOTALL)
    return found.group(1) if found else NO_NOTES


def shown(path, root):
    """Paths of this machine stay out of the document."""
    return path.relative_to(root) if path.is_relative_to(root) else path.name


def protocol(args, info, perplexity):
    rates = ", ".join(f"{TITLES[m]} {args.rates[m]:g}" for m in args.methods)
    options = [f"--counts {','.join(map(str, args.counts))}", f"--strategies {','.join(args.strategies)}", f"--budget {args.budget}",
               f"--batch-size {args.batch_size}", f"--seq-len {args.seq_len}", f"--seed {args.seed}"]
    return ["## Protocol", "", f"    packaging/reproduce.sh layerchop --model {shown(args.model, args.root)} {' '.join(options)}", "",
            f"* Model: {args.model.name}, {info['layers']} layers, {info['parameters'] / 1e6:.2f} M parameters. Held-out perplexity uncompressed: "
            f"{perplexity['perplexity']:.4f} ({perplexity['protocol']}).",
            f"* Training text: {args.text_origin}. Windows of {args.seq_len} tokens, {args.batch_size} a step, in the same order for all methods (seed {args.seed}).",
            f"* AdamW (0.9, 0.95), weight decay 0.1 on matrices, gradients clipped at 1, 2 % warm-up, cosine to a tenth. Peak rates: {rates}. LoRA: rank 8 on all "
            "linears, alpha 16. Distillation: half cross-entropy, half forward KL at temperature 1 from the uncompressed model.",
            f"* Same tokens: {args.budget} steps for every method. Same compute: the floating-point operations of continued pretraining for {args.budget} steps, "
            "counted as 6 for each multiplied weight that learns, 4 for one that does not, and 2 for each of the teacher's.",
            "* From scratch: random weights in the shape of the chop, the same for all strategies. \"Before\" is its perplexity before the first step.",
            "* Recovered: the share of the log-perplexity lost by the chop that healing gave back; more than 100 % is better than uncompressed.",
            "* One run each: differences of a percent or two may be chance. Seconds are of one machine; evaluation is not counted.", ""]


def write(args, info, perplexity, records):
    evidence = Evidence(args, records, perplexity["perplexity"])
    args.output.parent.mkdir(parents=True, exist_ok=True)
    kept = notes(args.output)
    lines = ["# LayerChop: chop, then heal", "", "Written by the command under *Protocol*; the statements are computed from the table.", "", "## What was seen", ""]
    lines += [f"* {line}" for line in statements(evidence)] + ["", "## Notes", "", BEGIN, kept, END, ""]
    lines += ["## Curves", ""] + plots(evidence) + ["## Numbers", ""] + table(evidence) + [""] + protocol(args, info, perplexity)
    args.output.write_text("\n".join(lines), encoding="utf-8")
