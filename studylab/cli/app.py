"""`studylab app`."""

from __future__ import annotations

import click
from click.shell_completion import CompletionItem

from studylab.cli import complete
from studylab.cli.exit_codes import UsageProblem
from studylab.cli.output import on_terminal
from studylab.cli.session import opened
from studylab.language import _, listed


def _rooms(
    _context: click.Context, _parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    from studylab.tui.room import ROOMS

    return complete.offered([(name, _(title)) for name, title in ROOMS.items()], incomplete)


@click.command()
@click.argument("room", default="week", metavar="[ROOM]", shell_complete=_rooms)
def app(room: str) -> int:
    """Open the app, in one of its rooms.

    ROOM is week, syllabus, questions, papers, labs, runs or machine."""
    if not on_terminal():
        raise UsageProblem(_("the app needs a terminal; `studylab week` prints how things stand"))
    from studylab.tui.app import run_app
    from studylab.tui.room import ROOMS

    if room not in ROOMS:
        raise UsageProblem(
            _(
                "there is no room {name!r}; choose from {names}",
                name=room,
                names=listed(ROOMS),
            )
        )
    with opened() as workspace:
        return run_app(workspace, room)
