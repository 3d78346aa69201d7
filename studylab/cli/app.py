"""`studylab app`."""

from __future__ import annotations

import click
from click.shell_completion import CompletionItem

from studylab.cli import complete
from studylab.cli.exit_codes import UsageProblem
from studylab.cli.output import on_terminal
from studylab.cli.session import opened


def _rooms(
    _context: click.Context, _parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    from studylab.tui.room import ROOMS

    return complete.offered(ROOMS.items(), incomplete)


@click.command()
@click.argument("room", default="week", metavar="[ROOM]", shell_complete=_rooms)
def app(room: str) -> int:
    """Open the app, in one of its rooms.

    ROOM is week, syllabus, questions, papers, labs or runs."""
    if not on_terminal():
        raise UsageProblem("the app needs a terminal; `studylab week` prints how things stand")
    from studylab.tui.app import run_app
    from studylab.tui.room import ROOMS

    if room not in ROOMS:
        raise UsageProblem(f"there is no room {room!r}; choose from {', '.join(ROOMS)}")
    with opened() as workspace:
        return run_app(workspace, room)
