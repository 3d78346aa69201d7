"""`studylab log`."""

from __future__ import annotations

import os
from pathlib import Path

import click

from studylab.cli import complete
from studylab.cli.follow import follow, print_lines, print_new
from studylab.cli.guard import remark
from studylab.cli.session import run_directory
from studylab.language import _
from studylab.runs.log import BLOCK, Follower


@click.command()
@click.argument("id", metavar="ID", shell_complete=complete.runs)
@click.option("--follow", "-f", "follows", is_flag=True, help="Go on until the run ends.")
@click.option("-n", "lines", type=click.IntRange(0), default=40, metavar="LINES",
              help="The last LINES lines; 40 if not given.")  # fmt: skip
@click.option("--all", "whole", is_flag=True, help="From the first line on.")
def log(id: str, follows: bool, lines: int, whole: bool) -> None:
    """Print what a run has written. ID may be short, or `last`."""
    run = run_directory(id)
    output = Follower(run.output, 0 if whole else start_of_last(run.output, lines))
    if follows:
        follow(run, output)
        return
    while print_new(output):
        pass
    print_lines(output.rest())
    if not output.offset:
        remark(_("{run} has written nothing", run=run.id))


def start_of_last(path: Path, lines: int) -> int:
    """Where in a file its last `lines` lines begin; read backwards, block by block."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return 0
    try:
        position = os.fstat(descriptor).st_size
        if not lines:
            return position
        # A newline that ends the file begins no line.
        wanted = lines + 1 if _ends_a_line(descriptor, position) else lines
        while position > 0:
            size = min(BLOCK, position)
            position -= size
            block = os.pread(descriptor, size, position)
            end = len(block)
            while (end := block.rfind(b"\n", 0, end)) >= 0:
                wanted -= 1
                if not wanted:
                    return position + end + 1
        return 0
    finally:
        os.close(descriptor)


def _ends_a_line(descriptor: int, size: int) -> bool:
    return size > 0 and os.pread(descriptor, 1, size - 1) == b"\n"
