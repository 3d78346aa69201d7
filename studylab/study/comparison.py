"""Several runs side by side: which settings, results and circumstances differ between them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from studylab.language import N_, _
from studylab.runs.wording import metric_value, setting_value
from studylab.store.runs import MetricRow, ResultRow

MISSING = "-"
"""Shown where a run has no such thing."""


class Section(StrEnum):
    """What a row of a comparison is about. The values are keys of its JSON."""

    SETTINGS = "settings"
    RESULTS = "results"
    VALUES = "values"
    ORIGIN = "origin"


TITLES = {
    Section.SETTINGS: N_("Settings"),
    Section.RESULTS: N_("Results"),
    Section.VALUES: N_("Last values"),
    Section.ORIGIN: N_("How they came about"),
}
"""In English; `_` shows one."""

FACTS = (
    N_("lab"),
    N_("seed"),
    N_("data"),
    N_("tier"),
    N_("revision"),
    N_("device"),
    N_("code"),
    N_("commit"),
    N_("changed files"),
    N_("python"),
    N_("interpreter"),
    N_("system"),
    N_("host"),
)
"""The names of facts, in their order; `_` shows one. Others, such as versions, come after."""

Place = tuple[str, str, str]
"""Metric, split and data of a result."""


@dataclass(frozen=True, slots=True)
class Subject:
    """One of the runs that are compared. `tiers` are those of the data of its results."""

    id: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    results: Sequence[ResultRow] = ()
    tiers: Mapping[Place, str] = field(default_factory=dict)
    values: Sequence[MetricRow] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Row:
    """One thing in every run, by the run's id; a run without it has no entry."""

    section: Section
    name: str
    metric: str
    """What kind of figure it is; empty for what is none."""
    values: Mapping[str, Any]
    differs: bool

    def told(self, run: str) -> str:
        """What stands in the column of a run."""
        if run not in self.values:
            return MISSING
        value = self.values[run]
        if self.metric and isinstance(value, float):
            return metric_value(self.metric, value)
        return setting_value(value)

    @property
    def title(self) -> str:
        """What the row is about, in the student's language where the name is ours."""
        ours = self.section is Section.ORIGIN and self.name in FACTS
        return _(self.name) if ours else self.name


def compare(subjects: Sequence[Subject]) -> list[Row]:
    """The rows of all sections, in each those that differ before those that are alike.

    A thing that a run lacks and another has, differs. Numbers are alike if they are equal, whether
    written as 1 or as 1.0; `yes` is not 1, and NaN is like NaN.
    """
    several = _of_several_tiers(subjects)
    of_section = {
        Section.SETTINGS: [_settings(subject) for subject in subjects],
        Section.RESULTS: [_results(subject, several) for subject in subjects],
        Section.VALUES: [_values(subject) for subject in subjects],
        Section.ORIGIN: [_facts(subject) for subject in subjects],
    }
    ids = [subject.id for subject in subjects]
    rows = [
        row
        for section, things in of_section.items()
        for row in _rows(section, dict(zip(ids, things, strict=True)))
    ]
    ranks = list(of_section)
    return sorted(rows, key=lambda row: (ranks.index(row.section), not row.differs))


def differ(values: Iterable[Any]) -> bool:
    """Whether not all of the values are alike."""
    return len({_token(value) for value in values}) > 1


_Thing = tuple[str, Any]
"""The metric that a value is of, or nothing, and the value."""


def _rows(section: Section, things: Mapping[str, Mapping[str, _Thing]]) -> Iterator[Row]:
    names = dict.fromkeys(name for of_run in things.values() for name in of_run)
    for name in names:
        found = {run: of_run[name] for run, of_run in things.items() if name in of_run}
        values = {run: value for run, (_metric, value) in found.items()}
        metric = next(metric for metric, _value in found.values())
        yield Row(
            section, name, metric, values, len(values) < len(things) or differ(values.values())
        )


def _settings(subject: Subject) -> dict[str, _Thing]:
    return {name: ("", value) for name, value in subject.settings.items()}


def _results(subject: Subject, several: set[Place]) -> dict[str, _Thing]:
    # Of several on the same data the last one counts.
    results = {}
    for each in subject.results:
        place = each.metric, each.split, each.data
        # The same test on another tier of the data is another test.
        tier = subject.tiers.get(place) or "?" if place in several else ""
        parts = [f"{each.split} {each.metric}", each.data, tier]
        results[" · ".join(part for part in parts if part)] = (each.metric, each.value)
    return results


def _of_several_tiers(subjects: Sequence[Subject]) -> set[Place]:
    tiers: dict[Place, set[str]] = {}
    for subject in subjects:
        for each in subject.results:
            place = each.metric, each.split, each.data
            tiers.setdefault(place, set()).add(subject.tiers.get(place, ""))
    return {place for place, found in tiers.items() if len(found) > 1}


def _values(subject: Subject) -> dict[str, _Thing]:
    return {each.name: (each.name, each.value) for each in subject.values}


def _facts(subject: Subject) -> dict[str, _Thing]:
    known = {name: value for name, value in subject.facts.items() if value not in (None, "")}
    ordered = sorted(known, key=lambda name: FACTS.index(name) if name in FACTS else len(FACTS))
    return {name: ("", known[name]) for name in ordered}


def _token(value: Any) -> object:
    """Equal for values that are alike, and hashable."""
    if isinstance(value, bool):
        return "truth", value
    if isinstance(value, (int, float)):
        # Asked only of floats: a whole number may be too large for one.
        is_nan = isinstance(value, float) and math.isnan(value)
        return "number", "nan" if is_nan else value
    if isinstance(value, Mapping):
        return "map", frozenset((str(key), _token(each)) for key, each in value.items())
    if isinstance(value, (list, tuple)):
        return "list", tuple(map(_token, value))
    return type(value).__name__, str(value)
