"""`studylab reporter`."""

from __future__ import annotations

import click

from studylab.cli.output import write


@click.command()
def reporter() -> None:
    """Print the reporter: one file without dependencies, to copy into a project.

    `studylab reporter > studylab_reporter.py`; then `from studylab_reporter import Reporter`.
    """
    from importlib.resources import files

    write(files("studylab.metrics").joinpath("reporter.py").read_text("utf-8"))
