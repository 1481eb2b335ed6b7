# SPDX-License-Identifier: GPL-3.0-or-later
"""same_training.py NAME CPU_RUN GPU_RUN GPU_RUN_AGAIN: the GPU's losses are those of the CPU, and its weights are the same twice, to the bit."""
import hashlib
import json
import pathlib
import sys

LARGEST = 1e-3  # relative difference of losses and gradient norms


def points(run):
    return [json.loads(line) for line in (run / "metrics.jsonl").read_text(encoding="utf-8").splitlines()]


def weights(run):
    files = sorted(run.glob("*.safetensors"))
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def main():
    name, runs = sys.argv[1], [pathlib.Path(argument) for argument in sys.argv[2:]]
    cpu, gpu = points(runs[0]), points(runs[1])
    largest = {key: max(abs(a[key] - b[key]) / abs(a[key]) for a, b in zip(cpu, gpu, strict=True)) for key in ("loss", "gradient_norm")}
    same = weights(runs[1]) == weights(runs[2])
    print(f"{name}: {len(cpu)} steps, largest relative difference of the loss {largest['loss']:.1e}, of the gradient norm {largest['gradient_norm']:.1e}; "
          f"twice on the GPU: {'the same weights' if same else 'OTHER WEIGHTS'}")
    if not same or max(largest.values()) > LARGEST:
        sys.exit(1)


if __name__ == "__main__":
    main()
