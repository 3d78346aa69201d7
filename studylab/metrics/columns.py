"""Many lines of `metrics.jsonl` at once, column by column: how a chart reads a long run.

One parse of a thousand lines and plain arrays cost a third of a thousand records; a run of a
million points is what that is for.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field

from studylab.metrics.records import MetricRecord, NotARecord, parse, read_metric


@dataclass(slots=True)
class Column:
    """The points of one metric in the order in which they were logged."""

    steps: array[int] = field(default_factory=lambda: array("q"))
    values: array[float] = field(default_factory=lambda: array("d"))
    times: array[float] = field(default_factory=lambda: array("d"))

    def append(self, step: int, value: float, time: float) -> None:
        """Add one point."""
        self.steps.append(step)
        self.values.append(value)
        self.times.append(time)


@dataclass(slots=True)
class Columns:
    """What some lines hold. `first` and `last` are time and step of their first and last record;
    None if none of them is one."""

    columns: dict[str, Column] = field(default_factory=dict)
    skipped: int = 0
    first: tuple[float, int] | None = None
    last: tuple[float, int] | None = None


def read_columns(lines: Sequence[bytes]) -> Columns:
    """The points in `lines`; what is no record is counted as skipped."""
    try:
        return _read_clean(lines)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, OverflowError):
        return _read_each(lines)


def _read_clean(lines: Sequence[bytes]) -> Columns:
    """All lines in one parse; raises if any of them is not just what `metric_line` writes."""
    records = parse(b"[" + b",".join(lines) + b"]")
    if len(records) != len(lines):
        raise ValueError("a line holds more or less than one record")
    found = Columns()
    columns = found.columns
    for record in records:
        time, step = record["time"], record["step"]
        if type(time) is not float or type(step) is not int:
            raise TypeError("not written by metric_line")
        for name, value in record["scalars"].items():
            if type(value) is not float:
                raise TypeError("a scalar in words")
            column = columns.get(name)
            if column is None:
                column = columns[name] = Column()
            column.append(step, value, time)
    if records:
        found.first = records[0]["time"], records[0]["step"]
        found.last = records[-1]["time"], records[-1]["step"]
    return found


def _read_each(lines: Sequence[bytes]) -> Columns:
    found = Columns()
    for line in lines:
        try:
            _add(found, read_metric(line))
        except NotARecord:
            found.skipped += 1
    return found


def _add(found: Columns, record: MetricRecord) -> None:
    for name, value in record.scalars.items():
        found.columns.setdefault(name, Column()).append(record.step, value, record.time)
    found.last = record.time, record.step
    found.first = found.first or found.last
