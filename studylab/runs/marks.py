"""Where a translated line of `metrics.jsonl` is from: `"at": [source, byte behind it]`."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator

_AT = b',"at":['


def mark(source: int, byte: int) -> bytes:
    """The end of a translated line, in place of its closing brace."""
    return b"%b%d,%d]}\n" % (_AT, source, byte)


def marks(file: int, start: int) -> Iterator[tuple[int, int]]:
    """Where the translated lines behind a byte of `metrics.jsonl` are from. A last line that only
    lacks its newline counts: it is given one."""
    at, kept = start, b""
    while chunk := os.pread(file, 1 << 20, at):
        at += len(chunk)
        *lines, kept = (kept + chunk).split(b"\n")
        yield from _of_lines(lines)
    yield from _of_lines([kept])


def _of_lines(lines: list[bytes]) -> Iterator[tuple[int, int]]:
    for line in lines:
        if _AT in line:
            try:
                number, position = json.loads(line)["at"]
                yield int(number), int(position)
            except (ValueError, KeyError, TypeError, RecursionError):
                continue
