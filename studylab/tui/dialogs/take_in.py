"""Taking in what comes from another machine: first what would happen, then all of it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import ClassVar

from rich.cells import cell_len
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from studylab import locations
from studylab.language import _
from studylab.plain import one_line, plain
from studylab.problem import Problem
from studylab.store.database import open_database
from studylab.study.incoming.other import open_other
from studylab.study.incoming.parcel import Parcel
from studylab.study.incoming.take import Outcome, foresee, take_in
from studylab.study.incoming.wording import lines, remarks
from studylab.tui.dialogs.path_field import PathSuggester
from studylab.tui.translated import TranslatedKeys


class TakeInDialog(TranslatedKeys, ModalScreen[bool]):
    """Asks for a path; dismisses with whether something was taken in."""

    DEFAULT_CSS = """
    TakeInDialog {
        Input { background: $boost; }
        #hint { color: $text-muted; margin-bottom: 1; }
        #told { height: auto; min-height: 2; margin-top: 1; color: $text-muted; }
        #told.error { color: $text-error; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(False)", "Leave"),
        Binding("down", "scroll(1)", "Down", show=False),
        Binding("up", "scroll(-1)", "Up", show=False),
    ]

    def __init__(self, title: str) -> None:
        super().__init__()
        self._title = title
        self._busy = False
        self._ready: tuple[str, Parcel] | None = None
        """The path that was looked into, and what is there, until another one is typed."""

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="dialog", can_focus=False) as box:
            box.border_title = Content(self._title)
            yield Static(
                _("An exported JSON file, a backup, a database, or the data folder of a studylab."),
                id="hint",
            )
            yield Input(placeholder="~/…", suggester=PathSuggester(), compact=True)
            yield Static(id="told")

    def on_mount(self) -> None:
        self.set_focus(self.query_one(Input))
        self._show("")

    def on_input_changed(self) -> None:
        """What was foreseen was of another path."""
        if not self._busy:
            self._ready = None
            self._show("")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Look what would happen; once that is shown, let it happen."""
        value = event.value.strip()
        if self._busy or not value:
            return
        self._busy = True
        if self._ready is not None and self._ready[0] == value:
            self._show(_("Taking it in…"))
            self._take(self._ready[1])
        else:
            self._show(_("Looking what is in it…"))
            self._look(value)

    def action_scroll(self, by: int) -> None:
        """Show what does not fit."""
        self.query_one("#dialog").scroll_relative(y=by, animate=False)

    @work(thread=True, group="transfer", exit_on_error=False)
    def _look(self, value: str) -> None:
        def look() -> Callable[[], None]:
            parcel = open_other(Path(value).expanduser())
            with closing(open_database(locations.database())) as db:
                outcome = foresee(db, locations.notes(), parcel)
            return lambda: self._foreseen(value, parcel, outcome)

        self._beside(look)

    @work(thread=True, group="transfer", exit_on_error=False)
    def _take(self, parcel: Parcel) -> None:
        def take() -> Callable[[], None]:
            with closing(open_database(locations.database())) as db:
                outcome = take_in(db, locations.notes(), parcel)
            return lambda: self._taken(outcome)

        self._beside(take)

    def _beside(self, act: Callable[[], Callable[[], None]]) -> None:
        try:
            then = act()
        except Problem as problem:
            told = str(problem)
            self.app.call_from_thread(self._refused, told)
        else:
            self.app.call_from_thread(then)

    def _refused(self, told: str) -> None:
        self._busy = False
        self._ready = None
        if self.is_attached:
            self._show(told, error=True)
        else:
            self.app.notify(told, severity="error", timeout=12, markup=False)

    def _foreseen(self, value: str, parcel: Parcel, outcome: Outcome) -> None:
        self._busy = False
        if not self.is_attached or self.query_one(Input).value.strip() != value:
            return
        self._ready = (value, parcel) if outcome.any else None
        below = map(one_line, [*parcel.complaints, *remarks(outcome, done=False)])
        told = "\n".join([*_table(outcome), "", *below])
        self._show(told.strip("\n"), ready=outcome.any)

    def _taken(self, outcome: Outcome) -> None:
        said = "\n".join(map(one_line, remarks(outcome, done=True)))
        self.app.notify(said, title=_("Taken in"), timeout=12, markup=False)
        if self.is_attached:
            self.dismiss(outcome.any)

    def _show(self, text: str, *, error: bool = False, ready: bool = False) -> None:
        told = self.query_one("#told", Static)
        told.set_class(error, "error")
        told.update(Content(plain(text)))
        self.query_one("#dialog").border_subtitle = (
            _("enter takes it in · esc leaves")
            if ready
            else _("enter shows what would happen · esc leaves")
        )


def _table(outcome: Outcome) -> list[str]:
    rows = [(line.name, *map(str, line[1:])) for line in lines(outcome)]
    if not rows:
        return []
    rows.insert(0, ("", _("new"), _("changed"), _("deleted"), _("kept")))
    widths = [max(cell_len(cell) for cell in column) for column in zip(*rows, strict=True)]
    return ["  ".join(map(_padded, row, widths, range(len(row)))) for row in rows]


def _padded(cell: str, width: int, column: int) -> str:
    room = " " * (width - cell_len(cell))
    return f"{room}{cell}" if column else f"{cell}{room}"
