"""Runs and what they logged, as copied from the run directories."""

from __future__ import annotations

import json
import math
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from studylab.language import _, listed
from studylab.problem import Missing
from studylab.store.database import transaction
from studylab.store.questions import folded_tag
from studylab.store.run_marks import KEPT, Place, tags_of


class NoSuchRun(Missing):
    """An id that names no run, or several; the text says which."""


@dataclass(frozen=True, slots=True)
class RunRow:
    """A run as the lists show it. Times are ISO 8601 in UTC; `settings` are hyper-parameters."""

    id: str
    lab: str
    command: tuple[str, ...]
    settings: Mapping[str, Any]
    seed: int | None
    state: str
    reason: str
    exit_code: int | None
    signal: int | None
    host: str
    directory: str
    created_at: str
    started_at: str | None
    ended_at: str | None
    step: int | None
    steps: int | None
    star: bool = False
    archived: bool = False
    tags: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Offsets:
    """How many bytes of each file are in the database; `settled` when no more will come."""

    metrics: int = 0
    events: int = 0
    resources: int = 0
    settled: bool = False


@dataclass(frozen=True, slots=True)
class MetricRow:
    """One scalar."""

    name: str
    step: int
    time: float
    value: float


@dataclass(frozen=True, slots=True)
class ResourceRow:
    """What a run used at one moment. `gpus` is the list of `resources.jsonl`."""

    time: float
    cpu_percent: float
    rss_bytes: int
    gpus: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class ResultRow:
    """A final figure on a named split of a named data set."""

    metric: str
    split: str
    data: str
    value: float
    baseline: float | None = None
    reference: float | None = None
    reference_source: str = ""
    higher_is_better: bool = True
    verdict: str = ""
    time: float = 0.0
    run: str = ""
    tier: str = ""
    """How the data was had; empty if the run did not tell."""

    @property
    def reached(self) -> bool | None:
        """Whether the reference was reached; None without one."""
        if self.reference is None:
            return None
        if self.higher_is_better:
            return self.value >= self.reference
        return self.value <= self.reference


_COLUMNS = (
    "id, lab, command, settings, seed, state, reason, exit_code, signal, host, directory,"
    " created_at, started_at, ended_at, step, steps"
)

_SELECTED = f"{_COLUMNS}, star, archived, tags, note"

_MARKED = "runs LEFT JOIN run_marks ON run_marks.run = runs.id"


def kind_of(value: float) -> str:
    """`finite`, `nan`, `inf` or `-inf`: SQLite turns NaN into NULL, this says what it was."""
    if math.isfinite(value):
        return "finite"
    if math.isnan(value):
        return "nan"
    return "inf" if value > 0 else "-inf"


def value_of(value: float | None, kind: str) -> float:
    """The number that `value` and its kind stood for."""
    return value if value is not None and kind == "finite" else float(kind)


def offsets(db: sqlite3.Connection) -> dict[str, Offsets]:
    """How far each run has been read."""
    rows = db.execute(
        "SELECT id, metrics_offset, events_offset, resources_offset, settled FROM runs"
    )
    return {run: Offsets(m, e, r, bool(settled)) for run, m, e, r, settled in rows}


def settled(db: sqlite3.Connection) -> set[str]:
    """Runs that have ended and are in the database whole."""
    return {run for (run,) in db.execute("SELECT id FROM runs WHERE settled = 1")}


def record(
    db: sqlite3.Connection,
    run: RunRow,
    before: Offsets,
    after: Offsets,
    *,
    metrics: Iterable[MetricRow] = (),
    resources: Iterable[ResourceRow] = (),
    results: Iterable[ResultRow] = (),
) -> bool:
    """Store a run's row and what was read of its files between two offsets, all or nothing.

    Returns whether it was stored: another process may have read the same bytes in the meantime,
    then nothing is changed and the caller goes on from the stored offsets.
    """
    with transaction(db):
        stored = db.execute(
            "SELECT metrics_offset, events_offset, resources_offset FROM runs WHERE id = ?",
            (run.id,),
        ).fetchone()
        there = tuple(stored) if stored else (0, 0, 0)
        if there != (before.metrics, before.events, before.resources):
            return False
        _upsert(db, run, after)
        db.executemany(
            "INSERT INTO metrics VALUES (?, ?, ?, ?, ?, ?)",
            (
                (run.id, m.name, m.step, m.time, _storable(m.value), kind_of(m.value))
                for m in metrics
            ),
        )
        db.executemany(
            "INSERT INTO resources VALUES (?, ?, ?, ?, ?)",
            (
                (run.id, r.time, r.cpu_percent, r.rss_bytes, json.dumps(list(r.gpus)))
                for r in resources
            ),
        )
        db.executemany(
            "INSERT INTO results (run, metric, split, data, value, kind, baseline, reference,"
            " reference_source, higher_is_better, verdict, time, tier)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (_result_values(run.id, r) for r in results),
        )
    return True


def forget_logged(db: sqlite3.Connection, run: str) -> None:
    """Drop what a run logged and start again at offset 0: its files were replaced."""
    with transaction(db):
        for table in ("metrics", "resources", "results"):
            db.execute(f"DELETE FROM {table} WHERE run = ?", (run,))
        db.execute(
            "UPDATE runs SET metrics_offset = 0, events_offset = 0, resources_offset = 0,"
            " settled = 0 WHERE id = ?",
            (run,),
        )


def lose_removed(db: sqlite3.Connection, runs: Iterable[str]) -> None:
    """Say of runs that had not ended that their directories are gone."""
    why = _("its directory was removed before it ended")
    gone = [(why, run) for run in runs]
    if not gone:
        return
    with transaction(db):
        db.executemany(
            "UPDATE runs SET state = 'lost', settled = 1, reason = ? WHERE id = ?",
            gone,
        )


def listing(
    db: sqlite3.Connection,
    *,
    lab: str | None = None,
    states: Iterable[str] | None = None,
    starred: bool | None = None,
    tag: str | None = None,
    archived: bool | None = None,
    limit: int = 1000,
) -> list[RunRow]:
    """Runs, the newest first, without those that were deleted.

    With `archived` only those that are put away, or only those that are not.
    """
    where = ["coalesce(archived, 0) < ?"]
    values: list[Any] = [int(Place.TRASH)]
    if lab is not None:
        where.append("lab = ?")
        values.append(lab)
    if states is not None:
        states = list(states)
        where.append(f"state IN ({','.join('?' * len(states))})")
        values += states
    if starred is not None:
        where.append("coalesce(star, 0) = ?")
        values.append(int(starred))
    if tag is not None:
        where.append("instr(coalesce(tags, ''), ?)")
        values.append(f" {folded_tag(tag)} ")
    if archived is not None:
        where.append("coalesce(archived, 0) = ?")
        values.append(int(archived))
    rows = db.execute(
        f"SELECT {_SELECTED} FROM {_MARKED} WHERE {' AND '.join(where)}"
        " ORDER BY created_at DESC, id DESC LIMIT ?",
        [*values, limit],
    )
    return [_run(row) for row in rows]


def get(db: sqlite3.Connection, run: str, *, deleted: bool = False) -> RunRow:
    """One run by its id, the beginning of it, or `last` for the newest; with `deleted` one that
    was deleted and can be restored.

    Raises:
        NoSuchRun: none, or several; or it was deleted, or with `deleted` was not.
    """
    if run == "last" and not deleted:
        rows = listing(db, limit=1)
        if not rows:
            raise NoSuchRun(_("there is no run yet; `studylab run cnn` starts one"))
        return rows[0]
    exact = db.execute(f"SELECT {_SELECTED} FROM {_MARKED} WHERE id = ?", (run,)).fetchone()
    if exact:
        if (why := _elsewhere(exact, deleted=deleted)) is not None:
            raise why
        return _run(exact)
    # substr instead of LIKE: an id may hold % or _.
    every = db.execute(
        f"SELECT {_SELECTED} FROM {_MARKED} WHERE substr(id, 1, ?) = ? LIMIT 1000", (len(run), run)
    ).fetchall()
    found = [row for row in every if _elsewhere(row, deleted=deleted) is None]
    if not run or not every:
        raise NoSuchRun(_("there is no run {name!r}; `studylab runs` lists them", name=run))
    if not found and (why := _elsewhere(every[0], deleted=deleted)) is not None:
        raise why
    if len(found) > 1:
        ids = listed(row["id"] for row in found[:5]) + (" ..." if len(found) > 5 else "")
        raise NoSuchRun(_("{name!r} could be {ids}; type more", name=run, ids=ids))
    return _run(found[0])


def _elsewhere(row: sqlite3.Row, *, deleted: bool) -> NoSuchRun | None:
    """Why a run can't be had, None if it can."""
    match row["archived"] or Place.LISTED, deleted:
        case Place.GONE, _wanted:
            return NoSuchRun(_("the run {run} was deleted, and is gone for good", run=row["id"]))
        case Place.TRASH, False:
            return NoSuchRun(
                _(
                    "the run {run} was deleted; `studylab runs restore {run}` brings it back",
                    run=row["id"],
                )
            )
        case ((Place.LISTED | Place.ARCHIVED), True):
            return NoSuchRun(_("the run {run} was not deleted", run=row["id"]))
    return None


def results(db: sqlite3.Connection, run: str | None = None) -> list[ResultRow]:
    """Results of one run, or of all that were not deleted, in the order they were reported."""
    tail, values = ("WHERE run = ?", (run,)) if run is not None else (f"WHERE {KEPT}", ())
    rows = db.execute(
        "SELECT metric, split, data, value, kind, baseline, reference, reference_source,"
        f" higher_is_better, verdict, time, run, tier FROM results {tail} ORDER BY id",
        values,
    )
    return [result_of(row) for row in rows]


def result_of(row: sqlite3.Row) -> ResultRow:
    """The result in a row of `results`."""
    return ResultRow(
        metric=row["metric"],
        split=row["split"],
        data=row["data"],
        value=value_of(row["value"], row["kind"]),
        baseline=row["baseline"],
        reference=row["reference"],
        reference_source=row["reference_source"] or "",
        higher_is_better=bool(row["higher_is_better"]),
        verdict=row["verdict"] or "",
        time=row["time"] or 0.0,
        run=row["run"],
        tier=row["tier"],
    )


def metrics(db: sqlite3.Connection, run: str, name: str | None = None) -> list[MetricRow]:
    """The scalars of a run, by step and in the order they were logged."""
    tail, values = ("AND name = ?", (run, name)) if name is not None else ("", (run,))
    rows = db.execute(
        "SELECT name, step, time, value, kind FROM metrics"
        f" WHERE run = ? {tail} ORDER BY step, rowid",
        values,
    )
    return [MetricRow(r[0], r[1], r[2], value_of(r[3], r[4])) for r in rows]


def last_values(db: sqlite3.Connection, run: str) -> list[MetricRow]:
    """Of each metric of a run what was logged last, by name."""
    rows = db.execute(
        "SELECT name, step, time, value, kind FROM metrics WHERE rowid IN"
        " (SELECT max(rowid) FROM metrics WHERE run = ? GROUP BY name) ORDER BY name",
        (run,),
    )
    return [MetricRow(r[0], r[1], r[2], value_of(r[3], r[4])) for r in rows]


def _upsert(db: sqlite3.Connection, run: RunRow, after: Offsets) -> None:
    values = (
        run.id,
        run.lab,
        json.dumps(list(run.command), ensure_ascii=False),
        json.dumps(dict(run.settings), ensure_ascii=False),
        run.seed,
        run.state,
        run.reason,
        run.exit_code,
        run.signal,
        run.host,
        run.directory,
        run.created_at,
        run.started_at,
        run.ended_at,
        run.step,
        run.steps,
        after.metrics,
        after.events,
        after.resources,
        int(after.settled),
    )
    columns = f"{_COLUMNS}, metrics_offset, events_offset, resources_offset, settled"
    changes = ", ".join(
        f"{name} = coalesce(excluded.{name}, {name})"
        for name in map(str.strip, columns.split(","))
        if name != "id"
    )
    db.execute(
        f"INSERT INTO runs ({columns}) VALUES ({','.join('?' * len(values))})"
        f" ON CONFLICT (id) DO UPDATE SET {changes}",
        values,
    )


def _run(row: sqlite3.Row) -> RunRow:
    return RunRow(
        **{
            **dict(row),
            "command": tuple(json.loads(row["command"] or "[]")),
            "settings": json.loads(row["settings"] or "{}"),
            "lab": row["lab"] or "",
            "reason": row["reason"] or "",
            "host": row["host"] or "",
            "star": bool(row["star"]),
            "archived": row["archived"] == Place.ARCHIVED,
            "tags": tags_of(row["tags"] or ""),
            "note": row["note"] or "",
        }
    )


def _storable(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _result_values(run: str, result: ResultRow) -> tuple[object, ...]:
    return (
        run,
        result.metric,
        result.split,
        result.data,
        _storable(result.value),
        kind_of(result.value),
        result.baseline,
        result.reference,
        result.reference_source,
        int(result.higher_is_better),
        result.verdict,
        result.time,
        result.tier,
    )
