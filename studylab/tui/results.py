"""The results of the runs, lab by lab: scores in rankings, beside what they are held against."""

from __future__ import annotations

import math
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Footer, Static
from typing_extensions import override

from studylab.language import N_, _, listed
from studylab.plain import one_line
from studylab.problem import Problem
from studylab.runs.directory import RunDirectory
from studylab.runs.wording import setting_value
from studylab.store import runs as store
from studylab.study.results import COLUMNS as SORTS
from studylab.study.results import LabResults, in_order, lab_results
from studylab.study.score_words import told_mean, told_place
from studylab.study.scores import Ranking, Score
from studylab.tui.result_rows import COLUMNS, baseline_row, reference_row, score_row
from studylab.tui.tones import QUIET
from studylab.tui.translated import TranslatedKeys
from studylab.tui.widgets.row_list import RowList

EMPTY = N_(
    "No result yet. A lab reports what it reached when it ends; runs that differ only in their "
    "seed are then one row, with mean and deviation."
)

_SORTED_BY = {
    "mean": N_("mean"),
    "settings": N_("settings"),
    "deviation": N_("deviation"),
    "seeds": N_("seeds"),
    "verdict": N_("verdict"),
    "newest": N_("newest"),
}


class ResultsScreen(TranslatedKeys, Screen[None]):
    """One ranking at a time: scores on other data or another split are on a page of their own."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "Back"),
        Binding("left_square_bracket,left", "page(-1)", "Other figures", key_display="← →"),
        Binding("right_square_bracket,right", "page(1)", "Next figures", show=False),
        Binding("s", "sort", "Sort", tooltip="Sort by the next column"),
        Binding("x", "export", "Export", tooltip="Write the tables, or curves, into a file"),
        Binding("S", "reverse", "Reverse", show=False, tooltip="Turn the order round"),
    ]
    DEFAULT_CSS = """
    ResultsScreen {
        & > #about { height: 1; padding: 0 1; background: $panel; }
        & > #about, & > #order { text-wrap: nowrap; text-overflow: ellipsis; }
        & > #order { height: 1; padding: 0 1; color: $text-muted; }
        & > RowList { padding: 0 1; }
        & > #score {
            height: auto; max-height: 8; padding: 0 1; border-top: solid $foreground 20%;
        }
    }
    """

    def __init__(self, lab: str | None = None) -> None:
        """Of one lab by its id, or of all and of commands."""
        super().__init__()
        self._lab = lab
        self._pages: list[tuple[LabResults, Ranking]] = []
        self._page = 0
        self._sort = "mean"
        self._reverse = False

    def compose(self) -> ComposeResult:
        yield Static(id="about")
        yield Static(id="order")
        yield RowList(COLUMNS)
        yield Static(id="score")
        yield Footer(show_command_palette=False)

    @property
    def table(self) -> RowList:
        """The table."""
        return self.query_one(RowList)

    @property
    def current(self) -> Score | None:
        """The score under the cursor."""
        return self._scores().get(self.table.key or "")

    def on_mount(self) -> None:
        self.set_focus(self.table)
        try:
            found = lab_results(self.workspace, self._lab)
        except Problem as problem:
            self.app.problem(problem)
            found = []
        self._pages = [(lab, ranking) for lab in found for ranking in lab.rankings]
        self._show()

    def _scores(self) -> dict[str, Score]:
        if not self._pages:
            return {}
        return {score.runs[0]: score for score in self._pages[self._page][1].scores}

    def _show(self) -> None:
        about, order = self.query_one("#about", Static), self.query_one("#order", Static)
        if not self._pages:
            about.update(
                Content(_("Results of {lab}", lab=self._lab) if self._lab else _("Results"))
            )
            self.table.set_rows([], empty=_(EMPTY))
            self._show_score()
            return
        lab, ranking = self._pages[self._page]
        about.update(
            Content.assemble(
                Content.styled(one_line(lab.name), "bold"), f"  {told_place(ranking.place)}"
            )
        )
        parts = [_("sorted by {column} (s)", column=_(_SORTED_BY[self._sort]))]
        parts += [_("reversed")] if self._reverse else []
        if len(self._pages) > 1:
            parts.append(
                _("{number} of {count} (← →)", number=self._page + 1, count=len(self._pages))
            )
        order.update(Content(" · ".join(parts)))
        rows = [row for row in (reference_row(ranking), baseline_row(ranking)) if row is not None]
        ordered = in_order(ranking, self._sort, lab.declared, reverse=self._reverse)
        above = len(rows)
        rows += [score_row(ranking, score, lab.declared) for score in ordered]
        self.table.set_rows(rows)
        if self.table.cursor < above:
            self.table.cursor = above
        self._show_score()

    def on_row_list_highlighted(self) -> None:
        """Show all of the score under the cursor."""
        self._show_score()

    def _show_score(self) -> None:
        pane, score = self.query_one("#score", Static), self.current
        lines: list[Content] = []
        if self._pages:
            ranking = self._pages[self._page][1]
            if score is not None:
                settings = [f"{name}={setting_value(v)}" for name, v in score.settings.items()]
                mean = told_mean(ranking.place.metric, score)
                lines = [
                    Content.styled(mean, "bold"),
                    Content(one_line("  ".join(settings), 600)),
                    Content(_("runs: {runs}", runs=one_line(listed(score.runs), 600))),
                ]
                if score.seeds == 1:
                    lines.append(Content(_("one seed: its noise is not known")))
            reference = ranking.reference
            if reference is not None and math.isfinite(reference.value):
                source = one_line(reference.source, 300)
                told = _(
                    "reference on {split}: {source}", split=one_line(reference.split), source=source
                )
                lines.append(Content.styled(told, QUIET))
        pane.update(Content("\n").join(line for line in lines if line.plain))
        pane.display = bool(lines)

    @override
    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Show only the keys that do something here."""
        if action == "page":
            return len(self._pages) > 1
        return bool(self._pages) if action in ("sort", "reverse", "export") else True

    def action_back(self) -> None:
        """Close."""
        self.dismiss()

    def action_page(self, by: int) -> None:
        """The results on other data, another split, of another metric or lab."""
        if self._pages:
            self._page = (self._page + by) % len(self._pages)
            self._show()

    def action_sort(self) -> None:
        """Sort by the next column."""
        names = list(SORTS)
        self._sort = names[(names.index(self._sort) + 1) % len(names)]
        self._show()

    def action_reverse(self) -> None:
        """Turn the order round."""
        self._reverse = not self._reverse
        self._show()

    def action_export(self) -> None:
        """Write the tables, or curves of the runs under the cursor, into a file."""
        from studylab.tui.result_export import export_results

        found = list({lab.name: lab for lab, _ranking in self._pages}.values())
        runs = self.current.runs if self.current is not None else ()
        export_results(self.app, found, self._sort, runs)

    def on_row_list_selected(self) -> None:
        """Enter, or a double click: the run of a score, or which one of several."""
        from studylab.tui.dialogs.pick import PickDialog

        score = self.current
        if score is None:
            return
        if len(score.runs) == 1:
            self._watch(score.runs[0])
            return
        rows = {run: store.get(self.workspace.db, run) for run in score.runs}
        options = [
            (run, run, "" if row.seed is None else _("seed {seed}", seed=row.seed))
            for run, row in rows.items()
        ]
        self.app.push_screen(PickDialog(_("Which run?"), options), self._watch)

    def _watch(self, run: str | None) -> None:
        from studylab.tui.live import LiveView

        if run is not None:
            self.app.push_screen(
                LiveView(RunDirectory(Path(store.get(self.workspace.db, run).directory)))
            )
