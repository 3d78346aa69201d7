"""What goes wrong in the run in front of the Runs room, told beside the rest that is known of it.

A run's curves are read in a thread, once the cursor rests on it, and at most so many bytes of them:
a longer run is judged where it is watched.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from textual.content import Content
from textual.screen import Screen
from textual.timer import Timer

from studylab import locations
from studylab.language import _
from studylab.runs.directory import RunDirectory
from studylab.runs.wording import read_state
from studylab.store.runs import RunRow
from studylab.study.diagnosis.model import Finding
from studylab.tui.tones import WARN

REST_SECONDS = 0.4
AGAIN_SECONDS = 10.0
"""How often a run that goes on is read anew."""
MOST_BYTES = 8 << 20


class RunFindings:
    """Judges the run that is looked at, and calls `then` once something is known."""

    def __init__(self, screen: Screen[None], then: Callable[[], None]) -> None:
        self._screen = screen
        self._then = then
        self._known: dict[str, tuple[Finding, ...]] = {}
        self._front: object = None
        self._timer: Timer | None = None

    def told(self, about: Content, run: RunRow) -> Content:
        """What is known of a run with what goes wrong in it under its heading."""
        self._look(run)
        findings = self._known.get(run.id, ())
        if not findings:
            return about
        heading, *rest = about.split("\n")
        said = [
            Content.styled(
                _(
                    "! {what}: {mend}  P{episode}",
                    what=each.words,
                    mend=each.mend,
                    episode=each.episodes[0],
                ),
                WARN,
            )
            for each in findings
        ]
        return Content("\n").join([heading, *said, *rest])

    def _look(self, run: RunRow) -> None:
        ended = read_state(run.state).ended
        front = (run.id, run.ended_at if ended else int(time.time() / AGAIN_SECONDS), run.state)
        if front == self._front:
            return
        self._front = front
        if self._timer is not None:
            self._timer.stop()
        self._timer = self._screen.set_timer(REST_SECONDS, lambda: self._start(run.id))

    def _start(self, run: str) -> None:
        self._screen.run_worker(self._judge(run), group="findings", exclusive=True)

    async def _judge(self, run: str) -> None:
        found = await asyncio.to_thread(_found, RunDirectory(locations.runs() / run))
        if self._known.get(run, ()) != found:
            self._known[run] = found
            self._then()


def _found(run: RunDirectory) -> tuple[Finding, ...]:
    from studylab.study.diagnosis.reading import diagnose, is_small

    try:
        return tuple(diagnose(run)) if is_small(run, MOST_BYTES) else ()
    except OSError:
        return ()
