"""Curves of made-up runs, healthy and sick, for the tests of the diagnosis."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterable, Mapping

from studylab.metrics.records import EventRecord
from studylab.metrics.series import Series
from studylab.runs.directory import RunSpec, RunState, State
from studylab.study.diagnosis.model import Finding
from studylab.study.diagnosis.watch import Watch

Points = Iterable[tuple[int, float]]


def series(points: Points) -> Series:
    """A series of these points."""
    made = Series()
    for step, value in points:
        made.append(step, value, 1.7e9 + step)
    return made


def curve(
    shape: Callable[[float], float],
    steps: int,
    *,
    noise: float = 0.0,
    every: int = 1,
    seed: int = 0,
    until: float = 1.0,
) -> Series:
    """`shape` of the share of the run that is through, with noise that grows with the value."""
    chance = random.Random(seed)
    last = int(steps * until)
    return series(
        (step, shape(step / steps) * (1 + noise * chance.gauss(0, 1)))
        for step in range(every, last + 1, every)
    )


def falling(start: float = 2.3, end: float = 0.1, speed: float = 5.0) -> Callable[[float], float]:
    """A loss that falls as losses do."""
    return lambda share: end + (start - end) * math.exp(-speed * share)


def spec(lab: str = "vision/cnn", argv: tuple[str, ...] = (), **settings: float | str) -> RunSpec:
    """How a run was started."""
    return RunSpec(
        id="sick-1", lab=lab, argv=argv, cwd="/", settings=settings, seed=0, environment={},
        git_commit="", git_dirty=None, host="here", python="python", created_at="",
    )  # fmt: skip


def findings(
    curves: Mapping[str, Series],
    *,
    steps: int | None = None,
    classes: int | None = None,
    events: Iterable[tuple[str, dict[str, object]]] = (),
    of: RunSpec | None = None,
    **more: object,
) -> list[Finding]:
    """What a watch finds that is given all of it at once."""
    watch = Watch()
    watch.known.take_spec(of or spec(learning_rate=0.1))
    told = [*events, ("plan", {"steps": steps}), ("data", {"classes": classes, **more})]
    for kind, fields in told:
        watch.known.take_event(EventRecord(0.0, kind, fields))
    return watch.findings(curves)


def ended(
    lines: Iterable[str], of: RunSpec, curves: Mapping[str, Series] | None = None, **how: int
):
    """What is found of a run that failed with these last lines."""
    watch = Watch()
    watch.known.take_spec(of)
    watch.known.take_end(RunState(State.FAILED, **how), list(lines))
    return watch.findings(curves or {})
