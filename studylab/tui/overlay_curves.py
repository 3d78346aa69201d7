"""Several runs as far as they have been read, and their curves over one bottom axis."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from studylab.metrics.groups import SPLITS, group_metrics, split_name
from studylab.metrics.series import Series
from studylab.runs.directory import RunDirectory
from studylab.tui.live_axes import Axes, Looks, X
from studylab.tui.live_feed import Changed, LiveFeed
from studylab.tui.overlay_colours import colours
from studylab.tui.smoothing import PIECE
from studylab.tui.widgets.scale import Elapsed, Epochs, Scale, Steps

PARTS = 1000
"""Where the epochs of the runs are of different lengths, places on the axis are thousandths."""
_LARGEST = 2**62


@dataclass(eq=False, slots=True)
class OverlaidRun:
    """One of the runs. A pinned one lies on top."""

    feed: LiveFeed
    axes: Axes
    colour: int
    pinned: bool = False
    hidden: bool = False
    settled: bool = False
    """Whether it has ended and all of it has been read."""
    in_epochs: dict[str, InEpochs] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The run's id."""
        return self.feed.run.id


class InEpochs:
    """A series over thousandths of an epoch, made piece by piece as its source grows."""

    def __init__(self, source: Series, per_epoch: float) -> None:
        self.source = source
        self.per_epoch = per_epoch
        self.series = Series()
        self._taken = 0
        self._merges = source.merges

    @property
    def behind(self) -> bool:
        """Whether there is more to take from the source."""
        return self._taken < len(self.source) or self._merges != self.source.merges

    def grow(self, most: int = PIECE) -> None:
        """Take at most so many further points; all over again if some came in before others."""
        source = self.source
        if self._merges != source.merges:
            self._merges, self._taken, self.series = source.merges, 0, Series()
        start, stop = self._taken, min(len(source), self._taken + most)
        self._taken = stop
        places = [_place(step, self.per_epoch) for step in source.steps[start:stop]]
        self.series.extend(places, source.values[start:stop], source.times[start:stop])


class Overlay:
    """The runs of an overlay, read a slice at a time, and what is to be drawn of them."""

    def __init__(
        self, runs: Sequence[RunDirectory], clock: Callable[[], float] = time.time
    ) -> None:
        self.looks = Looks()
        of_run = colours(run.id for run in runs)
        self.runs: list[OverlaidRun] = []
        for run in runs:
            feed = LiveFeed(run, clock)
            self.runs.append(OverlaidRun(feed, Axes(feed, self.looks), of_run[run.id]))

    # Reading

    def read(self, seconds: float) -> Changed:
        """Read what is new of all runs, for about so long; what is left waits for the next call."""
        changed = Changed.NOTHING
        waiting = [run for run in self.runs if not run.settled]
        for run in waiting:
            found = run.feed.read(seconds / len(waiting))
            changed |= found
            run.settled = run.feed.ended and not run.feed.catching_up and not found
        return changed

    @property
    def catching_up(self) -> bool:
        """Whether there is more to read at once."""
        return any(run.feed.catching_up for run in self.runs if not run.settled)

    @property
    def ended(self) -> bool:
        """Whether nothing more will come."""
        return all(run.settled for run in self.runs)

    # What is drawn

    @property
    def ordered(self) -> list[OverlaidRun]:
        """The pinned runs, then the others, in the order in which they were given."""
        return sorted(self.runs, key=lambda run: not run.pinned)

    @property
    def shown(self) -> list[OverlaidRun]:
        """Those that are not hidden, in that order."""
        return [run for run in self.ordered if not run.hidden]

    def metrics(self) -> list[str]:
        """The metrics that runs share, then those that only one has; of the runs that are shown."""
        counts: dict[str, int] = {}
        for run in self.shown:
            for name in run.feed.series:
                counts[name] = counts.get(name, 0) + 1
        groups = [group for group in group_metrics(counts) if group.quantity != "epoch"]
        names = [name for group in groups for name in group.lines.values()]
        return sorted(names, key=lambda name: counts[name] == 1)

    @property
    def main_metric(self) -> str:
        """What a run is told by in one figure: the first metric, on held-out data if that is
        logged; empty while nothing is."""
        metrics = self.metrics()
        if not metrics:
            return ""
        quantity = split_name(metrics[0])[1]
        parts = {name: split_name(name) for name in metrics}
        held_out = [name for name, part in parts.items() if part[1] == quantity and part[0]]
        return next((name for name in held_out if parts[name][0] != SPLITS[0]), metrics[0])

    def lines(self, metric: str) -> list[tuple[OverlaidRun, Series]]:
        """The curve of each run that is shown and has the metric; those without a place on the
        present axis are left out."""
        found = []
        for run in self.shown:
            series = self._series(run, metric)
            if series is not None:
                found.append((run, series))
        return found

    def grow(self, metrics: Iterable[str], seconds: float) -> bool:
        """Work on the curves of these metrics; whether there is more to do."""
        metrics = list(metrics)
        deadline = time.monotonic() + seconds
        behind = False
        for run in self.shown:
            there = [name for name in metrics if name in run.feed.series]
            run.axes.keep(there)
            behind |= run.axes.grow(there, max(0.0, deadline - time.monotonic()))
            if self.looks.x is X.EPOCH and not self._same_epochs:
                behind |= self._grow_epochs(run, there, deadline)
        return behind

    # The bottom axis

    def next_x(self) -> None:
        """Step, epoch if a run has told how long one is, time, and again."""
        order = [x for x in X if x is not X.EPOCH or self._per_epoch]
        now = order.index(self.looks.x) if self.looks.x in order else -1
        self.looks.x = order[(now + 1) % len(order)]

    @property
    def scale(self) -> Scale:
        """The axis for what x counts now."""
        if self.looks.x is X.TIME:
            return Elapsed()
        if self.looks.x is X.EPOCH and self._per_epoch:
            return Epochs(next(iter(self._per_epoch)) if self._same_epochs else PARTS)
        return Steps()

    @property
    def label(self) -> str:
        """The word for what x counts."""
        return self.runs[0].axes.label

    @property
    def _per_epoch(self) -> set[float]:
        return {run.feed.steps_per_epoch for run in self.runs if run.feed.steps_per_epoch}

    @property
    def _same_epochs(self) -> bool:
        return len(self._per_epoch) == 1 and all(
            run.feed.steps_per_epoch or not run.feed.series for run in self.runs
        )

    def _series(self, run: OverlaidRun, metric: str) -> Series | None:
        if metric not in run.feed.series:
            return None
        if self.looks.x is not X.EPOCH or self._same_epochs:
            return run.axes.drawn(metric)
        if not run.feed.steps_per_epoch:
            return None
        return self._in_epochs(run, metric, run.feed.steps_per_epoch).series

    def _grow_epochs(self, run: OverlaidRun, metrics: Iterable[str], deadline: float) -> bool:
        per_epoch = run.feed.steps_per_epoch
        if not per_epoch:
            return False
        for name in metrics:
            derived = self._in_epochs(run, name, per_epoch)
            while derived.behind:
                derived.grow()
                if time.monotonic() >= deadline:
                    return derived.behind
        return False

    def _in_epochs(self, run: OverlaidRun, metric: str, per_epoch: float) -> InEpochs:
        source = run.axes.drawn(metric)
        found = run.in_epochs.get(metric)
        if found is None or found.source is not source or found.per_epoch != per_epoch:
            found = run.in_epochs[metric] = InEpochs(source, per_epoch)
        return found


def _place(step: int, per_epoch: float) -> int:
    return max(-_LARGEST, min(_LARGEST, int(step * PARTS / per_epoch)))
