"""Commands in the student's language: English is written at the command, and looked up here."""

from __future__ import annotations

import inspect
import re
from copy import copy
from dataclasses import dataclass

import click

from studylab.cli import click_words
from studylab.cli.help_page import HelpPage
from studylab.language import N_, _

USAGE = (N_("[OPTIONS]"), N_("COMMAND [ARGS]..."), N_("[COMMAND] [ARGS]..."))
"""What click writes into a usage line by itself."""

TYPES = (N_("integer"), N_("integer range"), N_("float"), N_("boolean"))
"""What click calls the values that it reads, by the names of its types."""

click_words.adopt()


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of a help text; one that was `\\b`-marked keeps its lines."""

    text: str
    as_it_is: bool = False


class HelpContext(click.Context):
    """A context whose pages know how wide Chinese is."""

    formatter_class = HelpPage


def paragraphs(text: str) -> list[Paragraph]:
    """The paragraphs of a help text: each is a message of the catalogue."""
    found = []
    for part in re.split(r"\n\s*\n", inspect.cleandoc(text)):
        lines = part.split("\n")
        if lines[0].strip() == "\b":
            found.append(Paragraph("\n".join(lines[1:]), as_it_is=True))
        elif part.strip():
            found.append(Paragraph(" ".join(part.split())))
    return found


def spoken(command: click.Command) -> click.Command:
    """A copy of `command`, and of those below it, whose texts are in the language in use."""
    own = copy(command)
    own.context_class = HelpContext
    own._help_option = None
    own.help = _translated(command.help)
    own.epilog = _translated(command.epilog)
    own.short_help = _translated(command.short_help) or _first_sentence(own.help or "")
    own.options_metavar = _translated(command.options_metavar)
    own.params = [_spoken_parameter(parameter) for parameter in command.params]
    if isinstance(own, click.Group):
        own.subcommand_metavar = _(own.subcommand_metavar)
        own.commands = {name: spoken(each) for name, each in own.commands.items()}
    return own


def _spoken_parameter(parameter: click.Parameter) -> click.Parameter:
    own = copy(parameter)
    own.metavar = _translated(parameter.metavar)
    # Since click 8.2 an argument may have a help text too.
    if getattr(parameter, "help", None):
        own.help = _translated(parameter.help)
    if parameter.type.name in TYPES:
        own.type = copy(parameter.type)
        own.type.name = _(parameter.type.name)
    return own


def _translated(text: str | None) -> str | None:
    if not text:
        return text
    return "\n\n".join(f"\b\n{_(p.text)}" if p.as_it_is else _(p.text) for p in paragraphs(text))


def _first_sentence(text: str) -> str:
    """What a list of commands says of a command."""
    first = text.partition("\n\n")[0]
    found = re.match(r".*?(?:\.(?= [^a-z]|$)|。)", first)
    return found[0] if found else first
