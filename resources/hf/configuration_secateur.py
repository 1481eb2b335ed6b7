# SPDX-License-Identifier: GPL-3.0-or-later
"""Configuration of a Llama-like decoder whose layers have different widths.

`num_attention_heads`, `num_key_value_heads` and `intermediate_size` are lists with one entry per layer; 0 means that the layer
lacks that part. The key `secateur` says the rest: which layers have biases, sliding windows, and norms of queries and keys,
and the `ranks` of linears that are the product of two.
"""

from transformers import PretrainedConfig


class SecateurConfig(PretrainedConfig):
    model_type = "secateur"
    keys_to_ignore_at_inference = ["past_key_values"]

    def __init__(
        self,
        vocab_size=32000,
        hidden_size=64,
        head_dim=16,
        num_hidden_layers=1,
        num_attention_heads=(4,),
        num_key_value_heads=(4,),
        intermediate_size=(128,),
        max_position_embeddings=2048,
        rms_norm_eps=1e-6,
        initializer_range=0.02,
        use_cache=True,
        bos_token_id=None,
        eos_token_id=None,
        pad_token_id=None,
        tie_word_embeddings=False,
        secateur=None,
        **kwargs,
    ):
        self.vocab_size = vocab_size
        self.hidden_size = hidden_size
        self.head_dim = head_dim
        self.num_hidden_layers = num_hidden_layers
        self.num_attention_heads = list(num_attention_heads)
        self.num_key_value_heads = list(num_key_value_heads)
        self.intermediate_size = list(intermediate_size)
        self.max_position_embeddings = max_position_embeddings
        self.rms_norm_eps = rms_norm_eps
        self.initializer_range = initializer_range
        self.use_cache = use_cache
        self.secateur = secateur or {"version": 1, "base_model_type": "llama", "qk_norm": False, "layers": self._plain_layers()}
        # Kept as they stand in the file, for whichever version of transformers writes it again.
        rope = {key: kwargs.pop(key, None) for key in ("rope_theta", "rope_scaling", "rope_parameters")}
        super().__init__(
            bos_token_id=bos_token_id,
            eos_token_id=eos_token_id,
            pad_token_id=pad_token_id,
            tie_word_embeddings=tie_word_embeddings,
            **kwargs,
        )
        # Transformers 5 leaves these to the class that declares them.
        self.bos_token_id = bos_token_id
        self.eos_token_id = eos_token_id
        self.pad_token_id = pad_token_id
        self.tie_word_embeddings = tie_word_embeddings
        scaling = rope["rope_scaling"] or rope["rope_parameters"] or {}
        theta = scaling.get("rope_theta") or rope["rope_theta"] or 10000.0
        kind = scaling.get("rope_type") or scaling.get("type") or "default"
        self.rope_parameters = {**{k: v for k, v in scaling.items() if k != "type"}, "rope_type": kind, "rope_theta": theta}

    def _plain_layers(self):
        return [
            {"heads": heads, "kv_heads": kv_heads, "intermediate_size": width}
            for heads, kv_heads, width in zip(self.num_attention_heads, self.num_key_value_heads, self.intermediate_size)
        ]
