# SPDX-License-Identifier: GPL-3.0-or-later
"""One row of the comparison table: ours and the peer's seconds and memory, and the ratios that budgets are set on.

Ours counts the whole process, start and reading of weights included; the peer's clock starts when its network is loaded.
"""
import json
import sys

COLUMNS = ["task", "dtype", "ours s", "FLAP s", "times faster", "budget", "less CPU time", "ours MB", "FLAP MB", "memory share", "budget", "perplexity ours / FLAP"]
TASKS = {"prune": "`measure` vs statistics and pruning", "ppl": "`ppl` vs evaluation", "ppl-recording": "`ppl` vs evaluation, gradients recorded"}
SPEED = {("prune", "bf16"): 1.5, ("prune", "f32"): 1.2, ("ppl", "bf16"): 4.0, ("ppl", "f32"): 1.8}


def row(task, dtype, ours, peer):
    speed = peer["seconds"] / ours["wall_seconds"]
    cpu = peer["cpu_seconds"] / ours["cpu_seconds"]  # does not depend on what else the machine was doing
    memory = ours["peak_rss_bytes"] / peer["peak_rss_bytes"]
    perplexity = "-" if peer["perplexity"] is None else f"{ours['perplexity']:.1f} / {peer['perplexity']:.1f}"
    budget = SPEED.get((task.removesuffix("-recording"), dtype), 1.0)
    return [TASKS[task], dtype, f"{ours['wall_seconds']:.1f}", f"{peer['seconds']:.1f}", f"{speed:.2f}", f">= {budget}", f"{cpu:.2f}",
            f"{ours['peak_rss_bytes'] / 1e6:.0f}", f"{peer['peak_rss_bytes'] / 1e6:.0f}", f"{memory:.2f}", "<= 0.25", perplexity]


def main():
    if sys.argv[1] == "--head":
        print("| " + " | ".join(COLUMNS) + " |\n|" + "---|" * len(COLUMNS))
        return
    task, dtype, ours, peer = sys.argv[1:]
    print("| " + " | ".join(row(task, dtype, json.loads(ours), json.loads(peer))) + " |")


if __name__ == "__main__":
    main()
