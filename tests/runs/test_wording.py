"""How runs are told in short."""

from __future__ import annotations

import math

import pytest

from studylab.labspec import Reference, Setting
from studylab.runs.directory import State
from studylab.runs.wording import (
    SYMBOLS,
    changed_settings,
    duration,
    metric_value,
    read_state,
    reference_value,
    setting_value,
    shown_verdict,
    size,
    time_needed,
    told_reason,
    told_result,
    verdict,
    verdict_word,
)
from studylab.store.runs import ResultRow


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-5, "0:00"), (0, "0:00"), (59.9, "0:59"), (61, "1:01"), (3600, "1:00:00"),
        (86399, "23:59:59"), (2 * 86400 + 3 * 3600, "2 d 03 h"), (math.nan, "?"), (math.inf, "?"),
    ],
)  # fmt: skip
def test_duration(seconds: float, text: str) -> None:
    assert duration(seconds) == text


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1500, "1.5 kB"),
        (999_500, "1.0 MB"),
        (412e6, "412 MB"),
        (80e9, "80 GB"),
    ],
)
def test_size(count: float, text: str) -> None:
    assert size(count) == text


@pytest.mark.parametrize(("minutes", "text"), [(0.3, "18 s"), (1, "1 min"), (90, "1.5 h")])
def test_time_needed(minutes: float, text: str) -> None:
    assert time_needed(minutes) == text


@pytest.mark.parametrize(
    ("metric", "value", "exact", "text"),
    [
        ("accuracy", 0.978, False, "97.8 %"), ("val/accuracy", 0.97, True, "97 %"),
        ("loss", 0.123456, False, "0.1235"), ("perplexity", 16.42, True, "16.42"),
        ("accuracy", math.nan, False, "nan"), ("loss", -math.inf, False, "-inf"),
    ],
)  # fmt: skip
def test_metric_value(metric: str, value: float, exact: bool, text: str) -> None:
    assert metric_value(metric, value, exact=exact) == text


@pytest.mark.parametrize(
    ("word", "reference", "text"),
    [
        ("reached", 0.97, "97.8 % (reference: 97 %, reached)"),
        ("", 0.97, "97.8 % (reference: 97 %, reached)"),
        ("", 0.99, "97.8 % (reference: 99 %, not reached)"),
        ("within noise", 0.98, "97.8 % (reference: 98 %, within noise)"),
        ("collapsed", 0.98, "97.8 % (collapsed: nothing was learned)"),
        ("no reference", None, "97.8 % (no reference for digits)"),
        (
            "no reference",
            0.98,
            "97.8 % (not held against the reference 98 %: the run was cut short)",
        ),
        ("", None, "97.8 % (no reference for digits)"),
    ],
)
def test_verdict(word: str, reference: float | None, text: str) -> None:
    result = ResultRow("accuracy", "test", "digits", 0.978, reference=reference, verdict=word)
    assert verdict(result) == text


def test_a_verdict_word_is_one_line() -> None:
    result = ResultRow("f1", "test", "d", 0.5, reference=0.4, verdict="\x1b[31mwell\nwell")
    assert verdict_word(result) == "well well"


def test_lower_can_be_better() -> None:
    reference = Reference("perplexity", 20.0, "test", "wiki", "a book", higher_is_better=False)
    assert reference_value(reference) == "perplexity ≤ 20"


def test_states() -> None:
    assert read_state("running") is State.RUNNING
    assert read_state("dancing") is State.LOST
    assert len(set(SYMBOLS.values())) == len(State)


def test_settings_that_differ() -> None:
    declared = (Setting("epochs", "int", 2, ""), Setting("rate", "float", 0.1, ""))
    assert changed_settings({"epochs": 3, "rate": 0.1, "gone": True}, declared) == {
        "epochs": 3,
        "gone": True,
    }
    assert setting_value(True) == "yes"
    assert setting_value("a\nb") == "a b"
    assert setting_value(0.00003) == "3e-05"


def test_a_verdict_without_a_word_is_not_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """A catalogue answers the empty text with its header."""
    monkeypatch.setattr("studylab.runs.wording._", lambda text: text or "Language: zh_CN")
    result = ResultRow("f1", "test", "d", 0.5, reference=0.4, verdict="\x1b[31m")
    assert shown_verdict(result) == ""


def test_a_result_as_a_line() -> None:
    result = ResultRow("f1", "test", "mrpc", 0.5, reference=0.4, verdict="reached")
    assert told_result(result) == "test f1 (mrpc): 50.0 % (reference: 40 %, reached)"


def test_a_reason_that_only_says_the_state_is_none() -> None:
    assert told_reason(State.FINISHED, "finished") == ""
    assert told_reason(State.FINISHED, "finished; 2 were ended") == "finished; 2 were ended"
