"""A run as a row of the list, and in full."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from textual.content import Content

from studylab.labspec import Setting
from studylab.language import N_, _
from studylab.plain import one_line, plain
from studylab.runs.directory import State
from studylab.runs.wording import (
    changed_settings,
    duration,
    metric_value,
    read_state,
    setting_value,
    told_reason,
    verdict,
    verdict_word,
)
from studylab.store.overview import main_result
from studylab.store.runs import ResultRow, RunRow
from studylab.tui import ages
from studylab.tui.evidence_line import evidence_line
from studylab.tui.expecting import ExpectedLines
from studylab.tui.tones import (
    BAD,
    QUIET,
    WARN,
    state_text,
    state_tone,
    verdict_symbol,
    verdict_tone,
)
from studylab.tui.widgets.row_list import Column, Pair, Row
from studylab.workspace import Workspace

COLUMNS = (
    Column(10, title=N_("State")),
    Column(14, title=N_("Run")),
    Column(22, title=N_("Lab"), needs=150),
    Column(title=N_("Settings"), needs=60),
    Column(8, title=N_("Launched"), align="right", needs=70),
    Column(9, title=N_("Took"), align="right", needs=100),
    Column(15, title=N_("Steps"), align="right", needs=100),
    Column(5, title=N_("Done"), align="right", needs=50),
    Column(17, title=N_("Result")),
    Column(12, title="", needs=110),
)


class RunRows:
    """Makes rows and details of runs; a row is made anew only when something in it changes."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self._made: dict[str, tuple[object, Row]] = {}
        self._expected = ExpectedLines(workspace.db)

    def row(self, run: RunRow, results: Sequence[ResultRow]) -> Row:
        """The row of a run; the same object as long as nothing in it changes."""
        result = main_result(results)
        age = ages.age(run.created_at)
        took = _took(run)
        made_of = (run, result, age, took)
        made = self._made.get(run.id)
        if made is None or made[0] != made_of:
            made = self._made[run.id] = (made_of, self._new_row(run, result, age, took))
        return made[1]

    def _new_row(self, run: RunRow, result: ResultRow | None, age: str, took: str) -> Row:
        state = read_state(run.state)
        settings = changed_settings(dict(run.settings), self._declared(run))
        told = " ".join(f"{name}={setting_value(value)}" for name, value in settings.items())
        told = told or (_("defaults") if run.lab else _command(run))
        away = _("archived") if run.archived else ""
        return Row(
            run.id,
            (
                Content.styled(state_text(state), state_tone(state)),
                one_line(run.id),
                _quiet(one_line(run.lab)),
                Content(" ").join(
                    [part for part in (_marks(run), _quiet(away), _quiet(told)) if part]
                ),
                _quiet(age),
                _quiet(took),
                _quiet(_steps(run)),
                percent(run),
                _result_cell(result) if result is not None else "",
                _quiet(one_line(result.metric)) if result is not None else "",
            ),
        )

    def about(self, run: RunRow, results: Sequence[ResultRow], disk: Content) -> Content:
        """All that the list knows of a run, the reason of its end in words first. `disk` tells
        what it takes, as far as that is known."""
        state = read_state(run.state)
        lines = [
            Content.assemble(
                Content.styled(state_text(state), f"bold {state_tone(state)}"),
                Content.styled(f"  {one_line(run.id)}", "bold"),
                f"  {self.title(run)}",
            )
        ]
        if kept := _marks(run):
            lines.append(kept)
        if run.note:
            lines.append(Content(plain(run.note)))
        if why := told_reason(state, run.reason):
            tone = {State.FAILED: BAD, State.LOST: BAD, State.STOPPED: WARN}.get(state, "")
            lines.append(Content.styled(one_line(why), tone))
        lines += [_result_line(result) for result in results]
        lines += self._expected.of(run)
        facts = [f"{name}={setting_value(value)}" for name, value in run.settings.items()]
        times = [_("launched {time}", time=ages.moment(run.created_at))]
        times += [_("ended {time}", time=ages.moment(run.ended_at))] if run.ended_at else []
        times += [_("on {host}", host=one_line(run.host))] if run.host else []
        quiet = ["  ".join(facts), "  ".join(times), _command(run), evidence_line(run)]
        quiet += [one_line(run.directory)]
        lines += [_quiet(text) for text in quiet if text]
        lines += [disk] if disk else []
        return Content("\n").join(lines)

    def title(self, run: RunRow) -> str:
        """The title of a run's lab; empty for a command."""
        labs = self.workspace.labs
        title = next((self.workspace.title(e.declared) for e in labs if e.id == run.lab), "")
        return one_line(title)

    def _declared(self, run: RunRow) -> tuple[Setting, ...]:
        return next((e.settings for e in self.workspace.labs if e.id == run.lab), ())


def marks(row: RunRow) -> str:
    """Star and tags, as they are shown and found."""
    return " ".join([*(["★ *"] if row.star else []), *(f"#{tag}" for tag in row.tags)])


def percent(row: RunRow) -> str:
    """How far a run is; empty where the plan is not known."""
    if row.step is None or not row.steps:
        return ""
    return f"{min(1.0, row.step / row.steps) * 100:.0f} %"


def _result_line(result: ResultRow) -> Content:
    word = verdict_word(result)
    data = f"  {_('data {name}', name=one_line(result.data))}" if result.data else ""
    return Content.assemble(
        Content.styled(f"{verdict_symbol(word)} ", verdict_tone(word)),
        f"{one_line(result.split)} {one_line(result.metric)}  ",
        Content.styled(verdict(result), verdict_tone(word)),
        _quiet(data),
    )


def _result_cell(result: ResultRow) -> Pair:
    word = verdict_word(result)
    figure = f"{verdict_symbol(word)} {metric_value(result.metric, result.value)}"
    aside = ""
    if result.reference is not None and word:
        aim = metric_value(result.metric, result.reference, exact=True)
        aside = _("of {figure}", figure=aim)
    return Pair(Content.styled(figure, verdict_tone(word)), _quiet(aside))


def _marks(run: RunRow) -> Content:
    star = Content.styled("★", WARN) if run.star else Content("")
    tags = Content.styled(" ".join(f"#{one_line(tag)}" for tag in run.tags), "$accent")
    return Content(" ").join([part for part in (star, tags) if part])


def _quiet(text: str) -> Content:
    return Content.styled(text, QUIET)


def _command(row: RunRow) -> str:
    return one_line(" ".join(row.command), 400)


def _took(row: RunRow) -> str:
    started = _seconds(row.started_at)
    if started is None:
        return ""
    ended = _seconds(row.ended_at)
    if ended is None:
        ended = ages.present().timestamp() if not read_state(row.state).ended else started
    return duration(ended - started)


def _seconds(at: str | None) -> float | None:
    try:
        then = datetime.fromisoformat(at or "")
    except ValueError:
        return None
    return (then if then.tzinfo else then.replace(tzinfo=UTC)).timestamp()


def _steps(row: RunRow) -> str:
    if row.step is None:
        return ""
    return f"{row.step:,}/{row.steps:,}" if row.steps else f"{row.step:,}"
