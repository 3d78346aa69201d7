"""A result beside its baseline and its reference."""

from __future__ import annotations

import math

import pytest
from lab_process import events

from labs.kit.data import Provenance, Tier
from labs.kit.verdict import conclude, judge, reference_for, shown
from studylab.labspec import Lab, Reference

REFERENCE = Reference("accuracy", 0.97, "test", "digits", "a book")
LAB = Lab("toy", "", "", week=1, minutes=0, references=(REFERENCE,))
DIGITS = Provenance("digits", Tier.EMBEDDED, "scikit-learn", {"train": 10, "test": 1000})


@pytest.mark.parametrize(
    ("value", "word", "text"),
    [
        (0.978, "reached", "97.8 % (reference: 97 %, reached)"),
        (0.97, "reached", "97.0 % (reference: 97 %, reached)"),
        (
            0.965,
            "within noise",
            "96.5 % (reference: 97 %, not reached, but within the noise of 1,000 examples)",
        ),
        (0.9, "not reached", "90.0 % (reference: 97 %, not reached)"),
        (0.1, "collapsed", "10.0 % (collapsed: nothing was learned; the baseline is 10.0 %)"),
        (math.nan, "collapsed", "nan % (collapsed: nothing was learned; the baseline is 10.0 %)"),
    ],
)
def test_the_words(value, word, text):
    verdict = judge(
        "accuracy", value, data="digits", reference=REFERENCE, baseline=0.1, examples=1000
    )
    assert (verdict.word, verdict.text) == (word, text)


def test_a_perplexity_is_better_when_lower():
    reference = Reference("perplexity", 100.0, "test", "text", "a paper", higher_is_better=False)

    def word(value: float) -> str:
        return judge(
            "perplexity", value, data="text", reference=reference, baseline=500.0,
            higher_is_better=False,
        ).word  # fmt: skip

    assert [word(v) for v in (87.2, 120.0, 600.0)] == ["reached", "not reached", "collapsed"]
    assert shown("perplexity", 87.1712) == "87.17"


def test_a_reference_holds_for_its_own_data_and_split_only():
    assert reference_for(LAB, "accuracy", "test", "digits") is REFERENCE
    for other in (("f1", "test", "digits"), ("accuracy", "val", "digits")):
        assert reference_for(LAB, *other) is None
    assert reference_for(LAB, "accuracy", "test", "mnist-cut-8000-2000") is None
    assert judge("accuracy", 0.99, data="mine").text == "99.0 % (no reference for mine)"


def test_a_result_is_reported_with_all_that_it_is_read_with(make_run, capsys):
    run = make_run(lab=LAB)
    conclude(run, "accuracy", 0.98, split="test", data=DIGITS, baseline=0.1, examples=1000)
    (result,) = events(run.reporter.directory, "result")
    expected = {
        "metric": "accuracy", "value": 0.98, "split": "test", "data": "digits",
        "tier": "embedded", "baseline": 0.1, "reference": 0.97, "source": "a book",
        "verdict": "reached", "sizes": {"train": 10, "test": 1000},
    }  # fmt: skip
    assert expected.items() <= result.items()
    assert capsys.readouterr().out == (
        "test accuracy: 98.0 % (reference: 97 %, reached)\n"
        "baseline: 10.0 % (always the commonest class)\n"
    )


def test_a_fast_run_is_not_held_against_the_reference(make_run, capsys):
    run = make_run(lab=LAB, fast=True)
    verdict = conclude(run, "accuracy", 0.5, split="test", data=DIGITS, baseline=0.1)
    assert verdict.word == "no reference"
    assert "50.0 % (--fast, so not held against a reference)" in capsys.readouterr().out
