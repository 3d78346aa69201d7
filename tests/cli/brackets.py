"""A language in which every message stands in ⟦brackets⟧, and what it shows of a text."""

from __future__ import annotations

import gettext
import re
from collections.abc import Iterator
from functools import cache

import click

from studylab.cli.main import studylab
from tools import extract


def commands(
    group: click.Group, before: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command below a group, with the words that call it."""
    for name in group.list_commands(click.Context(group)):
        found = group.get_command(click.Context(group), name)
        assert found is not None
        if isinstance(found, click.Group):
            yield from commands(found, (*before, name))
        yield (*before, name), found


TYPED = "|".join(" ".join(words) for words, _found in commands(studylab))

DATA = {
    r"https?://\S+": "an address",
    r"\b(p\d+|paper-[A-Z]+|lab-mine/[A-Z]+|week-\d)\b": "an item's id, or a note's",
    r"\b(quick|lost|failed|alive)(-\w+)?\b": "a run's id",
    r"\bmine/[A-Z]+": "a lab's id",
    r"/[^\s⟦⟧]*": "a path, or a part of one",
    rf"\bstudylab( ({TYPED}))?\b": "the program's name, and a command to type",
    r"(?<![\w-])--?(\[no-\]|[a-z])[\w-]*": "an option",
    r"\[x\]": "the mark of a tick",
    r"\[([a-z|]+|[\dx<=>]+)\]": "what a choice or a range takes, to be typed as it is",
    r"\bkB\b": "a unit",
    r"\b(Python|git|torch|bash|zsh|fish)\b": "a program's name",
}
"""What may stand outside of brackets, and why; the student's own things have no small letters."""


@cache
def messages() -> frozenset[str]:
    """What a catalogue would have."""
    found, _mistakes = extract.messages()
    return frozenset(text for message in found for text in (message.text, message.plural) if text)


class Brackets(gettext.NullTranslations):
    """A catalogue that has every message of the code, and some more."""

    def __init__(self, *more: str) -> None:
        super().__init__()
        self.known = messages().union(more)

    def gettext(self, message: str) -> str:
        # A real catalogue answers this with its header.
        assert message, "the empty text was looked up"
        return f"⟦{message}⟧" if message in self.known else message

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)


def outside(text: str) -> str:
    """What of a text stands in no brackets, with a space for what does."""
    depth, found = 0, ""
    for character in text:
        depth += (character == "⟦") - (character == "⟧")
        assert depth >= 0, f"brackets are cut in {text!r}"
        if depth == 0:
            found += " " if character == "⟧" else character
    assert depth == 0, f"brackets are cut in {text!r}"
    return found


def untranslated(text: str) -> list[str]:
    """The words of a text that neither come from the catalogue nor are data."""
    left = outside(text)
    for pattern in DATA:
        left = re.sub(pattern, "", left)
    return re.findall(r"\S*[a-z]\S*", left)
