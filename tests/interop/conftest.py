# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the built `secateur` program on the golden checkpoints and compares with other libraries."""
import json
import os
import pathlib
import subprocess

import pytest

SOURCE = pathlib.Path(os.environ["SECATEUR_SOURCE_DIR"])
PROGRAM = os.environ["SECATEUR_PROGRAM"]
GOLDEN = SOURCE / "tests" / "golden"
DEMO = SOURCE / "resources" / "demo"
FAMILIES = ["llama-mha", "llama3-gqa", "mistral-swa", "qwen2", "qwen3"]
SEQ_LEN = 48


def secateur(*arguments):
    """Runs the program, which must succeed, and returns the JSON object on its stdout."""
    command = [PROGRAM, *map(str, arguments), "--json"]
    result = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert result.returncode == 0, f"{' '.join(command)}\n{result.stderr}"
    return json.loads(result.stdout)


def tokens(family, name):
    return f"{GOLDEN / family / 'tokens.safetensors'}:{name}"


def measure(family, folder):
    """The analysis file of a golden family."""
    analysis = folder / f"{family}.h5"
    if not analysis.exists():
        secateur("measure", GOLDEN / family, "--tokens", tokens(family, "calibration"), "--seq-len", SEQ_LEN, "--dtype", "f32",
                 "-o", analysis)
    return analysis


def flap_plan(family, folder, ratio=0.4, *options):
    """A FLAP plan with bias compensation, its analysis beside it: (plan, analysis)."""
    analysis, plan = measure(family, folder), folder / f"{family}-flap.json"
    secateur("plan", GOLDEN / family, "--analysis", analysis, "--method", "flap", "--metric", "WIFV", "--structure", "AL-AM",
             "--ratio", ratio, *options, "-o", plan)
    return plan, analysis


@pytest.fixture(params=FAMILIES)
def family(request):
    return request.param


@pytest.fixture(scope="session")
def work(tmp_path_factory):
    """A folder for the whole run, so that each family is measured once."""
    return tmp_path_factory.mktemp("interop")
