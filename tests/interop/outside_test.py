# SPDX-License-Identifier: GPL-3.0-or-later
"""Our per-layer checkpoints in the hands of others: HF Trainer, gradient checkpointing, base model, attentions, PEFT, generate.

What can be compared with stock Llama is: a per-layer network whose layers all have the same widths (the twin of a golden checkpoint), with
the same weights. What only our networks have is tried on a ragged one, and on one that lost whole sublayers but kept their output biases.
"""
import copy
import importlib
import sys
import types

import pytest
import torch
from peft import LoraConfig, PeftModel, get_peft_model
from transformers import AutoModel, AutoModelForCausalLM, Trainer, TrainingArguments

from conftest import GOLDEN, SOURCE, flap_plan, secateur
from networks import load, window

LINEARS = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
FAMILY = "llama3-gqa"
TOLERANCE = 1e-4


def modelling():
    """resources/hf as a package."""
    if "secateur_hf" not in sys.modules:
        package = types.ModuleType("secateur_hf")
        package.__path__ = [str(SOURCE / "resources" / "hf")]
        sys.modules["secateur_hf"] = package
    return importlib.import_module("secateur_hf.modeling_secateur")


def per_layer_config(stock, layers):
    known = {key: getattr(stock, key) for key in (
        "vocab_size", "hidden_size", "head_dim", "max_position_embeddings", "rms_norm_eps", "bos_token_id", "eos_token_id",
        "tie_word_embeddings")}
    return modelling().SecateurConfig(
        **known, num_hidden_layers=len(layers), num_attention_heads=[layer["heads"] for layer in layers],
        num_key_value_heads=[layer["kv_heads"] for layer in layers], intermediate_size=[layer["intermediate_size"] for layer in layers],
        rope_parameters=stock.rope_parameters, secateur={"version": 1, "base_model_type": "llama", "qk_norm": False, "layers": layers})


@pytest.fixture
def pair():
    """(stock, twin): the same network by transformers' class and by ours."""
    stock = AutoModelForCausalLM.from_pretrained(GOLDEN / FAMILY, dtype=torch.float32, attn_implementation="eager")
    layer = {"heads": stock.config.num_attention_heads, "kv_heads": stock.config.num_key_value_heads,
             "intermediate_size": stock.config.intermediate_size}
    config = per_layer_config(stock.config, [dict(layer) for _ in range(stock.config.num_hidden_layers)])
    config._attn_implementation = "eager"
    twin = modelling().SecateurForCausalLM(config)
    twin.load_state_dict(stock.state_dict())
    return stock.eval(), twin.eval()


@pytest.fixture
def bare(pair):
    """A network whose layer 1 lost its attention and layer 2 its MLP; biases are what is left of them."""
    stock = pair[0]
    layer = {"heads": stock.config.num_attention_heads, "kv_heads": stock.config.num_key_value_heads,
             "intermediate_size": stock.config.intermediate_size}
    layers = [dict(layer) for _ in range(stock.config.num_hidden_layers)]
    layers[1] |= {"heads": 0, "kv_heads": 0, "o_bias": True}
    layers[2] |= {"intermediate_size": 0, "down_bias": True}
    torch.manual_seed(1)
    return modelling().SecateurForCausalLM(per_layer_config(stock.config, layers)).eval()


@pytest.fixture(scope="session")
def ragged(work):
    """A folder written by `secateur apply`: other widths in every layer."""
    plan, analysis = flap_plan(FAMILY, work, 0.4, "--force")
    out = work / "outside-ragged"
    secateur("apply", GOLDEN / FAMILY, "--plan", plan, "--analysis", analysis, "-o", out, "--force")
    return out


def samples():
    """Eight windows whose numbers of labels differ."""
    ids = window(FAMILY)[0]
    rows = []
    for i in range(8):
        row = ids.roll(i)
        labels = row.clone()
        labels[: 5 * i] = -100
        rows.append({"input_ids": row, "labels": labels, "attention_mask": torch.ones_like(row)})
    return rows


def trained(network, folder, accumulation, **options):
    """(loss, gradient norm) of a step over all samples."""
    arguments = TrainingArguments(
        output_dir=str(folder), per_device_train_batch_size=8 // accumulation, gradient_accumulation_steps=accumulation, max_steps=1,
        learning_rate=0.0, logging_steps=1, report_to=[], save_strategy="no", use_cpu=True, seed=0, max_grad_norm=1e9, **options)
    trainer = Trainer(model=network, args=arguments, train_dataset=samples())
    trainer.train()
    log = next(entry for entry in trainer.state.log_history if "grad_norm" in entry)
    return log["loss"], log["grad_norm"]


def test_accumulated_gradients_are_those_of_one_batch(pair, tmp_path):
    stock, twin = pair
    expected = trained(stock, tmp_path, 1)
    for accumulation in (1, 4, 8):
        # The log is rounded to a few digits.
        assert trained(copy.deepcopy(twin), tmp_path, accumulation) == pytest.approx(expected, rel=1e-3), accumulation


def test_ragged_networks_accumulate_too(ragged, tmp_path):
    one = trained(load(ragged, trust=True), tmp_path, 1)
    for accumulation in (4, 8):
        assert trained(load(ragged, trust=True), tmp_path, accumulation) == pytest.approx(one, rel=1e-3), accumulation


def gradients(network, ids, checkpointing=False, **kind):
    network = network.train()
    if checkpointing:
        network.gradient_checkpointing_enable(gradient_checkpointing_kwargs=kind)
    network.zero_grad()
    output = network(input_ids=ids, labels=ids)
    output.loss.backward()
    found = {name: parameter.grad.clone() for name, parameter in network.named_parameters() if parameter.grad is not None}
    return output, found


@pytest.mark.parametrize("reentrant", [False, True])
def test_gradient_checkpointing_changes_nothing_but_memory(bare, reentrant):
    ids = window(FAMILY)
    _, plain = gradients(copy.deepcopy(bare), ids)
    calls = []
    network = copy.deepcopy(bare)
    for layer in network.model.layers:
        layer.register_forward_pre_hook(lambda *_: calls.append(1))
    output, again = gradients(network, ids, checkpointing=True, use_reentrant=reentrant)
    assert len(calls) == 2 * len(network.model.layers), "every layer is run once more for its gradients"
    assert output.past_key_values is None
    assert plain.keys() == again.keys()
    for name in plain:
        assert torch.allclose(plain[name], again[name], rtol=1e-5, atol=1e-7), name


def test_trainer_takes_gradient_checkpointing(ragged, tmp_path):
    one = trained(load(ragged, trust=True), tmp_path, 4)
    assert trained(load(ragged, trust=True), tmp_path, 4, gradient_checkpointing=True) == pytest.approx(one, rel=1e-3)


def test_auto_model_is_the_network_without_its_head(ragged):
    base, report = AutoModel.from_pretrained(ragged, dtype=torch.float32, trust_remote_code=True, output_loading_info=True)
    assert not report["missing_keys"], report
    assert not report["mismatched_keys"], report
    whole = load(ragged, trust=True)
    ids = window(FAMILY)
    with torch.no_grad():
        stream = base.eval()(ids).last_hidden_state
        assert torch.equal(stream, whole.model(ids).last_hidden_state)
        assert torch.allclose(whole.lm_head(stream), whole(ids).logits)
        assert torch.equal(base(ids, return_dict=False)[0], stream)


def test_attentions_and_streams_are_stock_llamas(pair):
    stock, twin = pair
    ids = window(FAMILY).repeat(2, 1)
    mask = torch.ones_like(ids)
    mask[1, :7] = 0  # padded on the left
    wishes = {"attention_mask": mask, "output_attentions": True, "output_hidden_states": True}
    with torch.no_grad():
        theirs, ours = stock(ids, **wishes), twin(ids, **wishes)
    seen = mask.bool()
    assert len(ours.attentions) == len(theirs.attentions)
    for a, b in zip(ours.attentions, theirs.attentions):
        assert a.shape == b.shape
        assert torch.allclose(a.transpose(1, 2)[seen], b.transpose(1, 2)[seen], atol=TOLERANCE)
    assert len(ours.hidden_states) == len(theirs.hidden_states)
    for a, b in zip(ours.hidden_states, theirs.hidden_states):
        assert torch.allclose(a[seen], b[seen], atol=TOLERANCE)


def test_attentions_of_layers_without_heads_are_empty(bare):
    ids = window(FAMILY)
    with torch.no_grad():
        plain, output = bare(ids), bare(ids, output_attentions=True)
    assert torch.allclose(plain.logits, output.logits, atol=TOLERANCE)
    length = ids.shape[1]
    assert output.attentions[1].shape == (1, 0, length, length)
    assert torch.allclose(output.attentions[0].sum(-1), torch.ones_like(output.attentions[0].sum(-1)), atol=1e-5)


@pytest.mark.parametrize("way", [{}, {"num_beams": 3}, {"do_sample": True, "seed": 4}, {"use_cache": False}, {"prompt_lookup_num_tokens": 3}])
def test_generates_what_stock_llama_generates(pair, way):
    way = dict(way)
    seed = way.pop("seed", 0)
    ids = window(FAMILY)[:, :12]
    texts = []
    for network in pair:
        torch.manual_seed(seed)
        texts.append(network.generate(ids, attention_mask=torch.ones_like(ids), max_new_tokens=10, pad_token_id=0, eos_token_id=None,
                                      **({"do_sample": False} | way)))
    assert texts[0].shape[1] == 22
    assert torch.equal(*texts)


def test_generates_from_padded_prompts_and_from_embeddings(pair):
    ids = window(FAMILY)[:, :12].repeat(2, 1)
    mask = torch.ones_like(ids)
    mask[1, :5] = 0
    options = {"attention_mask": mask, "max_new_tokens": 8, "do_sample": False, "pad_token_id": 0, "eos_token_id": None}
    stock, twin = pair
    assert torch.equal(stock.generate(ids, **options), twin.generate(ids, **options))
    embedded = stock.get_input_embeddings()(ids).detach()
    assert torch.equal(stock.generate(inputs_embeds=embedded, **options), twin.generate(inputs_embeds=embedded, **options))


def test_generate_hands_out_attentions(pair):
    ids = window(FAMILY)[:, :12]
    options = {"attention_mask": torch.ones_like(ids), "max_new_tokens": 4, "do_sample": False, "pad_token_id": 0, "eos_token_id": None,
               "output_attentions": True, "output_hidden_states": True, "return_dict_in_generate": True}
    theirs, ours = (network.generate(ids, **options) for network in pair)
    for a, b in zip(ours.attentions, theirs.attentions):
        assert [t.shape for t in a] == [t.shape for t in b]
        assert all(torch.allclose(x, y, atol=TOLERANCE) for x, y in zip(a, b))
    assert len(ours.hidden_states) == len(theirs.hidden_states)


def test_adapters_learn_and_merge(bare, tmp_path):
    ids = window(FAMILY)
    before = copy.deepcopy(bare)
    network = get_peft_model(copy.deepcopy(bare), LoraConfig(task_type="CAUSAL_LM", r=4, lora_alpha=8, target_modules=LINEARS))
    network.train()
    optimizer = torch.optim.AdamW([p for p in network.parameters() if p.requires_grad], lr=1e-2)
    losses = []
    for _ in range(5):
        loss = network(input_ids=ids, labels=ids).loss
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < losses[0]
    network.eval().save_pretrained(tmp_path / "adapter")
    with torch.no_grad():
        expected = network(ids).logits
        again = PeftModel.from_pretrained(copy.deepcopy(before), tmp_path / "adapter").eval()
        assert torch.allclose(again(ids).logits, expected, atol=TOLERANCE)
        assert not torch.allclose(before(ids).logits, expected, atol=TOLERANCE)
        assert torch.allclose(again.merge_and_unload()(ids).logits, expected, atol=TOLERANCE)


def test_trainer_trains_adapters_of_ragged_networks(ragged, tmp_path):
    def adapted():
        torch.manual_seed(0)
        return get_peft_model(load(ragged, trust=True), LoraConfig(task_type="CAUSAL_LM", r=4, target_modules=LINEARS))
    one = trained(adapted(), tmp_path, 1)
    assert trained(adapted(), tmp_path, 8) == pytest.approx(one, rel=1e-3)
    assert trained(adapted(), tmp_path, 4, gradient_checkpointing=True) == pytest.approx(one, rel=1e-3)


def test_saves_what_it_loads(bare, tmp_path):
    bare.save_pretrained(tmp_path)
    again = modelling().SecateurForCausalLM.from_pretrained(tmp_path).eval()
    ids = window(FAMILY)
    with torch.no_grad():
        assert torch.equal(again(ids).logits, bare(ids).logits)
