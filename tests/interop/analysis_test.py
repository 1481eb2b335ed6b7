# SPDX-License-Identifier: GPL-3.0-or-later
"""The analysis file opens in h5py and holds what docs/formats and the file itself say it holds."""
import json

import h5py
import numpy as np
import pytest
from safetensors.numpy import load_file

from conftest import GOLDEN, measure

LINEAR = ["mean", "fluctuation", "fluctuation_reference", "mean_reference", "norm2", "weight_norm2", "weight_abs_mean", "abs_mean_norm", "window_norm"]


@pytest.fixture
def analysis(family, work):
    with h5py.File(measure(family, work), "r") as file:
        yield file


@pytest.fixture
def shape(family):
    config = json.loads((GOLDEN / family / "config.json").read_text())
    head_dim = config.get("head_dim") or config["hidden_size"] // config["num_attention_heads"]
    return {"layers": config["num_hidden_layers"], "o_proj": config["num_attention_heads"] * head_dim,
            "down_proj": config["intermediate_size"]}


def datasets(file):
    found = []
    file.visititems(lambda _, item: found.append(item) if isinstance(item, h5py.Dataset) else None)
    return found


def test_root_attributes_say_where_the_numbers_come_from(analysis):
    for name in ("format", "version", "fingerprint", "statistics", "tokens", "tool"):
        assert any(name in key for key in analysis.attrs), f"{name} is not among {list(analysis.attrs)}"


def test_channels_of_every_layer(analysis, shape):
    assert len(analysis["layers"]) == shape["layers"]
    for layer in range(shape["layers"]):
        for linear in ("o_proj", "down_proj"):
            for name in LINEAR:
                data = analysis[f"layers/{layer}/{linear}/{name}"]
                assert data.shape == (shape[linear],)
                assert data.dtype == np.float32
                assert np.isfinite(data[()]).all()


def test_residual_stream_and_distances(analysis, shape):
    for name in ("cosine", "relative_update", "norm"):
        assert analysis[f"residual/{name}"].shape == (shape["layers"],)
    for name in ("all_tokens", "last_token"):
        assert analysis[f"angular/{name}"].shape == (shape["layers"] + 1,) * 2


def test_every_dataset_is_described_and_checksummed(analysis):
    found = datasets(analysis)
    assert found
    for data in found:
        assert any("unit" in key for key in data.attrs), data.name
        assert any(key in ("meaning", "description", "long_name", "title") for key in data.attrs), f"{data.name}: {list(data.attrs)}"
        assert data.fletcher32 and data.chunks, data.name


def test_values_are_the_golden_ones(analysis, family, shape):
    expected = load_file(GOLDEN / family / "expected.safetensors")
    for layer in range(shape["layers"]):
        for linear in ("o_proj", "down_proj"):
            for ours, theirs in (("mean", "exact.{}.{}.mean"), ("fluctuation", "exact.{}.{}.fluctuation"),
                                 ("fluctuation_reference", "reference.{}.{}.fluctuation")):
                golden = expected[theirs.format(layer, linear)]
                np.testing.assert_allclose(analysis[f"layers/{layer}/{linear}/{ours}"][()], golden, rtol=0,
                                           atol=1e-4 * np.abs(golden).max())
