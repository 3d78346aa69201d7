"""Study sessions in words."""

from __future__ import annotations

from datetime import datetime

from studylab.language import _
from studylab.plain import one_line
from studylab.store.sessions import Session
from studylab.study.days import span
from studylab.workspace import Workspace


def subject(workspace: Workspace, session: Session) -> str:
    """What a session is booked to: an item's number and title, else its week."""
    try:
        item = workspace.syllabus.item(session.item)
    except KeyError:
        # Another syllabus may have been in use.
        if session.item or session.week is None:
            return one_line(session.item) or _("the syllabus")
        return _("week {number}", number=session.week)
    number = f"P{item.episode} " if item.episode is not None else ""
    return number + one_line(workspace.title(item))


def short_subject(workspace: Workspace, session: Session) -> str:
    """The same where there is little room: `P26` for an episode."""
    try:
        episode = workspace.syllabus.item(session.item).episode
    except KeyError:
        episode = None
    return subject(workspace, session) if episode is None else f"P{episode}"


def left_behind(workspace: Workspace, session: Session) -> str:
    """What became of a session that nobody watched any more."""
    return _(
        "The session on {what} was left running; {time} are booked, until {until}",
        what=subject(workspace, session),
        time=span(session.seconds),
        until=clock(session.ended_at or session.started_at),
    )


def clock(moment: str) -> str:
    """A time of the database as the local date and time, to the minute."""
    return datetime.fromisoformat(moment).astimezone().strftime("%Y-%m-%d %H:%M")
