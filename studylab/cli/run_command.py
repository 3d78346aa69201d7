"""`studylab run -- COMMAND`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from studylab.cli.exit_codes import UsageProblem
from studylab.cli.expect import expect_options, expected_of, note_expected
from studylab.cli.follow import Interrupts
from studylab.cli.guard import remark
from studylab.cli.session import opened
from studylab.cli.starting import detach_option, leave, stay_with, turn_of, turn_options
from studylab.language import _

if TYPE_CHECKING:
    from studylab.runs.scalars import Wanted

NOTHING = "none"


@click.command(options_metavar="[OPTIONS]")
@click.argument("words", nargs=-1, type=click.UNPROCESSED, metavar="-- COMMAND ...")
@click.option("--name", metavar="NAME", default="", help="What the run is called.")
@click.option(
    "--python",
    metavar="PATH|NAME",
    default="",
    help="The Python, venv folder or conda environment that the command gets.",
)
@click.option(
    "--directory",
    metavar="FOLDER",
    type=click.Path(path_type=Path),
    default=Path(),
    help="Where it is started; the current folder if not given.",
)
@click.option(
    "--scalars",
    type=click.Choice(["events", "lines", NOTHING]),
    default="events",
    metavar="FROM",
    help="events: from TensorBoard's files; lines: from the output too; none.",
)
@click.option(
    "--logs",
    multiple=True,
    metavar="FOLDER",
    type=click.Path(path_type=Path),
    help="A further folder with event files; may be given several times.",
)
@detach_option
@turn_options
@expect_options
def run_command(
    words: tuple[str, ...],
    name: str,
    python: str,
    directory: Path,
    scalars: str,
    logs: tuple[Path, ...],
    detach: bool,
    now: bool,
    after: tuple[str, ...],
    priority: int,
    expect: str | None,
    expect_shape: str | None,
) -> int:
    """Start any command as a run, and follow it until it ends."""
    from studylab.runs.command import Command, launch_command, submit_command

    if not words:
        raise UsageProblem(_("which command? `studylab run -- python train.py --lr 3e-4`"))
    expected = expected_of(expect, expect_shape)
    with opened() as workspace:
        settings = workspace.settings
        turn = turn_of(workspace.db, now, after, priority)
    command = Command(words, directory.expanduser(), name, python, _wanted(scalars, logs))
    interrupts = Interrupts()
    with interrupts.counted():
        if turn is None:
            launched = launch_command(command, settings)
        else:
            launched = submit_command(command, settings, turn=turn)
        note_expected(launched.id, expected)
        if not detach:
            code = stay_with(launched, interrupts, settings)
            _tell_scalars(launched.path)
            return code
    return leave(launched)


def names_no_lab(words: Sequence[str]) -> bool:
    """Whether what stands before `--` are options alone: what follows is a command then."""
    if "--" not in words:
        return False
    taking = {
        flag
        for parameter in run_command.params
        if isinstance(parameter, click.Option) and not parameter.is_flag
        for flag in parameter.opts
    }
    before = iter(words[: list(words).index("--")])
    for word in before:
        if not word.startswith("-"):
            return False
        if word in taking:
            next(before, None)
    return True


def _wanted(scalars: str, logs: tuple[Path, ...]) -> Wanted | None:
    from studylab.runs.scalars import Wanted

    if scalars == NOTHING:
        return None
    folders = tuple(str(folder.expanduser().absolute()) for folder in logs)
    return Wanted(events=True, lines=scalars == "lines", folders=folders)


def _tell_scalars(directory: Path) -> None:
    from studylab.cli.runs_scalars import hint

    told = hint(directory)
    if told:
        remark(told)
