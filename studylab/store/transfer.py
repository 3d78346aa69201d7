"""Rows out of a database and into another: what export, import and merge have in common."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field

from studylab.store import search_index
from studylab.store.transfer_format import (
    TABLES,
    TOMBSTONES,
    Records,
    Row,
    Table,
    in_order,
    nothing,
)
from studylab.store.transfer_merge import merged, settled


@dataclass(slots=True)
class Tally:
    """What taking in came to for one table, in rows."""

    new: int = 0
    changed: int = 0
    deleted: int = 0
    kept: int = 0
    """Rows that came, and were here in the same version or a newer one, or deleted here."""

    @property
    def any(self) -> bool:
        """Whether something is different afterwards."""
        return bool(self.new or self.changed or self.deleted)


@dataclass(slots=True)
class _Difference:
    """What is to be written for one table, and what of it is told."""

    new: list[Row] = field(default_factory=list)
    changed: list[Row] = field(default_factory=list)
    gone: list[Row] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)


def read(db: sqlite3.Connection) -> Records:
    """Everything in the database that a student wrote, in the order of an export."""
    records = {name: in_order(table, _rows(db, table)) for name, table in TABLES.items()}
    tags: dict[str, list[str]] = {row["uid"]: [] for row in records["questions"]}
    for uid, tag in db.execute(
        "SELECT uid, tag FROM question_tags JOIN questions ON id = question ORDER BY tag"
    ):
        tags[uid].append(tag)
    for row in records["questions"]:
        row["tags"] = tags[row["uid"]]
    return records


def leaving(db: sqlite3.Connection) -> Records:
    """What leaves the database in an export: as merging sees it, so that whoever takes it in has
    the same to export."""
    return merged(read(db), nothing())


def foreseen(db: sqlite3.Connection, theirs: Records) -> dict[str, Tally]:
    """What `take` would come to."""
    here = read(db)
    return _tallies(_differences(here, theirs, merged(here, theirs)))


def take(db: sqlite3.Connection, theirs: Records) -> dict[str, Tally]:
    """Merge records that were checked into the database. Part of a transaction."""
    here = read(db)
    both = merged(here, theirs)
    differences = _differences(here, theirs, both)
    touched = _question_ids(db, differences)
    missed = _ids(db, "missed_points", differences["missed_points"].gone)
    tables = [table for table in TABLES.values() if table.name != TOMBSTONES]
    # Answers before questions when they go, after them when they come.
    for table in reversed(tables):
        _delete(db, table, differences[table.name].gone)
    for table in tables:
        _write(db, table, differences[table.name])
    if here[TOMBSTONES] != both[TOMBSTONES]:
        _replace_tombstones(db, both[TOMBSTONES])
    touched |= _question_ids(db, differences)
    changed = differences["missed_points"]
    missed |= _ids(db, "missed_points", [*changed.new, *changed.changed])
    search_index.index(db, search_index.QUESTION, touched)
    search_index.index(db, search_index.MISSED, missed)
    return _tallies(differences)


def _rows(db: sqlite3.Connection, table: Table) -> list[Row]:
    if table.name == "answers":
        names = ", ".join(
            "q.uid AS question" if name == "question" else f"a.{name}" for name in table.columns
        )
        rows = db.execute(f"SELECT {names} FROM answers a JOIN questions q ON q.id = a.question")
    else:
        names = ", ".join(f'"{name}"' for name in table.columns)
        rows = db.execute(f"SELECT {names} FROM {table.name}")
    found = [dict(zip(table.columns, row, strict=True)) for row in rows]
    if table.name == "answers":
        for row in found:
            row["changed_at"] = row["changed_at"] or row["answered_at"]
    return found


def _differences(here: Records, theirs: Records, both: Records) -> dict[str, _Difference]:
    # What settling changes is written too, so that it holds when the reason for it is gone; but it
    # is nothing to tell of.
    mine = settled(here)
    found = {}
    for name, table in TABLES.items():
        difference = found[name] = _Difference()
        there = {row[table.key]: row for row in here[name]}
        known = {row[table.key]: row for row in mine[name]}
        for row in both[name]:
            before = there.pop(row[table.key], None)
            if before is None:
                difference.new.append(row)
            elif before != row:
                difference.changed.append(row)
                difference.tally.changed += known.get(row[table.key]) != row
            known.pop(row[table.key], None)
        difference.gone = list(there.values())
        difference.tally.new = len(difference.new)
        difference.tally.deleted = len(known)
        came = difference.tally.new + difference.tally.changed
        difference.tally.kept = max(0, len(theirs[name]) - came)
    return found


def _tallies(differences: dict[str, _Difference]) -> dict[str, Tally]:
    return {name: difference.tally for name, difference in differences.items()}


def _question_ids(db: sqlite3.Connection, differences: dict[str, _Difference]) -> set[int]:
    """Numbers of the questions that are touched, themselves or by their answers."""
    asked, answered = differences["questions"], differences["answers"]
    uids = [{"uid": row["uid"]} for row in (*asked.new, *asked.changed, *asked.gone)]
    uids += [{"uid": row["question"]} for row in (*answered.new, *answered.changed, *answered.gone)]
    return _ids(db, "questions", uids)


def _ids(db: sqlite3.Connection, table: str, rows: Iterable[Row]) -> set[int]:
    found = set()
    for row in rows:
        there = db.execute(f"SELECT id FROM {table} WHERE uid = ?", (row["uid"],)).fetchone()
        if there is not None:
            found.add(int(there[0]))
    return found


def _delete(db: sqlite3.Connection, table: Table, rows: list[Row]) -> None:
    db.executemany(
        f"DELETE FROM {table.name} WHERE {table.key} = ?", ((row[table.key],) for row in rows)
    )


def _write(db: sqlite3.Connection, table: Table, difference: _Difference) -> None:
    if table.name == "saved_filters":
        # Two may change names with each other, and no name may be there twice at any time.
        db.executemany(
            "UPDATE saved_filters SET name = uid WHERE uid = :uid",
            difference.changed,
        )
    values = {
        name: "(SELECT id FROM questions WHERE uid = :question)"
        if name == "question"
        else f":{name}"
        for name in table.columns
    }
    columns = ", ".join(f'"{name}"' for name in values)
    db.executemany(
        f"INSERT INTO {table.name} ({columns}) VALUES ({', '.join(values.values())})",
        difference.new,
    )
    changes = ", ".join(f'"{name}" = {value}' for name, value in values.items())
    db.executemany(
        f"UPDATE {table.name} SET {changes} WHERE {table.key} = :{table.key}",
        difference.changed,
    )
    if table.name == "questions":
        for row in (*difference.new, *difference.changed):
            _tag(db, row)


def _tag(db: sqlite3.Connection, row: Row) -> None:
    (id,) = db.execute("SELECT id FROM questions WHERE uid = ?", (row["uid"],)).fetchone()
    db.execute("DELETE FROM question_tags WHERE question = ?", (id,))
    db.executemany("INSERT INTO question_tags VALUES (?, ?)", ((id, tag) for tag in row["tags"]))


def _replace_tombstones(db: sqlite3.Connection, rows: list[Row]) -> None:
    db.execute("DELETE FROM tombstones")
    db.executemany(
        "INSERT OR REPLACE INTO tombstones (uid, kind, deleted_at)"
        " VALUES (:uid, :kind, :deleted_at)",
        rows,
    )
