"""What the Week screen adds to the command palette."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from textual.app import SystemCommand

from studylab.language import _
from studylab.tui.links import open_link
from studylab.tui.palette import command

if TYPE_CHECKING:
    from studylab.tui.week import WeekRoom


def week_commands(room: WeekRoom) -> Iterator[SystemCommand]:
    """The weeks, the pages of the syllabus, and what the keys do."""
    workspace = room.workspace
    for week in workspace.syllabus.weeks:
        yield command(
            _("Week {number}: {title}", number=week.number, title=workspace.title(week)),
            _("Look at that week"),
            partial(room.show_week, week.number),
        )
    for link in workspace.syllabus.links:
        yield command(workspace.title(link), link.url, partial(open_link, room.app, link.url))
    yield command(_("Watched…"), _("Tick a range of episodes"), room.action_watched)
    yield command(_("Ask a question"), _("About the week or its item"), room.action_ask)
    session = _("Start, pause or resume a study session")
    yield command(_("Session"), session, room.action_session)
    yield command(_("Stop the session"), _("Book its time"), room.action_stop)
    for title, help, screen in (
        (_("Plan"), _("The dates, the pace and the hours"), "plan"),
        (_("Review"), _("Review what is due today"), "review"),
        (_("Note"), _("Your note about the week"), "note"),
        (_("Report"), _("The report on the week"), "report"),
    ):
        yield command(title, help, partial(room.action_open, screen))
