"""`studylab` alone."""

from __future__ import annotations

from studylab.cli import output


def without_words() -> int:
    """The app; where nobody sits in front, the status of the week. Returns the exit code."""
    if output.on_terminal():
        from studylab.tui.app import run_app
        from studylab.workspace import Workspace

        return run_app(Workspace.open())
    from studylab.cli.status import print_week

    return print_week()
