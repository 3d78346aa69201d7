"""What a student is told of a run without being asked: `notices.jsonl`, one line each.

The supervisor writes it, and whoever has a bell to ring reads it. A notice is kept as its kind and
figures; the words are made when it is told, in the language of then.
"""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from studylab.language import N_, _
from studylab.metrics.reader import LineReader
from studylab.metrics.records import NotARecord, event_line, number, read_event
from studylab.plain import one_line
from studylab.runs.directory import RunDirectory, RunState, State

NOTICES = "notices.jsonl"
LONGEST = 300
"""Characters of a notice in words."""


class Kind(StrEnum):
    """What can be told of a run. The values are the words of the setting `tell_on`."""

    ENDED = "ended"
    FAILED = "failed"
    STALLED = "stalled"
    DIVERGED = "diverged"
    REACHED = "reached"

    @property
    def is_bad(self) -> bool:
        """Whether somebody ought to look."""
        return self in (Kind.FAILED, Kind.STALLED, Kind.DIVERGED)


SHOWN = {
    Kind.ENDED: N_("a run finishes, or is stopped"),
    Kind.FAILED: N_("a run fails, or is lost"),
    Kind.STALLED: N_("a run logs nothing for much longer than it usually does"),
    Kind.DIVERGED: N_("a loss is NaN or infinite, or well above its start"),
    Kind.REACHED: N_("a result reaches the reference of its lab"),
}
"""What each kind says, for lists of them."""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something of a run that is worth a bell. `time` is in seconds since 1970."""

    kind: Kind
    time: float
    fields: Mapping[str, Any] = field(default_factory=dict)


def notices_file(run: RunDirectory) -> Path:
    """Where the notices of a run are."""
    return run.path / NOTICES


def notices_reader(run: RunDirectory, offset: int = 0) -> LineReader[Notice]:
    """A reader of the notices of a run."""
    return LineReader(notices_file(run), read_notice, offset)


def read_notice(line: bytes) -> Notice:
    """The notice in one line.

    Raises:
        NotARecord: half a line, or something else.
    """
    event = read_event(line)
    try:
        return Notice(Kind(event.kind), event.time, event.fields)
    except ValueError as error:
        raise NotARecord(str(error)) from None


def write_notice(run: RunDirectory, notice: Notice) -> None:
    """Append a notice.

    Raises:
        OSError: the disk is full or gone.
    """
    line = event_line(notice.time, notice.kind.value, notice.fields)
    flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC
    descriptor = os.open(notices_file(run), flags, 0o644)
    try:
        size = os.fstat(descriptor).st_size
        # A supervisor that was killed can leave half a line.
        if size and os.pread(descriptor, 1, size - 1) != b"\n":
            line = b"\n" + line
        os.write(descriptor, line)
    finally:
        os.close(descriptor)


def of_end(state: RunState, result: Mapping[str, Any] | None = None) -> Notice:
    """The notice that a run is over, with its last result if there was one."""
    bad = state.state in (State.FAILED, State.LOST)
    fields: dict[str, Any] = {"state": state.state.value, "reason": state.reason}
    if state.started_at is not None and state.ended_at is not None:
        fields["seconds"] = state.ended_at - state.started_at
    if result is not None:
        fields["result"] = {
            key: result[key] for key in ("metric", "value", "split", "reference") if key in result
        }
    return Notice(Kind.FAILED if bad else Kind.ENDED, state.ended_at or 0.0, fields)


def words(run: str, notice: Notice) -> str:
    """A notice in one line, clean enough for a terminal and a command line."""
    told = {
        Kind.ENDED: _end_words,
        Kind.FAILED: _end_words,
        Kind.STALLED: _stall_words,
        Kind.DIVERGED: _divergence_words,
        Kind.REACHED: _reached_words,
    }[notice.kind]
    return one_line(told(one_line(run), notice.fields), LONGEST)


# Here and not above: a supervisor does without them as long as it has nothing to tell.


def _end_words(run: str, fields: Mapping[str, Any]) -> str:
    from studylab.runs.wording import duration

    state, seconds = str(fields.get("state", "")), number(fields.get("seconds"))
    reason = str(fields.get("reason", ""))
    told = _("{run} {state}", run=run, state=_(state) if state else "")
    if math.isfinite(seconds):
        time = duration(seconds)
        told = _("{run} {state} after {time}", run=run, state=_(state), time=time)
    if reason and reason != state:
        told = _("{ended}: {reason}", ended=told, reason=reason)
    result = fields.get("result")
    if isinstance(result, dict):
        told = _("{ended}; {result}", ended=told, result=_figure(result))
    return told


def _stall_words(run: str, fields: Mapping[str, Any]) -> str:
    from studylab.runs.wording import duration

    return _(
        "{run} stalls: nothing logged for {silence} since step {step}",
        run=run,
        silence=duration(number(fields.get("silence"))),
        step=fields.get("step"),
    )


def _divergence_words(run: str, fields: Mapping[str, Any]) -> str:
    value, start = number(fields.get("value")), number(fields.get("start"))
    metric, step = one_line(str(fields.get("metric", "")), 60), fields.get("step")
    if not math.isfinite(value):
        return _(
            "{run} diverges: {metric} is {value} at step {step}",
            run=run,
            metric=metric,
            value=value,
            step=step,
        )
    return _(
        "{run} diverges: {metric} is {value}, above its start {start}, at step {step}",
        run=run,
        metric=metric,
        value=f"{value:.4g}",
        start=f"{start:.4g}",
        step=step,
    )


def _reached_words(run: str, fields: Mapping[str, Any]) -> str:
    return _("{run} reached its reference: {result}", run=run, result=_figure(fields))


def _figure(result: Mapping[str, Any]) -> str:
    """`test accuracy 97.8 % (reference: 97 %)`."""
    from studylab.runs.wording import metric_value

    metric = one_line(str(result.get("metric", "")), 60)
    split = one_line(str(result.get("split", "")), 60)
    value = metric_value(metric, number(result.get("value")))
    reference = number(result.get("reference"))
    if not math.isfinite(reference):
        return _("{split} {metric} {value}", split=split, metric=metric, value=value)
    return _(
        "{split} {metric} {value} (reference: {reference})",
        split=split,
        metric=metric,
        value=value,
        reference=metric_value(metric, reference, exact=True),
    )
