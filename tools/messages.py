"""Bring the message catalogues up to date with the code: `make messages`.

What is translated stays, what the code no longer says goes, what is new waits for its translation;
nothing is guessed. Then each catalogue is compiled.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterable
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from studylab.language import DOMAIN, FOLDER
from tools.extract import Message, messages

COMMENT = """\
# The messages of studylab in PROJECT.
# `make messages` writes this file anew and keeps what is translated.
# tools/glossary.md says how the words of the field are translated."""


class Plain(Catalog):
    """A catalogue without dates and addresses, so that only its messages make a difference."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        """What gettext needs to know."""
        return [
            ("Language", str(self.locale_identifier)),
            ("Plural-Forms", self.plural_forms),
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Transfer-Encoding", "8bit\n"),
        ]


def catalogues() -> list[Path]:
    """The catalogues that there are, one for each language."""
    return sorted(FOLDER.glob(f"*/LC_MESSAGES/{DOMAIN}.po"))


def load(path: Path) -> Plain:
    """The catalogue in a file; an empty file is an empty catalogue."""
    with path.open("rb") as file:
        read = read_po(file, locale=path.parents[1].name, domain=DOMAIN, abort_invalid=True)
    catalogue = _empty(path.parents[1].name)
    for message in read:
        if message.id:
            catalogue[message.id] = message
    return catalogue


def updated(old: Catalog, found: Iterable[Message]) -> Plain:
    """The messages that the code has now, with the translations of `old`."""
    new = _empty(old.locale_identifier)
    for message in found:
        id = (message.text, message.plural) if message.plural else message.text
        before = old.get(message.text)
        kept = before if before and type(before.id) is type(id) else None
        added = new.add(id, kept.string if kept else "", [(message.file, 0)])
        if kept:
            added.flags |= kept.flags & {"fuzzy"}
            added.user_comments = kept.user_comments
    return new


def _empty(locale: str) -> Plain:
    name = Locale.parse(locale).get_language_name("en")
    return Plain(locale, DOMAIN, COMMENT, project=name, fuzzy=False)


def in_two_forms(found: Iterable[Message]) -> list[str]:
    """The texts that are used for one thing alone and for a number of them, with their places."""
    seen: dict[str, Message] = {}
    return [
        f"{message.file}:{message.line}: {message.text!r} has another plural than in {first.file}"
        for message in found
        if (first := seen.setdefault(message.text, message)).plural != message.plural
    ]


def as_po(catalogue: Catalog) -> bytes:
    """The text of a catalogue."""
    file = io.BytesIO()
    write_po(file, catalogue, width=100, include_lineno=False)
    return file.getvalue()


def as_mo(catalogue: Catalog) -> bytes:
    """A catalogue as gettext reads it."""
    translated = _empty(catalogue.locale_identifier)
    for message in catalogue:
        # An empty plural would be shown as nothing at all, instead of in English.
        if message.id and all(forms(message.string)):
            translated[message.id] = message
    file = io.BytesIO()
    write_mo(file, translated)
    return file.getvalue()


def untranslated(catalogue: Catalog) -> list[str]:
    """The texts that still wait for a translation."""
    return [
        forms(message.id)[0]
        for message in catalogue
        if message.id and not all(forms(message.string))
    ]


def forms(text: str | Iterable[str] | None) -> tuple[str, ...]:
    """The one or several forms of a message or its translation."""
    return (text or "",) if text is None or isinstance(text, str) else tuple(text)


def main() -> int:
    """Update and compile every catalogue; the exit code says whether the code can be translated."""
    found, mistakes = messages()
    mistakes += in_two_forms(found)
    for path in catalogues():
        catalogue = updated(load(path), found)
        path.write_bytes(as_po(catalogue))
        path.with_suffix(".mo").write_bytes(as_mo(catalogue))
        left = untranslated(catalogue)
        print(f"{path.parents[1].name}: {len(catalogue)} messages, {len(left)} to translate")
    for mistake in mistakes:
        print(mistake, file=sys.stderr)
    return 1 if mistakes else 0


if __name__ == "__main__":
    sys.exit(main())
