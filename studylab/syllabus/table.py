"""Tables of a hand-written TOML file, read key by key; the first mistake stops the reading."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from difflib import get_close_matches
from typing import Any
from urllib.parse import urlsplit

from studylab.language import N_, _, listed, n_
from studylab.syllabus.position import Place

# More than this many names in a message would hide what it says.
MOST_NAMES = 12

# Of a year, an episode, a length in minutes; Python reads longer ones than it can print.
LARGEST = 999_999


class TableError(Exception):
    """A mistake, and the place in the file; the line is looked up only when it is told."""

    def __init__(self, place: Place, wrong: str, mend: str, earlier: Place | None = None) -> None:
        super().__init__(place, wrong, mend)
        self.place = place
        self.wrong = wrong
        self.mend = mend
        self.earlier = earlier
        """Where the thing that this one clashes with is written."""


class Table:
    """One TOML table, whose keys must all be among `keys`. `what` names it in messages: English,
    in the catalogue."""

    def __init__(self, value: object, place: Place, what: str, keys: Collection[str]) -> None:
        if not isinstance(value, dict):
            raise TableError(
                place,
                _("{what} must be a table, not {value}", what=_(what), value=shown(value)),
                _("write {example}", example=f"{{ {next(iter(keys))} = ... }}"),
            )
        self.value: dict[str, Any] = value
        self.place = place
        self.what = what
        for key in value:
            if key not in keys:
                wrong = _("{what} has no key {key}", what=_(what), key=shown(key))
                raise TableError(self.at(key), wrong, nearest(key, keys))

    def at(self, key: str) -> Place:
        """The place of one of the keys."""
        return (*self.place, key)

    def text(self, key: str, default: str | None = None) -> str:
        """One line of text; `default` makes the key optional."""
        value = self._get(key, '"..."', default)
        if not isinstance(value, str):
            raise self._wrong_type(key, value, N_("text"), '"..."')
        if default is None or key in self.value:
            check_text(value, self.at(key), key)
        return value

    def url(self, key: str, default: str | None = None) -> str:
        """A web address; `default` makes the key optional."""
        value = self.text(key, default)
        if key in self.value:
            check_url(value, self.at(key), key)
        return value

    def flag(self, key: str) -> bool:
        """true or false; false where the key is missing."""
        value = self.value.get(key, False)
        if not isinstance(value, bool):
            raise self._wrong_type(key, value, N_("true or false"), "true")
        return value

    def whole(self, key: str) -> int:
        """A whole number, 1 or more."""
        value = self._get(key, "1")
        if not is_whole(value):
            raise self._wrong_type(key, value, N_("a whole number, 1 or more"), "1")
        return int(value)

    def minutes(self, key: str) -> float | None:
        """A length of time; None where the key is missing."""
        value = self.value.get(key)
        if value is None:
            return None
        if not is_number(value) or not 0 < value <= LARGEST:
            raise self._wrong_type(key, value, N_("a number of minutes above 0"), "45")
        return float(value)

    def entries(self, key: str) -> Iterator[tuple[Any, Place]]:
        """The entries of a list with their places; none where the key is missing."""
        value = self.value.get(key, [])
        if isinstance(value, dict):
            wrong = _("{key} must be a list, not one table", key=key)
            mend = _("double the brackets of its header, or write a list of tables")
            raise TableError(self.at(key), wrong, mend)
        if not isinstance(value, list):
            raise self._wrong_type(key, value, N_("a list"), "[ ... ]")
        for index, entry in enumerate(value):
            yield entry, (*self.at(key), index)

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of lines of text; empty where the key is missing."""
        return tuple(check_text(entry, place, key) for entry, place in self.entries(key))

    def note(self) -> tuple[str, str]:
        """The remark in both languages; having one without the other is a mistake."""
        if "note" in self.value or "note_zh" in self.value:
            return self.text("note"), self.text("note_zh")
        return "", ""

    def _get(self, key: str, example: str, default: object = None) -> Any:
        value = self.value.get(key, default)
        if value is None:
            wrong = _("{what} has no {key}", what=_(self.what), key=key)
            mend = _("add {example}", example=f"{key} = {example}")
            raise TableError(self.place, wrong, mend)
        return value

    def _wrong_type(self, key: str, value: object, wanted: str, example: str) -> TableError:
        wrong = _(
            "{key} must be {wanted}, not {value}", key=key, wanted=_(wanted), value=shown(value)
        )
        mend = _("write {example}", example=f"{key} = {example}")
        return TableError(self.at(key), wrong, mend)


def check_text(value: object, place: Place, key: str) -> str:
    """`value`, if it is one line of text with something in it."""
    if not isinstance(value, str):
        wrong = _(
            "{key} must be {wanted}, not {value}", key=key, wanted=_("text"), value=shown(value)
        )
        raise TableError(place, wrong, _('write it in quotes: "..."'))
    if not value.strip():
        wrong = _("{key} is empty", key=key)
        raise TableError(place, wrong, _("write something in it, or take it out"))
    if not value.isprintable():
        wrong = _("{key} has a line break or a control character in it", key=key)
        raise TableError(place, wrong, _("write it as one line of plain text"))
    return value


def check_url(value: str, place: Place, key: str) -> None:
    """Refuse what a browser could not open."""
    try:
        parts = urlsplit(value)
        good = parts.scheme in ("http", "https") and bool(parts.hostname)
        good = good and parts.port != 0  # reading the port is what checks it
    except ValueError:
        good = False
    if not good or any(character.isspace() for character in value):
        raise TableError(
            place,
            _("{key} is not a web address: {value}", key=key, value=shown(value)),
            _("write it in full, as in https://example.org/page"),
        )


def is_number(value: object) -> bool:
    """Whether a TOML value is a number; in Python a bool would pass for one."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def is_whole(value: object) -> bool:
    """Whether a TOML value can number a week or an episode."""
    return isinstance(value, int) and is_number(value) and 1 <= value <= LARGEST


def nearest(word: str, known: Collection[str]) -> str:
    """How to mend a name that is not among `known`."""
    near = get_close_matches(word, known, n=1)
    if near:
        return _("write {example}", example=near[0])
    some = sorted(known)[:MOST_NAMES]
    if not some:
        return _("take it out")
    names = listed(some)
    others = len(known) - len(some)
    if not others:
        return _("choose from {names}", names=names)
    return n_(
        "choose from {names} or {count} other",
        "choose from {names} or {count} others",
        others,
        names=names,
    )


def shown(value: object) -> str:
    """A TOML value as a message quotes it: short, and in TOML's words."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return _("a table")
    if isinstance(value, list):
        return _("a list")
    if isinstance(value, int) and abs(value) > LARGEST:
        return _("a huge number")
    text = repr(value) if isinstance(value, str | int | float) else str(value)
    return text if len(text) <= 60 else f"{text[:59]}…"
