"""Texts, tables, pictures and warnings that a run has logged."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from studylab.language import _
from studylab.metrics.reader import events_reader
from studylab.metrics.records import EventRecord
from studylab.plain import one_line
from studylab.problem import Missing, Unusable
from studylab.runs.directory import RunDirectory

KINDS = ("text", "table", "image", "warning")
MOST = 1000
"""Artifacts that are kept, the newest."""
LONGEST_TEXT = 200_000
MOST_CELLS = 20_000
LONGEST_CELL = 2000


class NoSuchArtifact(Missing):
    """A name or a step under which nothing was logged."""


class NoFile(Unusable):
    """A picture whose file can't be had."""


@dataclass(frozen=True, slots=True)
class Table:
    """Cells as they were logged, cut to what can be shown."""

    columns: tuple[object, ...]
    rows: tuple[tuple[object, ...], ...]
    left_out: int = 0
    """Rows that are not here."""


@dataclass(frozen=True, slots=True)
class Artifact:
    """One of them. `content` is the text, the table, or the path of the picture."""

    number: int
    """Its place among all of the run, from 0."""
    kind: str
    name: str
    step: int | None
    time: float
    content: str | Table

    @property
    def title(self) -> str:
        """Its name, or what it is; of a warning what it says."""
        if self.kind == "warning" and not self.name:
            return one_line(str(self.content), 60)
        return self.name or _(self.kind)


class Artifacts:
    """Those of one run, read as far as they have been written."""

    def __init__(self, run: RunDirectory) -> None:
        self.run = run
        self._events = events_reader(run.events)
        self._kept: deque[Artifact] = deque(maxlen=MOST)
        self._count = 0

    def __iter__(self) -> Iterator[Artifact]:
        """The newest first."""
        return reversed(self._kept)

    def __len__(self) -> int:
        return len(self._kept)

    @property
    def left_out(self) -> int:
        """Older ones that are not kept."""
        return self._count - len(self._kept)

    def read(self, seconds: float = float("inf")) -> bool:
        """Take in what is new, for about so long. Returns whether anything was.

        Raises:
            Unusable: the file is there and can't be read.
        """
        before, started_at = self._count, self._events.offset
        try:
            for batch in self._events.batches(seconds):
                if self._events.offset < started_at:
                    # The file was replaced by a shorter one.
                    self._kept.clear()
                    self._count = before = 0
                started_at = self._events.offset
                for event in batch:
                    if event.kind in KINDS:
                        self._kept.append(_artifact(event, self._count))
                        self._count += 1
        except OSError as error:
            why = error.strerror or str(error)
            raise Unusable(f"{self.run.events}: {why}") from error
        return self._count != before

    def find(self, name: str, step: int | None = None) -> Artifact:
        """The newest of a name, at a step if one is given.

        Raises:
            NoSuchArtifact: there is none.
        """
        named = [each for each in self if each.title == name]
        if not named:
            raise NoSuchArtifact(
                _(
                    "nothing called {name!r} was logged; `studylab artifacts {run}` lists what was",
                    name=name,
                    run=self.run.id,
                )
            )
        for each in named:
            if step is None or each.step == step:
                return each
        nearest = min(
            (each.step for each in named if each.step is not None),
            key=lambda other: abs(other - (step or 0)),
            default=None,
        )
        if nearest is None:
            raise NoSuchArtifact(_("{name!r} was logged without a step", name=name))
        raise NoSuchArtifact(
            _(
                "{name!r} was not logged at step {step}; the nearest is step {nearest}",
                name=name,
                step=step,
                nearest=nearest,
            )
        )

    def replaced_at(self, artifact: Artifact) -> int | None:
        """The number of a later picture that was saved into the same file."""
        for each in self:
            if each.kind == "image" and each.content == artifact.content:
                return each.number if each.number > artifact.number else None
        return None

    def file(self, artifact: Artifact) -> Path:
        """The file of a picture.

        Raises:
            NoFile: it lies elsewhere, is gone, or is no file.
        """
        written = str(artifact.content)
        shown = one_line(written, 200)
        home = self.run.path.resolve()
        try:
            path = (home / written).resolve()
            inside, there = path.is_relative_to(home), path.is_file()
        except (OSError, ValueError, RuntimeError):
            inside = there = False
        if not written or not there:
            raise NoFile(_("the picture {path} is not there", path=shown))
        if not inside:
            raise NoFile(
                _(
                    "the picture {path} lies outside the run's directory; only what a lab saves "
                    "in its artifacts is shown",
                    path=shown,
                )
            )
        return path


def _artifact(event: EventRecord, number: int) -> Artifact:
    fields = event.fields
    step = fields.get("step")
    name = fields.get("name")
    content: str | Table
    if event.kind == "table":
        content = _table(fields)
    else:
        text = fields.get("path" if event.kind == "image" else "text")
        content = _cut("" if text is None else str(text), LONGEST_TEXT)
    return Artifact(
        number,
        event.kind,
        one_line(str(name), 200) if name is not None else "",
        step if type(step) is int else None,
        event.time,
        content,
    )


def _table(fields: dict[str, Any]) -> Table:
    columns, rows = fields.get("columns"), fields.get("rows")
    columns = columns if isinstance(columns, list) else []
    rows = [row for row in rows if isinstance(row, list)] if isinstance(rows, list) else []
    wide = max([len(columns), *map(len, rows), 1])
    cells_wide = min(wide, MOST_CELLS)
    kept = rows[: max(1, MOST_CELLS // cells_wide)]
    return Table(
        tuple(_value(each) for each in columns[:cells_wide]),
        tuple(tuple(_value(each) for each in row[:cells_wide]) for row in kept),
        len(rows) - len(kept),
    )


def _value(value: object) -> object:
    if isinstance(value, (bool, int, float)) or value is None:
        return value
    return _cut(str(value), LONGEST_CELL)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
