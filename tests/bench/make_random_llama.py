# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes a random Llama checkpoint and random token windows for the benchmarks.

The default is the 271 M-parameter network of docs/performance.md; --preset 7b has the shape of Llama-2-7B (13.5 GB in bf16) and
--preset tiny is for trying the scripts. Weights are N(0, 0.02), norms are one, so perplexity is near the vocabulary size: only
speed and memory mean anything. Needs numpy alone; memory is one tensor. Large networks
repeat a pool of 16.8 million random values from places drawn for each tensor, which is much faster to write.
"""
import argparse
import json
import pathlib
import struct

import numpy as np

PRESETS = {
    "271m": dict(hidden=1024, layers=16, heads=8, kv_heads=8, intermediate=2816, vocab=32000),
    "7b": dict(hidden=4096, layers=32, heads=32, kv_heads=32, intermediate=11008, vocab=32000),
    "60m": dict(hidden=512, layers=8, heads=8, kv_heads=8, intermediate=1408, vocab=32000),
    "tiny": dict(hidden=256, layers=2, heads=2, kv_heads=2, intermediate=512, vocab=1000),
}
ITEM_BYTES = {"BF16": 2, "F32": 4}
POOL = 1 << 24  # values
LARGE_BYTES = 4e9


def tensor_shapes(shape):
    """(name, dimensions) in the order in which they are written."""
    hidden, inner, vocab = shape["hidden"], shape["intermediate"], shape["vocab"]
    head_dim = hidden // shape["heads"]
    kv_rows = shape["kv_heads"] * head_dim
    yield "model.embed_tokens.weight", [vocab, hidden]
    for layer in range(shape["layers"]):
        prefix = f"model.layers.{layer}."
        yield prefix + "input_layernorm.weight", [hidden]
        yield prefix + "self_attn.q_proj.weight", [hidden, hidden]
        yield prefix + "self_attn.k_proj.weight", [kv_rows, hidden]
        yield prefix + "self_attn.v_proj.weight", [kv_rows, hidden]
        yield prefix + "self_attn.o_proj.weight", [hidden, hidden]
        yield prefix + "post_attention_layernorm.weight", [hidden]
        yield prefix + "mlp.gate_proj.weight", [inner, hidden]
        yield prefix + "mlp.up_proj.weight", [inner, hidden]
        yield prefix + "mlp.down_proj.weight", [hidden, inner]
    yield "model.norm.weight", [hidden]
    yield "lm_head.weight", [vocab, hidden]


def to_bytes(values, dtype):
    """float32 values in the stored dtype; bfloat16 rounds half to even."""
    if dtype == "F32":
        return values.astype("<f4").tobytes()
    bits = values.astype("<f4").view(np.uint32)
    rounded = (bits + 0x7FFF + ((bits >> 16) & 1)) >> 16
    return rounded.astype("<u2").tobytes()


def write_header(file, entries):
    """`entries`: (name, dtype, shape, bytes) in file order."""
    header, offset = {"__metadata__": {"format": "pt"}}, 0
    for name, dtype, shape, size in entries:
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [offset, offset + size]}
        offset += size
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    file.write(struct.pack("<Q", len(text)) + text)


def noise(dims, rng):
    return rng.standard_normal(dims, dtype=np.float32) * np.float32(0.02)


def write_from_pool(file, pool, size, start):
    while size > 0:
        part = pool[start:start + size]
        file.write(part)
        size, start = size - len(part), 0


def write_weights(path, shape, dtype, rng, empty):
    shapes = list(tensor_shapes(shape))
    with path.open("wb") as file:
        sizes = [int(np.prod(s)) * ITEM_BYTES[dtype] for _, s in shapes]
        write_header(file, [(n, dtype, s, size) for (n, s), size in zip(shapes, sizes)])
        if empty:
            file.truncate(file.tell() + sum(sizes))
            return
        pool = memoryview(to_bytes(noise([POOL], rng), dtype)) if sum(sizes) > LARGE_BYTES else None
        for _, dims in shapes:
            if len(dims) == 1:
                file.write(to_bytes(np.ones(dims, np.float32), dtype))
            elif pool is None:
                file.write(to_bytes(noise(dims, rng), dtype))
            else:
                write_from_pool(file, pool, int(np.prod(dims)) * ITEM_BYTES[dtype], int(rng.integers(POOL)) * ITEM_BYTES[dtype])


def write_config(path, shape, dtype):
    config = {
        "architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_act": "silu",
        "hidden_size": shape["hidden"], "num_hidden_layers": shape["layers"], "num_attention_heads": shape["heads"],
        "num_key_value_heads": shape["kv_heads"], "intermediate_size": shape["intermediate"], "vocab_size": shape["vocab"],
        "max_position_embeddings": 2048, "rms_norm_eps": 1e-6, "rope_theta": 10000.0, "tie_word_embeddings": False,
        "bos_token_id": 1, "eos_token_id": 2, "pad_token_id": 0, "initializer_range": 0.02,
        "torch_dtype": "bfloat16" if dtype == "BF16" else "float32",
    }
    path.write_text(json.dumps(config, indent=2) + "\n")


def write_tokens(path, shape, windows, seq_len, rng):
    count = windows * seq_len
    with path.open("wb") as file:
        write_header(file, [(name, "I32", [count], 4 * count) for name in ("calibration", "evaluation")])
        for _ in range(2):
            file.write(rng.integers(3, shape["vocab"], count).astype("<i4").tobytes())


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--preset", choices=PRESETS, default="271m")
    parser.add_argument("--dtype", choices=ITEM_BYTES, default="BF16")
    parser.add_argument("--windows", type=int, default=64)
    parser.add_argument("--seq-len", type=int, default=128)
    parser.add_argument("--empty", action="store_true", help="a hole instead of weights: no disk space, enough to time opening")
    parser.add_argument("--layers", type=int, help="instead of the preset's; memory hardly depends on how many there are")
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    shape = {**PRESETS[args.preset], **({"layers": args.layers} if args.layers else {})}
    rng = np.random.default_rng(args.seed)
    args.folder.mkdir(parents=True, exist_ok=True)
    write_config(args.folder / "config.json", shape, args.dtype)
    write_tokens(args.folder / "tokens.safetensors", shape, args.windows, args.seq_len, rng)
    write_weights(args.folder / "model.safetensors", shape, args.dtype, rng, args.empty)
    parameters = sum(int(np.prod(s)) for _, s in tensor_shapes(shape))
    print(f"{args.folder}: {parameters / 1e6:.1f} M parameters, {args.windows} windows of {args.seq_len} tokens")


if __name__ == "__main__":
    main()
