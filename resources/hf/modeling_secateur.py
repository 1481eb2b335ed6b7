# SPDX-License-Identifier: GPL-3.0-or-later
"""A Llama-like decoder whose layers have different widths, for transformers 4.40 and later, 5 included. Linears may be the product of two.

A layer may lack its attention or its MLP; what is left of it then is the bias of its output projection, if it has one. Rotary
frequencies and masks are computed in every forward pass, so that nothing but the weights has to be loaded.
"""

import math

import torch
import transformers
from torch import nn
from torch.nn import functional as F
from transformers import PreTrainedModel
from transformers.cache_utils import DynamicCache
from transformers.generation import GenerationMixin
from transformers.modeling_outputs import BaseModelOutputWithPast, CausalLMOutputWithPast

from .configuration_secateur import SecateurConfig


class RMSNorm(nn.Module):
    def __init__(self, size, eps):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(size))
        self.eps = eps

    def forward(self, x):
        wide = x.float()
        wide = wide * torch.rsqrt(wide.square().mean(-1, keepdim=True) + self.eps)
        return self.weight * wide.to(x.dtype)


class OutputBias(nn.Linear):
    """What is left of an output projection without inputs: a linear of none, so that PEFT takes it for one. Its empty weight is not stored."""

    def __init__(self, size):
        nn.Module.__init__(self)
        self.in_features, self.out_features = 0, size
        self.register_buffer("weight", torch.zeros(size, 0), persistent=False)
        self.bias = nn.Parameter(torch.zeros(size))


class LowRank(nn.Module):
    """A linear that is the product of two: W = B A."""

    def __init__(self, inputs, outputs, rank, bias):
        super().__init__()
        self.a = nn.Linear(inputs, rank, bias=False)
        self.b = nn.Linear(rank, outputs, bias=False)
        self.register_parameter("bias", nn.Parameter(torch.zeros(outputs)) if bias else None)

    def forward(self, x):
        y = self.b(self.a(x))
        return y if self.bias is None else y + self.bias


def linear(layer, name, inputs, outputs, bias):
    rank = (layer.get("ranks") or {}).get(name, 0)
    return LowRank(inputs, outputs, rank, bias) if rank else nn.Linear(inputs, outputs, bias=bias)


def yarn_keep(rope, head_dim, device):
    """How much of its own frequency each pair of channels keeps: all where it turns often in the original context, none where seldom."""
    turning = [
        head_dim * math.log(rope["original_max_position_embeddings"] / (turns * 2 * math.pi)) / (2 * math.log(rope["rope_theta"]))
        for turns in (rope.get("beta_fast") or 32, rope.get("beta_slow") or 1)
    ]
    if rope.get("truncate", True):
        turning = [math.floor(turning[0]), math.ceil(turning[1])]
    low, high = max(turning[0], 0), min(turning[1], head_dim - 1)
    channels = torch.arange(head_dim // 2, device=device).float()
    return 1 - ((channels - low) / (high - low + (0.001 if low == high else 0))).clamp(0, 1)


def rotary_frequencies(rope, head_dim, device, positions=0, made_for=1):
    """Radians per position, [head_dim / 2], in a sequence of so many `positions`; the network was `made_for` that many."""
    theta, kind = rope["rope_theta"], rope["rope_type"]
    if kind == "dynamic":
        theta *= (rope["factor"] * max(positions, made_for) / made_for - (rope["factor"] - 1)) ** (head_dim / (head_dim - 2))
    exponents = torch.arange(0, head_dim, 2, dtype=torch.int64, device=device).float() / head_dim
    frequencies = 1.0 / (theta**exponents)
    if kind == "linear":
        return frequencies / rope["factor"]
    if kind == "llama3":
        # Cycles within the original context: few of them are slowed down by the factor, many stay, with a ramp between.
        cycles = rope["original_max_position_embeddings"] * frequencies / (2 * math.pi)
        low, high = rope["low_freq_factor"], rope["high_freq_factor"]
        keep = ((cycles - low) / (high - low)).clamp(0, 1)
        return keep * frequencies + (1 - keep) * frequencies / rope["factor"]
    if kind == "yarn":
        keep = yarn_keep(rope, head_dim, device)
        return keep * frequencies + (1 - keep) * frequencies / rope["factor"]
    if kind not in ("default", "dynamic"):
        raise ValueError(f"unknown rope_type {kind!r}")
    return frequencies


def rotate(x, cos, sin):
    first, second = x.chunk(2, dim=-1)
    return x * cos + torch.cat((-second, first), dim=-1) * sin


class Attention(nn.Module):
    """`cache_index` counts the layers that have attention, so that index 0 always knows the length of the past."""

    def __init__(self, config, layer, cache_index):
        super().__init__()
        hidden, self.head_dim = config.hidden_size, config.head_dim
        self.heads, self.kv_heads, self.cache_index = layer["heads"], layer["kv_heads"], cache_index
        qkv_bias = layer.get("qkv_bias", False)
        self.q_proj = linear(layer, "q_proj", hidden, self.heads * self.head_dim, qkv_bias)
        self.k_proj = linear(layer, "k_proj", hidden, self.kv_heads * self.head_dim, qkv_bias)
        self.v_proj = linear(layer, "v_proj", hidden, self.kv_heads * self.head_dim, qkv_bias)
        self.o_proj = linear(layer, "o_proj", self.heads * self.head_dim, hidden, layer.get("o_bias", False))
        self.q_norm = self.k_norm = nn.Identity()
        if config.secateur.get("qk_norm"):
            self.q_norm = RMSNorm(self.head_dim, config.rms_norm_eps)
            self.k_norm = RMSNorm(self.head_dim, config.rms_norm_eps)

    def forward(self, x, cos, sin, mask, past, want_probabilities=False):
        batch, length, _ = x.shape
        query = self.q_norm(self.q_proj(x).view(batch, length, self.heads, self.head_dim)).transpose(1, 2)
        key = self.k_norm(self.k_proj(x).view(batch, length, self.kv_heads, self.head_dim)).transpose(1, 2)
        value = self.v_proj(x).view(batch, length, self.kv_heads, self.head_dim).transpose(1, 2)
        query, key = rotate(query, cos, sin), rotate(key, cos, sin)
        if past is not None:
            key, value = past.update(key, value, self.cache_index)
        group = self.heads // self.kv_heads
        key, value = key.repeat_interleave(group, dim=1), value.repeat_interleave(group, dim=1)
        probabilities = None
        if want_probabilities:
            scores = (query @ key.transpose(2, 3) / math.sqrt(self.head_dim)).masked_fill(~mask, torch.finfo(query.dtype).min)
            probabilities = scores.softmax(dim=-1, dtype=torch.float32).to(query.dtype)
            mixed = probabilities @ value
        else:
            mixed = F.scaled_dot_product_attention(query, key, value, attn_mask=mask)
        return self.o_proj(mixed.transpose(1, 2).reshape(batch, length, self.heads * self.head_dim)), probabilities


class Mlp(nn.Module):
    def __init__(self, config, layer):
        super().__init__()
        hidden, width = config.hidden_size, layer["intermediate_size"]
        self.gate_proj = linear(layer, "gate_proj", hidden, width, layer.get("gate_up_bias", False))
        self.up_proj = linear(layer, "up_proj", hidden, width, layer.get("gate_up_bias", False))
        self.down_proj = linear(layer, "down_proj", width, hidden, layer.get("down_bias", False))

    def forward(self, x):
        return self.down_proj(F.silu(self.gate_proj(x)) * self.up_proj(x))


class SecateurLayer(nn.Module):
    def __init__(self, config, layer, cache_index):
        super().__init__()
        hidden, eps = config.hidden_size, config.rms_norm_eps
        self.window = layer.get("sliding_window", 0)
        self.has_attention, self.has_mlp = layer["heads"] > 0, layer["intermediate_size"] > 0
        if self.has_attention:
            self.input_layernorm = RMSNorm(hidden, eps)
            self.self_attn = Attention(config, layer, cache_index)
        elif layer.get("o_bias", False):
            self.self_attn = nn.Module()
            self.self_attn.o_proj = OutputBias(hidden)
        if self.has_mlp:
            self.post_attention_layernorm = RMSNorm(hidden, eps)
            self.mlp = Mlp(config, layer)
        elif layer.get("down_bias", False):
            self.mlp = nn.Module()
            self.mlp.down_proj = OutputBias(hidden)

    def forward(self, x, cos, sin, mask, past, want_probabilities=False):
        """The stream, and with `want_probabilities` a pair of it and the attention's probabilities (None without attention)."""
        probabilities = None
        if self.has_attention:
            added, probabilities = self.self_attn(self.input_layernorm(x), cos, sin, mask, past, want_probabilities)
            x = x + added
        elif hasattr(self, "self_attn"):
            x = x + self.self_attn.o_proj.bias
        if self.has_mlp:
            x = x + self.mlp(self.post_attention_layernorm(x))
        elif hasattr(self, "mlp"):
            x = x + self.mlp.down_proj.bias
        return (x, probabilities) if want_probabilities else x


def past_length(past):
    return past.get_seq_length() if past is not None else 0


def visible(length, past, window, padding, device):
    """Which keys a query sees, bool [batch or 1, 1, length, past + length]; `padding` is the mask of the tokenizer or None."""
    query = torch.arange(past, past + length, device=device)[:, None]
    key = torch.arange(past + length, device=device)[None, :]
    mask = key <= query
    if window > 0:
        mask = mask & (key > query - window)
    mask = mask[None, None]
    if padding is not None:
        # A query always sees itself: a row without any key would turn into NaN.
        mask = (mask & padding[:, None, None, : past + length].bool()) | (key == query)[None, None]
    return mask


class SecateurPreTrainedModel(PreTrainedModel):
    config_class = SecateurConfig
    base_model_prefix = "model"
    supports_gradient_checkpointing = True
    _no_split_modules = ["SecateurLayer"]
    _skip_keys_device_placement = ["past_key_values"]
    _supports_sdpa = True
    _supports_cache_class = True

    def _init_weights(self, module):
        if isinstance(module, (nn.Linear, nn.Embedding)):
            nn.init.normal_(module.weight, std=self.config.initializer_range)
        elif isinstance(module, RMSNorm):
            nn.init.ones_(module.weight)
        if getattr(module, "bias", None) is not None:
            nn.init.zeros_(module.bias)


class SecateurModel(SecateurPreTrainedModel):
    def __init__(self, config):
        super().__init__(config)
        self.embed_tokens = nn.Embedding(config.vocab_size, config.hidden_size)
        self.layers = nn.ModuleList()
        cache_index = 0
        for layer in config.secateur["layers"]:
            self.layers.append(SecateurLayer(config, layer, cache_index))
            cache_index += layer["heads"] > 0
        self.norm = RMSNorm(config.hidden_size, config.rms_norm_eps)
        self.gradient_checkpointing = False
        self.post_init()

    def get_input_embeddings(self):
        return self.embed_tokens

    def set_input_embeddings(self, value):
        self.embed_tokens = value

    def forward(
        self,
        input_ids=None,
        attention_mask=None,
        position_ids=None,
        past_key_values=None,
        inputs_embeds=None,
        use_cache=None,
        output_attentions=None,
        output_hidden_states=None,
        return_dict=None,
        **kwargs,
    ):
        if (input_ids is None) == (inputs_embeds is None):
            raise ValueError("exactly one of input_ids and inputs_embeds is needed")
        output_attentions = self.config.output_attentions if output_attentions is None else output_attentions
        output_hidden_states = self.config.output_hidden_states if output_hidden_states is None else output_hidden_states
        checkpointing = self.gradient_checkpointing and self.training
        # Keys that are computed again in the backward pass would be kept twice.
        use_cache = (self.config.use_cache if use_cache is None else use_cache) and not checkpointing
        if use_cache and past_key_values is None:
            past_key_values = DynamicCache()
        x = self.embed_tokens(input_ids) if inputs_embeds is None else inputs_embeds
        length, past = x.shape[1], past_length(past_key_values)
        if position_ids is None:
            position_ids = torch.arange(past, past + length, device=x.device)[None]
        rope = self.config.rope_parameters
        positions = int(position_ids.max()) + 1 if rope["rope_type"] == "dynamic" else 0
        frequencies = rotary_frequencies(rope, self.config.head_dim, x.device, positions, self.config.max_position_embeddings)
        angles = position_ids[..., None].float() * frequencies
        angles = torch.cat((angles, angles), dim=-1)[:, None]
        scale = rope.get("attention_factor", 1.0) if rope["rope_type"] == "yarn" else 1.0
        cos, sin = (angles.cos() * scale).to(x.dtype), (angles.sin() * scale).to(x.dtype)
        windows = {layer.window for layer in self.layers if layer.has_attention}
        masks = {window: visible(length, past, window, attention_mask, x.device) for window in windows}
        hidden_states, attentions = [], []
        for layer in self.layers:
            hidden_states.append(x)
            arguments = (x, cos, sin, masks.get(layer.window), past_key_values, bool(output_attentions))
            x = self._gradient_checkpointing_func(layer.__call__, *arguments) if checkpointing else layer(*arguments)
            if output_attentions:
                x, probabilities = x
                # As many heads as the layer has: none.
                attentions.append(x.new_zeros(x.shape[0], 0, length, past + length) if probabilities is None else probabilities)
        x = self.norm(x)
        output = BaseModelOutputWithPast(
            last_hidden_state=x,
            past_key_values=past_key_values if use_cache else None,
            hidden_states=(*hidden_states, x) if output_hidden_states else None,
            attentions=tuple(attentions) if output_attentions else None,
        )
        return output.to_tuple() if return_dict is False else output


def next_token_loss(logits, labels, num_items_in_batch=None, ignore_index=-100, shift_labels=None):
    """Mean over the predicted tokens, or their sum over `num_items_in_batch`: of all batches whose gradients the trainer adds."""
    if shift_labels is None:
        shift_labels = F.pad(labels, (0, 1), value=ignore_index)[..., 1:]
    reduction = "mean" if num_items_in_batch is None else "sum"
    loss = F.cross_entropy(logits.flatten(0, -2).float(), shift_labels.flatten().to(logits.device), ignore_index=ignore_index, reduction=reduction)
    if num_items_in_batch is None:
        return loss
    return loss / (num_items_in_batch.to(loss.device) if torch.is_tensor(num_items_in_batch) else num_items_in_batch)


class SecateurForCausalLM(SecateurPreTrainedModel, GenerationMixin):
    _tied_weights_keys = (
        ["lm_head.weight"] if int(transformers.__version__.split(".")[0]) < 5 else {"lm_head.weight": "model.embed_tokens.weight"}
    )

    def __init__(self, config):
        super().__init__(config)
        self.model = SecateurModel(config)
        self.lm_head = nn.Linear(config.hidden_size, config.vocab_size, bias=False)
        self.post_init()

    def get_input_embeddings(self):
        return self.model.embed_tokens

    def set_input_embeddings(self, value):
        self.model.embed_tokens = value

    def get_output_embeddings(self):
        return self.lm_head

    def set_output_embeddings(self, value):
        self.lm_head = value

    def forward(self, input_ids=None, labels=None, logits_to_keep=0, return_dict=None, num_items_in_batch=None, shift_labels=None, **kwargs):
        output = self.model(input_ids=input_ids, **kwargs)
        x = output.last_hidden_state
        if torch.is_tensor(logits_to_keep):
            x = x[:, logits_to_keep]
        elif logits_to_keep:
            x = x[:, -logits_to_keep:]
        logits = self.lm_head(x)
        loss = None
        if labels is not None or shift_labels is not None:
            loss = next_token_loss(logits, labels, num_items_in_batch, shift_labels=shift_labels)
        result = CausalLMOutputWithPast(
            loss=loss,
            logits=logits,
            past_key_values=output.past_key_values,
            hidden_states=output.hidden_states,
            attentions=output.attentions,
        )
        return result.to_tuple() if return_dict is False else result

    def prepare_inputs_for_generation(
        self, input_ids, past_key_values=None, attention_mask=None, inputs_embeds=None, use_cache=True, **kwargs
    ):
        past = past_length(past_key_values)
        inputs = {"past_key_values": past_key_values, "use_cache": use_cache}
        if inputs_embeds is not None and past == 0:
            inputs["inputs_embeds"] = inputs_embeds
        elif inputs_embeds is not None and input_ids.shape[1] <= past:
            inputs["input_ids"] = input_ids[:, -1:]  # tokens behind a prompt that had none
        else:
            inputs["input_ids"] = input_ids[:, past:]
        if attention_mask is not None:
            positions = (attention_mask.long().cumsum(-1) - 1).clamp(min=0)
            inputs["attention_mask"] = attention_mask
            inputs["position_ids"] = positions[:, past:]
        for key in ("output_attentions", "output_hidden_states", "logits_to_keep"):
            if kwargs.get(key) is not None:
                inputs[key] = kwargs[key]
        return inputs
