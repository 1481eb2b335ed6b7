# SPDX-License-Identifier: GPL-3.0-or-later
"""The report layerchop.md: table, plots and what the numbers say. Statements are computed; what people add between the marks is kept."""
import math

import line_plot
import page

LEAST_EXCESS = 0.1
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
        """[(cell, perplexity of one, of the other, whether all seeds agree on which is better)]"""
        if not {one, other} <= set(self.args.methods):
            return []
        result = []
        for cell in self.cells:
            a, b = self.by_key[budget, *cell, one], self.by_key[budget, *cell, other]
            signs = {x < y for x, y in zip(a["afters"], b["afters"], strict=True)}
            result.append((cell, a["after"], b["after"], len(signs) == 1))
        return result


def ratio_text(pairs):
    ratio = math.exp(sum(math.log(b / a) for _, a, b, _ in pairs) / len(pairs))
    return f"geometric mean of the perplexity ratio {ratio:.3f}"


def counted(pairs, seeds):
    """In how many cases the first is better, and in how many the seeds leave no doubt."""
    wins = sum(a < b for _, a, b, _ in pairs)
    if seeds == 1:
        return f"{wins} of {len(pairs)} cases"
    clear_wins = sum(a < b and agreed for _, a, b, agreed in pairs)
    clear_losses = sum(a >= b and agreed for _, a, b, agreed in pairs)
    return f"{wins} of {len(pairs)} cases (by all {seeds} seeds better in {clear_wins}, worse in {clear_losses})"


def against(evidence, budget, other):
    """How continued pretraining compares with another method."""
    pairs = evidence.pairs(budget, "continued", other)
    if not pairs:
        return []
    return [f"With the same {budget}, continued pretraining is better than {TITLES[other]} in {counted(pairs, len(evidence.args.seeds))}; "
            f"{ratio_text(pairs)}, {TITLES[other]} over continued."]


def verdict(evidence):
    """LayerChop's claim about distillation, held against the numbers: what all seeds agree on counts."""
    pairs = evidence.pairs("compute", "continued", "distill")
    if not pairs:
        return []
    wins, losses = (sum(agreed and (a < b) == better for _, a, b, agreed in pairs) for better in (True, False))
    holds = "holds" if wins == len(pairs) else "is contradicted" if losses == len(pairs) else "is neither borne out nor contradicted as a whole"
    return [f"LayerChop's claim that plain continued pretraining beats distillation at equal compute {holds} here: of {len(pairs)} cases it is clearly right in {wins} and "
            f"clearly wrong in {losses}."]


def strategies(evidence):
    lines = []
    for count in evidence.args.counts:
        before = {s: evidence.chopped(count, s) for s in evidence.args.strategies}
        key = ("compute", count)
        after = {s: evidence.by_key[*key, s, "continued"]["after"] for s in evidence.args.strategies if (*key, s, "continued") in evidence.by_key}
        if len(before) < 2 or not after:
            continue
        first, then = min(before, key=before.get), min(after, key=after.get)
        best = f"after continued pretraining ({after[then]:.3f})"
        lines.append(f"Of {count} removed layers, {first} costs least before healing ({before[first]:.3f}) and " +
                     (f"{best}." if first == then else f"{then} {best}: healing changes the order."))
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
        share = f"{recovered(r, evidence.chopped(count, strategy), evidence.dense):.0%}" if method != "scratch" else "-"
        spread = f" ({min(r['afters']):.3f}-{max(r['afters']):.3f})" if len(r["afters"]) > 1 else ""
        layers = ", ".join(map(str, r["removed"]))
        lines.append(f"| {count} ({layers}) | {strategy} | {TITLES[method]} | {'tokens, compute' if both else budget} | {r['steps']} | {r['tokens'] / 1e6:.3f} M | "
                     f"{r['flops'] / 1e12:.4g} | {r['seconds']:.1f} | {r['before']:.3f} | {r['after']:.3f}{spread} | {share} |")
    return lines


def excess(perplexity, dense):
    """Per cent above the uncompressed perplexity; what is better than it lies on the floor of the plot."""
    return max(100 * (perplexity / dense - 1), LEAST_EXCESS)


def series(evidence, count, measure):
    """[(label, method, order of the strategy, [(x, excess)])] of the runs with the same compute."""
    result = []
    for order, strategy in enumerate(evidence.args.strategies):
        for method in evidence.args.methods:
            r = evidence.by_key["compute", count, strategy, method]
            if method == "scratch" and order > 0:
                continue
            points = [(share * r["flops"] / 1e12 if measure == "flops" else seconds, value) for share, seconds, value in r["curve"]]
            if method != "scratch":
                points.insert(0, (0.0, r["before"]))
            label = TITLES[method] + (f", {strategy}" if method != "scratch" and len(evidence.args.strategies) > 1 else "")
            result.append((label, method, order, [(x, excess(y, evidence.dense)) for x, y in points]))
    return result


def plots(evidence):
    """Writes a plot for each measure and returns their lines of Markdown."""
    lines = []
    for measure, axis in (("flops", "compute, TFLOP"), ("seconds", "training time, s")):
        name = f"{evidence.args.output.stem}-{measure}.svg"
        panels = [(f"{count} layers removed", series(evidence, count, measure)) for count in evidence.args.counts]
        svg = line_plot.figure(panels, axis, "above the uncompressed perplexity, %")
        (evidence.args.output.parent / name).write_text(svg, encoding="utf-8")
        lines += [f"![Held-out perplexity, in per cent above the uncompressed network's, against {axis.split(',')[0]}, a panel for each number of removed layers; the table has the ends]({name})", ""]
    return lines


def protocol(evidence, info, perplexity):
    args, records = evidence.args, evidence.by_key.values()
    rate_of = {r["method"]: r["rate"] for r in records}
    rates = ", ".join(f"{TITLES[m]} {rate_of[m]:g}" for m in args.methods)
    given = ",".join(f"{method}={rate:g}" for method, rate in args.rates.items())
    options = [f"--counts {','.join(map(str, args.counts))}", f"--strategies {','.join(args.strategies)}", f"--budget {args.budget}",
               f"--batch-size {args.batch_size}", f"--seq-len {args.seq_len}", f"--seeds {','.join(map(str, args.seeds))}", f"--device {args.device}", f"--dtype {args.dtype}",
               f"--jobs {args.jobs}"] + ([f"--rates {given}"] if given else []) \
        + ([f"--init-std {args.init_std:g}"] if args.init_std else [])
    return ["## Protocol", "", f"    packaging/reproduce.sh layerchop --model {page.shown(args.model, args.root)} {' '.join(options)}", "",
            f"* Model: {args.model.name}, {info['layers']} layers, {info['parameters'] / 1e6:.2f} M parameters. Held-out perplexity uncompressed: "
            f"{perplexity['perplexity']:.4f} ({perplexity['protocol']}).",
            f"* Training text: {args.text_origin}. Windows of {args.seq_len} tokens, {args.batch_size} a step, in an order that depends on the seed and is the same for all "
            "methods.",
            f"* AdamW (0.9, 0.95), weight decay 0.1 on matrices, gradients clipped at 1, 2 % warm-up, cosine to a tenth. Peak rates: {rates}. LoRA: rank 8 on all "
            "linears, alpha 16. Distillation: half cross-entropy, half forward KL at temperature 1 from the uncompressed model.",
            f"* Same tokens: {args.budget} steps for every method. Same compute: the floating-point operations of continued pretraining for {args.budget} steps, "
            "counted as 6 for each multiplied weight that learns, 4 for one that does not, and 2 for each of the teacher's.",
            f"* From scratch: random weights{f' of standard deviation {args.init_std:g}' if args.init_std else ''} in the shape of the chop, the same for all strategies."
            " \"Before\" is its perplexity before the first step.",
            "* Recovered: the share of the log-perplexity lost by the chop that healing gave back; more than 100 % is better than uncompressed.",
            f"* Computed so: {', '.join(next(iter(records))['protocol'].split(', ')[-3:-1])}; {args.jobs} runs at a time"
            f"{', which share the device, so that seconds are longer than alone' if args.jobs > 1 else ''}.",
            f"* {len(args.seeds)} seeds each, which change the order of the windows and the random weights: geometric means, in brackets the range. Curves are of the first "
            "seed. Seconds are of one machine, means of the seeds; evaluation is not counted.", ""]


def write(args, info, perplexity, records):
    evidence = Evidence(args, records, perplexity["perplexity"])
    args.output.parent.mkdir(parents=True, exist_ok=True)
    sections = ["## Curves", ""] + plots(evidence) + ["## Numbers", ""] + table(evidence) + [""] + protocol(evidence, info, perplexity)
    page.write(args.output, "LayerChop: chop, then heal", statements(evidence), sections)
