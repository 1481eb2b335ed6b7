# SPDX-License-Identifier: GPL-3.0-or-later
"""The job schema and the program agree on what a job is."""
import json
import re
import subprocess

import jsonschema
import pytest

from conftest import DEMO, PROGRAM, SOURCE

SCHEMA = json.loads((SOURCE / "resources" / "schemas" / "job-v1.schema.json").read_text())
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
INFO = {"command": "info", "model": str(DEMO / "sprout-12")}
PERPLEXITY = {"command": "ppl", "model": str(DEMO / "sprout-12"), "text": str(DEMO / "sample.txt"), "samples": 2, "seq-len": 32}


def accepted(job, folder):
    file = folder / "job.json"
    file.write_text(json.dumps(job))
    return subprocess.run([PROGRAM, "run", file, "--dry-run"], capture_output=True, text=True, timeout=60).returncode == 0


def test_schema_is_one():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_commands_are_those_of_the_program():
    overview = subprocess.run([PROGRAM, "--help"], capture_output=True, text=True, timeout=60, check=True).stdout
    commands = re.findall(r"^  (\w+) ", overview.split("Commands:")[1], re.MULTILINE)
    assert set(SCHEMA["properties"]["steps"]["items"]["properties"]["command"]["enum"]) == set(commands) - {"run"}


def test_example_of_the_documentation():
    text = (SOURCE / "docs" / "formats" / "job.md").read_text()
    VALIDATOR.validate(json.loads(re.search(r"```json\n(.*?)```", text, re.DOTALL).group(1)))


@pytest.mark.parametrize("job", [
    {"steps": [INFO]}, {"steps": [INFO, PERPLEXITY], "name": "two", "defaults": {"threads": 1, "seq_len": 16}},
    {"steps": [PERPLEXITY | {"bos": True, "name": "with bos"}]}, {"steps": [PERPLEXITY | {"style": "sliding", "stride": 8}]},
])
def test_both_accept(job, tmp_path):
    VALIDATOR.validate(job)
    assert accepted(job, tmp_path)


@pytest.mark.parametrize("job", [
    {}, {"steps": []}, {"steps": {}}, {"steps": [INFO], "step": 1}, {"steps": [{"model": "x"}]}, {"steps": [INFO | {"command": "dig"}]},
    {"steps": [{"command": "run"}]}, {"steps": [INFO | {"json": True}]}, {"steps": [PERPLEXITY | {"samples": None}]},
    {"steps": [PERPLEXITY | {"samples": {"n": 2}}]}, {"steps": [INFO], "defaults": {"ratio": 0.1}}, {"steps": [INFO | {"name": 3}]},
])
def test_both_refuse(job, tmp_path):
    assert not VALIDATOR.is_valid(job)
    assert not accepted(job, tmp_path)
