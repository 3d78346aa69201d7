"""The command line: from words to a command, and from what happens to an exit code."""

from __future__ import annotations

import os
from collections.abc import Sequence

import click

from studylab import __version__
from studylab.cli import COMPLETE_VARIABLE, exit_codes, output
from studylab.cli.commands import Commands
from studylab.cli.exit_codes import UsageProblem
from studylab.cli.guard import guarded
from studylab.cli.spoken import spoken
from studylab.cli.tongue import OPTION
from studylab.cli.without_words import without_words
from studylab.language import NAMES, _


@click.command(
    cls=Commands,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Most listings take --json. Data is in $STUDYLAB_HOME; NO_COLOR is honoured.",
)
@click.option(
    OPTION,
    "_language",
    type=click.Choice(list(NAMES)),
    expose_value=False,
    help="The language of this call: en or zh.",
)
@click.option("--version", is_flag=True, help="Print the version.")
@click.pass_context
def studylab(context: click.Context, version: bool) -> int | None:
    """A ten-week deep-learning syllabus, its labs and their runs, in the terminal.

    Without a command: the app, or how the week stands where there is no terminal.
    """
    if version:
        output.line(f"studylab {__version__}")
    elif context.invoked_subcommand is None:
        return without_words()
    return None


def run(arguments: Sequence[str]) -> int:
    """Run one command line. Returns its exit code."""
    instruction = os.environ.get(COMPLETE_VARIABLE)
    if instruction:
        return _complete(instruction)
    return guarded(lambda: _run(arguments))


def _run(arguments: Sequence[str]) -> int | None:
    try:
        program = spoken(studylab)
        with program.make_context("studylab", list(arguments)) as context:
            code: int | None = program.invoke(context)
            return code
    except click.exceptions.Exit as ended:
        return ended.exit_code
    except click.Abort:
        return exit_codes.INTERRUPTED
    except click.UsageError as wrong:
        raise UsageProblem(_told(wrong)) from None


def _told(wrong: click.UsageError) -> str:
    # In Chinese no space follows the stop between click's sentences.
    said = wrong.format_message().strip().rstrip(".。").replace("。 ", "。")
    said = f"{said[:1].lower()}{said[1:]}"
    if not wrong.ctx or said.endswith(("?", "？")):
        return said
    return _("{problem}; see `{command} --help`", problem=said, command=wrong.ctx.command_path)


def _complete(instruction: str) -> int:
    from click.shell_completion import shell_complete

    try:
        return shell_complete(spoken(studylab), {}, "studylab", COMPLETE_VARIABLE, instruction)
    except Exception:
        # Called by the shell in the middle of a line that is being typed: no place for a message.
        return exit_codes.FAILED
