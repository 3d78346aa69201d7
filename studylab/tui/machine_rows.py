"""Runs and processes as rows of the Machine room."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from textual.content import Content

from studylab.language import N_, _
from studylab.plain import one_line
from studylab.runs.directory import State
from studylab.runs.machine_processes import processes
from studylab.runs.machine_use import View
from studylab.runs.machine_words import seconds_left, waits_for
from studylab.runs.wording import duration, size
from studylab.store.runs import RunRow
from studylab.tui.run_rows import percent
from studylab.tui.tones import QUIET, state_text, state_tone
from studylab.tui.widgets.row_list import Cell, Column, Row

MOST_PROCESSES = 100
COMMAND = 300
"""Characters of a command line that are kept."""

RUN_COLUMNS = (
    Column(10, title=N_("State")),
    Column(16, title=N_("Run")),
    Column(7, title="CPU", align="right"),
    Column(7, title=N_("Memory"), align="right", needs=90),
    Column(4, title="GPU", align="right"),
    Column(7, title=N_("On GPU"), align="right"),
    Column(9, title=N_("Runs for"), align="right", needs=110),
    Column(8, title=N_("Time left"), align="right"),
    Column(5, title=N_("Done"), align="right", needs=110),
    Column(title=N_("Lab, or what it waits for")),
)

PROCESS_COLUMNS = (
    Column(8, title="PID", align="right"),
    Column(10, title=N_("Owner")),
    Column(4, title="GPU", align="right", needs=60),
    Column(8, title=N_("On GPU"), align="right", needs=60),
    Column(8, title="CPU", align="right"),
    Column(8, title=N_("Memory"), align="right"),
    Column(10, title=N_("Runs for"), align="right", needs=70),
    Column(16, title=N_("Run"), needs=120),
    Column(title=N_("Command")),
)


NEVER = 1 << 20
"""Cells that no terminal has."""


def columns(every: Sequence[Column], *, gpus: bool) -> tuple[Column, ...]:
    """The columns of a list on a machine with GPUs, or without; rows are the same for both."""
    if gpus:
        return tuple(every)
    return tuple(
        replace(each, needs=NEVER if each.title in ("GPU", "On GPU") else min(each.needs, 70))
        for each in every
    )


def run_rows(view: View, known: Mapping[str, RunRow]) -> list[Row]:
    """The runs that go on, then those that wait, in the order in which they will be started."""
    places = {entry.run: place for place, entry in enumerate(view.waiting, start=1)}
    going = [use for use in view.runs if use.run not in places]
    going.sort(key=lambda use: (bool(use.host), use.started_at or view.time, use.run))
    rows = []
    for use in going:
        row = known.get(use.run)
        left = seconds_left(row, view.time) if row else None
        held = [memory for _index, memory in use.gpus if memory is not None]
        about = _("on {host}", host=one_line(use.host)) if use.host else row.lab if row else ""
        rows.append(
            Row(
                use.run,
                (
                    _state(use.state),
                    one_line(use.run),
                    _percent(use.cpu_percent),
                    "" if use.rss is None else size(use.rss),
                    ",".join(str(index) for index, _memory in use.gpus),
                    size(sum(held)) if held else "–" if use.gpus else "",
                    "" if use.started_at is None else duration(view.time - use.started_at),
                    "" if left is None else duration(left),
                    percent(row) if row else "",
                    _quiet(one_line(about)),
                ),
            )
        )
    for entry in view.waiting:
        what = _quiet(one_line(waits_for(entry.after, places[entry.run])))
        blank = [""] * (len(RUN_COLUMNS) - 3)
        cells: tuple[Cell, ...] = (_state(State.QUEUED), one_line(entry.run), *blank, what)
        rows.append(Row(entry.run, cells))
    return rows


def process_rows(view: View, order: str, kind: str) -> list[Row]:
    """The first processes of a kind in this order."""
    return [
        Row(
            str(use.info.pid),
            (
                str(use.info.pid),
                one_line(use.info.owner),
                ",".join(map(str, use.gpus)),
                "" if not use.gpus else "–" if use.held is None else size(use.held),
                _percent(use.info.cpu_percent),
                size(use.info.rss) if use.info.rss else "–",
                # To the minute: a row that is the same as before is not drawn again.
                _age(view.time - use.info.started),
                one_line(use.run),
                _quiet(one_line(use.info.command, COMMAND)),
            ),
        )
        for use in processes(view, order, kind)[:MOST_PROCESSES]
    ]


def _state(state: State) -> Content:
    return Content.styled(state_text(state), state_tone(state))


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.0f} %"


def _age(seconds: float) -> str:
    days, hours, minutes = int(seconds // 86400), int(seconds // 3600), int(seconds // 60)
    if days:
        return _("{days} d {hours:02} h", days=days, hours=hours % 24)
    if hours:
        return _("{hours}:{minutes:02} h", hours=hours, minutes=minutes % 60)
    return _("{minutes:.0f} min", minutes=minutes) if minutes > 0 else _("<1 min")


def _quiet(text: str) -> Content:
    return Content.styled(text, QUIET)
