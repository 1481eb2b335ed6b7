# SPDX-License-Identifier: GPL-3.0-or-later
"""TensorBoard's own readers on the event files of a healing run."""
import json
import math
import re
import shutil

import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.backend.event_processing.event_file_loader import EventFileLoader

from conftest import GOLDEN, SEQ_LEN, secateur, tokens

NAME = "llama3-gqa"
TAGS = {"loss/train": "loss", "loss/cross_entropy": "cross_entropy", "learning_rate": "learning_rate", "gradient_norm": "gradient_norm",
        "tokens_per_second": "tokens_per_second", "memory_bytes": "memory_bytes", "perplexity/eval": "eval_perplexity"}


def heal(out, steps, *options):
    secateur("heal", GOLDEN / NAME, "--tokens", tokens(NAME, "calibration"), "--eval-tokens", tokens(NAME, "evaluation"), "--seq-len", SEQ_LEN,
             "--dtype", "f32", "--steps", steps, "--batch-size", 2, "--eval-every", 3, "--eval-samples", 4, "-o", out, *options)


def points(out):
    return [json.loads(line) for line in (out / "metrics.jsonl").read_text().splitlines()]


def event_files(out):
    return sorted(out.glob("events.out.tfevents.*"))


def scalars(out):
    accumulator = EventAccumulator(str(out), size_guidance={"scalars": 0})
    accumulator.Reload()
    read = {tag: [(event.step, event.value) for event in accumulator.Scalars(tag)] for tag in accumulator.Tags()["scalars"]}
    for tag, events in read.items():
        assert len(dict(events)) == len(events), f"{tag} has a step twice: {[step for step, _ in events]}"
    return {tag: dict(events) for tag, events in read.items()}


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    out = tmp_path_factory.mktemp("events") / "run"
    heal(out, 7)
    return out


def test_accumulator_reads_every_step_of_every_curve(run):
    read, written = scalars(run), points(run)
    assert len(written) == 7
    for tag, key in TAGS.items():
        expected = {point["step"]: point[key] for point in written if key in point}
        assert expected, key
        assert read[tag].keys() == expected.keys(), tag
        assert list(read[tag].values()) == pytest.approx(list(expected.values()), rel=1e-6), tag
    losses = {step: math.exp(value) for step, value in read["loss/eval"].items()}
    assert losses == pytest.approx(read["perplexity/eval"], rel=1e-5)


def test_no_curve_is_unknown_to_this_test(run):
    assert scalars(run).keys() == TAGS.keys() | {"loss/eval"}


def test_loader_reads_the_file_as_a_whole(run):
    (file,) = event_files(run)
    assert re.fullmatch(r"events\.out\.tfevents\.\d{10}\..+", file.name)
    events = list(EventFileLoader(str(file)).Load())
    assert events[0].file_version == "brain.Event:2"
    assert [event.step for event in events if event.HasField("summary")] == list(range(1, 8))
    assert [event.step for event in events if event.HasField("session_log")] == [1]
    times = [event.wall_time for event in events]
    assert times == sorted(times) and times[0] > 1.6e9


def test_a_record_that_was_cut_off_leaves_the_others(run, tmp_path):
    (file,) = event_files(run)
    cut = tmp_path / file.name
    cut.write_bytes(file.read_bytes()[:-5])
    assert len(list(EventFileLoader(str(cut)).Load())) == len(list(EventFileLoader(str(file)).Load())) - 1


def test_a_resumed_run_is_one_curve(tmp_path):
    out = tmp_path / "run"
    heal(out, 9, "--checkpoint-every", 3)
    shutil.rmtree(out / "checkpoint-9")
    heal(out, 9, "--checkpoint-every", 3, "--resume")
    assert len(event_files(out)) == 2
    read, written = scalars(out)["loss/train"], points(out)
    assert read == pytest.approx({point["step"]: point["loss"] for point in written}, rel=1e-6)
    assert sorted(read) == list(range(1, 10))
