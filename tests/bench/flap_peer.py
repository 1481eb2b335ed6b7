# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the published FLAP code on a CPU, for comparison: its statistics and pruning, or its perplexity loop.

Its code is not part of this repository: pass a checkout with --flap. It was written for one CUDA device and float16, so three
things are changed from outside, none of which adds work: torch.half becomes the wanted dtype, Tensor.cuda does nothing, and the
data loader hands out the given token windows instead of downloading a corpus. Prints one JSON object.
"""
import argparse
import importlib.machinery
import json
import pathlib
import resource
import sys
import time
import types

DTYPES = {"f32": "float32", "bf16": "bfloat16"}


def without_hub():
    """The peer imports `datasets` only to download corpora; an empty stand-in keeps that library out of the measurement."""
    module = types.ModuleType("datasets")
    module.__spec__ = importlib.machinery.ModuleSpec("datasets", None)
    module.load_dataset = None
    sys.modules["datasets"] = module


def load_network(torch, llama_class, folder, dtype, seq_len):
    """As the peer's get_llm, with the number of layers read from the network (the peer writes 32)."""
    network = llama_class.from_pretrained(folder, torch_dtype=dtype, low_cpu_mem_usage=True)
    for layer in network.model.layers:
        for linear in (layer.self_attn.o_proj, layer.mlp.down_proj):
            linear.bias = torch.nn.Parameter(torch.zeros(linear.weight.shape[0], dtype=dtype))
    network.seqlen = seq_len
    network.eval()
    return network


def windows_as_loader(ids, seq_len):
    windows = ids.reshape(-1, seq_len)
    return [(window.unsqueeze(0), None) for window in windows]


def cpu_seconds():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--flap", type=pathlib.Path, required=True, help="checkout of the published code")
    parser.add_argument("--model", required=True)
    parser.add_argument("--tokens", required=True, help="safetensors file with `calibration` and `evaluation`")
    parser.add_argument("--task", choices=["prune", "ppl"], required=True)
    parser.add_argument("--dtype", choices=DTYPES, default="f32")
    parser.add_argument("--seq-len", type=int, default=128)
    parser.add_argument("--ratio", type=float, default=0.2)
    parser.add_argument("--grad", action="store_true",
                        help="call the inner evaluation loop directly, which then records gradients, as some scripts do")
    args = parser.parse_args()

    without_hub()
    sys.path.insert(0, str(args.flap))
    import torch
    from safetensors.torch import load_file
    dtype = getattr(torch, DTYPES[args.dtype])
    torch.half = dtype
    torch.Tensor.cuda = lambda self, *_, **__: self
    from lib import eval as flap_eval
    from lib import prune as flap_prune
    from models.hf_llama.modeling_llama import LlamaForCausalLM

    tokens = {name: ids.long() for name, ids in load_file(args.tokens).items()}
    loader = windows_as_loader(tokens["calibration"], args.seq_len)
    evaluation = types.SimpleNamespace(input_ids=tokens["evaluation"].unsqueeze(0))
    for module in (flap_prune, flap_eval):
        module.get_loaders = lambda *_, **__: (loader, evaluation)

    network = load_network(torch, LlamaForCausalLM, args.model, dtype, args.seq_len)
    device = torch.device("cpu")
    options = argparse.Namespace(nsamples=len(loader), seed=0, metrics="WIFV", structure="AL-AM", pruning_ratio=args.ratio,
                                 remove_heads=0, unstr=False)
    perplexity = None
    start, cpu = time.perf_counter(), cpu_seconds()
    if args.task == "prune":
        flap_prune.prune_flap(options, network, None, device)
    elif args.grad:
        perplexity = flap_eval.eval_ppl_wikitext(network, evaluation, 1, device)
    else:
        perplexity = flap_eval.eval_ppl(network, None, device)
    seconds, cpu = time.perf_counter() - start, cpu_seconds() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps({"seconds": seconds, "cpu_seconds": cpu, "peak_rss_bytes": peak, "perplexity": perplexity, "threads": torch.get_num_threads()}))


if __name__ == "__main__":
    main()
