"""How long a run will take on this machine, from what earlier runs of its lab took here."""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from studylab.labspec import Value
from studylab.language import _, listed, n_
from studylab.runs.catalogue import CatalogueEntry
from studylab.runs.identity import host_name
from studylab.runs.wording import time_needed
from studylab.store.timings import Timing, timings

COUNTS = frozenset(
    {"epochs", "passes", "steps", "max_steps", "iterations", "updates", "episodes", "rounds"}
)
"""Settings that say how often something is done: twice as much takes twice as long."""

NEVER_MATTERS = frozenset({"seed"})
"""Settings that change no time. A number with a fraction, such as a rate, does not either."""

SHORTEST = 0.5
"""Start and end are kept in whole seconds: what took none took some."""

FEWEST_STEPS = 2
"""So many steps between two points give a pace."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """Seconds that a run will take; None where nothing is known. It is told by so many earlier
    `runs`, which had finished where it is `whole`; without any it is the lab's own word."""

    seconds: float | None
    runs: int = 0
    whole: bool = True
    unlike: tuple[str, ...] = ()
    """Settings in which the earlier runs differ, so that it is rough."""


@dataclass(frozen=True, slots=True)
class _Cost:
    """What one run took: beside its steps, and for one count of its settings."""

    beside: float
    for_each: float
    whole: bool
    unlike: tuple[str, ...]


def forecast(db: sqlite3.Connection, lab: CatalogueEntry, values: Mapping[str, Value]) -> Forecast:
    """How long `lab` takes here with `values`, its other settings at their defaults."""
    return by_history(history_of(db, lab), lab, values)


def history_of(db: sqlite3.Connection, lab: CatalogueEntry) -> list[Timing]:
    """What the runs of a lab on this machine took."""
    return timings(db, lab.id, host_name())


def by_history(
    history: Sequence[Timing], lab: CatalogueEntry, values: Mapping[str, Value]
) -> Forecast:
    """A forecast for `values` from what `history_of` gave before."""
    defaults = {setting.name: setting.default for setting in lab.settings}
    return estimate(history, {**defaults, **values}, defaults, lab.declared.minutes * 60)


def estimate(
    history: Sequence[Timing],
    wanted: Mapping[str, Any],
    defaults: Mapping[str, Any],
    declared: float = 0.0,
) -> Forecast:
    """The same from `history`; `declared` are the lab's own seconds for its defaults, 0 if it says
    nothing.

    Runs that finished tell more than others, and runs with the same settings more than others.
    Those on other data tell nothing.
    """
    costs = [cost for timing in history if (cost := _cost(timing, wanted)) is not None]
    if not costs:
        same_data = wanted.get("data") == defaults.get("data")
        scale = work(wanted) / work(defaults)
        return Forecast(declared * scale if declared > 0 and same_data else None)
    fewest = min((not cost.whole, len(cost.unlike)) for cost in costs)
    best = [cost for cost in costs if (not cost.whole, len(cost.unlike)) == fewest]
    seconds = median(c.beside for c in best) + median(c.for_each for c in best) * work(wanted)
    unlike = sorted({name for cost in best for name in cost.unlike})
    return Forecast(seconds, len(best), best[0].whole, tuple(unlike))


def work(settings: Mapping[str, Any]) -> float:
    """How much there is to do, in counts of the settings that say so; 1 where none does."""
    counts = [
        float(value)
        for name, value in settings.items()
        if name in COUNTS and isinstance(value, (int, float)) and 0 < value < math.inf
    ]
    return math.prod(counts)


def told(forecast: Forecast) -> str:
    """A forecast in words, with what it rests on."""
    if forecast.seconds is None:
        return _("how long it takes is not known: no run of it has got far enough here yet")
    time = time_needed(forecast.seconds / 60)
    if not forecast.runs:
        return _("about {time}, as the lab says; no run of it here has told yet", time=time)
    if not forecast.whole:
        return n_(
            "about {time} here, by the steps of {count} run that did not finish",
            "about {time} here, by the steps of {count} runs that did not finish",
            forecast.runs,
            time=time,
        )
    if forecast.unlike:
        return n_(
            "roughly {time} here, by {count} earlier run with another {names}",
            "roughly {time} here, by {count} earlier runs with another {names}",
            forecast.runs,
            time=time,
            names=listed(forecast.unlike),
        )
    return n_(
        "about {time} here, by {count} earlier run",
        "about {time} here, by {count} earlier runs",
        forecast.runs,
        time=time,
    )


def _cost(timing: Timing, wanted: Mapping[str, Any]) -> _Cost | None:
    """What a run says of one with the `wanted` settings; None if nothing."""
    settings = timing.settings
    if settings.get("data") != wanted.get("data"):
        return None
    unlike = tuple(name for name in wanted if _matters(wanted, settings, name))
    took = timing.ended - timing.began if timing.ended is not None else None
    paced = _pace(timing)
    if paced is None:
        if took is None or took < 0 or timing.resumed:
            return None
        return _Cost(0.0, max(took, SHORTEST) / work(settings), True, unlike)
    pace, steps = paced
    # A run that went on from another has fewer steps behind it than its plan says.
    first, last = timing.first, timing.last
    assert first is not None and last is not None
    done = last[0] - first[0]
    beside = took - pace * done if took is not None else first[1] - timing.began
    return _Cost(max(0.0, beside), pace * steps / work(settings), took is not None, unlike)


def _pace(timing: Timing) -> tuple[float, int] | None:
    """Seconds for a step, and the steps of the whole plan; None where they are not known."""
    if timing.first is None or timing.last is None or not timing.steps or timing.steps < 1:
        return None
    steps, seconds = timing.last[0] - timing.first[0], timing.last[1] - timing.first[1]
    if steps < FEWEST_STEPS or not 0 < seconds < math.inf:
        return None
    return seconds / steps, timing.steps


def _matters(wanted: Mapping[str, Any], settings: Mapping[str, Any], name: str) -> bool:
    """Whether a setting differs and may change how long one count takes."""
    if name in COUNTS or name in NEVER_MATTERS or wanted[name] == settings.get(name):
        return False
    return not isinstance(wanted[name], float)
