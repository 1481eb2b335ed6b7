# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans that Secateur writes fit the published schema; the schema refuses what is not a plan."""
import copy
import json

import jsonschema
import pytest

from conftest import GOLDEN, SOURCE, flap_plan, secateur

SCHEMA = json.loads((SOURCE / "resources" / "schemas" / "plan-v1.schema.json").read_text())
SMALLEST = {"format": "secateur-plan", "version": 1, "model": {"layers": 4}, "steps": []}


def validate(plan):
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.validate(plan, SCHEMA, jsonschema.Draft202012Validator)


def test_written_flap_plan(family, work):
    plan, _ = flap_plan(family, work, 0.3, "--force")
    content = json.loads(plan.read_text())
    validate(content)
    assert [step["step"] for step in content["steps"]] == ["width"]
    assert content["accounting"]["parameters_after"] < content["accounting"]["parameters_before"]


def test_written_chop_plan(tmp_path):
    plan = tmp_path / "chop.json"
    secateur("plan", GOLDEN / "llama-mha", "--chop-count", 2, "--chop-by", "top", "-o", plan)
    content = json.loads(plan.read_text())
    validate(content)
    assert len(content["steps"][0]["layers"]) == 2


def test_smallest_plan_by_hand():
    validate(SMALLEST)


@pytest.mark.parametrize("key", ["format", "version", "model", "steps"])
def test_required_keys(key):
    plan = {k: v for k, v in SMALLEST.items() if k != key}
    with pytest.raises(jsonschema.ValidationError):
        validate(plan)


@pytest.mark.parametrize("path,value", [
    (("version",), "one"), (("format",), "other"), (("model", "layers"), -1), (("steps",), [{"layers": [1]}]),
    (("steps",), [{"step": "width", "ratio": 1.5, "keep": []}]),
])
def test_wrong_values_are_refused(path, value):
    plan = copy.deepcopy(SMALLEST)
    place = plan
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    with pytest.raises(jsonschema.ValidationError):
        validate(plan)
