"""An offline run of W&B: `run-ID.wandb`, a log of protocol-buffer records in blocks of 32 KiB.

Only what a run directory can hold is read: settings, scalars, the summary, names and times.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from studylab.language import _
from studylab.metrics.adapters.points import Point
from studylab.metrics.adapters.wandb_log import NotAWandbRun, records
from studylab.metrics.adapters.wire import (
    Field,
    WireError,
    content,
    double,
    fields,
    signed,
    text,
    zigzag,
)

_HISTORY, _SUMMARY, _CONFIG, _RUN, _EXIT = 2, 3, 5, 17, 18
_INT32_SIGN = 1 << 31


@dataclass(slots=True)
class WandbRun:
    """What a file tells of its run. `started` in seconds since 1970; `exit_code` is None for a run
    that never said its end."""

    id: str = ""
    project: str = ""
    name: str = ""
    notes: str = ""
    tags: list[str] = field(default_factory=list)
    host: str = ""
    started: float | None = None
    ended: float | None = None
    exit_code: int | None = None
    config: dict[str, Any] = field(default_factory=dict)
    summary: dict[str, float] = field(default_factory=dict)
    points: int = 0


def read_run(path: Path) -> WandbRun:
    """All but the history of a run.

    Raises:
        NotAWandbRun: the file is no such log, of a newer version, or holds no run.
        OSError: it can't be read.
    """
    run = WandbRun()
    for end, kind, message in _records(path):
        try:
            if kind == _RUN:
                _read_run(run, message)
            elif kind == _CONFIG:
                _update(run.config, message, 1)
            elif kind == _SUMMARY:
                run.summary.update(_scalars(message))
            elif kind == _HISTORY:
                point = _point(message, end)
                run.points += bool(point.scalars)
                run.ended = point.time or run.ended
            elif kind == _EXIT:
                run.exit_code = 0
                for number, _wire, value in fields(message):
                    if number == 1:
                        code = signed(value)
                        run.exit_code = code - 2 * _INT32_SIGN if code >= _INT32_SIGN else code
        except WireError:
            continue
    if not run.id and not run.points:
        raise NotAWandbRun(_("it holds no run"))
    run.config.pop("_wandb", None)
    return run


@dataclass
class History:
    """Reads the scalars of a run from `offset` on; `offset` is behind what was given out."""

    path: Path
    offset: int = 0
    trouble: str = ""
    """Why the file can't be read; empty if it can."""

    def read(self, *, at_end: bool = False) -> Iterator[Point]:  # noqa: ARG002 - as the other sources are read
        """What is new, one `log` call at a time.

        Raises:
            OSError: the file can't be read.
        """
        self.trouble = ""
        try:
            for end, kind, message in _records(self.path, self.offset):
                self.offset = end
                point = _history_point(message, end) if kind == _HISTORY else None
                if point is not None:
                    yield point
        except NotAWandbRun as error:
            self.trouble = str(error)


def _history_point(message: bytes, end: int) -> Point | None:
    try:
        point = _point(message, end)
    except WireError:
        return None
    return point if point.scalars else None


def _records(path: Path, offset: int = 0) -> Iterator[tuple[int, int, bytes]]:
    """Of each record that matters the byte behind it, which kind it is, and its message."""
    for end, record in records(path, offset):
        try:
            for number, _wire, value in fields(record):
                if number in (_HISTORY, _SUMMARY, _CONFIG, _RUN, _EXIT):
                    yield end, number, content(value)
        except WireError:
            continue


def _read_run(run: WandbRun, message: bytes) -> None:
    for number, _wire, value in fields(message):
        if number == 1:
            run.id = text(value)
        elif number == 3:
            run.project = text(value)
        elif number == 4:
            _update(run.config, content(value), 1)
        elif number == 8:
            run.name = text(value)
        elif number == 9:
            run.notes = text(value)
        elif number == 10:
            run.tags.append(text(value))
        elif number == 13:
            run.host = text(value)
        elif number == 17:
            parts = {inner: signed(each) for inner, _wire, each in fields(content(value))}
            run.started = parts.get(1, 0) + parts.get(2, 0) / 1e9


def _update(into: dict[str, Any], message: bytes, place: int) -> None:
    """Take the `update` items of a config record."""
    for number, _wire, value in fields(message):
        if number == place:
            names, found = _item(content(value))
            if names and found is not _NOTHING:
                _put(into, names, found)


def _put(into: dict[str, Any], names: list[str], value: object) -> None:
    for name in names[:-1]:
        inner = into.get(name)
        if not isinstance(inner, dict):
            inner = into[name] = {}
        into = inner
    into[names[-1]] = value


def _point(message: bytes, end: int) -> Point:
    scalars = _scalars(message)
    told = scalars.pop("_step", 0.0)
    step = int(told) if math.isfinite(told) else 0
    for number, _wire, value in fields(message):
        if number == 2:
            step = 0
            for inner, _wire, each in fields(content(value)):
                step = signed(each) if inner == 1 else step
    time = scalars.pop("_timestamp", 0.0)
    shown = {name: value for name, value in scalars.items() if not name.startswith("_")}
    return Point(end, time if math.isfinite(time) and time > 0 else None, step, shown)


def _scalars(message: bytes) -> dict[str, float]:
    """The numbers among the items of a history or summary record, by name."""
    found: dict[str, float] = {}
    for number, _wire, value in fields(message):
        if number == 1:
            names, item = _item(content(value))
            if isinstance(item, (int, float)) and not isinstance(item, bool):
                try:
                    found["/".join(names)] = float(item)
                except OverflowError:
                    found["/".join(names)] = math.inf if item > 0 else -math.inf
    return found


class _Nothing:
    """An item that holds no value."""


_NOTHING = _Nothing()


def _item(message: bytes) -> tuple[list[str], object]:
    """The name of an item, part by part, and its value."""
    names: list[str] = []
    found: object = _NOTHING
    for each in fields(message):
        number, _wire, value = each
        if number == 1:
            names = [text(value)]
        elif number == 2:
            names.append(text(value))
        else:
            found = _value(each, found)
    return names, found


def _value(each: Field, before: object) -> object:
    number, _wire, value = each
    if number == 4:
        return bool(value)
    if number == 5:
        return zigzag(value)
    if number == 6:
        return double(value)
    if number == 7:
        return text(value)
    if number in (8, 16):
        try:
            return json.loads(content(value))
        except (ValueError, RecursionError):
            return before
    return before
