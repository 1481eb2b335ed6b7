# SPDX-License-Identifier: GPL-3.0-or-later
"""The training loop that people write with transformers and torch.optim.AdamW: the peer of `secateur heal`.

Model, windows and their order, rates, decay and clipping are those of `secateur heal --method continued` (docs/formats/run.md), so that the
losses can be compared step by step; only who computes differs. PyTorch eager, transformers' default attention. bf16 is autocast over
float32 weights. Prints one JSON object; tokens per second count the steps alone.
"""
import argparse
import json
import math
import pathlib
import time

import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer
from transformers import AutoModelForCausalLM

MASK = (1 << 64) - 1


def splitmix64(state):
    while True:
        state = (state + 0x9E3779B97F4A7C15) & MASK
        z = state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        yield z ^ (z >> 31)


def permutations(seed, windows):
    """Numbers of windows, without end: every epoch is a Fisher-Yates shuffle from the last window down."""
    epoch = 0
    while True:
        order, draws = list(range(windows)), splitmix64(seed ^ ((epoch + 1) * 0xD1B54A32D192ED03 & MASK))
        for i in range(windows - 1, 0, -1):
            j = next(draws) % (i + 1)
            order[i], order[j] = order[j], order[i]
        yield from order
        epoch += 1


def rate_at(step, steps, peak, warmup=0.02, last=0.1):
    warm = warmup * steps
    if step < warm:
        return min(peak, peak * (step + 1) / max(warm, 1.0))
    share = min(max((step - warm) / max(steps - warm, 1.0), 0.0), 1.0)
    return peak * (last + (1 - last) * 0.5 * (1 + math.cos(math.pi * share)))


def read_ids(args):
    if args.text:
        return torch.tensor(Tokenizer.from_file(str(args.model / "tokenizer.json")).encode(args.text.read_text(encoding="utf-8")).ids)
    file, name = args.tokens.rsplit(":", 1)
    return load_file(file)[name].long()


def optimizer_of(network, rate):
    parameters = list(network.parameters())
    groups = [{"params": [p for p in parameters if p.dim() == 2], "weight_decay": 0.1},
              {"params": [p for p in parameters if p.dim() != 2], "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=rate, betas=(0.9, 0.95), eps=1e-8)


def train(network, windows, args):
    """Losses of all steps and the seconds they took."""
    order, optimizer, losses = permutations(args.seed, len(windows)), optimizer_of(network, args.lr), []
    start = time.perf_counter()
    for step in range(args.steps):
        batch = windows[[next(order) for _ in range(args.batch_size)]].to(args.device)
        for group in optimizer.param_groups:
            group["lr"] = rate_at(step, args.steps, args.lr)
        with torch.autocast(args.device, dtype=torch.bfloat16, enabled=args.dtype == "bf16"):
            loss = network(input_ids=batch, labels=batch).loss
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        losses.append(loss.item())
    return losses, time.perf_counter() - start


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", type=pathlib.Path)
    parser.add_argument("--text", type=pathlib.Path)
    parser.add_argument("--tokens", help="FILE.safetensors:NAME")
    parser.add_argument("--samples", type=int, default=0)
    parser.add_argument("--seq-len", type=int, default=128)
    parser.add_argument("--batch-size", type=int, default=16)
    parser.add_argument("--steps", type=int, required=True)
    parser.add_argument("--lr", type=float, default=1e-4)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--dtype", choices=["f32", "bf16"], default="f32")
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cpu")
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--json", action="store_true", help="accepted for the sake of timed.py; the result always is JSON")
    args = parser.parse_args()
    if args.threads:
        torch.set_num_threads(args.threads)
    ids = read_ids(args)
    windows = ids[:len(ids) // args.seq_len * args.seq_len].reshape(-1, args.seq_len)
    windows = windows[:args.samples] if args.samples else windows
    network = AutoModelForCausalLM.from_pretrained(args.model, dtype=torch.float32).to(args.device).train()
    losses, seconds = train(network, windows, args)
    tokens = args.steps * args.batch_size * args.seq_len
    print(json.dumps({"steps": args.steps, "loss": losses[-1], "losses": losses, "seconds": seconds, "tokens_per_second": tokens / seconds,
                      "threads": torch.get_num_threads()}))


if __name__ == "__main__":
    main()
