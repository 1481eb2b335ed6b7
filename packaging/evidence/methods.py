# SPDX-License-Identifier: GPL-3.0-or-later
"""Compresses a checkpoint by every method under one protocol and hands the perplexities to methods_report.py.

A row is a plan of `secateur plan --step`, judged by `secateur preview` on windows that no row was calibrated on. Rows that are done are kept in the
work folder and not computed again as long as model, text and options are the same; after a change of the program, begin with an empty one.
"""
import argparse
import dataclasses
import hashlib
import json
import pathlib
import resource
import struct
import sys
import time

import methods_report
import program

RUN = 16  # tokens; runs that both texts hold are counted
SPARSE = ("magnitude", "wanda", "ria", "dsnot", "sparsegpt", "admm")
SMOKE = ("dense", "wanda-50", "magnitude-50", "rtn-4", "gptq-4", "flap-UL-UM-40-bias", "flap-UL-UM-40-refit", "chop-input-10")


@dataclasses.dataclass(frozen=True)
class Row:
    """`kind` is the family, `series` the line of the plot that it lies on, `amount` where on it, `step` what `plan --step` is given."""
    key: str
    kind: str
    series: str
    amount: str
    step: str


def rows(layers):
    """Everything that is compared, of a network with so many layers."""
    all_rows = [Row("dense", "dense", "dense", "", "")]
    for name, amount, wish in (("50", "50 %", "sparsity=0.5"), ("2:4", "2:4", "pattern=2:4")):
        all_rows += [Row(f"{m}-{name}", "sparsify", m, amount, f"{m} {wish}") for m in SPARSE]
    for bits in (8, 4, 3):
        all_rows += [Row(f"{m}-{bits}", "quantize", m, f"{bits} bits", f"{m.removesuffix(' act-order')} bits={bits} group=64" + (" act-order=true" if m.endswith("act-order") else ""))
                     for m in ("rtn", "hqq", "gptq", "gptq act-order")]
    for share in (20, 40):
        all_rows += [Row(f"{m}-{share}", "factorize", m, f"{share} %", f"{m} keep={1 - share / 100:g}") for m in ("svd", "asvd", "svd-llm")]
    for share in (20, 40):
        all_rows.append(Row(f"wanda-sp-{share}", "UL-UM", "wanda-sp", f"{share} %", f"wanda-sp ratio={share / 100:g}"))
        for structure in ("AL-AM", "UL-UM"):
            all_rows += [Row(f"flap-{structure}-{share}-{c}", structure, f"flap {structure}, {c}", f"{share} %",
                             f"flap ratio={share / 100:g} structure={structure} compensate={c}") for c in ("none", "bias", "refit")]
    for share in (10, 20):
        count = max(1, round(layers * share / 100))
        all_rows += [Row(f"chop-{by}-{share}", "chop", f"chop {by}", f"{count} layer{'s' if count > 1 else ''}", f"chop count={count} by={by}") for by in ("max-gap", "input", "block-influence")]
    return all_rows


def safetensors(tensors):
    """The bytes of a file with these lists of ids as int32."""
    header, data = {}, b""
    for name, ids in tensors.items():
        held = struct.pack(f"<{len(ids)}i", *ids)
        header[name] = {"dtype": "I32", "shape": [len(ids)], "data_offsets": [len(data), len(data) + len(held)]}
        data += held
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + data


def cut(ids, length, calibration, evaluation):
    """Starts of the windows: the first ones of the text calibrate, and others, spread evenly over what follows them, judge."""
    windows = len(ids) // length
    if windows < calibration + evaluation:
        sys.exit(f"error: the text has {windows} windows of {length} tokens, {calibration} + {evaluation} are needed")
    rest = windows - calibration
    judged = [calibration + k * rest // evaluation for k in range(evaluation)]
    return [k * length for k in range(calibration)], [k * length for k in judged]


def runs_of(ids):
    return {tuple(ids[i:i + RUN]) for i in range(len(ids) - RUN + 1)}


def prepare_tokens(args):
    """Writes the windows as ids, and says what they have in common."""
    ids = program.call(args.program, args.work, "tokenize", args.model, "--text", args.text)["ids"]
    first, second = cut(ids, args.seq_len, args.calibration, args.evaluation)
    taken = {p for start in first for p in range(start, start + args.seq_len)}
    if any(p in taken for start in second for p in range(start, start + args.seq_len)):
        sys.exit("error: calibration and evaluation windows overlap")
    gather = lambda starts: [token for start in starts for token in ids[start:start + args.seq_len]]
    known = runs_of(gather(first))
    shared = sum(len(runs_of(ids[start:start + args.seq_len]) & known) for start in second)
    args.tokens = args.work / "tokens.safetensors"
    content = safetensors({"calibration": gather(first), "evaluation": gather(second)})
    if not args.tokens.exists() or args.tokens.read_bytes() != content:
        args.tokens.write_bytes(content)
    return {"sha256": hashlib.sha256(content).hexdigest(), "windows": len(ids) // args.seq_len, "shared_runs": shared,
            "judged_runs": args.evaluation * (args.seq_len - RUN + 1), "run": RUN}


def model_identity(folder):
    """Changes with the checkpoint."""
    return {file.name: [file.stat().st_size, file.stat().st_mtime_ns] for file in sorted(folder.iterdir()) if file.suffix in (".json", ".safetensors")}


def window_losses(losses):
    return [sum(window) / len(window) for window in losses]


def compute(args, row, plan):
    """What the program says of a row."""
    shared = ["--seq-len", args.seq_len, "--device", args.device, "--dtype", args.dtype, "--threads", args.threads]
    calibration, judged, warnings = f"{args.tokens}:calibration", f"{args.tokens}:evaluation", []
    analysis = ["--analysis", args.work / "analysis.h5"] if row.kind in ("AL-AM", "UL-UM", "chop") and not row.series.startswith("wanda-sp") else []
    started, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    program.call(args.program, args.work, "plan", args.model, *(["--step", row.step] if row.step else ["--ratio", 0]), "--tokens", calibration, *analysis, "--output", plan,
                 "--force", *shared, warnings=warnings)
    report = program.call(args.program, args.work, "preview", args.model, "--plan", plan, "--tokens", judged, "--calibration-tokens", calibration, *analysis, "--per-token",
                          *shared, warnings=warnings)
    seconds, after = time.monotonic() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    losses = report["tokens"]
    return {"key": row.key, "kind": row.kind, "series": row.series, "amount": row.amount, "step": row.step, "parameters": report["parameters"], "bytes": report["bytes"],
            "removed": report["removed_fraction"], "perplexity": report["plan_perplexity"], "losses": window_losses(losses["plan_loss"]), "seconds": seconds,
            "cpu_seconds": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, "protocol": report["protocol"],
            "warnings": list(dict.fromkeys(warnings))}


def kept(file, definition, make):
    """What `make` answers, or what it answered before to the same definition."""
    if file.exists():
        held = json.loads(file.read_text())
        if held["definition"] == definition:
            return held["answer"]
    answer = make()
    unfinished = file.with_suffix(".partial")
    unfinished.write_text(json.dumps({"definition": definition, "answer": answer}))
    unfinished.replace(file)
    return answer


def measured(args):
    """The dense network's statistics, which FLAP and the chop by block influence look at."""
    return program.call(args.program, args.work, "measure", args.model, "--tokens", f"{args.tokens}:calibration", "--seq-len", args.seq_len, "--output", "analysis.h5", "--force",
                        "--device", args.device, "--dtype", args.dtype, "--threads", args.threads)


def parse(argv):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    path = lambda text: pathlib.Path(text).absolute()
    for name in ("root", "program", "work", "text"):
        parser.add_argument(f"--{name}", type=path, required=True)
    for name in ("model", "output"):
        parser.add_argument(f"--{name}", type=path)
    parser.add_argument("--seq-len", type=int, default=128)
    parser.add_argument("--calibration", type=int, default=128)
    parser.add_argument("--evaluation", type=int, default=64)
    parser.add_argument("--methods", type=lambda text: text.split(","))
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--dtype", default="f32")
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--text-origin")
    parser.add_argument("--model-origin")
    parser.add_argument("--smoke", action="store_true")
    return parser.parse_args(argv)


def complete(args):
    """Defaults that depend on other options."""
    args.model = args.model or args.root / "resources" / "demo" / "sprout-12"
    args.text_origin = args.text_origin or args.text.name
    if args.smoke:
        args.seq_len, args.calibration, args.evaluation = 64, 8, 4
        args.output = args.output or args.work / "methods.md"
    args.output = args.output or args.root / "docs" / "results" / "methods.md"


def wanted_rows(args, layers):
    """The rows that were asked for, the uncompressed network among them."""
    known = [row for row in rows(layers) if not args.smoke or row.key in SMOKE]
    names = {row.step.split(" ")[0] for row in known if row.step}
    if unknown := set(args.methods or []) - names:
        sys.exit(f"error: no such method: {', '.join(sorted(unknown))}; there are {', '.join(sorted(names))}")
    return [row for row in known if not row.step or not args.methods or row.step.split(" ")[0] in args.methods]


def main():
    args = parse(sys.argv[1:])
    complete(args)
    tokens = prepare_tokens(args)
    info = program.call(args.program, args.work, "info", args.model)
    wanted = wanted_rows(args, info["layers"])
    protocol = {"model": model_identity(args.model), "tokens": tokens["sha256"], "seq_len": args.seq_len, "device": args.device, "dtype": args.dtype}
    kept(args.work / "analysis.json", protocol, lambda: measured(args))
    folder = args.work / "rows"
    folder.mkdir(exist_ok=True)
    records = []
    for number, row in enumerate(wanted, 1):
        print(f"{number} of {len(wanted)}: {row.step or 'dense'}", flush=True)
        name = row.key.replace(":", "-")
        records.append(kept(folder / f"{name}.json", protocol | dataclasses.asdict(row), lambda: compute(args, row, folder / f"{name}.plan")))
    methods_report.write(args, info, tokens, records)
    print(f"written: {args.output}")


if __name__ == "__main__":
    main()
