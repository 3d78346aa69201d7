"""One line of `metrics.jsonl` or `events.jsonl`, to text and back.

The lines are strict JSON, so any reader takes them; NaN and the infinities, which JSON lacks,
are the strings "NaN", "Infinity" and "-Infinity" in a scalar's place.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Any

# Written where it is reported: the reporter is also a file of its own, to copy elsewhere.
from studylab.metrics.reporter import event_line, metric_line, scalar_text

__all__ = [
    "EventRecord",
    "MetricRecord",
    "NotARecord",
    "event_line",
    "metric_line",
    "number",
    "read_event",
    "read_metric",
    "scalar_text",
]

_SURROGATES = b"\\ud", b"\\uD", b"\xed"
"""What a line with a surrogate holds: of an escape, and of bytes that Python reads as one."""

NONFINITE = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}


@dataclass(frozen=True, slots=True)
class MetricRecord:
    """Scalars of one step. `time` is in seconds since 1970."""

    time: float
    step: int
    scalars: dict[str, float]


@dataclass(frozen=True, slots=True)
class EventRecord:
    """Something that is not a scalar: a sample, a checkpoint, a result, a warning."""

    time: float
    kind: str
    fields: dict[str, Any]


class NotARecord(ValueError):
    """A line that is not a whole record."""


def read_metric(line: bytes) -> MetricRecord:
    """The record in one line.

    Raises:
        NotARecord: half a line, or something else.
    """
    try:
        found = parse(line)
        scalars = {
            name: value if type(value) is float else _scalar(value)
            for name, value in found["scalars"].items()
        }
        return MetricRecord(_finite(found["time"]), _integer(found["step"]), scalars)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise NotARecord(str(error)) from None


def read_event(line: bytes) -> EventRecord:
    """The event in one line.

    Raises:
        NotARecord: half a line, or something else.
    """
    try:
        found = parse(line)
        time = _finite(found.pop("time"))
        kind = found.pop("event")
        if not isinstance(kind, str):
            raise TypeError("the event has no name")
        return EventRecord(time, kind, found)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise NotARecord(str(error)) from None


def parse(line: bytes) -> Any:
    """What is in JSON of other programs, its half characters (lone surrogates) replaced: nothing
    can print or store them.

    Raises:
        ValueError, RecursionError: it is none.
    """
    found = json.loads(line)
    if any(sign in line for sign in _SURROGATES):
        whole = json.dumps(found, ensure_ascii=False).encode("utf-8", "replace")
        return json.loads(whole)
    return found


def number(value: object) -> float:
    """A number of an event's field, where a non-finite one is a string; NaN if it is neither."""
    try:
        return _scalar(value)
    except (TypeError, ValueError):
        return math.nan


def _scalar(value: object) -> float:
    if isinstance(value, str):
        if value in NONFINITE:
            return NONFINITE[value]
        raise ValueError(f"not a number: {value!r}")
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError(f"not a number: {value!r}")
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def _finite(value: object) -> float:
    number = _scalar(value)
    if not math.isfinite(number):
        raise ValueError("the time is not finite")
    return number


def _integer(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError("the step is not a whole number")
    if abs(value) >= 2**63:
        raise ValueError("the step does not fit 64 bits")
    return value
