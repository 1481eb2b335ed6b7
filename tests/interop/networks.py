# SPDX-License-Identifier: GPL-3.0-or-later
"""Logits of one token window, ours and those of transformers."""
import torch
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM

from conftest import GOLDEN, SEQ_LEN, secateur, tokens


def window(family):
    return load_file(GOLDEN / family / "tokens.safetensors")["evaluation"][:SEQ_LEN].long().unsqueeze(0)


def our_logits(checkpoint, family, folder):
    file = folder / "logits.safetensors"
    secateur("logits", checkpoint, "--tokens", tokens(family, "evaluation"), "--seq-len", SEQ_LEN, "--dtype", "f32", "--force",
             "-o", file)
    return load_file(file)["logits"]


def load(checkpoint, trust=False):
    network, report = AutoModelForCausalLM.from_pretrained(
        checkpoint, dtype=torch.float32, trust_remote_code=trust, output_loading_info=True)
    assert not report["missing_keys"], report
    assert not report["unexpected_keys"], report
    assert not report["mismatched_keys"], report
    return network.eval()


def their_logits(checkpoint, family, trust=False):
    with torch.no_grad():
        return load(checkpoint, trust)(window(family)).logits[0]


def largest_difference(a, b):
    assert a.shape == b.shape
    return (a - b).abs().max().item()
