"""What the keys for a study session do, on any screen.

Each function takes what is to be called with the words for what was done; where nothing was done
it is not called, and the reason is shown.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from studylab.language import _
from studylab.problem import Problem
from studylab.store import session_clock
from studylab.store.sessions import Session
from studylab.study import session_words
from studylab.study.days import span
from studylab.syllabus.model import Item, Week
from studylab.tui import ages

if TYPE_CHECKING:
    from studylab.tui.app import StudylabApp

Told = Callable[[str], None]


def toggle(app: StudylabApp, item: Item | None, week: Week, told: Told) -> None:
    """Start a session on an item, or else on a week; pause the one that runs, or let it go on."""

    def do() -> str:
        session = app.session_watch.look()
        if session is None:
            return _begin(app, item, week)
        if session.running:
            paused = session_clock.pause(app.workspace.db)
            return _("Paused at {time} · s goes on, S stops", time=span(paused.seconds))
        return _running(app, session_clock.resume(app.workspace.db, watched=True))

    _try(app, do, told)


def start(app: StudylabApp, item: Item, told: Told) -> None:
    """Start a session on an item. Where one on something else is open, offer to switch."""
    week = app.workspace.syllabus.week(item.week)
    try:
        session = app.session_watch.look()
    except Problem as problem:
        app.problem(problem)
        return
    if session is None or session.item == item.id:
        toggle(app, item, week, told)
        return
    from studylab.tui.dialogs.confirm import ConfirmDialog

    def answered(sure: bool | None) -> None:
        if sure:
            _try(app, lambda: _begin(app, item, week, switch=True), told)

    passed = span(session.seconds_at(ages.present().isoformat()))
    app.push_screen(
        ConfirmDialog(
            _("Another session is open"),
            _(
                "A session on {what} is open ({time}). Stop it and start one on {other}?",
                what=session_words.subject(app.workspace, session),
                time=passed,
                other=app.workspace.title(item),
            ),
            yes=_("Switch"),
            no=_("Leave it"),
        ),
        answered,
    )


def stop(app: StudylabApp, told: Told) -> None:
    """Stop the open session."""

    def do() -> str:
        app.session_watch.look()
        stopped = session_clock.stop(app.workspace.db)
        return _(
            "{time} on {what} are booked · u takes it back",
            time=span(stopped.seconds),
            what=session_words.subject(app.workspace, stopped),
        )

    _try(app, do, told)


def _begin(app: StudylabApp, item: Item | None, week: Week, *, switch: bool = False) -> str:
    session = session_clock.start(
        app.workspace.db,
        item.id if item else "",
        item.week if item else week.number,
        watched=True,
        switch=switch,
    )
    return _running(app, session)


def _running(app: StudylabApp, session: Session) -> str:
    what = session_words.subject(app.workspace, session)
    return _("A session on {what} runs · s pauses, S stops", what=what)


def _try(app: StudylabApp, do: Callable[[], str], told: Told) -> None:
    try:
        said = do()
        app.session_watch.look()
    except Problem as problem:
        app.problem(problem)
    else:
        told(said)
