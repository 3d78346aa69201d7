"""Event files and logs of W&B, written by hand: what the real writers do, byte for byte."""

from __future__ import annotations

import json
import struct
import zlib

from studylab.metrics.adapters.crc32c import masked


def varint(number: int) -> bytes:
    number &= (1 << 64) - 1
    written = b""
    while number > 0x7F:
        written += bytes((number & 0x7F | 0x80,))
        number >>= 7
    return written + bytes((number,))


def field(number: int, value: float | bytes | str) -> bytes:
    """A field: a whole number as varint, a float as double, text and bytes by their length."""
    if isinstance(value, str):
        value = value.encode()
    if isinstance(value, bytes):
        return varint(number << 3 | 2) + varint(len(value)) + value
    if isinstance(value, float):
        return varint(number << 3 | 1) + struct.pack("<d", value)
    return varint(number << 3) + varint(value)


def single(number: int, value: float) -> bytes:
    return varint(number << 3 | 5) + struct.pack("<f", value)


def record(message: bytes) -> bytes:
    """A TFRecord."""
    length = struct.pack("<Q", len(message))
    checksums = struct.pack("<I", masked(length)), struct.pack("<I", masked(message))
    return length + checksums[0] + message + checksums[1]


def event(step: int, scalars: dict[str, float], time: float = 1e9) -> bytes:
    """An event with these scalars, as SummaryWriter writes one."""
    values = b"".join(field(1, field(1, tag) + single(2, value)) for tag, value in scalars.items())
    return record(field(1, time) + (field(2, step) if step else b"") + field(5, values))


VERSION = record(field(1, 1e9) + field(3, "brain.Event:2"))
"""What stands at the start of an event file."""


def wandb_log(records: list[bytes]) -> bytes:
    """A log of W&B with these records, cut into blocks."""
    log = b":W&B\xe1\xbe\x00"
    for data in records:
        first = True
        while True:
            left = 32768 - len(log) % 32768
            if left < 7:
                log += b"\0" * left
                continue
            part, data = data[: left - 7], data[left - 7 :]
            kind = (1 if not data else 2) if first else (4 if not data else 3)
            checksum = zlib.crc32(part, zlib.crc32(bytes((kind,))))
            log += struct.pack("<IHB", checksum, len(part), kind) + part
            first = False
            if not data:
                break
    return log


def history(step: int, scalars: dict[str, float], time: float = 1e9) -> bytes:
    """What `wandb.log` writes."""
    items = {"_timestamp": time, **scalars}
    message = b"".join(
        field(1, field(2, name) + field(16, json.dumps(value))) for name, value in items.items()
    )
    return field(2, message + field(2, field(1, step)))


def run_record(id: str = "abcd", config: dict[str, object] | None = None) -> bytes:
    """The record that tells what a run of W&B is."""
    items = b"".join(
        field(1, field(1, name) + field(16, json.dumps(value)))
        for name, value in (config or {}).items()
    )
    return field(17, field(1, id) + field(3, "project") + field(4, items) + field(8, "A run"))
