"""Adding a paper of the student's own: from arXiv, or by what is typed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Input, Static

from studylab.language import _
from studylab.plain import one_line
from studylab.problem import Problem
from studylab.study.new_paper import NewPaper, PaperProblem, add_paper
from studylab.tui.translated import TranslatedKeys

_BETWEEN_AUTHORS = re.compile(r"\s*(?:[;；、]|\band\b)\s*")


class AddPaperDialog(TranslatedKeys, ModalScreen[str | None]):
    """A form; dismisses with the id of the new paper, or with None."""

    DEFAULT_CSS = """
    AddPaperDialog {
        Input { background: $boost; width: 1fr; }
        .line { height: 1; }
        .line > Static { width: 10; color: $text-muted; }
        #hint { margin: 0 0 1 0; color: $text-muted; }
        #told { height: auto; min-height: 1; max-height: 4; margin-top: 1; color: $text-muted; }
        #told.error { color: $text-error; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "add", "Add", priority=True),
        Binding("escape", "dismiss(None)", "Leave"),
        Binding("down", "app.focus_next", "Next field", show=False),
        Binding("up", "app.focus_previous", "Field before", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._asking = False

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="dialog", can_focus=False) as box:
            box.border_title = _("Add a paper")
            box.border_subtitle = _("enter adds it · esc leaves")
            yield Static(_("With an arXiv id the rest may be left out."), id="hint")
            yield from self._fields()
            yield Static(id="told")

    def _fields(self) -> Iterable[Widget]:
        week = str(self.workspace.current_week().number)
        fields = {
            "arxiv": (_("arXiv"), _("1706.03762, or its address"), ""),
            "title": (_("Title"), "", ""),
            "authors": (_("Authors"), _("with ; between them"), ""),
            "url": (_("Link"), "https://…", ""),
            "year": (_("Year"), "", ""),
            "week": (_("Week"), "", week),
        }
        for name, (label, example, value) in fields.items():
            yield Horizontal(
                Static(label),
                Input(value, placeholder=example, compact=True, id=name),
                classes="line",
            )

    def on_mount(self) -> None:
        self.set_focus(self.query_one("#arxiv"))

    def on_input_submitted(self) -> None:
        """Enter in any field adds it."""
        self.action_add()

    def action_add(self) -> None:
        """Add the paper; what is typed goes before what arXiv says."""
        if self._asking:
            return
        try:
            given = self._given()
        except Problem as problem:
            self._tell(str(problem), error=True)
            return
        arxiv = self._value("arxiv")
        if not arxiv:
            self._add(given)
            return
        self._asking = True
        self._tell(_("Asking arXiv…"))
        self._ask(arxiv, given)

    @work(thread=True, group="arxiv", exit_on_error=False)
    def _ask(self, arxiv: str, given: NewPaper) -> None:
        from studylab.study.arxiv_paper import fetch

        try:
            found = fetch(arxiv)
        except Problem as problem:
            self.app.call_from_thread(self._answered, None, str(problem))
            return
        said = {
            name: value
            for name in ("title", "authors", "url", "year", "week")
            if (value := getattr(given, name))
        }
        self.app.call_from_thread(self._answered, replace(found, **said), "")

    def _answered(self, found: NewPaper | None, problem: str) -> None:
        self._asking = False
        # It may have been left while arXiv took its time.
        if not self.is_attached:
            return
        if found is None:
            self._tell(problem, error=True)
        else:
            self._add(found)

    def _add(self, new: NewPaper) -> None:
        workspace = self.workspace
        try:
            paper = add_paper(
                new, workspace.own_papers, workspace.papers, week=workspace.current_week().number
            )
        except Problem as problem:
            self._tell(str(problem), error=True)
            return
        workspace.papers[paper.id] = paper
        self.app.notify(
            str(workspace.own_papers / f"{paper.id}.md"),
            title=_("Added; its guide is yours to fill in"),
            timeout=10,
            markup=False,
        )
        self.dismiss(paper.id)

    def _given(self) -> NewPaper:
        names = _BETWEEN_AUTHORS.split(self._value("authors"))
        return NewPaper(
            title=self._value("title"),
            authors=tuple(filter(None, (name.strip() for name in names))),
            url=self._value("url"),
            year=self._number("year", _("Year")),
            week=self._number("week", _("Week")),
        )

    def _number(self, field: str, label: str) -> int | None:
        value = self._value(field)
        if not value:
            return None
        if not value.isdecimal() or not 1 <= len(value) <= 4 or int(value) < 1:
            raise PaperProblem(_("{field} takes a number, not {value!r}", field=label, value=value))
        return int(value)

    def _value(self, field: str) -> str:
        return self.query_one(f"#{field}", Input).value.strip()

    def _tell(self, text: str, *, error: bool = False) -> None:
        told = self.query_one("#told", Static)
        told.set_class(error, "error")
        told.update(Content(one_line(text)))
