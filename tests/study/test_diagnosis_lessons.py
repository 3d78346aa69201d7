"""Each finding leads to episodes of the syllabus that speak of it."""

from __future__ import annotations

import math

import pytest

from studylab.study.diagnosis.model import EPISODES, Change, Finding, Kind
from studylab.syllabus.load import load

SUBJECT = {
    Kind.OUT_OF_MEMORY: "Mini-batch",
    Kind.DATA_MISSING: "sets",
    Kind.NOT_A_NUMBER: "Exploding Gradients",
    Kind.DIVERGING: "Exploding Gradients",
    Kind.ONE_CLASS: "Classifier",
    Kind.AT_CHANCE: "Softmax",
    Kind.FLAT: "Vanishing",
    Kind.OVERFITTING: "Regularization",
    Kind.WARM_UP: "Learning Rate",
}
EVIDENCE = {
    Kind.OUT_OF_MEMORY: {"line": "MemoryError", "then": []},
    Kind.DATA_MISSING: {"line": "gone", "hub": True},
    Kind.NOT_A_NUMBER: {"value": math.nan, "norm": 3.0, "usual_norm": 1.0},
    Kind.DIVERGING: {"start": 1.0, "level": 9.0},
    Kind.ONE_CLASS: {"accuracy": 0.68, "evaluations": 5},
    Kind.AT_CHANCE: {"loss": 2.3, "classes": 10, "chance": math.log(10)},
    Kind.FLAT: {"start": 1.0, "loss": 1.0},
    Kind.OVERFITTING: {"best": 0.5, "now": 0.9, "train_then": 0.4, "train_now": 0.1},
    Kind.WARM_UP: {"warm_up": 500, "steps": 468},
}


@pytest.mark.parametrize("kind", Kind)
def test_its_episodes_are_there_and_the_first_speaks_of_the_subject(kind: Kind) -> None:
    syllabus = load()
    first = EPISODES[kind][0]
    assert len(syllabus.episodes(EPISODES[kind])) == len(EPISODES[kind])
    assert SUBJECT[kind] in syllabus.episodes([first])[0].title


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("change", [None, Change("learning_rate", 0.1, 0.01)])
def test_words_and_mend_are_one_line_each(kind: Kind, change: Change | None) -> None:
    finding = Finding(kind, 1200, "train/loss", EVIDENCE[kind], change)
    for text in (finding.words, finding.mend):
        assert text and "\n" not in text
        assert "{" not in text
        assert not text.endswith(".")


def test_a_name_out_of_a_log_is_made_harmless() -> None:
    finding = Finding(Kind.FLAT, 1, "\x1b[31m[bold]loss\n" * 40, EVIDENCE[Kind.FLAT])
    assert "\x1b" not in finding.words
    assert "\n" not in finding.words
    assert len(finding.words) < 120
