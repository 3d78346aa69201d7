"""What a run has used, under its curves and on their axis: processor and GPUs."""

from __future__ import annotations

import math
import os
import time
from collections import deque

from studylab.language import _
from studylab.metrics.records import number
from studylab.metrics.series import Series
from studylab.runs.resources import Usage, usage_reader
from studylab.tui.cursor import step_at
from studylab.tui.live_axes import Axes, X
from studylab.tui.live_feed import LiveFeed
from studylab.tui.live_text import own_gpus
from studylab.tui.widgets.chart import Chart

PIECE = 200
MOST_GPUS = 3


class UsageHistory:
    """Every sample of a run as far as it has been read: over time, and over the run's steps."""

    def __init__(self, feed: LiveFeed) -> None:
        self._feed = feed
        self._reader = usage_reader(feed.run.resources)
        self._cores = os.cpu_count() or 1
        self._unplaced: deque[Usage] = deque()
        """Samples that are later than the last point: their step is not known yet."""
        self._clock: Series | None = None
        self.over_time: dict[str, Series] = {}
        self.over_steps: dict[str, Series] = {}

    def read(self, seconds: float, began: float) -> bool:
        """Read for about so long; whether there is more."""
        deadline = time.monotonic() + seconds
        more = True
        while more and time.monotonic() < deadline:
            try:
                samples = self._reader.read(seconds=0, limit=PIECE)
            except OSError:
                break
            more = len(samples) == PIECE
            for sample in samples:
                if math.isfinite(sample.time):
                    self._add(self.over_time, sample, _clamped((sample.time - began) * 1000))
                    self._unplaced.append(sample)
        self._place()
        return more

    def _place(self) -> None:
        clock = self._clock
        if clock is None or clock not in self._feed.series.values():
            # The metric with the most points knows best when a step was; it stays the one.
            clock = max(self._feed.series.values(), key=len, default=None)
            self._clock = clock
        if clock is None or not len(clock):
            return
        while self._unplaced and self._unplaced[0].time <= clock.times[-1]:
            sample = self._unplaced.popleft()
            step = step_at(clock, sample.time)
            if step is not None:
                self._add(self.over_steps, sample, step)

    def _add(self, to: dict[str, Series], sample: Usage, at: int) -> None:
        figures = {"CPU": sample.cpu_percent / self._cores}
        for record in own_gpus(sample.gpus)[:MOST_GPUS]:
            figures[f"GPU {record.get('index', '?')}"] = number(record.get("utilisation"))
        for name, value in figures.items():
            if math.isfinite(value):
                to.setdefault(name, Series()).append(at, value, sample.time)


class LiveHistory(Chart):
    """The curves of a `UsageHistory`, there once there is a sample."""

    DEFAULT_CSS = "LiveHistory { height: 7; padding: 0 1; display: none; }"

    def __init__(self, feed: LiveFeed, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._history = UsageHistory(feed)
        self._seen: object = None

    def read(self, seconds: float, axes: Axes) -> bool:
        """Read what is new, for about so long; whether there is more."""
        return self._history.read(seconds, axes.began)

    def follow(self, axes: Axes, above: Chart) -> None:
        """Show the same part of the same axis as the chart above, and its cursor."""
        history = self._history
        lines = history.over_time if axes.looks.x is X.TIME else history.over_steps
        count = sum(map(len, lines.values()))
        x_range, cursor = above.x_range(), above.plot.cursor
        seen = axes.looks.x, count, x_range, cursor, axes.scale
        if seen == self._seen:
            return
        self._seen = seen
        self.set_class(bool(lines), "filled")
        self.set_title(_("busy, % of the whole"))
        self.set_lines(lines)
        self.set_scale(axes.scale, axes.label)
        self.set_x_range(x_range)
        self.set_cursor(cursor)


def _clamped(milliseconds: float) -> int:
    return int(max(-(2.0**62), min(2.0**62, milliseconds)))
