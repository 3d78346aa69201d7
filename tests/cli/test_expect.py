"""Saying what is expected of a run, and what came of it, from the shell."""

from __future__ import annotations

import json

import pytest

from studylab import locations


def launched(cli, *words: str) -> str:
    ran = cli("run", "quick", *words)
    assert ran.code == 0, ran.err
    return json.loads(cli("runs", "show", "last", "--json").out)["id"]


def test_a_launch_tells_at_its_end_how_far_off_it_was(cli, labs):
    ran = cli("run", "quick", "--steps", "9", "--expect", "accuracy=99%", "--expect-shape", "falls")
    assert ran.code == 0, ran.err
    assert "expected accuracy 99 %, got 95.0 %: 4 points less" in ran.out
    assert "expected that loss falls to the end: it runs away, or is no number" in ran.out
    shown = cli("runs", "show", "last").out
    assert "Expected" in shown and "4 points less" in shown
    record = json.loads(cli("expect", "last", "--json").out)
    assert (record["found"], record["got"], record["observed_shape"]) == (
        "test accuracy", 0.95, "diverges",
    )  # fmt: skip
    assert record["differs"] and not record["late"]


def test_nothing_is_said_of_a_run_of_which_nothing_was_expected(cli, labs):
    run = launched(cli)
    assert "xpected" not in cli("runs", "show", run).out
    shown = cli("expect", run)
    assert (shown.code, shown.out) == (0, "")
    assert f"nothing was expected of {run}" in shown.err
    assert json.loads(cli("expect", run, "--json").out) is None


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--expect", "accuracy"], "METRIC=VALUE"),
        (["--expect", "accuracy=much"], "no number"),
        (["--expect-shape", "fals"], "did you mean falls?"),
    ],
)
def test_what_can_t_be_read_starts_nothing(cli, labs, words, told):
    refused = cli("run", "quick", *words)
    assert refused.code == 2
    assert told in refused.err and "Traceback" not in refused.err
    assert not locations.runs().exists()


def test_what_is_said_after_the_end_is_said_to_be(cli, labs, monkeypatch):
    run = launched(cli)
    monkeypatch.setattr("studylab.store.expectations.now", lambda: "2999-01-01T00:00:00+00:00")
    told = cli("expect", run, "accuracy=0.95")
    assert told.out == (
        "expected accuracy 95 %, got 95.0 %: as expected\nthis was told after the run had ended\n"
    )


def test_an_expectation_is_changed_part_by_part_and_taken_back(cli, labs):
    run = launched(cli)
    cli("expect", run, "accuracy=0.5")
    cli("expect", run, "--shape", "levels-off", "--why", "it is easy")
    record = json.loads(cli("expect", run, "--json").out)
    assert (record["value"], record["shape"], record["why"]) == (0.5, "levels-off", "it is easy")
    assert cli("expect", run, "--forget").code == 0
    assert cli("expect", run, "--forget").code != 0
    assert cli("undo").code == 0
    assert json.loads(cli("expect", run, "--json").out)["value"] == 0.5


def test_the_gap_becomes_a_question_about_the_run(cli, labs):
    run = launched(cli)
    cli("expect", run, "accuracy=0.99")
    assert "question" in cli("expect", run, "--ask").out
    (asked,) = json.loads(cli("questions", "--run", run, "--json").out)
    assert asked["text"] == f"Why did {run} reach accuracy 95.0 % where I expected 99 %?"
    assert asked["week"] == 1


def test_the_gap_becomes_a_missed_point_of_the_lab_s_paper(cli, labs):
    text = (labs / "quick.py").read_text("utf-8")
    (labs / "quick.py").write_text(
        text.replace("minutes=0.1,", 'minutes=0.1,\n    papers=("transformer",),'), "utf-8"
    )
    run = launched(cli)
    cli("expect", run, "accuracy=0.99")
    assert "missed point" in cli("expect", run, "--missed").out
    (point,) = json.loads(cli("missed", "--json").out)
    assert point["paper"] == "transformer"
    assert "4 points less" in point["text"] and run in point["text"]


def test_what_can_t_be_kept_says_why(cli, labs):
    run = launched(cli)
    assert "nothing was expected" in cli("expect", run, "--ask").err
    cli("expect", run, "accuracy=0.95")
    assert "no gap" in cli("expect", run, "--ask").err
    cli("expect", run, "accuracy=0.99")
    assert "belongs to no paper" in cli("expect", run, "--missed").err
    assert cli("expect", run, "accuracy=0.9", "--ask").code == 2
    assert cli("expect", "nobody", "accuracy=0.9").code != 0


def test_a_command_can_be_expected_of_too(cli, labs):
    ran = cli("run", "--expect", "loss=1", "--", "echo", "loss=2")
    assert ran.code == 0, ran.err
    assert "expected loss 1; the run told no such figure" in ran.out


def test_a_dry_run_tells_the_time_and_starts_nothing(cli, labs):
    told = cli("run", "quick", "--steps", "5", "--dry-run")
    assert told.code == 0
    assert "mine/quick  steps=5  rate=0.5  shuffle=yes  data=auto" in told.out
    assert "as the lab says" in told.out
    assert not locations.runs().exists()
    launched(cli, "--steps", "5")
    assert "by 1 earlier run" in cli("run", "quick", "--steps", "50", "--dry-run").out
    assert "by 1 earlier run" in cli("labs", "show", "quick").out
    assert "--steps takes" in cli("run", "quick", "--steps", "0", "--dry-run").err
    assert "can't be run" in cli("run", "broken", "--dry-run").err
