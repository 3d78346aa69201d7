"""The list of the runs of an overlay: what each curve is, and where its run is now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from textual.content import Content
from textual.strip import Strip
from textual.style import Style
from typing_extensions import override

from studylab.language import N_, _
from studylab.plain import one_line
from studylab.runs.directory import State
from studylab.runs.wording import metric_value, setting_value
from studylab.tui.overlay_curves import OverlaidRun, Overlay
from studylab.tui.tones import QUIET, state_text, state_tone
from studylab.tui.widgets.braille import MARKS
from studylab.tui.widgets.line_colours import ON_DARK, ON_LIGHT, is_colourless
from studylab.tui.widgets.row_list import Cell, Column, Pair, Row, RowList
from studylab.tui.widgets.terminal import is_ascii_only

COLUMNS = (
    Column(3),
    Column(14, title=N_("Run")),
    Column(8, fit=True),
    Column(10, title=N_("State")),
    Column(22, title=N_("Lab"), needs=120),
    Column(title=N_("What differs"), needs=70),
    Column(13, title=N_("Steps"), align="right", needs=100),
    Column(24, title=N_("Last value")),
)


class Legend(RowList):
    """One row for each run. The colour of a curve can be read in the row with the cursor too."""

    DEFAULT_CSS = """
    Legend {
        height: auto;
        max-height: 7;
        padding: 0 1;
        &:focus > .row-list--cursor {
            background: $foreground 15%;
            color: $foreground;
            text-style: bold;
        }
    }
    """

    def __init__(self, overlay: Overlay, *, id: str | None = None) -> None:
        super().__init__(COLUMNS, id=id)
        self._overlay = overlay
        self._in_marks = is_ascii_only() or is_colourless()

    @property
    def run(self) -> OverlaidRun | None:
        """The run with the cursor."""
        return next((run for run in self._overlay.runs if run.id == self.key), None)

    def show_runs(self, metric: str, settings: Mapping[str, str]) -> None:
        """Show where the runs are: their last value of `metric`, and of each its `settings`."""
        self.set_rows(
            [
                Row(run.id, self._cells(run, metric, settings.get(run.id, "")))
                for run in self._overlay.ordered
            ]
        )

    @override
    def _line(
        self, cells: Sequence[Cell], width: int, style: Style, *, uniform: bool = False
    ) -> Strip:
        # On the quiet cursor of this list the colours can be read.
        return super()._line(cells, width, style)

    def _cells(self, run: OverlaidRun, metric: str, settings: str) -> tuple[Cell, ...]:
        feed = run.feed
        state = feed.state.state if feed.state is not None else State.LOST
        quiet = QUIET if run.hidden else ""
        last = feed.series[metric].last if metric in feed.series else None
        figure = metric_value(metric, last.value) if last is not None else ""
        steps = "" if feed.step is None else f"{feed.step:,}"
        if steps and feed.steps:
            steps += f"/{feed.steps:,}"
        return (
            self._curve(run),
            Content.styled(one_line(run.id), quiet or ("bold" if run.pinned else "")),
            Content.styled(_status(run), QUIET),
            Content.styled(state_text(state), state_tone(state)),
            Content.styled(one_line(feed.spec.lab if feed.spec else ""), QUIET),
            Content.styled(settings, quiet),
            Content.styled(steps, QUIET),
            Pair(
                Content.styled(figure, quiet),
                Content.styled(one_line(metric, 40) if figure else "", QUIET),
            ),
        )

    def _curve(self, run: OverlaidRun) -> Content:
        if run.hidden:
            return Content("")
        if self._in_marks:
            return Content(MARKS[self._overlay.runs.index(run) % len(MARKS)])
        of_theme = self.app.theme_variables.get(f"chart-{run.colour + 1}")
        colours = ON_DARK if self.app.current_theme.dark else ON_LIGHT
        return Content.styled("━━", of_theme or colours[run.colour])


def differing_settings(runs: Sequence[OverlaidRun]) -> dict[str, str]:
    """Of each run, by its id, the settings in which the runs differ, in one line."""
    from studylab.study.comparison import Section, Subject, compare

    subjects = [Subject(run.id, run.feed.spec.settings if run.feed.spec else {}) for run in runs]
    rows = [row for row in compare(subjects) if row.differs and row.section is Section.SETTINGS]
    return {
        run.id: one_line(
            " ".join(
                f"{row.name}={setting_value(row.values[run.id])}"
                for row in rows
                if run.id in row.values
            )
        )
        for run in runs
    }


def _status(run: OverlaidRun) -> str:
    if run.hidden:
        return _("hidden")
    return _("pinned") if run.pinned else ""
