# SPDX-License-Identifier: GPL-3.0-or-later
"""The page methods.md: a table of all methods, a plot, and what the numbers say of the order that their papers report.

Uncertainty is that of the text: windows are what is drawn, so errors are standard errors of means over windows, and two methods are compared by
the differences that they show on the same windows.
"""
import math
import statistics

import line_plot
import page

COLOURS = {"dense": "#808080", "sparsify": "#d55e00", "quantize": "#0072b2", "factorize": "#009e73", "AL-AM": "#e69f00", "UL-UM": "#56b4e9", "chop": "#cc79a7"}
CEILING = 50  # times the dense perplexity; what is above it lies on the upper edge of the plot
NAMES = {"magnitude": "magnitude", "wanda": "Wanda", "ria": "RIA", "dsnot": "DSnoT", "sparsegpt": "SparseGPT", "admm": "ADMM", "rtn": "RTN", "hqq": "HQQ", "gptq": "GPTQ", "gptq act-order": "GPTQ in activation order", "svd": "SVD", "asvd": "ASVD", "svd-llm": "SVD-LLM", "wanda-sp": "Wanda-sp",
         **{f"flap {s}, {c}": f"FLAP {s}, {c}" for s in ("AL-AM", "UL-UM") for c in ("none", "bias", "refit")},
         **{f"chop {by}": f"chop, {by}" for by in ("max-gap", "input", "block-influence")}}


def standard_error(values):
    return statistics.stdev(values) / math.sqrt(len(values)) if len(values) > 1 else math.nan


def perplexity_error(record):
    """Of the perplexity, from the error of its logarithm."""
    return record["perplexity"] * standard_error(record["losses"])


def difference(a, b):
    """Log-perplexity of a less that of b, and its standard error over the windows, which both have seen."""
    pairs = [x - y for x, y in zip(a["losses"], b["losses"], strict=True)]
    return sum(pairs) / len(pairs), standard_error(pairs)


def shown(value):
    """Of a perplexity: two decimals, or three digits where a network is broken."""
    return f"{value:.2f}" if value < 1e5 else f"{value:.2e}"


def named(record):
    return NAMES.get(record["series"], record["series"])


def label(record):
    return f"{named(record)} {record['amount']}".strip()


class Claim:
    """That one record is better than another; `slack` standard errors of the difference in its disfavour do not refute it."""

    def __init__(self, text, better, worse, slack=0.0):
        self.text, self.better, self.worse = text, better, worse
        self.difference, self.error = difference(better, worse)
        self.holds = self.difference < 0 if slack == 0 else not self.difference > slack * self.error
        self.clear = abs(self.difference) > 2 * self.error

    def line(self):
        return (f"| {self.text} | {shown(self.better['perplexity'])} | {shown(self.worse['perplexity'])} | {self.difference:+.4f} ± {self.error:.4f} | "
                f"{'yes' if self.holds else '**no**'}{'' if self.clear else ', within two standard errors'} |")


def ordered(records, amount_text, keys):
    """Claims that each of these is better than the next."""
    return [Claim(f"{named(records[a])} < {named(records[b])}, {amount_text}", records[a], records[b])
            for a, b in zip(keys, keys[1:]) if a in records and b in records]


def orders(records):
    """The order that the papers report."""
    claims = []
    for name, text in (("50", "50 % zeros"), ("2:4", "2:4")):
        claims += ordered(records, text, [f"sparsegpt-{name}", f"wanda-{name}", f"magnitude-{name}"])
        for better, worse in (("admm", "sparsegpt"), ("ria", "wanda"), ("dsnot", "wanda")):
            claims += ordered(records, text, [f"{better}-{name}", f"{worse}-{name}"])
    for bits in (8, 4, 3):
        claims += ordered(records, f"{bits} bits in groups of 64", [f"gptq-{bits}", f"rtn-{bits}"])
        claims += ordered(records, f"{bits} bits in groups of 64", [f"gptq act-order-{bits}", f"rtn-{bits}"])
        claims += ordered(records, f"{bits} bits in groups of 64", [f"hqq-{bits}", f"rtn-{bits}"])
    for share in (20, 40):
        claims += ordered(records, f"{share} % fewer parameters", [f"svd-llm-{share}", f"asvd-{share}", f"svd-{share}"])
    return claims


def structures(records):
    """FLAP with its bias against Wanda-sp, at the same ratio."""
    return [Claim(f"FLAP {s} with bias < Wanda-sp, {share} %", records[f"flap-{s}-{share}-bias"], records[f"wanda-sp-{share}"])
            for share in (20, 40) for s in ("AL-AM", "UL-UM") if f"flap-{s}-{share}-bias" in records and f"wanda-sp-{share}" in records]


def compensations(records):
    """Refit is to be no worse than the bias by more than the standard error of their difference."""
    return [Claim(f"refit ≤ bias, {s} {share} %", records[f"flap-{s}-{share}-refit"], records[f"flap-{s}-{share}-bias"], slack=1.0)
            for share in (20, 40) for s in ("AL-AM", "UL-UM") if f"flap-{s}-{share}-refit" in records and f"flap-{s}-{share}-bias" in records]


def verdict(what, claims):
    """One sentence of a list of claims."""
    if not claims:
        return []
    failed = [claim.text for claim in claims if not claim.holds]
    if not failed:
        return [f"{what} in {'all ' if len(claims) > 1 else ''}{len(claims)} of {len(claims)} comparisons."]
    return [f"{what} in {len(claims) - len(failed)} of {len(claims)} comparisons, not here: {'; '.join(failed)}."]


def gains(records):
    """How far the ways of making up for removed width go."""
    lines = []
    for structure in ("AL-AM", "UL-UM"):
        for share in (20, 40):
            found = [records.get(f"flap-{structure}-{share}-{c}") for c in ("none", "bias", "refit")]
            if all(found):
                none, bias, refit = (r["perplexity"] for r in found)
                lines.append(f"FLAP {structure} at {share} %: none {none:.2f}, bias {bias:.2f}, refit {refit:.2f}.")
    return lines


def best_chop(records):
    lines = []
    for share in (10, 20):
        found = {key: r for key, r in records.items() if key.startswith("chop-") and key.endswith(f"-{share}")}
        if len(found) > 1:
            best = min(found.values(), key=lambda r: r["perplexity"])
            lines.append(f"Of {best['amount']} removed, {best['series'].removeprefix('chop ')} costs least before healing ({best['perplexity']:.2f}).")
    return lines


def front(records):
    """Keys of what no smaller or equal row beats, from the smallest."""
    return [key for key, r in sorted(records.items(), key=lambda pair: (pair[1]["bytes"], pair[1]["perplexity"]))
            if not any(o["bytes"] <= r["bytes"] and o["perplexity"] < r["perplexity"] for o in records.values())]


def statements(records):
    lines = verdict("The order of the papers (SparseGPT < Wanda < magnitude; ADMM < SparseGPT; RIA, DSnoT < Wanda; GPTQ, HQQ < RTN; SVD-LLM < ASVD < SVD) is seen", orders(records))
    lines += verdict("The refit is better than the bias, or worse by no more than the standard error of the difference,", compensations(records))
    lines += gains(records)
    lines += verdict("FLAP is ahead of Wanda-sp", structures(records))
    lines += best_chop(records)
    return lines + [f"Nothing of the table is both smaller and better than these: {', '.join(label(records[key]) for key in front(records))}."]


def claim_table(records):
    claims = orders(records) + compensations(records) + structures(records)
    if not claims:
        return []
    return ["## Claims", "", "Perplexities, and the difference of their logarithms on the same windows, with its standard error.", "",
            "| claim | first | second | difference | holds |", "|---|---|---|---|---|", *(claim.line() for claim in claims), ""]


def table(records):
    dense = records["dense"]
    lines = ["| method | amount | step | parameters | bytes | perplexity | above dense | CPU s |", "|---|---|---|---|---|---|---|---|"]
    for r in records.values():
        excess = "" if r is dense else f"+{100 * (r['perplexity'] / dense['perplexity'] - 1):.3g} %".replace("+-", "-")
        step = f"`{r['step']}`" if r["step"] else ""
        lines.append(f"| {named(r)} | {r['amount']} | {step} | {r['parameters'] / 1e6:.4g} M | {r['bytes'] / 1e6:.4g} MB | "
                     f"{shown(r['perplexity'])} ± {shown(perplexity_error(r))} | {excess} | {r['cpu_seconds']:.0f} |")
    return lines


def plot(args, records):
    """Writes perplexity against bytes and returns its line of Markdown. A line for each method, in the colour of its family."""
    series, members = [], {}
    ceiling = CEILING * records["dense"]["perplexity"]
    for r in records.values():
        known = members.setdefault(r["kind"], [])
        if r["series"] not in known:
            series.append((named(r), r["kind"], len(known), []))
            known.append(r["series"])
        points = next(points for _, kind, order, points in series if kind == r["kind"] and order == known.index(r["series"]))
        points.append((r["bytes"] / 1e6, min(r["perplexity"], ceiling)))
    for *_, points in series:
        points.sort()
    sizes = [r["bytes"] / 1e6 for r in records.values()]
    svg = line_plot.figure([(args.model.name, series)], "size, MB", "perplexity", colours=COLOURS, size=(840, 380), x_range=(0.9 * min(sizes), 1.03 * max(sizes)), marked=True)
    name = f"{args.output.stem}.svg"
    (args.output.parent / name).write_text(svg, encoding="utf-8")
    return ["## Perplexity against size", "", f"![Held-out perplexity, on a logarithmic scale, against the size of the checkpoint; a line for each method, what is above {CEILING} times the uncompressed perplexity on the upper edge]({name})", ""]


def warned(records):
    lines = [f"* {label(r)}: {warning}" for r in records.values() for warning in r["warnings"]]
    return ["## What the program warned of", "", *lines, ""] if lines else []


def protocol(args, info, tokens, dense):
    options = [f"--seq-len {args.seq_len}", f"--calibration {args.calibration}", f"--evaluation {args.evaluation}", f"--device {args.device}", f"--dtype {args.dtype}"]
    options += [f"--methods {','.join(args.methods)}"] if args.methods else []
    model, text = page.shown(args.model, args.root), page.shown(args.text, args.root)
    named = f" --text {text}" if not args.text_origin.startswith("resources/") else ""
    return ["## Protocol", "", f"    packaging/reproduce.sh methods --model {model}{named} {' '.join(options)}", "",
            f"* Model: {args.model_origin or args.model.name}, {info['layers']} layers, {info['parameters'] / 1e6:.2f} M parameters, {info['dtype']}.",
            f"* Text: {args.text_origin}, {tokens['windows']} windows of {args.seq_len} tokens. The first {args.calibration} calibrate, {args.evaluation} others, spread evenly over "
            f"the rest, judge; no BOS. The two do not overlap, and have {tokens['shared_runs']} of {tokens['judged_runs']} runs of {tokens['run']} tokens in common.",
            f"* Computed so: {', '.join(dense['protocol'].split(', ')[-3:-1])}. Compressed weights are rounded to the checkpoint's dtype, as `secateur apply` would write them.",
            "* A step is one whole plan: `secateur plan --step` with this text, then `secateur preview`. Nothing is healed.",
            "* Perplexity ± its standard error over the evaluation windows. The windows differ more from one another than the methods do: compare two methods by the claims' "
            "differences on the same windows, not by these.",
            "* Bytes are of the checkpoint, embeddings included: zeros are stored like other weights and save nothing; quantized weights count their bits and a 16-bit scale for "
            "each group; `keep` of a low-rank step is the share of each linear's parameters that stays, rank floor(keep m n / (m + n)); `ratio` of a width step is the share of "
            "the decoder's linear weights that goes, in whole KV groups, so that UL-UM falls short of it where a layer has few.",
            "* CPU seconds are the processor time of the two commands, on all cores together, with loading, and evaluation of the uncompressed and the compressed network; of one "
            "machine that also did other work.", ""]


def write(args, info, tokens, answers):
    records = {r["key"]: r for r in answers}
    args.output.parent.mkdir(parents=True, exist_ok=True)
    sections = claim_table(records) + plot(args, records) + ["## Numbers", ""] + table(records) + [""] + warned(records) + protocol(args, info, tokens, records["dense"])
    page.write(args.output, "Methods side by side", statements(records), sections)
