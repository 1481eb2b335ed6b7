# SPDX-License-Identifier: GPL-3.0-or-later
"""Checkpoints that Secateur writes give the same logits in transformers as in Secateur."""
import json

import pytest
from safetensors import safe_open
from transformers import AutoConfig

from conftest import GOLDEN, SEQ_LEN, flap_plan, measure, secateur, tokens
from networks import largest_difference, load, our_logits, their_logits, window

TOLERANCE = 1e-3


def layer_count(family):
    return json.loads((GOLDEN / family / "config.json").read_text())["num_hidden_layers"]


def test_dense_logits_agree(family, tmp_path):
    assert largest_difference(our_logits(GOLDEN / family, family, tmp_path), their_logits(GOLDEN / family, family)) < TOLERANCE


def test_chop_loads_in_stock_transformers(family, tmp_path):
    plan, out = tmp_path / "plan.json", tmp_path / "chopped"
    secateur("plan", GOLDEN / family, "--chop", "1,2", "-o", plan)
    secateur("apply", GOLDEN / family, "--plan", plan, "-o", out)
    config = AutoConfig.from_pretrained(out)
    assert config.num_hidden_layers == layer_count(family) - 2
    assert not hasattr(config, "auto_map")
    ours = our_logits(out, family, tmp_path)
    assert largest_difference(ours, their_logits(out, family)) < TOLERANCE
    assert largest_difference(ours, our_logits(GOLDEN / family, family, tmp_path)) > TOLERANCE


# Biases have a place in stock Llama; Qwen2 is rewritten as Llama. The reference structure keeps a ragged width in each layer.
@pytest.mark.parametrize("name", ["llama-mha", "llama3-gqa", "qwen2"])
def test_masked_flap_with_bias_loads_in_stock_transformers(name, work, tmp_path):
    plan, analysis = flap_plan(name, work)
    masked, sliced = tmp_path / "masked", tmp_path / "sliced"
    secateur("export", GOLDEN / name, "--plan", plan, "--analysis", analysis, "--to", "hf-masked", "-o", masked)
    secateur("apply", GOLDEN / name, "--plan", plan, "--analysis", analysis, "-o", sliced)
    config = AutoConfig.from_pretrained(masked)
    assert config.model_type == "llama"
    assert config.attention_bias or config.mlp_bias
    theirs = their_logits(masked, name)
    assert largest_difference(our_logits(masked, name, tmp_path), theirs) < TOLERANCE
    assert largest_difference(our_logits(sliced, name, tmp_path), theirs) < TOLERANCE


@pytest.mark.parametrize("name", ["mistral-swa", "qwen3"])
def test_masked_without_bias_loads_in_stock_transformers(name, work, tmp_path):
    plan, analysis = flap_plan(name, work, 0.4, "--no-bias", "--force")
    masked = tmp_path / "masked"
    secateur("export", GOLDEN / name, "--plan", plan, "--analysis", analysis, "--to", "hf-masked", "-o", masked)
    assert largest_difference(our_logits(masked, name, tmp_path), their_logits(masked, name)) < TOLERANCE


def test_ragged_widths_load_with_trust_remote_code(family, work, tmp_path):
    plan, analysis = flap_plan(family, work, 0.4, "--force")
    out = tmp_path / "ragged"
    secateur("apply", GOLDEN / family, "--plan", plan, "--analysis", analysis, "-o", out)
    per_layer = {(l["kv_heads"], l["intermediate_size"]) for l in secateur("info", out)["per_layer"]}
    assert len(per_layer) > 1, "the plan was meant to leave layers of different widths"
    assert largest_difference(our_logits(out, family, tmp_path), their_logits(out, family, trust=True)) < TOLERANCE


def test_ragged_network_generates(family, work, tmp_path):
    plan, analysis = flap_plan(family, work, 0.4, "--force")
    out = tmp_path / "ragged"
    secateur("apply", GOLDEN / family, "--plan", plan, "--analysis", analysis, "-o", out)
    network, prompt = load(out, trust=True), window(family)[:, :30]
    cached = network.generate(prompt, max_new_tokens=8, do_sample=False, use_cache=True, pad_token_id=0, eos_token_id=None)
    plain = network.generate(prompt, max_new_tokens=8, do_sample=False, use_cache=False, pad_token_id=0, eos_token_id=None)
    assert cached.shape == (1, 38)
    assert cached.tolist() == plain.tolist(), "the key-value cache must not change what is generated"


def test_chop_with_missing_sublayers_loads_with_trust_remote_code(family, tmp_path):
    plan, out = tmp_path / "plan.json", tmp_path / "sublayers"
    secateur("plan", GOLDEN / family, "--chop", "1", "--drop-attention", "2", "--drop-mlp", "3", "-o", plan)
    secateur("apply", GOLDEN / family, "--plan", plan, "-o", out)
    assert largest_difference(our_logits(out, family, tmp_path), their_logits(out, family, trust=True)) < TOLERANCE


def low_rank(family, folder, *steps):
    plan, out = folder / "low.json", folder / "low"
    secateur("plan", GOLDEN / family, *(word for step in ("svd keep=0.6", *steps) for word in ("--step", step)), "-o", plan)
    secateur("apply", GOLDEN / family, "--plan", plan, "-o", out)
    return plan, out


def test_low_rank_linears_load_with_trust_remote_code(family, tmp_path):
    plan, out = low_rank(family, tmp_path, "chop layers=1")
    masked = tmp_path / "masked"
    secateur("export", GOLDEN / family, "--plan", plan, "--to", "hf-masked", "-o", masked)
    assert all(len(layer["ranks"]) == 7 for layer in secateur("info", out)["per_layer"])
    ours = our_logits(out, family, tmp_path)
    assert largest_difference(ours, their_logits(out, family, trust=True)) < TOLERANCE
    assert largest_difference(ours, their_logits(masked, family)) < TOLERANCE
    assert largest_difference(ours, our_logits(GOLDEN / family, family, tmp_path)) > TOLERANCE


def test_preview_perplexity_is_that_of_the_written_checkpoint(family, work, tmp_path):
    plan, analysis = flap_plan(family, work, 0.4, "--force")
    text = ("--tokens", tokens(family, "evaluation"), "--seq-len", SEQ_LEN, "--dtype", "f32")
    out = tmp_path / "pruned"
    secateur("apply", GOLDEN / family, "--plan", plan, "--analysis", analysis, "-o", out)
    preview = secateur("preview", GOLDEN / family, "--plan", plan, "--analysis", analysis, *text)
    written = secateur("ppl", out, *text)["perplexity"]
    assert written == pytest.approx(preview["plan_perplexity"], rel=1e-4)


def test_written_tensors_keep_the_stored_dtype(work, tmp_path):
    measure("llama-mha", work)
    plan, analysis = flap_plan("llama-mha", work, 0.4, "--force")
    out = tmp_path / "pruned"
    secateur("apply", GOLDEN / "llama-mha", "--plan", plan, "--analysis", analysis, "-o", out)
    with safe_open(out / "model.safetensors", "pt") as file:
        assert {file.get_slice(name).get_dtype() for name in file.keys()} == {"F32"}
