# SPDX-License-Identifier: GPL-3.0-or-later
"""One row of the training table: medians over pairs of runs, and the range of the pairs' ratios as a measure of noise.

Tokens per second count the steps of either program; CPU time and memory are those of the whole process, start included; memory is the GPU's for runs there, else private memory.
"""
import json
import pathlib
import statistics
import sys

COLUMNS = ["model", "dtype", "ours tokens/s", "PyTorch tokens/s", "times faster", "range of pairs", "budget", "less CPU time", "ours MB", "PyTorch MB",
           "memory share", "budget", "last loss ours / PyTorch"]
LOSS_TOLERANCE = {"f32": 1e-3, "bf16": 2e-2}


def row(model, dtype, device, pairs):
    memory_key = "peak_device_bytes" if device == "cuda" else "peak_private_bytes"
    median = lambda who, key: statistics.median(pair[who][key] for pair in pairs)
    ratios = [pair["ours"]["tokens_per_second"] / pair["peer"]["tokens_per_second"] for pair in pairs]
    cpu = statistics.median(pair["peer"]["cpu_seconds"] / pair["ours"]["cpu_seconds"] for pair in pairs)
    ours, peer = median("ours", memory_key), median("peer", memory_key)
    losses = [pairs[-1][who]["loss"] for who in ("ours", "peer")]
    if abs(losses[0] - losses[1]) > LOSS_TOLERANCE[dtype] * abs(losses[1]):
        sys.exit(f"{model}, {dtype}: the last losses differ, {losses[0]} and {losses[1]}: the programs did not do the same")
    return [model, dtype, f"{median('ours', 'tokens_per_second'):.0f}", f"{median('peer', 'tokens_per_second'):.0f}", f"{statistics.median(ratios):.2f}",
            f"{min(ratios):.2f}-{max(ratios):.2f}", ">= 1.2", f"{cpu:.2f}", f"{ours / 1e6:.0f}", f"{peer / 1e6:.0f}",
            f"{ours / peer:.2f}", "<= 1", f"{losses[0]:.5f} / {losses[1]:.5f}"]


def main():
    if sys.argv[1] == "--head":
        print("| " + " | ".join(COLUMNS) + " |\n|" + "---|" * len(COLUMNS))
        return
    model, dtype, device, file = sys.argv[1:]
    pairs = [json.loads(line) for line in pathlib.Path(file).read_text().splitlines()]
    print("| " + " | ".join(row(model, dtype, device, pairs)) + " |")


if __name__ == "__main__":
    main()
