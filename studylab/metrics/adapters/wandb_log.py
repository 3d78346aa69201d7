"""The file format of W&B's offline runs: records in blocks of 32 KiB, as in the log of LevelDB."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from studylab.language import _

MAGIC = b":W&B\xe1\xbe"
VERSION = 0
"""The version of the file that is understood; it stands behind the magic bytes."""

_START = len(MAGIC) + 1
_BLOCK = 32 << 10
_HEADER = struct.Struct("<IHB")
_FULL, _FIRST, _MIDDLE, _LAST = _KINDS = 1, 2, 3, 4
_LONGEST = 16 << 20


class NotAWandbRun(ValueError):
    """A file that is none, or that can't be read; the text says why in a few words."""


def records(path: Path, offset: int = 0) -> Iterator[tuple[int, bytes]]:
    """Of each whole record that begins at a byte or behind it: the byte behind it, and its message.

    Raises:
        NotAWandbRun: the file is no such log, or of a newer version.
        OSError: it can't be read.
    """
    with path.open("rb") as file:
        beginning = file.read(_START)
        if not beginning:
            raise NotAWandbRun(_("it is empty"))
        if beginning[: len(MAGIC)] != MAGIC or len(beginning) < _START:
            raise NotAWandbRun(_("it is no log of W&B"))
        if beginning[-1] > VERSION:
            raise NotAWandbRun(
                _(
                    "it is of version {version}, which this studylab can't read",
                    version=beginning[-1],
                )
            )
        file.seek(max(offset, _START))
        yield from _joined(file)


def _joined(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Whole records, put together from the parts that the blocks hold."""
    parts = b""
    while True:
        start = file.tell()
        left = _BLOCK - start % _BLOCK
        if left < _HEADER.size:
            file.seek(left, 1)
            continue
        header = file.read(_HEADER.size)
        if len(header) < _HEADER.size:
            return
        checksum, size, kind = _HEADER.unpack(header)
        data = file.read(size)
        if len(data) < size:
            return
        if zlib.crc32(data, zlib.crc32(bytes((kind,)))) != checksum or kind not in _KINDS:
            # What is broken takes the rest of its block with it, no more.
            parts = b""
            file.seek(start + left)
            continue
        parts = data if kind in (_FULL, _FIRST) else parts + data
        if kind in (_FULL, _LAST) and len(parts) <= _LONGEST:
            yield file.tell(), parts
        if kind in (_FULL, _LAST) or len(parts) > _LONGEST:
            parts = b""
