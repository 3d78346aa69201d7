"""Merging the records of two databases, so that it does not matter who merges whom, and how often.

Of two versions of a row the newer one stays; a deletion takes what is not newer than it. Where two
versions have the same time, both sides make the same choice.

A database is looked at before it is merged (`settled`): a question is as new as its newest answer,
since an answer can't be without it; what is there although it was deleted was put there again.

What two machines made separately may be one thing all the same: filters of one name, and points of
a guide that were missed on both.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from studylab.store.progress import PaperState
from studylab.store.transfer_format import TABLES, TOMBSTONES, Records, Row, Table, in_order
from studylab.store.undo import GRAVES, grave

Grave = tuple[str, str]
"""Kind and uid of a tombstone."""

_SUBJECTS = {"question": "questions", "missed": "missed_points"}

_STAGES = {state.value: stage for stage, state in enumerate(PaperState)}

_PREFERRED: dict[str, Callable[[Row], Any]] = {
    "questions": lambda row: row["status"] == "answered",
    "papers": lambda row: _STAGES.get(row["state"], -1),
    "sessions": lambda row: (row["ended_at"] or "", row["seen_at"] or "", row["seconds"]),
    "cards": lambda row: row["reviewed_at"] or "",
    # One that was given another name to make room for its namesake keeps it.
    "saved_filters": lambda row: len(row["name"]),
}
"""Which of two versions of the same second to take: the one that is further."""


def merged(mine: Records, theirs: Records) -> Records:
    """The records of both. Commutative, associative and idempotent, up to `settled`."""
    mine, theirs = settled(mine), settled(theirs)
    buried = _graves(mine)
    for place, at in _graves(theirs).items():
        buried[place] = max(at, buried.get(place, ""))
    both = {}
    for name, table in TABLES.items():
        rows = {row[table.key]: row for row in mine[name]}
        for row in theirs[name]:
            there = rows.get(row[table.key])
            rows[row[table.key]] = row if there is None else _newer(table, there, row)
        both[name] = [
            row
            for row in rows.values()
            if all(buried.get(place, "") < row[table.time] for place in _all_graves(name, row))
        ]
    both["saved_filters"] = _with_own_names(both["saved_filters"])
    both["missed_points"] = _once_each(both["missed_points"], buried)
    both[TOMBSTONES] = _tombstones(buried)
    return {name: in_order(table, both[name]) for name, table in TABLES.items()}


def settled(records: Records) -> Records:
    """The records as merging sees them; settling again changes nothing."""
    newest: dict[str, str] = {}
    for answer in records["answers"]:
        of = answer["question"]
        newest[of] = max(newest.get(of, ""), answer["changed_at"])
    settled = {**records}
    settled["questions"] = [
        row
        if newest.get(row["uid"], "") <= row["changed_at"]
        else {**row, "changed_at": newest[row["uid"]]}
        for row in records["questions"]
    ]
    buried = _graves(records)
    there = {_grave(name, row) for name in TABLES if name != TOMBSTONES for row in settled[name]}
    # A card may outlive what it is about, until that is known to be deleted later.
    settled["cards"] = [
        row
        for row in records["cards"]
        if (of := _subject(row)) in there or buried.get(of, "") < row["changed_at"]
    ]
    for name, table in TABLES.items():
        for row in settled[name]:
            for place in _all_graves(name, row):
                if place in there and buried.get(place, "") >= row[table.time]:
                    del buried[place]
    settled[TOMBSTONES] = _tombstones(buried)
    return settled


def _newer(table: Table, one: Row, other: Row) -> Row:
    if one[table.time] != other[table.time]:
        return one if one[table.time] > other[table.time] else other
    if one == other:
        return one
    prefer = _PREFERRED.get(table.name, _none_preferred)
    return max(one, other, key=lambda row: (prefer(row), json.dumps(row, sort_keys=True)))


def _none_preferred(_row: Row) -> int:
    return 0


def _grave(table: str, row: Row) -> Grave:
    return table, grave(table, row[TABLES[table].key])


def _all_graves(table: str, row: Row) -> list[Grave]:
    """Where a row lies if it is deleted: in its own grave, or in that of what it belongs to."""
    match table:
        case "tombstones":
            return []
        case "answers":
            return [_grave(table, row), ("questions", row["question"])]
        case "cards":
            return [_grave(table, row), _subject(row)]
        case _:
            return [_grave(table, row)]


def _subject(card: Row) -> Grave:
    return _SUBJECTS.get(card["kind"], ""), card["of"]


def _graves(records: Records) -> dict[Grave, str]:
    """When each was dug."""
    found: dict[Grave, str] = {}
    for row in records[TOMBSTONES]:
        kind, uid = row["kind"], row["uid"]
        # Of a kind that is not known here the tombstone travels on as it is.
        name = uid if uid.startswith(GRAVES.get(kind, "")) else grave(kind, uid)
        found[kind, name] = max(row["deleted_at"], found.get((kind, name), ""))
    return found


def _tombstones(buried: dict[Grave, str]) -> list[Row]:
    rows = [{"uid": uid, "kind": kind, "deleted_at": at} for (kind, uid), at in buried.items()]
    return in_order(TABLES[TOMBSTONES], rows)


def _with_own_names(filters: list[Row]) -> list[Row]:
    """Filters of the same name from two machines: the newest keeps it."""
    of_name: dict[str, list[Row]] = defaultdict(list)
    for row in sorted(filters, key=lambda row: (row["changed_at"], row["uid"])):
        of_name[row["name"]].append(row)
    taken = set(of_name)
    named = []
    for *others, newest in of_name.values():
        named.append(newest)
        for row in others:
            name = f"{row['name']} ({row['uid'][:8]})"
            while name in taken:
                name += "*"
            taken.add(name)
            named.append({**row, "name": name})
    return named


def _once_each(points: list[Row], buried: dict[Grave, str]) -> list[Row]:
    """Points of a guide that were missed on two machines, each once: the newest, unless another
    one says more. The others are buried, so that they do not come again."""
    of_guide: dict[tuple[str, int], list[Row]] = defaultdict(list)
    for row in sorted(points, key=lambda row: (row["changed_at"], row["uid"])):
        if row["point"] is not None:
            of_guide[row["paper"], row["point"]].append(row)
    for *others, newest in of_guide.values():
        for row in others:
            if row["remark"] in ("", newest["remark"]):
                buried[_grave("missed_points", row)] = row["changed_at"]
    return [
        row for row in points if buried.get(_grave("missed_points", row), "") < row["changed_at"]
    ]
