"""One line of `metrics.jsonl` or `events.jsonl`, to text and back.

The lines are strict JSON, so any reader takes them; NaN and the infinities, which JSON lacks,
are the strings "NaN", "Infinity" and "-Infinity" in a scalar's place.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, SupportsFloat

NONFINITE = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}

_encode_text = json.encoder.encode_basestring_ascii
_INFINITY = math.inf


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


def scalar_text(value: float) -> str:
    """A scalar as JSON, the non-finite ones as strings."""
    if -_INFINITY < value < _INFINITY:
        return repr(value)
    if math.isnan(value):
        return '"NaN"'
    return '"Infinity"' if value > 0 else '"-Infinity"'


def metric_line(time: float, step: int, scalars: Mapping[str, SupportsFloat]) -> bytes:
    """A line of `metrics.jsonl`.

    Formatted by hand and in one piece: `json.dumps` costs several times the write itself, each
    call of a function a tenth of it, and a lab logs in its innermost loop.

    Raises:
        TypeError, ValueError: a value is no number.
    """
    pairs = []
    for name, value in scalars.items():
        number = float(value)
        text = repr(number) if -_INFINITY < number < _INFINITY else scalar_text(number)
        pairs.append(f"{_encode_text(name)}:{text}")
    inner = ",".join(pairs)
    return f'{{"time":{time:.3f},"step":{step},"scalars":{{{inner}}}}}\n'.encode("ascii")


def event_line(time: float, kind: str, fields: Mapping[str, Any]) -> bytes:
    """A line of `events.jsonl`; numbers that JSON lacks become strings, as in scalars.

    Raises:
        TypeError: a field is not text, a number, a list or a mapping of these.
    """
    record = {"time": round(time, 3), "event": kind, **_strict(dict(fields))}
    return json.dumps(record, ensure_ascii=False, allow_nan=False).encode() + b"\n"


def read_metric(line: bytes) -> MetricRecord:
    """The record in one line.

    Raises:
        NotARecord: half a line, or something else.
    """
    try:
        found = json.loads(line)
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
        found = json.loads(line)
        time = _finite(found.pop("time"))
        kind = found.pop("event")
        if not isinstance(kind, str):
            raise TypeError("the event has no name")
        return EventRecord(time, kind, found)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise NotARecord(str(error)) from None


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


def _strict(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return scalar_text(value).strip('"')
    if isinstance(value, dict):
        return {str(k): _strict(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_strict(v) for v in value]
    return value
