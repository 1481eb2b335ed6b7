# SPDX-License-Identifier: GPL-3.0-or-later
"""Chops a checkpoint, heals every chop by every method under two budgets, and hands the numbers to layerchop_report.py.

All computing is done by `secateur run` on job files in the work folder, which skip what is done. Budgets: `tokens` gives every method the
steps of continued pretraining; `compute` gives it the floating-point operations of continued pretraining, as `secateur heal` counts them.
"""
import argparse
import concurrent.futures
import dataclasses
import json
import math
import pathlib
import sys

import layerchop_report
import program

LORA_RANK = 8
CONFIGURATIONS = ["max-gap", "input", "middle", "both", "output"]  # of the paper, all of which keep the first and the last layer
DEMO_INIT_STD = 0.06  # with which packaging/make-demo.sh trains it


@dataclasses.dataclass(frozen=True)
class Run:
    """One healing; `strategy` is empty for runs from scratch, which depend on the shape alone."""
    count: int
    strategy: str
    method: str
    steps: int
    seed: int

    @property
    def folder(self):
        return "-".join(filter(None, ["healed", str(self.count), self.strategy, self.method, str(self.steps), f"seed{self.seed}"]))


def run_job(args, name, steps):
    """Results of the steps, by their names."""
    file = args.work / f"{name}.json"
    defaults = {"seq-len": args.seq_len, "device": args.device, "dtype": args.dtype, "threads": args.threads}
    file.write_text(json.dumps({"defaults": defaults, "steps": steps}, indent=1))
    report = program.call(args.program, args.work, "run", file.name)
    return {step["name"]: step["result"] for step in report["steps"]}


def heal_all(args, runs):
    """Results of the runs, by their folders; --jobs of them at a time."""
    names = [f"heal-{k + 1}" if args.jobs > 1 else "heal" for k in range(args.jobs)]
    shares = [[heal_step(args, run) for run in runs[k::args.jobs]] for k in range(args.jobs)]
    with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
        done = list(pool.map(lambda pair: run_job(args, *pair), zip(names, filter(None, shares))))
    return {name: result for results in done for name, result in results.items()}


def chop_name(count, strategy):
    return f"{count}-{strategy}"


def preparation(args):
    """Steps that measure the dense network and write all chops."""
    model, text, held = str(args.model), str(args.text), str(args.eval_text)
    steps = [{"command": "info", "name": "dense", "model": model},
             {"command": "ppl", "name": "dense-perplexity", "model": model, "text": held, "samples": args.eval_samples},
             {"command": "measure", "model": model, "text": text, "samples": 64, "output": "analysis.h5"}]
    for count in args.counts:
        for strategy in args.strategies:
            name = chop_name(count, strategy)
            steps += [{"command": "plan", "model": model, "analysis": "analysis.h5", "chop-count": count, "chop-by": strategy, "output": f"plan-{name}.json"},
                      {"command": "apply", "model": model, "plan": f"plan-{name}.json", "output": f"chopped-{name}"},
                      {"command": "info", "name": name, "model": f"chopped-{name}"}]
    return steps


def multiplied(info):
    """Weights that a token is multiplied with: the decoder's linears and the output head."""
    return info["decoder_linear_parameters"] + info["vocab_size"] * info["hidden_size"]


def adapter_parameters(info):
    """LoRA on all seven linears of every layer: rank (inputs + outputs) each."""
    hidden, head = info["hidden_size"], info["head_dim"]
    total = 0
    for layer in info["per_layer"]:
        queries, keys, inner = layer["heads"] * head, layer["kv_heads"] * head, layer["intermediate_size"]
        total += 2 * (hidden + queries) + 2 * (hidden + keys) + 3 * (hidden + inner)
    return LORA_RANK * total


def flops_per_token(method, info, dense):
    """As secateur heal counts: 6 for a weight that learns, 4 for one that does not, 2 for one of the teacher."""
    if method == "lora":
        return 4 * multiplied(info) + 6 * adapter_parameters(info)
    return 6 * multiplied(info) + (2 * multiplied(dense) if method == "distill" else 0)


def plan_runs(args, infos):
    """{(budget, count, strategy, method): [Run for each seed]}. Runs that coincide are done once."""
    runs = {}
    for count in args.counts:
        for strategy in args.strategies:
            info = infos[chop_name(count, strategy)]
            for method in args.methods:
                origin = "" if method == "scratch" else strategy
                share = flops_per_token("continued", info, infos["dense"]) / flops_per_token(method, info, infos["dense"])
                for budget, steps in (("tokens", args.budget), ("compute", max(1, round(args.budget * share)))):
                    runs[budget, count, strategy, method] = [Run(count, origin, method, steps, seed) for seed in args.seeds]
    return runs


def heal_step(args, run):
    strategy = run.strategy or args.strategies[0]
    step = {"command": "heal", "name": run.folder, "model": f"chopped-{chop_name(run.count, strategy)}", "method": run.method, "text": str(args.text),
            "eval-text": str(args.eval_text), "eval-samples": args.eval_samples, "eval-every": max(1, run.steps // 12), "steps": run.steps,
            "batch-size": args.batch_size, "rank": LORA_RANK, "seed": run.seed, "checkpoint-every": max(1, run.steps // 4), "output": run.folder}
    if run.method in args.rates:
        step["lr"] = args.rates[run.method]
    if run.method == "scratch" and args.init_std:
        step["init-std"] = args.init_std
    if run.method == "distill":
        step["teacher"] = str(args.model)
    return step


def steps_in(args, infos):
    """Steps of continued pretraining that fit into --seconds, by a short trial on the largest chop. Kept, so that a second run does the same."""
    kept = args.work / "budget.json"
    if not kept.exists():
        count, strategy = min(args.counts), args.strategies[0]
        trial = heal_step(args, Run(count, strategy, "continued", 6, args.seeds[0])) | {"output": "trial", "name": "trial", "eval-every": 0}
        rate = run_job(args, "trial", [trial])["trial"]["tokens_per_second"]
        kept.write_text(json.dumps(max(1, int(args.seconds * rate / (args.batch_size * args.seq_len)))))
    return json.loads(kept.read_text())


def curve(args, run):
    """[(share of the run, seconds, held-out perplexity)]"""
    points = [json.loads(line) for line in (args.work / run.folder / "metrics.jsonl").read_text().splitlines()]
    return [(p["step"] / run.steps, p["seconds"], p["eval_perplexity"]) for p in points if "eval_perplexity" in p]


def geometric_mean(values):
    logarithms = [math.log(value) for value in values]
    return math.exp(sum(logarithms) / len(logarithms))


def parse(argv):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    path = lambda text: pathlib.Path(text).absolute()
    words = lambda text: text.split(",")
    numbers = lambda text: [int(n) for n in text.split(",")]
    for name in ("root", "program", "work", "text"):
        parser.add_argument(f"--{name}", type=path, required=True)
    for name in ("model", "eval-text", "output"):
        parser.add_argument(f"--{name}", type=path)
    parser.add_argument("--counts", type=numbers, default=[2, 4, 6])
    parser.add_argument("--strategies", type=words, default=[*CONFIGURATIONS, "block-influence"])
    parser.add_argument("--methods", type=words, default=["continued", "lora", "distill", "scratch"])
    parser.add_argument("--budget", type=int, default=300)
    parser.add_argument("--seconds", type=float)
    parser.add_argument("--batch-size", type=int, default=16)
    parser.add_argument("--seq-len", type=int, default=128)
    parser.add_argument("--eval-samples", type=int, default=64)
    parser.add_argument("--rates", default="")
    parser.add_argument("--init-std", type=float)
    parser.add_argument("--seeds", type=numbers, default=[0, 1, 2])
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--device", default="auto")
    parser.add_argument("--dtype", default="auto")
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--text-origin")
    parser.add_argument("--smoke", action="store_true")
    return parser.parse_args(argv)


def complete(args):
    """Defaults that depend on other options, and checks."""
    demo = args.root / "resources" / "demo"
    if args.model is None:
        args.model, args.init_std = demo / "sprout-12", args.init_std or DEMO_INIT_STD
    args.eval_text = args.eval_text or demo / "sample.txt"
    args.text_origin = args.text_origin or args.text.name
    if args.smoke:
        args.counts, args.strategies, args.seeds, args.budget, args.batch_size, args.seq_len, args.eval_samples = [4], ["max-gap"], [0, 1], 4, 4, 32, 4
        args.output = args.output or args.work / "layerchop.md"
    args.output = args.output or args.root / "docs" / "results" / "layerchop.md"
    given = dict(pair.split("=", 1) for pair in args.rates.split(",") if pair)
    if unknown := (given.keys() | set(args.methods)) - layerchop_report.TITLES.keys():
        sys.exit(f"error: no such method: {', '.join(sorted(unknown))}")
    args.rates = {method: float(rate) for method, rate in given.items()}


def main():
    args = parse(sys.argv[1:])
    complete(args)
    prepared = run_job(args, "prepare", preparation(args))
    infos = {name: prepared[name] for name in ["dense", *(chop_name(c, s) for c in args.counts for s in args.strategies)]}
    if args.seconds:
        args.budget = steps_in(args, infos)
    runs = plan_runs(args, infos)
    healed = heal_all(args, list(dict.fromkeys(run for seeds in runs.values() for run in seeds)))
    records = []
    for (budget, count, strategy, method), seeds in runs.items():
        run, reports = seeds[0], [healed[run.folder] for run in seeds]
        mean = lambda key: sum(report[key] for report in reports) / len(reports)
        told = json.loads((args.work / run.folder / "run.json").read_text())
        plan = json.loads((args.work / f"plan-{chop_name(count, strategy)}.json").read_text())
        records.append({"budget": budget, "count": count, "strategy": strategy, "method": method, "steps": run.steps, "tokens": reports[0]["tokens"],
                        "flops": reports[0]["flops"], "seconds": mean("seconds"), "before": geometric_mean(r["eval_perplexity_before"] for r in reports),
                        "after": geometric_mean(r["eval_perplexity"] for r in reports), "afters": [r["eval_perplexity"] for r in reports],
                        "removed": plan["steps"][0]["layers"], "curve": curve(args, run), "rate": told["options"]["learning_rate"],
                        "protocol": told["protocol"]})
    layerchop_report.write(args, infos["dense"], prepared["dense-perplexity"], records)
    print(f"written: {args.output}")


if __name__ == "__main__":
    main()
