"""Runs side by side: what differs between them."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studylab.store.runs import MetricRow, ResultRow
from studylab.study.comparison import MISSING, Row, Section, Subject, compare, differ

NAMES = st.sampled_from(["rate", "epochs", "data", "warm up", "批"])
SINGLE = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 3), st.floats(), st.text(max_size=3)
)  # fmt: skip
VALUES = st.recursive(
    SINGLE, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner)
)
SETTINGS = st.dictionaries(NAMES, VALUES)


def subjects(*settings: dict[str, Any]) -> list[Subject]:
    return [Subject(f"run-{number}", each) for number, each in enumerate(settings)]


def differing(rows: list[Row]) -> set[str]:
    return {row.name for row in rows if row.differs}


@given(st.lists(SETTINGS, min_size=1, max_size=5), st.randoms())
def test_the_order_of_runs_does_not_change_what_differs(settings, random):
    given_order = subjects(*settings)
    other_order = random.sample(given_order, len(given_order))
    one, other = compare(given_order), compare(other_order)

    assert differing(one) == differing(other)
    assert {row.name for row in one} == {row.name for row in other}
    for row in one:
        (same,) = (each for each in other if each.name == row.name)
        assert {run: row.told(run) for run in row.values} == {
            run: same.told(run) for run in same.values
        }


@given(SETTINGS, st.integers(1, 4))
def test_runs_with_the_same_settings_do_not_differ(settings, count):
    assert differing(compare(subjects(*[settings] * count))) == set()


@given(SETTINGS, NAMES, VALUES)
def test_a_setting_that_one_run_lacks_differs_even_if_it_is_none(settings, name, value):
    without = {other: each for other, each in settings.items() if other != name}
    rows = compare(subjects({**without, name: value}, without))

    (row,) = (row for row in rows if row.name == name)
    assert row.differs and "run-1" not in row.values
    assert row.told("run-1") == MISSING
    assert differing(rows) == {name}


@given(st.lists(SETTINGS, min_size=1, max_size=5))
def test_what_differs_comes_first_in_its_section(settings):
    rows = compare(subjects(*settings))
    flags = [row.differs for row in rows]
    assert flags == sorted(flags, reverse=True)


@given(st.lists(VALUES, min_size=2, max_size=4))
def test_differing_does_not_hang_on_the_order_of_values(values):
    assert differ(values) == differ(values[::-1])
    assert not differ([values[0], values[0]])


@pytest.mark.parametrize(
    ("one", "other", "differs"),
    [
        (1, 1.0, False),
        (True, 1, True),
        (0, False, True),
        (math.nan, math.nan, False),
        (math.nan, math.inf, True),
        ("1", 1, True),
        ("nan", math.nan, True),
        (None, "", True),
        ([1, [2, math.nan]], (1.0, [2, math.nan]), False),
        ([1, 2], [2, 1], True),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1.0}, False),
        (10**400, 10**400 + 1, True),
    ],
)
def test_values_that_are_alike(one, other, differs):
    assert differ([one, other]) is differs


def test_of_results_on_the_same_data_the_last_counts():
    one = Subject("a", results=[_result(0.5), _result(0.9)])
    other = Subject("b", results=[_result(0.9), _result(0.7, data="mnist")])
    rows = compare([one, other])

    assert [(row.name, row.differs) for row in rows] == [
        ("test accuracy · mnist", True),
        ("test accuracy · digits", False),
    ]
    assert [row.told("a") for row in rows] == [MISSING, "90.0 %"]


def test_sections_stand_one_after_another_and_figures_are_told_by_their_metric():
    one = Subject(
        "a",
        {"rate": 0.1},
        values=[MetricRow("train/loss", 9, 0.0, math.nan), MetricRow("val/f1", 9, 0.0, 0.25)],
        facts={"torch": "2", "seed": 0, "code": "", "device": None},
    )
    rows = compare([one, Subject("b", {"rate": 0.1}, facts={"seed": 1})])

    assert [row.section for row in rows] == [
        Section.SETTINGS, Section.VALUES, Section.VALUES, Section.ORIGIN, Section.ORIGIN,
    ]  # fmt: skip
    assert [row.told("a") for row in rows] == ["0.1", "nan", "25.0 %", "0", "2"]


def test_results_on_different_tiers_of_the_data_are_not_one_row():
    place = ("accuracy", "test", "digits")
    small = Subject("a", results=[_result(0.9)], tiers={place: "sample"})
    full = Subject("b", results=[_result(0.9)], tiers={place: "full"})
    untold = Subject("c", results=[_result(0.9)])

    def told(*subjects: Subject) -> dict[str, list[str]]:
        return {row.name: list(row.values) for row in compare(subjects)}

    assert told(small, full) == {
        "test accuracy · digits · sample": ["a"], "test accuracy · digits · full": ["b"],
    }  # fmt: skip
    assert told(small, small) == {"test accuracy · digits": ["a"]}
    assert told(full, untold) == {
        "test accuracy · digits · full": ["b"], "test accuracy · digits · ?": ["c"],
    }  # fmt: skip


def _result(value: float, data: str = "digits") -> ResultRow:
    return ResultRow("accuracy", "test", data, value)
