"""Copying run directories into the database, from where the last copy stopped.

Any process may do this at any time: each step is one transaction that stores rows together with
the offsets they were read up to, so a kill anywhere loses nothing and nothing comes twice.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain

from studylab import locations
from studylab.metrics.reader import events_reader, metrics_reader
from studylab.metrics.records import EventRecord, MetricRecord, number
from studylab.plain import one_line
from studylab.runs import trash
from studylab.runs.directory import (
    NotReadableNow,
    RunDirectory,
    RunDirectoryError,
    RunSpec,
    RunState,
)
from studylab.runs.resources import usage_reader
from studylab.runs.truth import all_runs, state_of
from studylab.store import runs as store
from studylab.store.runs import MetricRow, Offsets, ResourceRow, ResultRow, RunRow

BATCH = 20_000
"""Records of each file a transaction: a writer holds the database for a few dozen milliseconds."""


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What a sync found: runs that are not over, and complaints about single runs."""

    alive: tuple[str, ...]
    complaints: tuple[str, ...]


def sync_all(db: sqlite3.Connection, runs: Iterable[RunDirectory] | None = None) -> SyncReport:
    """Bring the database up to date with every run that has not been settled yet.

    Raises:
        StoreError: the database can't be written.
    """
    alive: list[str] = []
    complaints = trash.follow(db) if runs is None else []
    known = store.offsets(db)
    for run in all_runs() if runs is None else runs:
        offsets = known.get(run.id, Offsets())
        if offsets.settled:
            continue
        try:
            state = sync_run(db, run, offsets)
        except (OSError, ValueError, TypeError, OverflowError) as error:
            # Whatever is in the files of one run, the others are read.
            complaints.append(one_line(f"{run.id}: {error}"))
            continue
        if not state.state.ended:
            alive.append(run.id)
        known.pop(run.id, None)
    if runs is None:
        gone = [id for id, offsets in known.items() if not offsets.settled]
        store.lose_removed(db, [id for id in gone if not (locations.runs() / id).exists()])
    return SyncReport(tuple(alive), tuple(complaints))


def sync_run(db: sqlite3.Connection, run: RunDirectory, offsets: Offsets) -> RunState:
    """Copy what is new of one run. Returns the run's state.

    Raises:
        StoreError: the database can't be written.
        RunDirectoryError, OSError: the run's files can't be read.
    """
    # The state first: what a run logged before it ended is then surely in what is read after.
    state = state_of(run)
    spec = _spec(run, state)
    while True:
        if _replaced(run, offsets):
            store.forget_logged(db, run.id)
            offsets = Offsets()
        metrics = metrics_reader(run.metrics, offsets.metrics)
        events = events_reader(run.events, offsets.events)
        usage = usage_reader(run.resources, offsets.resources)
        metric_records = metrics.read(limit=BATCH)
        event_records = events.read(limit=BATCH)
        usage_records = usage.read(limit=BATCH)
        full = BATCH in (len(metric_records), len(event_records), len(usage_records))
        settled = state.state.ended and not full and not _may_be_read_later(run)
        after = Offsets(metrics.offset, events.offset, usage.offset, settled=settled)
        stored = store.record(
            db,
            _row(run, spec, state, metric_records, event_records),
            offsets,
            after,
            metrics=chain.from_iterable(_metric_rows(r) for r in metric_records),
            resources=(
                ResourceRow(u.time, u.cpu_percent, u.rss_bytes, u.gpus) for u in usage_records
            ),
            results=(result_row(e) for e in event_records if e.kind == "result"),
        )
        if stored and not full:
            return state
        offsets = after if stored else store.offsets(db).get(run.id, Offsets())
        if offsets.settled:
            return state


def _replaced(run: RunDirectory, offsets: Offsets) -> bool:
    pairs = (
        (run.metrics, offsets.metrics),
        (run.events, offsets.events),
        (run.resources, offsets.resources),
    )
    return any(offset > (path.stat().st_size if path.exists() else 0) for path, offset in pairs)


def _may_be_read_later(run: RunDirectory) -> bool:
    """Whether a run is only told as lost because its files can't be read by us, or just now."""
    try:
        run.read_state(), run.read_spec()
    except NotReadableNow:
        return True
    except RunDirectoryError:
        return False
    return False


def _spec(run: RunDirectory, state: RunState) -> RunSpec:
    try:
        return run.read_spec()
    except RunDirectoryError:
        if not state.state.ended:
            raise
    # Without `run.json` the run is still listed, by what else is there.
    made = datetime.fromtimestamp(run.path.stat().st_mtime, UTC).isoformat(timespec="milliseconds")
    return RunSpec(run.id, "", (), "", {}, None, {}, "", None, "", "", made)


def _row(
    run: RunDirectory,
    spec: RunSpec,
    state: RunState,
    metrics: list[MetricRecord],
    events: list[EventRecord],
) -> RunRow:
    plans = [e.fields.get("steps") for e in events if e.kind == "plan"]
    steps = plans[-1] if plans and isinstance(plans[-1], int) else None
    if steps is not None and abs(steps) >= 2**63:
        steps = None
    return RunRow(
        id=run.id,
        lab=_text(spec.lab),
        command=tuple(map(_text, spec.argv)),
        settings=spec.settings,
        seed=spec.seed,
        state=state.state.value,
        reason=_text(state.reason),
        exit_code=state.exit_code,
        signal=state.signal,
        host=_text(spec.host),
        directory=str(run.path),
        created_at=_text(spec.created_at),
        started_at=_iso(state.started_at),
        ended_at=_iso(state.ended_at),
        step=metrics[-1].step if metrics else None,
        steps=steps,
    )


def _text(text: str) -> str:
    """A text as the database takes it: without half characters (lone surrogates), of which the
    names of files may have some."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _iso(seconds: float | None) -> str | None:
    if seconds is None:
        return None
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")


def _metric_rows(record: MetricRecord) -> list[MetricRow]:
    return [
        MetricRow(name, record.step, record.time, value) for name, value in record.scalars.items()
    ]


def result_row(event: EventRecord) -> ResultRow:
    """The result that a `result` event tells."""
    fields = event.fields
    return ResultRow(
        metric=str(fields.get("metric", "")),
        split=str(fields.get("split", "")),
        data=str(fields.get("data", "")),
        value=number(fields.get("value")),
        baseline=_optional(fields.get("baseline")),
        reference=_optional(fields.get("reference")),
        reference_source=str(fields.get("source") or ""),
        higher_is_better=bool(fields.get("higher_is_better", True)),
        verdict=str(fields.get("verdict") or ""),
        time=event.time,
        tier=str(fields.get("tier") or ""),
    )


def _optional(value: object) -> float | None:
    return None if value is None else number(value)
