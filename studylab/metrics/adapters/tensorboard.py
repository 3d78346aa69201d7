"""Scalars of TensorBoard's event files, as SummaryWriter, Lightning, Keras and Trainer write them.

A file is a chain of TFRecords: length, its checksum, an `Event` message, its checksum. It grows
while it is read: a record that is not whole yet is left for the next time.
"""

from __future__ import annotations

import os
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from studylab.language import _
from studylab.metrics.adapters.crc32c import masked
from studylab.metrics.adapters.points import Point
from studylab.metrics.adapters.wire import (
    VARINT,
    WireError,
    content,
    double,
    fields,
    signed,
    single,
    text,
)
from studylab.metrics.adapters.wire import varint as read_varint

MARK = "tfevents"
"""What is in the name of every event file."""

CHUNK = 1 << 20
LONGEST_EVENT = 1 << 20
"""An event above this holds pictures or a graph: it is passed over unread."""

NOT_METRICS = frozenset({"hp_metric"})
"""What Lightning writes in place of a metric, for the table of hyper-parameters."""

_HEADER = struct.Struct("<QI")
_WHOLE = 12
_CHECKSUM = struct.Struct("<I")

# What `add_scalar` writes, byte for byte: most events of most files. The lengths are checked by
# hand, and whatever is otherwise is read field by field.
_PLAIN = re.compile(
    rb"\x09(.{8})(?:\x10([\x80-\xff]{0,8}[\x00-\x7f]))?"
    rb"\x2a(.)\x0a(.)\x0a(.)([^\x00-\x1f]*)\x15(.{4})",
    re.DOTALL,
)
_PLAIN_DATA = struct.Struct("<f")
_PLAIN_TIME = struct.Struct("<d")


@dataclass
class EventFile:
    """Reads one event file from `offset` on; `offset` is behind what was given out."""

    path: Path
    offset: int = 0
    trouble: str = ""
    """Why the file can't be read any further; empty if it can."""
    damaged: int = 0
    """Events whose checksum was wrong: they were left out."""
    _lengths: dict[bytes, int] = field(default_factory=dict, repr=False)

    def read(self, *, at_end: bool = False) -> Iterator[Point]:
        """The scalars that became whole since the last call, one event at a time.

        A file that is missing holds none. `trouble` says it where the file is no chain of records:
        a later call looks at that place again. `at_end`: nothing more will come, so half a record
        is trouble too.

        Raises:
            OSError: the file is there and can't be read.
        """
        self.trouble = ""
        try:
            descriptor = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            return
        try:
            while not self.trouble:
                chunk = os.pread(descriptor, CHUNK, self.offset)
                start = self.offset
                yield from self._of_chunk(chunk, start)
                if self.offset > start:
                    continue
                # Not one whole record: the file ends here, or the record is longer than a chunk.
                if not self.trouble and not self._passed_over(descriptor, chunk):
                    if at_end and chunk:
                        self.trouble = _("its last record is cut off")
                    return
        finally:
            os.close(descriptor)

    def _of_chunk(self, chunk: bytes, start: int) -> Iterator[Point]:
        lengths, at, end = self._lengths, 0, len(chunk)
        while at + _WHOLE <= end:
            header = chunk[at : at + _WHOLE]
            length = lengths.get(header, -1)
            if length < 0:
                length = self._length(header)
                if length < 0:
                    return
            behind = at + _WHOLE + length + 4
            if behind > end:
                return
            event = chunk[at + _WHOLE : behind - 4]
            whole = _CHECKSUM.unpack_from(chunk, behind - 4)[0] == masked(event)
            at = behind
            self.offset = start + at
            if not whole:
                self.damaged += 1
                continue
            found = scalar_event(event, self.offset)
            if found is not None:
                yield found

    def _length(self, header: bytes) -> int:
        """The length in a record's header; -1 where that is none."""
        length, checksum = _HEADER.unpack(header)
        if masked(header[:8]) != checksum:
            self.trouble = _("byte {byte} does not begin a record", byte=self.offset)
            return -1
        if len(self._lengths) < 10_000:
            self._lengths[header] = length
        return int(length)

    def _passed_over(self, descriptor: int, chunk: bytes) -> bool:
        """Move behind a record that is too long to hold scalars, if all of it is there."""
        if len(chunk) < _WHOLE:
            return False
        length = self._length(chunk[:_WHOLE])
        behind = self.offset + _WHOLE + length + 4
        if length < LONGEST_EVENT - _WHOLE - 4 or os.fstat(descriptor).st_size < behind:
            return False
        self.offset = behind
        return True


def scalar_event(event: bytes, end: int = 0) -> Point | None:
    """The scalars of an `Event` message; None if it holds none."""
    plain = _PLAIN.fullmatch(event)
    if plain is not None:
        at, step, summary, value, size, tag, data = plain.groups()
        length = len(tag)
        if size[0] == length and value[0] == length + 7 and summary[0] == length + 9 < 0x80:
            name = tag.decode("utf-8", "replace")
            if name in NOT_METRICS:
                return None
            return Point(
                end,
                _PLAIN_TIME.unpack(at)[0],
                signed(read_varint(step, 0)[0]) if step else 0,
                {name: _PLAIN_DATA.unpack(data)[0]},
            )
    try:
        return _any_event(event, end)
    except WireError:
        return None


def _any_event(event: bytes, end: int) -> Point | None:
    time, step = 0.0, 0
    scalars: dict[str, float] = {}
    for number, _kind, value in fields(event):
        if number == 1:
            time = double(value)
        elif number == 2:
            step = signed(value)
        elif number == 5:
            for inner, _kind, each in fields(content(value)):
                if inner == 1:
                    _add_value(scalars, content(each))
    return Point(end, time, step, scalars) if scalars else None


def _add_value(scalars: dict[str, float], message: bytes) -> None:
    """Add what a `Summary.Value` holds, if it is a scalar."""
    tag, found = "", None
    for number, _kind, value in fields(message):
        if number == 1:
            tag = text(value)
        elif number == 2:
            found = single(value)
        elif number == 8:
            found = _of_tensor(content(value))
    if found is not None and tag not in NOT_METRICS:
        scalars[tag] = found


_PACKED = {1: ("<f", 5), 2: ("<d", 6), 3: ("", 7), 9: ("", 10)}
"""Of a data type (float, double, int32, int64): how it is packed, and the field of its values."""
_RAW = {1: "<f", 2: "<d", 3: "<i", 4: "<B", 5: "<h", 6: "<b", 9: "<q", 17: "<H", 19: "<e"}
"""Of a data type: how it is packed in `tensor_content`."""


def _of_tensor(message: bytes) -> float | None:
    """The number in a tensor without dimensions; None for every other tensor."""
    kind, raw, listed = 0, b"", {}
    for number, wire, value in fields(message):
        if number == 1:
            kind = signed(value)
        elif number == 2 and any(inner == 2 for inner, _kind, _each in fields(content(value))):
            return None
        elif number == 4:
            raw = content(value)
        elif number in (5, 6, 7, 10):
            listed[number] = (wire, value)
    if raw:
        fits = kind in _RAW and struct.calcsize(_RAW[kind]) == len(raw)
        return float(struct.unpack(_RAW[kind], raw)[0]) if fits else None
    if kind not in _PACKED:
        return None
    form, place = _PACKED[kind]
    wire, value = listed.get(place, (VARINT, 0 if not form else b""))
    if not form:
        return float(signed(value if wire == VARINT else read_varint(content(value), 0)[0]))
    data = content(value) or b"\0" * struct.calcsize(form)
    if len(data) != struct.calcsize(form):
        return None
    return float(struct.unpack(form, data)[0])
