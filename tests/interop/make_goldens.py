# SPDX-License-Identifier: GPL-3.0-or-later
"""make_goldens.py MODEL GOLDEN_FOLDER: what transformers and plain PyTorch compute on a checkpoint, in the format of tests/golden/README.md.

Independent of the program: HF transformers runs every forward pass in float32, the scores and masks follow docs/algorithms as written there. The
folder holds tokens.safetensors (`calibration`, `evaluation`) and gets expected.json and expected.safetensors: logits, perplexities, statistics,
masks, leave-one-out, influence, distances. --settings FILE names an expected.json whose rows (metrics, ratios, chops) are computed again; with
--check nothing is written and the numbers must be those of that file.
"""
import argparse
import copy
import json
import math
import pathlib
import sys

import torch
from safetensors.torch import load_file, save_file
from transformers import AutoModelForCausalLM

TOLERANCE = 1e-4  # of a repeated computation, relative


class Network:
    """The checkpoint, and the pieces of its layers that are asked about."""

    def __init__(self, folder):
        self.model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
        config = self.model.config
        self.hidden, self.heads, self.groups = config.hidden_size, config.num_attention_heads, config.num_key_value_heads
        self.head_dim = getattr(config, "head_dim", None) or self.hidden // self.heads
        self.per_group = self.heads // self.groups
        self.layers = self.model.model.layers
        self.inner = config.intermediate_size
        self.group_cost = self.hidden * self.head_dim * (2 * self.per_group + 2)
        self.channel_cost = 3 * self.hidden

    def changed(self, change):
        """A deep copy on which `change` was carried out."""
        other = copy.copy(self)
        other.model = copy.deepcopy(self.model)
        other.layers = other.model.model.layers
        change(other)
        return other


@torch.no_grad()
def perplexity(network, windows):
    total, count = 0.0, 0
    for window in windows:
        logits = network.model(input_ids=window[None]).logits[0, :-1]
        total += torch.nn.functional.cross_entropy(logits, window[1:], reduction="sum").double().item()
        count += len(window) - 1
    return math.exp(total / count)


class Statistics:
    """Of the input of one linear, window by window: as the published code accumulates them, and exact."""

    def __init__(self):
        self.windows, self.mean_reference, self.fluctuation_reference = 0, 0.0, 0.0
        self.rows, self.norm2 = [], 0.0

    def add(self, x):
        x = x.float()
        n = self.windows
        self.mean_reference = self.mean_reference * n / (n + 1) + x.mean(0) / (n + 1)
        if n > 0:  # the published code's old mean is an alias of the new one
            self.fluctuation_reference = self.fluctuation_reference * (n - 1) / n + ((x - self.mean_reference) ** 2).sum(0) / (n + 1)
        self.norm2 = self.norm2 * n / (n + 1) + (x**2).sum(0) / (n + 1)
        self.rows.append(x.double())
        self.windows += 1

    def finish(self):
        rows = torch.cat(self.rows)
        self.mean, self.fluctuation = rows.mean(0).float(), rows.var(0, unbiased=True).float()
        del self.rows


@torch.no_grad()
def collect(network, windows):
    """{(layer, "o_proj" | "down_proj"): Statistics} and the residual streams [window][layer] of a dense pass."""
    statistics, handles = {}, []
    for i, layer in enumerate(network.layers):
        for name, linear in (("o_proj", layer.self_attn.o_proj), ("down_proj", layer.mlp.down_proj)):
            entry = statistics[i, name] = Statistics()
            handles.append(linear.register_forward_pre_hook(lambda _, inputs, entry=entry: entry.add(inputs[0][0])))
    streams = []
    final = []
    handles.append(network.model.model.norm.register_forward_pre_hook(lambda _, inputs: final.append(inputs[0][0])))
    for window in windows:
        hidden = network.model(input_ids=window[None], output_hidden_states=True).hidden_states
        streams.append([h[0] for h in hidden[:-1]] + [final[-1]])
    for handle in handles:
        handle.remove()
    for entry in statistics.values():
        entry.finish()
    return statistics, streams


def channel_metric(network, statistics, form, metric, layer):
    """(attention, already squared; MLP), one value an input channel."""
    result = []
    for name, linear in (("o_proj", network.layers[layer].self_attn.o_proj), ("down_proj", network.layers[layer].mlp.down_proj)):
        entry, weight = statistics[layer, name], linear.weight.detach().float()
        fluctuation = entry.fluctuation if form == "exact" else entry.fluctuation_reference
        if metric == "IFV":
            result.append(fluctuation)
        elif metric == "WIFV":
            result.append(fluctuation * (weight**2).sum(0))
        else:
            result.append((weight.abs() * entry.norm2.sqrt()).mean(0))
    return result[0] ** 2, result[1]


def flap_masks(network, statistics, row):
    """Keep masks [layers][groups] and [layers][channels]."""
    layers, ratio = len(network.layers), row["ratio"]
    metrics = [channel_metric(network, statistics, row["statistics"], row["metric"], i) for i in range(layers)]
    width = network.per_group * network.head_dim
    layer_weights = network.groups * network.group_cost + network.inner * network.channel_cost
    remove = row["remove_heads"] or 0
    if row["structure"].startswith("UL"):
        groups = [a.reshape(-1, width).sum(1) for a, _ in metrics]
        channels = [m for _, m in metrics]
        if row["structure"] == "UL-UM":
            cut_groups, cut_channels = int(ratio * network.groups), int(ratio * network.inner)
        else:
            cut_groups = remove // layers
            cut_channels = int((ratio * layer_weights - network.group_cost * cut_groups) / network.channel_cost)
        at = lambda scores, index: scores >= scores.sort().values[index]
        return [at(g, cut_groups) for g in groups], [at(c, cut_channels) for c in channels]
    standardised = lambda x: (x - x.mean()) / x.std()
    groups = torch.stack([standardised(a).reshape(-1, width).mean(1) for a, _ in metrics])
    channels = torch.stack([standardised(m) for _, m in metrics])
    if row["structure"] == "AL-MM":
        count = int((layers * ratio * layer_weights - network.group_cost * remove) / network.channel_cost)
        above = lambda scores, n: scores > scores.flatten().sort(descending=True).values[-n]
        return list(above(groups, remove)), list(above(channels, count))
    cost = network.group_cost / network.channel_cost
    cost = float(int(cost)) if row["statistics"] == "reference" else cost
    flat = torch.cat([groups.flatten(), channels.flatten()])
    costs = torch.cat([torch.full([groups.numel()], cost, dtype=torch.float64), torch.ones(channels.numel(), dtype=torch.float64)])
    order = flat.argsort(descending=True, stable=True)
    spent = costs[order].cumsum(0)
    threshold = flat[order[(spent - (1 - ratio) * costs.sum()).abs().argmin()]]
    return list(groups > threshold), list(channels > threshold)


def cut(network, layer, group_mask, channel_mask, means=None):
    """Zeroes the columns of what is removed, which leaves the same function as slicing; with `means` adds their contribution as a bias."""
    width = network.per_group * network.head_dim
    for linear, mask, mean in ((network.layers[layer].self_attn.o_proj, group_mask.repeat_interleave(width), means and means[0]),
                               (network.layers[layer].mlp.down_proj, channel_mask, means and means[1])):
        weight = linear.weight.data
        if mean is not None:
            bias = weight @ (mean * ~mask)
            linear.bias = torch.nn.Parameter(bias if linear.bias is None else linear.bias.data + bias)
        weight[:, ~mask] = 0


def flap_row(network, statistics, windows, row):
    groups, channels = flap_masks(network, statistics, row)

    def pruned(bias):
        def change(other):
            for i in range(len(other.layers)):
                means = [getattr(statistics[i, name], "mean" if row["statistics"] == "exact" else "mean_reference") for name in ("o_proj", "down_proj")]
                cut(other, i, groups[i], channels[i], means if bias else None)
        return perplexity(network.changed(change), windows)

    removed = sum(int((~g).sum()) for g in groups) * network.group_cost + sum(int((~c).sum()) for c in channels) * network.channel_cost
    total = len(network.layers) * (network.groups * network.group_cost + network.inner * network.channel_cost)
    row = {key: row[key] for key in ("statistics", "metric", "structure", "ratio", "remove_heads")}
    row |= {"groups_kept": [int(g.sum()) for g in groups], "channels_kept": [int(c.sum()) for c in channels], "removed_fraction": removed / total,
            "perplexity": pruned(True), "perplexity_no_bias": pruned(False)}
    return row, groups, channels


def structured_row(network, calibration, windows, row):
    """Wanda-sp and magnitude-sp: each layer is scored on what the pruned layers below it put out."""
    other = network.changed(lambda _: None)
    width, kept_groups, kept_channels = network.per_group * network.head_dim, [], []
    for i, layer in enumerate(other.layers):
        linears = (layer.self_attn.o_proj, layer.mlp.down_proj)
        if row["method"] == "wanda-sp":
            statistics, _ = collect(other, calibration)
            scores = [(linear.weight.abs() * statistics[i, name].norm2.sqrt()).mean(0) for linear, name in zip(linears, ("o_proj", "down_proj"))]
        else:
            scores = [linear.weight.norm(dim=0) for linear in linears]
        units = [scores[0].detach().reshape(-1, width).sum(1), scores[1].detach()]
        masks = [u >= u.sort().values[int(row["ratio"] * len(u))] for u in units]
        cut(other, i, *masks)
        kept_groups.append(masks[0])
        kept_channels.append(masks[1])
    result = {"method": row["method"], "ratio": row["ratio"], "groups_kept": [int(g.sum()) for g in kept_groups],
              "channels_kept": [int(c.sum()) for c in kept_channels], "perplexity": perplexity(other, windows)}
    return result, kept_groups, kept_channels


class NoAttention(torch.nn.Module):
    def forward(self, hidden_states, *args, **kwargs):
        return torch.zeros_like(hidden_states), None


class NoMlp(torch.nn.Module):
    def forward(self, hidden_states):
        return torch.zeros_like(hidden_states)


def without(network, windows, attention=(), mlp=()):
    def change(other):
        for i in attention:
            other.layers[i].self_attn = NoAttention()
        for i in mlp:
            other.layers[i].mlp = NoMlp()
    return perplexity(network.changed(change), windows)


def cosine(a, b):
    return torch.nn.functional.cosine_similarity(a.double(), b.double(), dim=-1).clamp(-1, 1)


def angular(streams, last):
    """{n: [distance of the inputs of layers l and l + n]}; the last "input" is the output of the last layer."""
    points = len(streams[0])
    rows = lambda window, i: window[i][-1:] if last else window[i]
    mean = lambda l, n: torch.cat([cosine(rows(w, l), rows(w, l + n)).acos() for w in streams]).mean().item() / math.pi
    return {str(n): [mean(l, n) for l in range(points - n)] for n in range(1, points - 1)}


def taylor(network, windows, samples, arrays):
    """Sums of |w dL/dw| over columns (o), rows (q, k, v), or a channel's gate row, up row and down column."""
    other = network.changed(lambda _: None)
    loss = 0.0
    for window in windows[:samples]:
        loss = other.model(input_ids=window[None], labels=window[None]).loss / samples
        loss.backward()
    for i, layer in enumerate(other.layers):
        importance = lambda linear: (linear.weight * linear.weight.grad).abs().detach()
        for name in "qkv":
            arrays[f"taylor.{i}.{name}"] = importance(getattr(layer.self_attn, f"{name}_proj")).sum(1)
        arrays[f"taylor.{i}.o"] = importance(layer.self_attn.o_proj).sum(0)
        arrays[f"taylor.{i}.mlp"] = importance(layer.mlp.gate_proj).sum(1) + importance(layer.mlp.up_proj).sum(1) + importance(layer.mlp.down_proj).sum(0)


def compute(network, tokens, settings):
    """(expected.json, expected.safetensors)"""
    seq_len, samples = settings["seq_len"], settings["calibration_samples"]
    calibration, evaluation = (tokens[name].long().reshape(-1, seq_len) for name in ("calibration", "evaluation"))
    calibration = calibration[:samples]
    arrays, layers = {}, range(len(network.layers))
    with torch.no_grad():
        arrays["logits"] = network.model(input_ids=evaluation[:1]).logits[0]
    expected = {"seq_len": seq_len, "calibration_samples": samples, "perplexity": perplexity(network, evaluation),
                "attention_group_cost": network.group_cost, "mlp_channel_cost": network.channel_cost, "flap": [], "structured": []}
    statistics, streams = collect(network, calibration)
    for (layer, name), entry in statistics.items():
        for form, suffix in (("reference", "_reference"), ("exact", "")):
            prefix = f"{form}.{layer}.{name}."
            arrays |= {prefix + "mean": getattr(entry, "mean" + suffix), prefix + "fluctuation": getattr(entry, "fluctuation" + suffix),
                       prefix + "norm2": entry.norm2.clone()}
    for kind, make in (("flap", lambda row: flap_row(network, statistics, evaluation, row)),
                       ("structured", lambda row: structured_row(network, calibration, evaluation, row))):
        for j, row in enumerate(settings[kind]):
            done, groups, channels = make(row)
            expected[kind].append(done)
            arrays |= {f"{kind}.{j}.groups": torch.stack(groups).to(torch.uint8), f"{kind}.{j}.channels": torch.stack(channels).to(torch.uint8)}
    expected["block_influence"] = [1 - torch.cat([cosine(w[i], w[i + 1]) for w in streams]).mean().item() for i in layers]
    expected["angular_distance_all_tokens"] = angular(streams, False)
    expected["angular_distance_last_token"] = angular(streams, True)
    expected["leave_one_out_perplexity"] = [without(network, evaluation, [i], [i]) for i in layers]
    expected["without_attention_perplexity"] = [without(network, evaluation, attention=[i]) for i in layers]
    expected["without_mlp_perplexity"] = [without(network, evaluation, mlp=[i]) for i in layers]
    expected["chopped"] = [{"drop": row["drop"], "perplexity": without(network, evaluation, row["drop"], row["drop"])} for row in settings["chopped"]]
    expected["taylor_samples"] = settings["taylor_samples"]
    taylor(network, calibration, settings["taylor_samples"], arrays)
    return expected, {name: array.contiguous() for name, array in arrays.items()}


def differences(here, there, path=""):
    """Lines for numbers that are not those of the other file; keys that only the other file has are left out."""
    if isinstance(here, dict):
        return [line for key in here for line in differences(here[key], there[key], f"{path}.{key}")]
    if isinstance(here, list):
        return [line for k, (a, b) in enumerate(zip(here, there, strict=True)) for line in differences(a, b, f"{path}[{k}]")]
    if isinstance(here, torch.Tensor):
        if here.dtype == torch.uint8:
            return [f"{path}: {n} units"] if (n := int((here != there).sum())) else []
        error = ((here - there).abs().max() / there.abs().max()).item()
        return [f"{path}: {error:.1e}"] if error > 2 * TOLERANCE else []
    same = here == there if not isinstance(here, float) else abs(here - there) <= TOLERANCE * max(abs(there), 1e-3)
    return [] if same else [f"{path}: {here} instead of {there}"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", type=pathlib.Path)
    parser.add_argument("golden", type=pathlib.Path)
    parser.add_argument("--settings", type=pathlib.Path, help="default: the folder's expected.json")
    parser.add_argument("--check", action="store_true")
    args = parser.parse_args()
    settings = json.loads((args.settings or args.golden / "expected.json").read_text())
    expected, arrays = compute(Network(args.model), load_file(args.golden / "tokens.safetensors"), settings)
    if args.check:
        lines = differences(expected, settings) + differences(arrays, load_file(args.golden / "expected.safetensors"))
        print("\n".join(lines) or f"{args.golden.name}: the same")
        sys.exit(1 if lines else 0)
    (args.golden / "expected.json").write_text(json.dumps(expected) + "\n")
    save_file(arrays, args.golden / "expected.safetensors")


if __name__ == "__main__":
    main()
