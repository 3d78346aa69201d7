"""Where the scalars of a command come from, and how far each source has been read.

`scalars.json` says what is wanted: written by the launcher, and again when the student takes what
the output says. `sources.json` is the translator's: its place in each file, beside the size of
`metrics.jsonl` at that moment. What was appended after that moment says by itself where it is from
(`"at": [source, byte]`), so a kill between the two files loses nothing and doubles nothing.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from studylab.runs.directory import RunDirectory, write_json

WANTED, SOURCES = "scalars.json", "sources.json"

EVENTS, LINES, WANDB = "events", "lines", "wandb"
"""Kinds of sources: event files of TensorBoard, lines of the output, a log of W&B."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which scalars of a command are taken; `folders` are looked through beside its own."""

    events: bool = True
    lines: bool = False
    folders: tuple[str, ...] = ()


@dataclass(slots=True)
class Source:
    """One file that scalars are read from. `position` is behind what is in `metrics.jsonl`."""

    kind: str
    path: str
    prefix: str = ""
    position: int = 0
    records: int = 0
    state: dict[str, Any] | None = None
    trouble: str = ""


@dataclass(slots=True)
class Sources:
    """`sources.json`. `whole` when the run is over and nothing is left to be read; `base` is the
    folder that the names of the metrics are told from."""

    metrics: int = 0
    base: str = ""
    whole: bool = False
    sources: list[Source] = field(default_factory=list)


def read_wanted(run: RunDirectory) -> Wanted | None:
    """What is wanted of a run; None for one that only reports by itself, such as a lab."""
    try:
        record = json.loads((run.path / WANTED).read_text("utf-8"))
        folders = tuple(str(folder) for folder in record.get("folders", ()))
        return Wanted(bool(record.get("events")), bool(record.get("lines")), folders)
    except (OSError, ValueError, AttributeError, TypeError, RecursionError):
        return None


def write_wanted(run: RunDirectory, wanted: Wanted) -> None:
    """Say what is wanted of a run.

    Raises:
        OSError: it can't be written.
    """
    write_json(run.path / WANTED, asdict(wanted))


def read_sources(run: RunDirectory) -> Sources:
    """How far a run's sources have been read; nothing where nothing is known."""
    try:
        record = json.loads((run.path / SOURCES).read_text("utf-8"))
        return Sources(
            metrics=int(record["metrics"]),
            base=str(record["base"]),
            whole=bool(record["whole"]),
            sources=[
                Source(
                    kind=str(each["kind"]),
                    path=str(each["path"]),
                    prefix=str(each["prefix"]),
                    position=int(each["position"]),
                    records=int(each["records"]),
                    state=each["state"] if isinstance(each["state"], dict) else None,
                    trouble=str(each["trouble"]),
                )
                for each in record["sources"]
            ],
        )
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return Sources()


def write_sources(run: RunDirectory, sources: Sources) -> None:
    """Replace `sources.json`.

    Raises:
        OSError: it can't be written.
    """
    write_json(run.path / SOURCES, asdict(sources))


def left_behind(run: RunDirectory) -> bool:
    """Whether something that the run wrote may still have to be read, and can be."""
    return (
        read_wanted(run) is not None
        and not read_sources(run).whole
        and os.access(run.path, os.W_OK)
    )


def path_of(run: RunDirectory, source: Source) -> Path:
    """Where a source is: one inside the run's directory moves with it."""
    return run.path / source.path
