# SPDX-License-Identifier: GPL-3.0-or-later
"""What the published code of Wanda, SparseGPT and GPTQ takes for one linear on a CPU, and what BLAS takes for a Gram matrix.

None of that code is part of this repository: pass checkouts of locuslab/wanda (which holds SparseGPT too) and IST-DASLab/gptq. It was
written for CUDA, whose synchronization is made to do nothing; Wanda's choice, which stands inside a loop over a network there, is made by
the same three calls of torch here. One line of JSON a row, named as tests/bench/method_bench names them.
"""
import argparse
import importlib.util
import json
import pathlib
import sys
import time
import types

import torch

WINDOW = 128  # tokens


def module_of(path, name):
    sys.path.insert(0, str(path.parent))
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    sys.path.pop(0)
    return module


def without_transformers():
    """The peers name one class of it, to ask whether a linear is one."""
    module = types.ModuleType("transformers")
    module.Conv1D = type("Conv1D", (), {})
    sys.modules["transformers"] = module


def best(repeats, prepare, work):
    seconds = []
    for _ in range(repeats):
        state = prepare()
        started = time.perf_counter()
        work(state)
        seconds.append(time.perf_counter() - started)
    return min(seconds)


def show(what, seconds):
    print(json.dumps({"what": what, "seconds": seconds}), file=sys.__stdout__, flush=True)


def wanda(weight, norms, pattern):
    metric = torch.abs(weight) * torch.sqrt(norms.reshape((1, -1)))
    mask = torch.zeros_like(metric) == 1
    if pattern:
        for first in range(0, metric.shape[1], 4):
            mask.scatter_(1, first + torch.topk(metric[:, first:first + 4], 2, dim=1, largest=False)[1], True)
    else:
        mask.scatter_(1, torch.sort(metric, dim=-1, stable=True)[1][:, :metric.shape[1] // 2], True)
    weight[mask] = 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--wanda", type=pathlib.Path, required=True, help="checkout of locuslab/wanda")
    parser.add_argument("--gptq", type=pathlib.Path, required=True, help="checkout of IST-DASLab/gptq")
    parser.add_argument("shape", type=int, nargs=3, metavar=("OUT", "IN", "TOKENS"))
    parser.add_argument("--repeats", type=int, default=1)
    arguments = parser.parse_args()
    out, width, tokens = arguments.shape
    repeats = arguments.repeats

    sys.stdout = sys.stderr  # the peers print
    torch.cuda.synchronize = lambda *_: None
    without_transformers()
    wrapper = module_of(arguments.wanda / "lib/layerwrapper.py", "peer_layerwrapper")
    sparsegpt = module_of(arguments.wanda / "lib/sparsegpt.py", "peer_sparsegpt")
    gptq = module_of(arguments.gptq / "gptq.py", "peer_gptq")
    quant = sys.modules["quant"]

    torch.manual_seed(0)
    hidden = torch.randn(tokens, width // 4)
    inputs = (hidden @ torch.randn(width // 4, width) + torch.randn(tokens, width)).view(-1, WINDOW, width)
    weight = torch.randn(out, width) / 64

    def linear():
        layer = torch.nn.Linear(width, out, bias=False)
        layer.weight.data = weight.clone()
        return layer

    def watch(peer):
        for window in inputs:
            peer.add_batch(window.unsqueeze(0), None)

    with torch.no_grad():
        show("norms", best(repeats, lambda: wrapper.WrappedGPT(linear()), watch))
        peer = wrapper.WrappedGPT(linear())
        watch(peer)
        for what, pattern in (("wanda 50 %", False), ("wanda 2:4", True)):
            show(what, best(repeats, weight.clone, lambda it: wanda(it, peer.scaler_row, pattern)))

        show("gram", best(repeats, lambda: sparsegpt.SparseGPT(linear()), watch))
        gram = sparsegpt.SparseGPT(linear())
        watch(gram)

        def ready(peer):
            peer.H = gram.H.clone()
            return peer

        for what, n in (("sparsegpt 50 %", 0), ("sparsegpt 2:4", 2)):
            show(what, best(repeats, lambda: ready(sparsegpt.SparseGPT(linear())),
                            lambda it: it.fasterprune(0.5, prune_n=n, prune_m=2 * n)))

        def quantizing():
            peer = ready(gptq.GPTQ(linear()))
            peer.quantizer = quant.Quantizer()
            peer.quantizer.configure(4, perchannel=True, sym=False)
            return peer

        show("gptq 4 bits", best(repeats, quantizing, lambda it: it.fasterquant(groupsize=128)))

    try:
        from scipy.linalg.blas import ssyrk
    except ImportError:
        return
    rows = inputs.view(-1, width).numpy().T
    show("ssyrk", best(repeats, lambda: None, lambda _: ssyrk(1.0, rows)))


if __name__ == "__main__":
    main()
