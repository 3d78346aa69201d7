"""A run directory is judged whatever is in it."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from studylab.metrics.records import event_line, metric_line
from studylab.runs.directory import RunDirectory, RunState, State
from studylab.study.diagnosis.known import Known, settings_of
from studylab.study.diagnosis.model import Kind
from studylab.study.diagnosis.reading import diagnose, is_small
from studylab.study.diagnosis.watch import Watch
from tests.study.sick_runs import findings, series, spec


@pytest.fixture
def run(tmp_path: Path) -> RunDirectory:
    """A run of ten classes whose accuracy never moves, and that failed for want of memory."""
    run = RunDirectory(tmp_path)
    run.write_spec(spec(batch_size=64))
    run.write_state(RunState(State.FAILED, exit_code=1))
    run.output.write_text("CUDA out of memory\n")
    run.events.write_bytes(event_line(0.0, "data", {"classes": 10}))
    with run.metrics.open("ab") as file:
        for step in range(1, 8):
            file.write(metric_line(0.0, step, {"val/accuracy": 0.1, "other": 1.0}))
    return run


def test_all_that_a_directory_holds_is_taken(run: RunDirectory) -> None:
    assert [f.kind for f in diagnose(run)] == [Kind.OUT_OF_MEMORY, Kind.ONE_CLASS]


def test_an_empty_directory_has_no_finding(tmp_path: Path) -> None:
    assert diagnose(RunDirectory(tmp_path)) == []
    assert diagnose(RunDirectory(tmp_path / "gone")) == []
    assert is_small(RunDirectory(tmp_path / "gone"), 0)


def test_garbage_in_every_file_is_passed_over(run: RunDirectory) -> None:
    for file in (run.spec_file, run.state_file):
        file.write_text('{"contract": "x')
    for file in (run.metrics, run.events):
        file.write_bytes(b"\x00\xff{]\n" + file.read_bytes() + b'{"half')
    assert [f.kind for f in diagnose(run)] == [Kind.ONE_CLASS]


@pytest.mark.parametrize("value", [None, "ten", -1, 0, 1, math.nan, 1e300, [10], {}, True, 10**9])
def test_a_number_of_classes_that_is_none_is_passed_over(value) -> None:
    assert findings({}, classes=value) == []
    known = Known()
    known.take_spec(spec(num_labels=str(value)))
    assert known.classes is None


@pytest.mark.parametrize("steps", [None, "x", -5, 0, 1.5, [1]])
def test_a_plan_that_is_none_is_passed_over(steps) -> None:
    assert findings({"loss": series([(1, 1.0)])}, steps=steps, of=spec(warmup_steps=9)) == []


def test_steps_backwards_and_far_are_no_trouble() -> None:
    steps = [1, 5, 3, 10**12, 2, -7, 10**12 - 1, 10**12]
    watch, growing = Watch(), series([])
    for step in steps:
        growing.append(step, 1.0 / (abs(step) + 1), 0.0)
        assert watch.findings({"loss": growing}) == []


def test_five_thousand_names_are_no_trouble() -> None:
    names = [f"loss {n} 🎉" for n in range(5000)]
    assert Watch().findings({name: series([(1, 1.0)]) for name in names}) == []


class TestSettings:
    def test_of_a_lab_they_are_those_of_its_form(self) -> None:
        of = spec(argv=("python", "--lr=9"), batch_size=8, data="mnist", shuffle=True)
        assert settings_of(of) == {"batch_size": 8, "data": "mnist"}

    def test_of_a_command_they_are_its_words(self) -> None:
        argv = ("python", "train.py", "--batch-size", "32", "lr=3e-4", "--model.d_model=256",
                "-v", "--bf16")  # fmt: skip
        found = settings_of(spec(lab="", argv=argv))
        assert found["batch_size"] == 32
        assert found["lr"] == 3e-4
        assert found["d_model"] == 256
        assert "train" not in found
