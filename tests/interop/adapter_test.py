# SPDX-License-Identifier: GPL-3.0-or-later
"""Healed checkpoints and adapters in the programs that people load them with: peft and transformers."""
import json

import pytest
import torch
from peft import AutoPeftModelForCausalLM, PeftModel
from safetensors.torch import load_file
from transformers import AutoConfig

from conftest import DEMO, FAMILIES, GOLDEN, SEQ_LEN, flap_plan, secateur, tokens
from networks import largest_difference, load, our_logits, their_logits, window

TOLERANCE = 1e-3
LINEARS = {"q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"}


def heal(checkpoint, family, out, *options):
    """A few steps at a rate that moves the logits far beyond the tolerance."""
    return secateur("heal", checkpoint, "--tokens", tokens(family, "calibration"), "--seq-len", SEQ_LEN, "--dtype", "f32", "--steps", 8,
                    "--batch-size", 4, "--lr", 5e-3, "-o", out, *options)


def demo_logits(checkpoint, folder):
    """(ids, our logits) of a window of the demo's text."""
    ids, file = secateur("tokenize", DEMO / "sprout-12", "--text", DEMO / "sample.txt")["ids"][:SEQ_LEN], folder / "logits.safetensors"
    secateur("logits", checkpoint, "--text", DEMO / "sample.txt", "--seq-len", SEQ_LEN, "--dtype", "f32", "--force", "-o", file)
    return torch.tensor([ids]), load_file(file)["logits"]


def adapted(checkpoint, adapter):
    return PeftModel.from_pretrained(load(checkpoint), adapter).eval()


def logits_of(network, ids):
    with torch.no_grad():
        return network(ids).logits[0]


@pytest.mark.parametrize("name", FAMILIES)
def test_adapter_loads_in_peft(name, tmp_path):
    out = tmp_path / "healed"
    heal(GOLDEN / name, name, out, "--method", "lora", "--rank", 4, "--alpha", 8)
    network = adapted(GOLDEN / name, out / "adapter")
    config = network.peft_config["default"]
    assert (config.r, config.lora_alpha, set(config.target_modules)) == (4, 8, LINEARS)
    ours = our_logits(out, name, tmp_path)
    assert largest_difference(logits_of(network, window(name)), ours) < TOLERANCE
    assert largest_difference(logits_of(network.merge_and_unload(), window(name)), ours) < TOLERANCE
    assert largest_difference(their_logits(out, name), ours) < TOLERANCE
    assert largest_difference(our_logits(GOLDEN / name, name, tmp_path), ours) > 10 * TOLERANCE, "the adapter was meant to matter"


@pytest.mark.parametrize("name", ["llama3-gqa", "qwen2"])
def test_adapters_of_factors_load_in_peft(name, tmp_path):
    plan, low, out = tmp_path / "low.json", tmp_path / "low", tmp_path / "healed"
    secateur("plan", GOLDEN / name, "--step", "svd keep=0.6 linears=q_proj,up_proj,down_proj", "-o", plan)
    secateur("apply", GOLDEN / name, "--plan", plan, "-o", low)
    heal(low, name, out, "--method", "lora", "--rank", 2, "--alpha", 4)
    network = PeftModel.from_pretrained(load(low, trust=True), out / "adapter").eval()
    ours = our_logits(out, name, tmp_path)
    assert largest_difference(logits_of(network, window(name)), ours) < TOLERANCE
    assert largest_difference(their_logits(out, name, trust=True), ours) < TOLERANCE
    assert largest_difference(our_logits(low, name, tmp_path), ours) > 10 * TOLERANCE, "the adapter was meant to matter"


def test_adapter_finds_its_base(tmp_path, monkeypatch):
    name, out = "llama3-gqa", tmp_path / "healed"
    heal(GOLDEN / name, name, out, "--method", "lora", "--rank", 4, "--alpha", 8)
    monkeypatch.chdir(tmp_path)
    network = AutoPeftModelForCausalLM.from_pretrained(out / "adapter", dtype=torch.float32).eval()
    assert largest_difference(logits_of(network, window(name)), our_logits(out, name, tmp_path)) < TOLERANCE


def test_rank_stabilised_adapter_of_some_linears(tmp_path):
    name, out = "llama3-gqa", tmp_path / "healed"
    heal(GOLDEN / name, name, out, "--method", "lora", "--rank", 9, "--alpha", 6, "--rslora", "--lora-targets", "q_proj,v_proj,down_proj")
    network = adapted(GOLDEN / name, out / "adapter")
    config = network.peft_config["default"]
    assert (config.use_rslora, set(config.target_modules)) == (True, {"q_proj", "v_proj", "down_proj"})
    ours = our_logits(out, name, tmp_path)
    assert largest_difference(logits_of(network, window(name)), ours) < TOLERANCE
    assert largest_difference(logits_of(network.merge_and_unload(), window(name)), ours) < TOLERANCE
    assert largest_difference(our_logits(GOLDEN / name, name, tmp_path), ours) > 10 * TOLERANCE


def test_every_adapter_tensor_is_taken_by_peft(tmp_path):
    name, out = "llama-mha", tmp_path / "healed"
    heal(GOLDEN / name, name, out, "--method", "lora")
    file = load_file(out / "adapter" / "adapter_model.safetensors")
    layers = json.loads((GOLDEN / name / "config.json").read_text())["num_hidden_layers"]
    assert len(file) == layers * len(LINEARS) * 2
    network = adapted(GOLDEN / name, out / "adapter")
    taken = {k.replace(".default", ""): v for k, v in network.state_dict().items() if "lora_" in k}
    assert taken.keys() == file.keys()
    assert all(torch.equal(taken[key], file[key]) for key in file)


def test_demo_adapter_and_its_merged_checkpoint(tmp_path):
    base, out = DEMO / "sprout-12", tmp_path / "healed"
    secateur("heal", base, "--text", DEMO / "sample.txt", "--samples", 32, "--seq-len", 64, "--steps", 4, "--batch-size", 4, "--lr", 1e-2,
             "--method", "lora", "--dtype", "f32", "-o", out)
    ids, ours = demo_logits(out, tmp_path)
    network = adapted(base, out / "adapter")
    # The merged weights are stored in the base's bfloat16; peft's stay float32 until they are rounded likewise.
    merged = network.merge_and_unload()
    with torch.no_grad():
        for parameter in merged.parameters():
            parameter.copy_(parameter.to(torch.bfloat16))
    assert largest_difference(logits_of(merged, ids), ours) < TOLERANCE
    assert largest_difference(logits_of(load(base), ids), ours) > 10 * TOLERANCE


def test_healed_chop_loads_in_stock_transformers(family, tmp_path):
    plan, chopped, out = tmp_path / "plan.json", tmp_path / "chopped", tmp_path / "healed"
    secateur("plan", GOLDEN / family, "--chop", "1,2", "-o", plan)
    secateur("apply", GOLDEN / family, "--plan", plan, "-o", chopped)
    heal(chopped, family, out)
    assert not hasattr(AutoConfig.from_pretrained(out), "auto_map")
    ours = our_logits(out, family, tmp_path)
    assert largest_difference(ours, their_logits(out, family)) < TOLERANCE
    assert largest_difference(ours, our_logits(chopped, family, tmp_path)) > 10 * TOLERANCE


def test_healed_ragged_widths_load_with_trust_remote_code(family, work, tmp_path):
    plan, analysis = flap_plan(family, work, 0.4, "--force")
    ragged, out = tmp_path / "ragged", tmp_path / "healed"
    secateur("apply", GOLDEN / family, "--plan", plan, "--analysis", analysis, "-o", ragged)
    heal(ragged, family, out)
    ours = our_logits(out, family, tmp_path)
    assert largest_difference(ours, their_logits(out, family, trust=True)) < TOLERANCE
    assert largest_difference(ours, our_logits(ragged, family, tmp_path)) > 10 * TOLERANCE


def test_checkpoint_on_the_way_is_a_checkpoint(tmp_path):
    name, out = "llama3-gqa", tmp_path / "healed"
    heal(GOLDEN / name, name, out, "--checkpoint-every", 4)
    assert largest_difference(our_logits(out / "checkpoint-4", name, tmp_path), their_logits(out / "checkpoint-4", name)) < TOLERANCE
    assert largest_difference(our_logits(out, name, tmp_path), their_logits(out / "checkpoint-8", name)) < TOLERANCE
