"""Records from outside, checked as a whole before any of them is used."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from studylab.language import _, listed
from studylab.problem import Problem
from studylab.store.questions import folded_tag
from studylab.store.transfer_format import TABLES, Column, Holds, Needed, Records, Row, Table


class TransferError(Problem):
    """A file that can't be taken in; one line that says where and why. Nothing was changed."""


def checked(raw: Mapping[str, Any]) -> Records:
    """The records in `raw`, with what is left out filled in and each time in UTC.

    Tables and columns that are not known here are passed over.

    Raises:
        TransferError: the first thing that is wrong.
    """
    records = {name: _rows(table, raw.get(name, [])) for name, table in TABLES.items()}
    questions = {row["uid"] for row in records["questions"]}
    for number, row in enumerate(records["answers"]):
        if row["question"] not in questions:
            raise TransferError(
                _(
                    "{where} is {value}, but there is no such question in it",
                    where=f"answers[{number}].question",
                    value=shown(row["question"]),
                )
            )
    for number, row in enumerate(records["cards"]):
        if row["of"] != row["uid"]:
            raise TransferError(
                _(
                    "{where} is {value}; it has to be the card's own uid, {uid}",
                    where=f"cards[{number}].of",
                    value=shown(row["of"]),
                    uid=shown(row["uid"]),
                )
            )
    _once("saved_filters", "name", records["saved_filters"])
    return records


def moment(text: object) -> str | None:
    """A time as the tables hold it; None if it is none, or says no time zone."""
    try:
        at = datetime.fromisoformat(str(text))
        if at.tzinfo is None:
            return None
        at = at.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return at.isoformat() if at.microsecond else at.isoformat(timespec="seconds")


def shown(value: object) -> str:
    """A value in an error's line, cut where it is long."""
    try:
        text = json.dumps(value, ensure_ascii=False)
    except (ValueError, RecursionError):
        # A number of thousands of digits, or lists in lists in lists.
        text = type(value).__name__
    return text if len(text) <= 40 else f"{text[:39]}…"


def _rows(table: Table, raw: object) -> list[Row]:
    if not isinstance(raw, list):
        raise TransferError(
            _("{where} is {value}; it has to be a list", where=table.name, value=shown(raw))
        )
    rows = []
    for number, each in enumerate(raw):
        where = f"{table.name}[{number}]"
        if not isinstance(each, dict):
            raise TransferError(
                _("{where} is {value}; it has to be an object", where=where, value=shown(each))
            )
        row = {name: _value(column, name, each, where) for name, column in table.columns.items()}
        if table.name == "questions":
            row["tags"] = _tags(each.get("tags", []), f"{where}.tags")
        rows.append(row)
    _once(table.name, table.key, rows)
    return rows


def _once(table: str, name: str, rows: list[Row]) -> None:
    seen: dict[Any, int] = {}
    for number, row in enumerate(rows):
        first = seen.setdefault(row[name], number)
        if first != number:
            raise TransferError(
                _(
                    "{where} is {value}, as {other} is already",
                    where=f"{table}[{number}].{name}",
                    value=shown(row[name]),
                    other=f"{table}[{first}].{name}",
                )
            )


def _tags(raw: object, where: str) -> list[str]:
    if not isinstance(raw, list) or not all(isinstance(tag, str) and _unicode(tag) for tag in raw):
        raise TransferError(
            _("{where} is {value}; it has to be a list of words", where=where, value=shown(raw))
        )
    return sorted(set(filter(None, map(folded_tag, raw))))


def _value(column: Column, name: str, row: Mapping[str, Any], where: str) -> Any:
    where = f"{where}.{name}"
    value = row.get(name, column.absent)
    if value is Needed.YES:
        raise TransferError(_("{where} is missing", where=where))
    if value is None and column.absent is None:
        return None
    found = _READERS[column.holds](column, value)
    if found is None:
        raise TransferError(_wrong(column, where, shown(value)))
    if column.choices and found not in column.choices:
        names = listed(map(str, column.choices))
        raise TransferError(
            _(
                "{where} is {value}; choose from {names}",
                where=where,
                value=shown(value),
                names=names,
            )
        )
    return found


def _unicode(text: str) -> bool:
    # A lone surrogate has no UTF-8 form, and SQLite refuses it.
    return text.isascii() or not any("\ud800" <= each <= "\udfff" for each in text)


def _text(_column: Column, value: object) -> str | None:
    return value if isinstance(value, str) and _unicode(value) else None


def _words(column: Column, value: object) -> str | None:
    text = _text(column, value)
    return text if text and text.strip() else None


def _whole(column: Column, value: object) -> int | None:
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    return value if column.low <= value <= column.high else None


def _number(column: Column, value: object) -> float | None:
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        return None
    return float(value) if math.isfinite(value) and column.low <= value <= column.high else None


def _moment(_column: Column, value: object) -> str | None:
    return moment(value) if isinstance(value, str) else None


def _day(_column: Column, value: object) -> str | None:
    try:
        return date.fromisoformat(value).isoformat() if isinstance(value, str) else None
    except ValueError:
        return None


def _filter(column: Column, value: object) -> str | None:
    text = _text(column, value)
    try:
        return text if text is not None and isinstance(json.loads(text), dict) else None
    except (ValueError, RecursionError):
        return None


_READERS = {
    Holds.TEXT: _text,
    Holds.WORDS: _words,
    Holds.WHOLE: _whole,
    Holds.NUMBER: _number,
    Holds.MOMENT: _moment,
    Holds.DAY: _day,
    Holds.FILTER: _filter,
}


def _wrong(column: Column, where: str, value: str) -> str:
    match column.holds:
        case Holds.TEXT:
            return _("{where} is {value}; it has to be a text", where=where, value=value)
        case Holds.WORDS:
            return _(
                "{where} is {value}; it has to be a text that is not empty",
                where=where,
                value=value,
            )
        case Holds.WHOLE:
            return _(
                "{where} is {value}; it has to be a whole number from {low} to {high}",
                where=where,
                value=value,
                low=int(column.low),
                high=int(column.high),
            )
        case Holds.NUMBER:
            return _(
                "{where} is {value}; it has to be a number from {low:g} to {high:g}",
                where=where,
                value=value,
                low=column.low,
                high=column.high,
            )
        case Holds.MOMENT:
            return _(
                "{where} is {value}; it has to be a time such as 2026-11-24T09:00:00+00:00",
                where=where,
                value=value,
            )
        case Holds.DAY:
            return _(
                "{where} is {value}; it has to be a date such as 2026-11-24",
                where=where,
                value=value,
            )
        case Holds.FILTER:
            return _(
                "{where} is {value}; it has to be the JSON of a filter", where=where, value=value
            )
