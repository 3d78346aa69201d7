"""Which tables travel from one database to another, and what their columns hold.

Rows are known by a uid or a name, never by a number of this database. `docs/export.md` describes
the same to those who read or write the JSON.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from studylab.store.progress import PaperState

Row = dict[str, Any]
Records = dict[str, list[Row]]
"""The rows of each table, by its name."""


class Holds(Enum):
    """What a column holds."""

    TEXT = auto()
    WORDS = auto()
    """A text that says something."""
    WHOLE = auto()
    NUMBER = auto()
    MOMENT = auto()
    """ISO 8601 in UTC, so that texts compare as the times do."""
    DAY = auto()
    FILTER = auto()
    """The JSON of a `question_list.Filter`."""


class Needed(Enum):
    """Marks a column that every row has."""

    YES = auto()


@dataclass(frozen=True, slots=True)
class Column:
    """`absent` is what a row has that lacks the column; a column whose `absent` is None may be
    null."""

    holds: Holds
    absent: Any = Needed.YES
    choices: tuple[Any, ...] = ()
    low: float = 0
    high: float = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Table:
    """`key` is the column that a row is known by, `time` the one that tells which version is
    newer; `order` is that of the rows in an export."""

    name: str
    key: str
    time: str
    order: tuple[str, ...]
    columns: dict[str, Column]


_UID = Column(Holds.WORDS)
_AT = Column(Holds.MOMENT)
_MAYBE_AT = Column(Holds.MOMENT, None)
_TEXT = Column(Holds.TEXT, "")
_MAYBE_TEXT = Column(Holds.TEXT, None)
_WEEK = Column(Holds.WHOLE, None, high=10_000)
_STATE = Column(Holds.TEXT, choices=tuple(state.value for state in PaperState))

_LIST = [
    Table("progress", "item", "done_at", ("item",), {"item": _UID, "done_at": _AT}),
    Table(
        "papers",
        "paper",
        "changed_at",
        ("paper",),
        {"paper": _UID, "state": _STATE, "changed_at": _AT},
    ),
    Table(
        "paper_history",
        "uid",
        "at",
        ("at", "uid"),
        {"uid": _UID, "paper": _UID, "state": _STATE, "at": _AT},
    ),
    Table(
        "questions",
        "uid",
        "changed_at",
        ("asked_at", "uid"),
        {
            "uid": _UID,
            "text": Column(Holds.WORDS),
            "status": Column(Holds.TEXT, "open", choices=("open", "answered")),
            "week": _WEEK,
            "item": _MAYBE_TEXT,
            "paper": _MAYBE_TEXT,
            "place": _MAYBE_TEXT,
            "run": _MAYBE_TEXT,
            "step": Column(Holds.WHOLE, None),
            "asked_at": _AT,
            "changed_at": _AT,
        },
    ),
    Table(
        "answers",
        "uid",
        "changed_at",
        ("answered_at", "uid"),
        {
            "uid": _UID,
            "question": _UID,
            "text": Column(Holds.WORDS),
            "source": _MAYBE_TEXT,
            "source_kind": _TEXT,
            "answered_at": _AT,
            "changed_at": _AT,
        },
    ),
    Table(
        "missed_points",
        "uid",
        "changed_at",
        ("noted_at", "uid"),
        {
            "uid": _UID,
            "paper": _TEXT,
            "week": _WEEK,
            "point": Column(Holds.WHOLE, None, high=10_000),
            "text": Column(Holds.WORDS),
            "remark": _TEXT,
            "noted_at": _AT,
            "changed_at": _AT,
        },
    ),
    Table(
        "cards",
        "uid",
        "changed_at",
        ("uid",),
        {
            "uid": _UID,
            "kind": Column(Holds.TEXT, choices=("question", "missed")),
            "of": _UID,
            "state": Column(Holds.WHOLE, choices=(1, 2, 3)),
            "step": Column(Holds.WHOLE, None, high=1000),
            "stability": Column(Holds.NUMBER, None, high=1e9),
            "difficulty": Column(Holds.NUMBER, None, high=1e9),
            "due_at": _AT,
            "reviewed_at": _MAYBE_AT,
            "changed_at": _AT,
        },
    ),
    Table(
        "reviews",
        "uid",
        "reviewed_at",
        ("reviewed_at", "uid"),
        {
            "uid": _UID,
            "card": _UID,
            "rating": Column(Holds.WHOLE, choices=(1, 2, 3, 4)),
            "reviewed_at": _AT,
        },
    ),
    Table(
        "sessions",
        "uid",
        "changed_at",
        ("started_at", "uid"),
        {
            "uid": _UID,
            "item": _TEXT,
            "week": _WEEK,
            "day": Column(Holds.DAY),
            "started_at": _AT,
            "running_since": _MAYBE_AT,
            "seen_at": _MAYBE_AT,
            "ended_at": _MAYBE_AT,
            "seconds": Column(Holds.NUMBER, 0, high=1e9),
            "changed_at": _AT,
        },
    ),
    Table(
        "plan",
        "name",
        "changed_at",
        ("name",),
        {"name": _UID, "value": Column(Holds.TEXT), "changed_at": _AT},
    ),
    Table(
        "pauses",
        "uid",
        "changed_at",
        ("first_day", "uid"),
        {
            "uid": _UID,
            "first_day": Column(Holds.DAY),
            "last_day": Column(Holds.DAY),
            "why": _TEXT,
            "changed_at": _AT,
        },
    ),
    Table(
        "saved_filters",
        "uid",
        "changed_at",
        ("name", "uid"),
        {
            "uid": _UID,
            "name": Column(Holds.WORDS),
            "filter": Column(Holds.FILTER),
            "changed_at": _AT,
        },
    ),
    Table(
        "run_marks",
        "run",
        "changed_at",
        ("run",),
        {
            "run": _UID,
            "star": Column(Holds.WHOLE, 0, choices=(0, 1)),
            "archived": Column(Holds.WHOLE, 0, choices=(0, 1, 2, 3)),
            "tags": _TEXT,
            "note": _TEXT,
            "changed_at": _AT,
        },
    ),
    Table(
        "expectations",
        "run",
        "changed_at",
        ("run",),
        {
            "run": _UID,
            "metric": _TEXT,
            "value": Column(Holds.NUMBER, None, low=-1e308, high=1e308),
            "shape": _TEXT,
            "why": _TEXT,
            "told_at": _AT,
            "changed_at": _AT,
        },
    ),
    Table(
        "tombstones",
        "uid",
        "deleted_at",
        ("deleted_at", "uid"),
        {"uid": _UID, "kind": _UID, "deleted_at": _AT},
    ),
]

TABLES = {table.name: table for table in _LIST}
"""Every table that travels. A question has its `tags` too, a list of words."""

TOMBSTONES = "tombstones"


def in_order(table: Table, rows: list[Row]) -> list[Row]:
    """Rows in the order of an export."""
    return sorted(rows, key=lambda row: tuple(row[name] for name in table.order))


def nothing() -> Records:
    """The records of a database in which nobody wrote."""
    return {name: [] for name in TABLES}
