"""`studylab diagnose`: what goes wrong in a run, in words and as JSON."""

from __future__ import annotations

import json
import math
import shutil
import sys
import textwrap
from pathlib import Path

import pytest

SICK = """
import math
from studylab.metrics.reporter import Reporter

with Reporter.open("sick") as reporter:
    reporter.plan(200)
    for step in range(1, 61):
        bad = step >= 42
        reporter.log({"loss": math.nan if bad else 1 / step, "grad_norm": 7.5}, step=step)
"""

FULL = """
raise MemoryError("Unable to allocate 7.28 TiB for an array")
"""


@pytest.fixture
def started(cli, tmp_path: Path, labs: Path):
    """Runs a program with words after it to its end, and gives its id."""

    def start(text: str, *words: str) -> str:
        script = tmp_path / "train.py"
        script.write_text(textwrap.dedent(text))
        cli("run", "--", sys.executable, str(script), *words)
        (first, *_more) = json.loads(cli("runs", "--json").out)
        return first["id"]

    return start


def test_the_first_nan_with_its_episode(cli, started) -> None:
    run = started(SICK, "--lr=0.5")
    told = cli("diagnose", run)
    assert told.code == 0
    assert "loss became NaN at step 42; the gradient norm before it was 7.5" in told.out
    assert "try --lr 0.05, it was 0.5" in told.out
    assert "P60  Vanishing / Exploding Gradients" in told.out
    assert "studylab open P60" in told.out


def test_json_holds_what_the_words_say(cli, started) -> None:
    started(SICK, "--lr=0.5")
    (found,) = json.loads(cli("diagnose", "last", "--json").out)
    assert found["kind"] == "not_a_number"
    assert found["step"] == 42
    assert found["evidence"] == {"value": "NaN", "norm": 7.5, "usual_norm": 7.5}
    assert found["setting"] == {"name": "lr", "value": 0.5, "instead": 0.05}
    assert found["episodes"] == [60, 61]
    assert math.isnan(float(found["evidence"]["value"]))


def test_out_of_memory_says_which_setting_to_lower(cli, started) -> None:
    run = started(FULL, "--batch-size", "64")
    told = cli("diagnose", run)
    assert "memory ran out" in told.out
    assert "lower --batch-size from 64 to 32" in told.out


def test_a_run_without_a_fault_has_no_finding(cli, labs, started) -> None:
    run = started("print('well')")
    told = cli("diagnose", run)
    assert (told.code, told.out) == (0, "")
    assert "nothing is found to be wrong" in told.err
    assert json.loads(cli("diagnose", run, "--json").out) == []


def test_a_run_that_is_not_there(cli) -> None:
    told = cli("diagnose", "nothing")
    assert told.code != 0
    assert len(told.err.strip().splitlines()) == 1


def test_the_page_of_the_run_has_it_too(cli, started) -> None:
    run = started(SICK, "--lr=0.5")
    told = cli("runs", "show", run).out
    assert "What goes wrong\n! loss became NaN at step 42" in told
    assert f"studylab diagnose {run}" in told


def test_the_page_of_the_week_tells_it_of_a_run_that_goes_on(cli, started, quiet_home) -> None:
    run = started(SICK, "--lr=0.5")
    # A copy of it that goes on, and is looked after on another machine.
    folder = quiet_home / "runs" / "other-2"
    shutil.copytree(quiet_home / "runs" / run, folder)
    for name, changed in (
        ("run.json", {"id": "other-2", "host": "elsewhere"}),
        ("state.json", {"state": "running", "ended_at": None}),
    ):
        file = folder / name
        file.write_text(json.dumps({**json.loads(file.read_text()), **changed}))
    told = cli("week").out
    assert "other-2" in told
    assert "! loss became NaN at step 42" in told
