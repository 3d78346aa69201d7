"""The weekly report: what goes to the advisor, with the curves of the week's runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Footer, Static

from studylab.language import _
from studylab.problem import Problem
from studylab.study.report import words
from studylab.study.report.content import RunReport, WeekReport, report_on
from studylab.study.report.html import reference_of
from studylab.study.report.markdown import markdown
from studylab.study.report.save import default_file, save
from studylab.tui.links import copy_text
from studylab.tui.page import Page
from studylab.tui.translated import TranslatedKeys
from studylab.tui.widgets.chart import Chart

if TYPE_CHECKING:
    from studylab.workspace import Workspace


class ReportScreen(TranslatedKeys, Screen[None]):
    """A week's report, to read and to write into a file."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "Back"),
        Binding("h", "save('html')", "Write HTML", tooltip="One file that opens offline"),
        Binding("m", "save('md')", "Write Markdown"),
        Binding("y", "copy", "Copy", tooltip="Copy the report as Markdown"),
        Binding("left_square_bracket,left", "week(-1)", "Earlier week", show=False),
        Binding("right_square_bracket,right", "week(1)", "Later week", show=False),
    ]
    DEFAULT_CSS = """
    ReportScreen {
        & > #about { height: 1; padding: 0 1; background: $panel; }
        & > VerticalScroll { padding: 0 1; }
        & .curves { height: 11; margin-bottom: 1; }
        & .curves Chart { width: 1fr; max-width: 76; margin-right: 2; }
        & .run { margin-top: 1; }
    }
    """

    def __init__(self, week: int) -> None:
        super().__init__()
        self._week = week
        self._report: WeekReport | None = None

    def compose(self) -> ComposeResult:
        yield Static(id="about")
        yield VerticalScroll(id="report")
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        self.set_focus(self.query_one("#report"))
        self.call_after_refresh(self._show)

    async def _show(self) -> None:
        workspace = self.workspace
        try:
            report = self._report = report_on(workspace, self._week)
        except Problem as problem:
            self.app.problem(problem)
            return
        self.query_one("#about", Static).update(
            Content(_("Report on week {number}  ← → other weeks", number=self._week))
        )
        scroll = self.query_one("#report", VerticalScroll)
        await scroll.remove_children()
        await scroll.mount(Static(Page(self.app, markdown(workspace, report))))
        for run in report.runs:
            if run.curves:
                heading = Content.styled(words.run_title(run), "bold")
                await scroll.mount(
                    Static(heading, classes="run"), Horizontal(*_charts(run), classes="curves")
                )
        scroll.scroll_home(animate=False)

    def action_back(self) -> None:
        """Close."""
        self.dismiss()

    async def action_week(self, by: int) -> None:
        """The report on another week."""
        numbers = [week.number for week in self.workspace.syllabus.weeks]
        wanted = numbers.index(self._week) + by
        if 0 <= wanted < len(numbers):
            self._week = numbers[wanted]
            await self._show()

    def action_save(self, format: str) -> None:
        """Write the report into a file, and say where."""
        if self._report is None:
            return
        path = default_file(self._report, format)
        workspace: Workspace = self.workspace
        try:
            save(workspace, self._report, path, format)
        except Problem as problem:
            self.app.problem(problem)
        else:
            self.app.notify(str(path), title=_("Written"), timeout=12, markup=False)

    def action_copy(self) -> None:
        """Copy the report as Markdown."""
        if self._report is not None:
            copy_text(self.app, markdown(self.workspace, self._report))
            self.app.notify(_("The report is copied as Markdown"), timeout=4, markup=False)


def _charts(run: RunReport) -> list[Chart]:
    charts = []
    for curve in run.curves:
        chart = Chart(curve.quantity, step_label=_("step"))
        chart.set_lines(curve.lines)
        reference = reference_of(curve, run)
        if reference is not None:
            chart.set_reference(reference.value, reference.label)
        charts.append(chart)
    return charts
