"""The dialog in which time is booked by hand, or corrected."""

from __future__ import annotations

from datetime import date

from studylab.language import _
from studylab.problem import Problem
from studylab.store import sessions
from studylab.store.sessions import Session
from studylab.study.days import read_day, read_span, span
from studylab.syllabus.model import Item
from studylab.tui.about import item_name
from studylab.tui.dialogs.fields import Field, FieldsDialog, Values
from studylab.workspace import Workspace


class NoSuchItem(Problem):
    """A name that no item of the syllabus has."""


def session_dialog(
    workspace: Workspace, today: date, session: Session | None = None
) -> FieldsDialog:
    """Asks for the time, the day and the item of a session."""

    def wanted(values: Values) -> tuple[float, date, Item | None]:
        named = values["item"].strip()
        return (
            read_span(values["time"]),
            read_day(values["day"], today),
            _item(workspace, named) if named else None,
        )

    def save(values: Values) -> None:
        seconds, day, item = wanted(values)
        id, week = (item.id, item.week) if item else ("", workspace.current_week().number)
        if session is None:
            sessions.add(workspace.db, seconds, day, item=id, week=week)
        else:
            # A time that was only shown in whole minutes keeps its seconds.
            same = values["time"] == _shown(session)
            named = id if values["item"].strip() != session.item else None
            sessions.edit(
                workspace.db,
                session.id,
                seconds=None if same else seconds,
                day=day,
                item=named,
                week=week,
            )

    def tell(values: Values) -> str:
        seconds, day, item = wanted(values)
        what = item_name(workspace, item) if item else _("the week")
        return _("{time} on {day}: {what}", time=span(seconds), day=day, what=what)

    return FieldsDialog(
        _("Book time") if session is None else _("Correct a session"),
        [
            Field("time", _("time"), _shown(session) if session else "", _("45m, 1h30m, 1:30")),
            Field("day", _("day"), session.day if session else str(today)),
            Field(
                "item",
                _("item"),
                session.item if session else "",
                _("P9 or another id; may be left out"),
                [item.id for item in workspace.syllabus.items],
            ),
        ],
        save=save,
        tell=tell,
    )


def _shown(session: Session) -> str:
    minutes = int(session.seconds) // 60
    return f"{minutes // 60}:{minutes % 60:02}"


def _item(workspace: Workspace, name: str) -> Item:
    found = {item.id.casefold(): item for item in workspace.syllabus.items}.get(name.casefold())
    if found is None:
        raise NoSuchItem(
            _("there is no item {name!r}; type its id, such as p9 or paper-bert", name=name)
        )
    return found
