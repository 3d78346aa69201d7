"""The wire format of protocol buffers, as far as reading a few fields needs it."""

from __future__ import annotations

import struct
from collections.abc import Iterator

Field = tuple[int, int, "int | bytes"]
"""Number, wire type, and the value: a whole number as it is on the wire, or bytes."""

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5

_DOUBLE = struct.Struct("<d")
_FLOAT = struct.Struct("<f")


class WireError(ValueError):
    """Bytes that are no message."""


def fields(message: bytes) -> Iterator[Field]:
    """The fields of a message, in the order in which they stand there.

    Raises:
        WireError: the bytes are no message; what stood before the mistake was given out.
    """
    at, end = 0, len(message)
    while at < end:
        key, at = varint(message, at)
        kind = key & 7
        value: int | bytes
        if kind == VARINT:
            value, at = varint(message, at)
        else:
            if kind == BYTES:
                size, at = varint(message, at)
            elif kind == FIXED64:
                size = 8
            elif kind == FIXED32:
                size = 4
            else:
                raise WireError(f"wire type {kind}")
            value = message[at : at + size]
            at += size
            if at > end:
                raise WireError("a field goes beyond its message")
        yield key >> 3, kind, value


def varint(message: bytes, at: int) -> tuple[int, int]:
    """A whole number of up to 64 bits, and the place behind it.

    Raises:
        WireError: there is none.
    """
    value = shift = 0
    try:
        while True:
            byte = message[at]
            at += 1
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value & 0xFFFF_FFFF_FFFF_FFFF, at
            shift += 7
            if shift > 63:
                raise WireError("a number of more than 64 bits")
    except IndexError:
        raise WireError("a number is cut off") from None


def signed(value: int | bytes) -> int:
    """A number on the wire as int64."""
    if isinstance(value, bytes):
        raise WireError("bytes where a number was expected")
    return value - (1 << 64) if value >= 1 << 63 else value


def zigzag(value: int | bytes) -> int:
    """A number on the wire as sint64."""
    if isinstance(value, bytes):
        raise WireError("bytes where a number was expected")
    return (value >> 1) ^ -(value & 1)


def double(value: int | bytes) -> float:
    """Eight bytes as a floating-point number."""
    if isinstance(value, int) or len(value) != 8:
        raise WireError("no double")
    number: float = _DOUBLE.unpack(value)[0]
    return number


def single(value: int | bytes) -> float:
    """Four bytes as a floating-point number."""
    if isinstance(value, int) or len(value) != 4:
        raise WireError("no float")
    number: float = _FLOAT.unpack(value)[0]
    return number


def content(value: int | bytes) -> bytes:
    """The bytes of a field that holds some."""
    if isinstance(value, int):
        raise WireError("a number where bytes were expected")
    return value


def text(value: int | bytes) -> str:
    """A string; what is no UTF-8 is replaced."""
    return content(value).decode("utf-8", "replace")
