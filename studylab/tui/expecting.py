"""What is expected of a run, on any screen: recording it, and opening the dialog about it."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from textual.content import Content

from studylab.language import _
from studylab.problem import Problem
from studylab.runs.wording import read_state
from studylab.store import expectations
from studylab.store import runs as store
from studylab.store.runs import RunRow
from studylab.tui.tones import QUIET, WARN

if TYPE_CHECKING:
    from studylab.tui.app import StudylabApp
    from studylab.tui.widgets.expect_fields import Expected


def note_expected(app: StudylabApp, run: str, expected: Expected | None) -> None:
    """Record it, if there is anything; the run goes on where that can't be done, and it is told."""
    if expected is None:
        return
    try:
        expectations.expect(
            app.workspace.db,
            run,
            metric=expected.metric,
            value=expected.value,
            shape=expected.shape,
            why=expected.why,
        )
    except Problem as problem:
        app.problem(problem)


def open_expectation(app: StudylabApp, run: str) -> None:
    """While a run goes on, the fields for what is expected of it; after it, what came of that."""
    from studylab.study.expectation import gap_of
    from studylab.tui.dialogs.expect import ExpectDialog
    from studylab.tui.dialogs.gap import GapDialog

    try:
        row = store.get(app.workspace.db, run)
        found = gap_of(app.workspace.db, row.id, row.ended_at)
    except Problem as problem:
        app.problem(problem)
        return
    if not read_state(row.state).ended:
        app.push_screen(ExpectDialog(row, found.expected if found else None))
    elif found is not None:
        app.push_screen(GapDialog(row, found))
    else:
        told = _("nothing was expected of {run}; p says it before a run has ended", run=row.id)
        app.notify(told, timeout=6, markup=False)


class ExpectedLines:
    """What the list of runs says of what was expected of one; worked out once for each version."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._made: dict[str, tuple[object, list[Content]]] = {}

    def of(self, run: RunRow) -> list[Content]:
        """A line or two; none where nothing was expected."""
        from studylab.study.expectation import gap_of
        from studylab.study.expectation_words import told_expected, told_gap

        expected = expectations.expectation(self._db, run.id)
        if expected is None:
            return []
        ended = read_state(run.state).ended
        made_of = (expected, run.ended_at if ended else None, run.step if ended else None)
        made = self._made.get(run.id)
        if made is None or made[0] != made_of:
            found = gap_of(self._db, run.id, run.ended_at) if ended else None
            lines = told_gap(found) if found is not None else [told_expected(expected)]
            tone = WARN if found is not None and found.differs else QUIET
            made = (made_of, [Content.styled(line, tone) for line in lines])
            self._made[run.id] = made
        return made[1]
