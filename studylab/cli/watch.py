"""`studylab watch`."""

from __future__ import annotations

import click

from studylab.cli import complete
from studylab.cli.follow import follow, report
from studylab.cli.output import on_terminal
from studylab.cli.session import opened, run_directory
from studylab.runs.log import Follower
from studylab.settings import load


@click.command()
@click.argument("id", metavar="ID", shell_complete=complete.runs)
def watch(id: str) -> int:
    """Watch a run: curves, speed, resources, its log.

    ID may be short, or `last`. Without a terminal it prints the log until the run ends, and exits
    as `studylab run` does. Leaving does not stop the run.
    """
    run = run_directory(id)
    if on_terminal():
        from studylab.tui.app import run_app

        with opened() as workspace:
            return run_app(workspace, "runs", watched=run)
    return report(run, follow(run, Follower(run.output)), load())
