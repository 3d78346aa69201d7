"""How much of the disk the run in front takes, measured aside while the app goes on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from textual.content import Content
from textual.screen import Screen
from textual.timer import Timer

from studylab import locations
from studylab.language import _, listed
from studylab.runs.directory import RunDirectory
from studylab.runs.disk import DiskUse, Measured
from studylab.runs.wording import size
from studylab.tui.tones import QUIET

REST_SECONDS = 0.4
"""For how long the cursor has to rest on a run: moving through the list reads no disk."""


class RunDisk:
    """Measures the run that is looked at, and calls `then` once that is known."""

    def __init__(self, screen: Screen[None], then: Callable[[], None]) -> None:
        self._screen = screen
        self._then = then
        self._measured = Measured()
        self._known: dict[str, DiskUse] = {}
        self._front: object = None
        self._timer: Timer | None = None

    def told(self, run: str) -> Content:
        """What a run takes, in one line; empty as long as that is not known."""
        use = self._known.get(run)
        if use is None or not use.total:
            return Content("")
        parts = [
            _("{size} of checkpoints", size=size(use.checkpoints)) if use.checkpoints else "",
            _("{size} of artifacts", size=size(use.artifacts)) if use.artifacts else "",
            _("{size} of logs", size=size(use.logs)) if use.logs else "",
            _("{size} of metrics", size=size(use.metrics)) if use.metrics else "",
        ]
        text = _("{size} on disk: {parts}", size=size(use.total), parts=listed(parts))
        return Content.styled(text, QUIET)

    def look(self, run: str, at: object) -> None:
        """Measure a run soon, unless it was looked at already; `at` differs once it has changed."""
        if (run, at) == self._front:
            return
        self._front = (run, at)
        if self._timer is not None:
            self._timer.stop()
        self._timer = self._screen.set_timer(REST_SECONDS, lambda: self._start(run))

    def _start(self, run: str) -> None:
        self._screen.run_worker(self._measure(run), group="disk", exclusive=True)

    async def _measure(self, run: str) -> None:
        directory = RunDirectory(locations.runs() / run)
        use = await asyncio.to_thread(self._measured.of, directory)
        if self._known.get(run) != use:
            self._known[run] = use
            self._then()
