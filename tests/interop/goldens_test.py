# SPDX-License-Identifier: GPL-3.0-or-later
"""The golden numbers are what transformers and plain PyTorch compute on the checkpoint beside them."""
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(os.environ["SECATEUR_SOURCE_DIR"])


def test_goldens_are_computed_again():
    case = ROOT / "tests" / "golden" / "llama3-gqa"
    result = subprocess.run([sys.executable, ROOT / "tests" / "interop" / "make_goldens.py", case, case, "--check"], capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr
