"""Which data and device a run says that it used."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from studylab.metrics.reader import LineReader
from studylab.metrics.records import EventRecord, NotARecord, read_event
from studylab.plain import one_line
from studylab.runs.directory import RunDirectory

LOOK_SECONDS = 2.0
"""How long the events of one run are looked through, however many there are."""

_MARKS = (b'"data"', b'"result"', b'"device"')


@dataclass(frozen=True, slots=True)
class DataTold:
    """Data as a run names it; what it did not tell is empty."""

    name: str = ""
    tier: str = ""
    origin: str = ""
    revision: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """What a run's events say of its data. `tiers` are by metric, split and data of a result."""

    data: DataTold
    tiers: dict[tuple[str, str, str], str]
    device: str = ""

    def tier(self, metric: str, split: str, data: str) -> str:
        """The tier of the data of one result; empty if nobody told."""
        own = self.tiers.get((metric, split, data), "")
        return own or (self.data.tier if self.data.name == data else "")


def told(run: RunDirectory) -> Told:
    """What the events of a run say; nothing of one whose events can't be read."""
    try:
        found = run.events.stat()
        return _told(run.events, found.st_size, found.st_mtime_ns)
    except OSError:
        return Told(DataTold(), {})


def device_told(run: RunDirectory) -> str:
    """The device in the run's own words; empty if it did not tell."""
    return told(run).device


@lru_cache(maxsize=4096)
def _told(events: Path, _size: int, _changed: int) -> Told:
    data, tiers, device = DataTold(), {}, ""
    for event in LineReader(events, _event).read(seconds=LOOK_SECONDS):
        fields = event.fields
        if event.kind == "data":
            data = DataTold(
                *(_text(fields, name) for name in ("name", "tier", "origin", "revision"))
            )
        elif event.kind == "result":
            place = (
                str(fields.get("metric", "")),
                str(fields.get("split", "")),
                str(fields.get("data", "")),
            )
            tiers[place] = _text(fields, "tier")
        elif event.kind == "device":
            device = _text(fields, "text") or _text(fields, "device")
    return Told(data, tiers, device)


def _event(line: bytes) -> EventRecord:
    # Most lines are samples and tables, and long: they are not worth parsing.
    if not any(mark in line for mark in _MARKS):
        raise NotARecord("of another kind")
    return read_event(line)


def _text(fields: dict[str, object], name: str) -> str:
    value = fields.get(name)
    return one_line(value, 200) if isinstance(value, str) else ""
