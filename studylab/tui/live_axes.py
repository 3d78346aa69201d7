"""How the charts of a live view are looked at: what x counts, the part that is seen, smoothing."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum

from studylab.language import _
from studylab.metrics.series import Series
from studylab.tui import cursor as cursors
from studylab.tui.live_feed import LiveFeed
from studylab.tui.smoothing import PIECE, Derived
from studylab.tui.widgets.scale import Elapsed, Epochs, Scale, Steps
from studylab.tui.zoom import Window


class X(Enum):
    """What the bottom axis counts."""

    STEP = "step"
    EPOCH = "epoch"
    TIME = "time"


@dataclass(slots=True)
class Looks:
    """What the keys of charts change. `cursor` is a step, whatever x counts."""

    x: X = X.STEP
    window: Window | None = None
    weight: float = 0.0
    log_scale: bool = False
    cursor: int | None = None

    def words(self) -> str:
        """What is not as it was at first, in a few words."""
        parts = []
        if self.weight:
            parts.append(_("smoothed {weight:g}", weight=self.weight))
        if self.log_scale:
            parts.append(_("log scale"))
        if self.window is not None:
            parts.append(_("zoomed, 0 shows all"))
        return " · ".join(parts)


@dataclass(slots=True)
class Axes:
    """Places on the bottom axis of one run, and the series to draw over it."""

    feed: LiveFeed
    looks: Looks
    _derived: dict[tuple[str, float, bool], Derived] = field(default_factory=dict)

    @property
    def began(self) -> float:
        """The start of the run, in seconds since 1970; of what was logged, if it does not say."""
        started_at = self.feed.state.started_at if self.feed.state is not None else None
        if isinstance(started_at, int | float) and math.isfinite(started_at):
            return float(started_at)
        firsts = (each.times[0] for each in self.feed.series.values() if len(each))
        return next((first for first in firsts if math.isfinite(first)), 0.0)

    @property
    def scale(self) -> Scale:
        """The axis for what x counts now."""
        if self.looks.x is X.TIME:
            return Elapsed()
        if self.looks.x is X.EPOCH and self.feed.steps_per_epoch:
            return Epochs(self.feed.steps_per_epoch)
        return Steps()

    @property
    def label(self) -> str:
        """The word for what x counts."""
        return {X.STEP: _("step"), X.EPOCH: _("epoch"), X.TIME: _("time")}[self.looks.x]

    def next_x(self) -> None:
        """Step, epoch if the run has told how long one is, time, and again."""
        order = [x for x in X if x is not X.EPOCH or self.feed.steps_per_epoch]
        now = order.index(self.looks.x) if self.looks.x in order else -1
        self.looks.x = order[(now + 1) % len(order)]

    def drawn(self, name: str) -> Series:
        """The line of a metric."""
        return self._series(name, self.looks.weight)

    def beneath(self, name: str) -> Series | None:
        """What its smoothed line was made of."""
        return self._series(name, 0.0) if self.looks.weight else None

    def place(self, step: int, series: Series) -> int:
        """Where a step of a series lies on the axis."""
        if self.looks.x is not X.TIME:
            return step
        at = cursors.time_at(series, step)
        return 0 if at is None else int((at - self.began) * 1000)

    def step(self, place: int, series: Series) -> int:
        """The step of a series at a place on the axis."""
        if self.looks.x is not X.TIME or not len(series):
            return place
        at = self.began + place / 1000
        found = cursors.step_at(series, at)
        if found is None:
            found = series.steps[0] if at < series.times[0] else series.steps[-1]
        return found

    def whole(self, all_series: Iterable[Series]) -> Window | None:
        """First and last place of some series; None while that is a single one."""
        filled = [each for each in all_series if len(each)]
        if not filled:
            return None
        low = min(self.place(each.steps[0], each) for each in filled)
        high = max(self.place(each.steps[-1], each) for each in filled)
        return Window(low, high) if low < high else None

    def grow(self, names: Iterable[str], seconds: float) -> bool:
        """Work on what is drawn of these metrics; whether there is more to do."""
        deadline = time.monotonic() + seconds
        wanted = [each for name in names for each in self._needed(name)]
        for derived in wanted:
            while derived.behind:
                derived.grow(PIECE)
                if time.monotonic() >= deadline:
                    return any(each.behind for each in wanted)
        return False

    def keep(self, names: Iterable[str]) -> None:
        """Forget what was worked out for other metrics and other looks."""
        names = set(names)
        in_time = self.looks.x is X.TIME
        self._derived = {
            key: derived
            for key, derived in self._derived.items()
            if key[0] in names
            and key[1] in (0.0, self.looks.weight)
            and key[2] == in_time
            and self.feed.series.get(key[0]) is derived.source
        }

    def _needed(self, name: str) -> list[Derived]:
        weights = {0.0, self.looks.weight}
        in_time = self.looks.x is X.TIME
        return [self._derive(name, weight) for weight in weights if weight or in_time]

    def _series(self, name: str, weight: float) -> Series:
        if not weight and self.looks.x is not X.TIME:
            return self.feed.series[name]
        return self._derive(name, weight).series

    def _derive(self, name: str, weight: float) -> Derived:
        in_time = self.looks.x is X.TIME
        key = name, weight, in_time
        source = self.feed.series[name]
        found = self._derived.get(key)
        if found is None or found.source is not source:
            found = Derived(source, weight, self.began if in_time else None)
            self._derived[key] = found
        return found
