"""What a student expected of a run, held against what it did."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from studylab.runs.wording import metric_value
from studylab.store import runs as store
from studylab.store.curve_values import curve_values
from studylab.store.expectations import Expectation, expectation
from studylab.store.moments import seconds
from studylab.store.overview import main_result
from studylab.store.runs import ResultRow
from studylab.study.curve_shape import Shape, shape_of

LOSSES = ("loss", "perplexity", "ppl", "nll", "error")
"""What a curve that ought to fall is called, in the last part of its name."""

ORDER = ("val", "valid", "validation", "eval", "test", "train")
"""Of several curves of a kind the first by the part before its last: what is new to it counts."""

NEAR = {frozenset({Shape.FALLS, Shape.LEVELS_OFF})}
"""Shapes between which only the length of the run decides."""


@dataclass(frozen=True, slots=True)
class Gap:
    """An expectation beside what came of it. `found` names the figure or is empty where the run
    has none of that metric; `curve` names the curve whose `shape` it is."""

    expected: Expectation
    found: str = ""
    got: float | None = None
    curve: str = ""
    shape: Shape | None = None
    late: bool = False
    """Whether it was told only after the run had ended."""

    @property
    def value_differs(self) -> bool:
        """Whether the figure is another one, as it is read."""
        value, name = self.expected.value, self.expected.metric
        if value is None or self.got is None:
            return False
        return metric_value(name, value) != metric_value(name, self.got)

    @property
    def shape_differs(self) -> bool:
        """Whether the curve did something else."""
        if not self.expected.shape or self.shape is None:
            return False
        return self.shape != self.expected.shape and not self._is_near

    @property
    def differs(self) -> bool:
        """Whether there is anything to wonder about."""
        return self.value_differs or self.shape_differs

    @property
    def _is_near(self) -> bool:
        return frozenset({self.shape, self.expected.shape}) in NEAR


def gap(
    expected: Expectation,
    results: Sequence[ResultRow],
    names: Collection[str],
    values: Callable[[str], Sequence[float]],
    ended_at: float | None = None,
) -> Gap:
    """What came of an expectation: from the run's results, else from its curves, whose `names` and
    `values` are given."""
    found, got = "", None
    if expected.value is not None:
        found, got = _figure(expected.metric, results, names, values)
    curve, shape = "", None
    if expected.shape:
        curve, shape = _shaped(shaped_curves(names, expected.metric), values)
    told = seconds(expected.told_at)
    late = told is not None and ended_at is not None and told > ended_at
    return Gap(expected, found, got, curve, shape, late)


def gap_of(db: sqlite3.Connection, run: str, ended_at: str | float | None) -> Gap | None:
    """What came of what was expected of a run; None if nothing was."""
    expected = expectation(db, run)
    if expected is None:
        return None
    names = [last.name for last in store.last_values(db, run)]

    def values(name: str) -> Sequence[float]:
        return curve_values(db, run, name)

    ended = seconds(ended_at) if isinstance(ended_at, str) else ended_at
    return gap(expected, store.results(db, run), names, values, ended)


def shaped_curves(names: Collection[str], metric: str = "") -> list[str]:
    """The curves that a shape may be told of, the best first: of a loss, validation before
    training, else of `metric`."""
    losses = [name for name in names if _is_loss(name)]
    return _ranked(losses or [name for name in names if _is_of(name, metric)])


def _shaped(
    curves: Sequence[str], values: Callable[[str], Sequence[float]]
) -> tuple[str, Shape | None]:
    """The first curve that has points enough for a shape, with it; else the first."""
    for curve in curves:
        shape = shape_of(values(curve), is_loss=_is_loss(curve))
        if shape is not None:
            return curve, shape
    return (curves[0] if curves else ""), None


def _figure(
    metric: str,
    results: Sequence[ResultRow],
    names: Collection[str],
    values: Callable[[str], Sequence[float]],
) -> tuple[str, float | None]:
    """The final figure of a metric and what it is called; a result counts before a curve, unless
    the curve itself was named."""
    if metric not in names:
        result = main_result([result for result in results if _is_result(result, metric)])
        if result is not None:
            return f"{result.split} {result.metric}".strip(), result.value
    alike = _ranked([name for name in names if _is_of(name, metric)])
    name = metric if metric in names else next(iter(alike), "")
    last = values(name)[-1:] if name else ()
    return (name, last[0]) if len(last) else ("", None)


def _ranked(names: Sequence[str]) -> list[str]:
    """Curves of one kind, the one that counts most first."""

    def rank(name: str) -> tuple[int, str]:
        part = name.rpartition("/")[0].rpartition("/")[2]
        return (ORDER.index(part) if part in ORDER else len(ORDER), name)

    return sorted(names, key=rank)


def _is_loss(name: str) -> bool:
    last = name.rsplit("/", 1)[-1].lower()
    return any(last == word or last.endswith((f"_{word}", f"-{word}")) for word in LOSSES)


def _is_result(result: ResultRow, metric: str) -> bool:
    of_split = f"{result.split} {result.metric}"
    return metric in (result.metric, of_split, of_split.replace(" ", "/"))


def _is_of(name: str, metric: str) -> bool:
    return bool(metric) and metric in (name, name.rsplit("/", 1)[-1])
