"""What a run reports beside its figures: warnings, samples of text, tables, pictures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size

from studylab.language import N_, _, n_
from studylab.metrics.records import EventRecord
from studylab.plain import one_line, plain
from studylab.study.diagnosis.model import Finding

LONGEST_TEXT = 10_000
LARGEST_TABLE = 60
WIDEST_CELL = 24

_KINDS = [N_("warning"), N_("text"), N_("table"), N_("image"), N_("resumed")]
"""What stands for the name of a note that has none."""


@dataclass(frozen=True, slots=True)
class Note:
    """Something to show with a run. `text` may have several lines; all of it is plain."""

    kind: str
    name: str
    text: str
    step: int | None
    time: float

    @property
    def is_warning(self) -> bool:
        """Whether the student should look now."""
        return self.kind == "warning"

    @property
    def heading(self) -> str:
        """What it is, and of which step: `sample at step 300`."""
        what = self.name or _(self.kind)
        if self.step is None:
            return what
        return _("{what} at step {step:,}", what=what, step=self.step)


def read_note(event: EventRecord) -> Note | None:
    """The note in an event; None for events that are shown elsewhere."""
    fields = event.fields
    if event.kind in ("warning", "text"):
        text = _text(fields.get("text"))
    elif event.kind == "table":
        text = table_text(fields.get("columns"), fields.get("rows"))
    elif event.kind == "image":
        text = _("picture: {path}", path=_text(fields.get("path")))
    elif event.kind == "resumed":
        text = _("went on from {path}", path=one_line(str(fields.get("path", _("a checkpoint")))))
    else:
        return None
    step = fields.get("step")
    name = one_line(str(fields.get("name") or ""), 60)
    return Note(event.kind, name, text, step if type(step) is int else None, event.time)


def table_text(columns: object, rows: object) -> str:
    """A small table as aligned text, figures to the right; what is no table is empty."""
    if not isinstance(columns, list) or not isinstance(rows, list):
        return ""
    lines = [[_cell(c) for c in columns[:LARGEST_TABLE]]]
    lines += [
        [_cell(c) for c in row[:LARGEST_TABLE]]
        for row in rows[:LARGEST_TABLE]
        if isinstance(row, list)
    ]
    count = max(map(len, lines))
    lines = [[*line, *[""] * (count - len(line))] for line in lines]
    widths = [max(cell_len(line[i]) for line in lines) for i in range(count)]
    text = "\n".join(_aligned(line, widths) for line in lines)
    left_out = len(rows) - LARGEST_TABLE
    if left_out <= 0:
        return text
    more = n_("… and {count} row more", "… and {count} rows more", left_out)
    return f"{text}\n{more}"


def warning_line(notes: Iterable[Note], findings: Sequence[Finding], width: int) -> str:
    """What goes wrong, in one row: the newest finding with the key that opens its episode, or
    else the lab's last warning; empty if all is well."""
    if findings:
        first = findings[0]
        episode = first.episodes[0]
        end = _("  e shows P{episode}", episode=episode)
        if more := len(findings) - 1:
            end = _("  (and {count} more)  e shows P{episode}", count=more, episode=episode)
        said = _("! {what}: {mend}", what=first.words, mend=first.mend)
        if cell_len(said + end) > width:
            said = f"! {first.words}"
        return _cut(said, width - cell_len(end)) + end
    warnings = [note for note in notes if note.is_warning]
    if not warnings:
        return ""
    last = one_line(warnings[-1].text)
    if len(warnings) > 1:
        last = _("{warning} ({count} warnings)", warning=last, count=len(warnings))
    return f"! {last}"


def _cut(text: str, width: int) -> str:
    if cell_len(text) <= width:
        return text
    return set_cell_size(text, max(0, width - 1)).rstrip() + "…"


def _aligned(line: Sequence[str], widths: Sequence[int]) -> str:
    cells = [
        " " * (width - cell_len(cell)) + cell if _is_figure(cell) else set_cell_size(cell, width)
        for cell, width in zip(line, widths, strict=True)
    ]
    return "  ".join(cells).rstrip()


def _is_figure(cell: str) -> bool:
    return cell.replace(".", "", 1).lstrip("-").isdigit()


def _cell(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.4g}"
    return one_line(str(value), WIDEST_CELL)


def _text(value: object) -> str:
    text = plain(str("" if value is None else value)[: 2 * LONGEST_TEXT])
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…"
