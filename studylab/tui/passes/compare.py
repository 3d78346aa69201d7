"""The comparison: what a first pass tends to miss, beside the student's own note and questions."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from studylab.language import _
from studylab.plain import one_line, plain
from studylab.problem import Problem
from studylab.store import missed
from studylab.store.missed import MissedPoint
from studylab.study import notes
from studylab.study.passes import Tally, tick_point
from studylab.tui.passes.asked import asked
from studylab.tui.passes.check import check_questions
from studylab.tui.passes.screen import PASS_KEYS, PassScreen
from studylab.tui.tones import GOOD, QUIET, WARN

NOTE_SHOWN = 20_000
"""Characters of the note that are shown here; the note itself is a key away."""


class PointList(OptionList):
    """Points with ticks."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space,enter", "select", "Tick", tooltip="You missed this one, or you did not"),
        Binding("j", "cursor_down", "Down", show=False),
        Binding("k", "cursor_up", "Up", show=False),
    ]


class CompareScreen(PassScreen):
    """A tick says: this I missed. It comes back in the review."""

    DEFAULT_CSS = """
    CompareScreen {
        & #main, & #main:focus {
            border: none; padding: 0; background: transparent; background-tint: transparent;
        }
        & #side > Static { height: auto; max-width: 100; }
        & #side > .heading { margin-top: 1; }
        & #side > #note-heading { margin-top: 0; }
        & #check { display: none; }
        &.-checking #check { display: block; }
        &.-checking .own { display: none; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("m", "own_point", "Add", tooltip="Something else that you missed"),
        Binding("e", "remark", "Remark", tooltip="Write a remark on the point"),
        Binding("c", "check", "Check", tooltip="Check questions with their answers"),
        Binding("greater_than_sign", "stage(1)", "Done", key_display=">"),
        Binding("a", "ask", "Ask", show=False),
        *PASS_KEYS,
    ]

    def __init__(self, paper: str) -> None:
        super().__init__(paper)
        self._ticked: dict[int, MissedPoint] = {}
        self._own: dict[int, MissedPoint] = {}

    def compose_panes(self) -> Iterable[Widget]:
        """The points, and what the student wrote."""
        yield PointList(id="main", markup=False)
        with VerticalScroll(id="side", can_focus=True):
            yield Static(_("YOUR NOTE"), id="note-heading", classes="own heading")
            yield Static(id="note", classes="own")
            yield Static(_("YOUR QUESTIONS"), classes="own heading")
            yield Static(id="asked", classes="own")
            yield Static(id="check")

    def show_tally(self, tally: Tally) -> None:
        """The points with their ticks; the cursor stays where it is."""
        self._ticked = {each.point: each for each in tally.missed if each.point is not None}
        self._own = {each.id: each for each in tally.missed if each.point is None}
        points = self.query_one(PointList)
        at = points.highlighted or 0
        points.clear_options()
        points.add_options(self._options())
        if points.option_count:
            points.highlighted = min(at, points.option_count - 1)
        self._show_side(tally)

    def _options(self) -> Iterable[Option]:
        for rank, text in enumerate(self.guide.missed):
            ticked = self._ticked.get(rank)
            remark = ticked.remark if ticked else ""
            yield Option(_point(text, ticked=ticked is not None, remark=remark), id=f"p{rank}")
        for id, own in self._own.items():
            yield Option(_point(own.text, ticked=True, remark=own.remark, own=True), id=f"o{id}")
        if not self.guide.missed and not self._own:
            hint = _(
                "Its guide names nothing that a first pass misses. m notes what you missed, in "
                "your own words."
            )
            yield Option(Content.styled(hint, QUIET), disabled=True)

    def _show_side(self, tally: Tally) -> None:
        from studylab.tui.page import Page

        note = notes.read(self.workspace.note_file(self._paper_id))
        if note.text.strip():
            shown = Page(self.app, plain(note.text[:NOTE_SHOWN]))
            self.query_one("#note", Static).update(shown)
        else:
            none = note.trouble or _("None yet: n begins it.")
            self.query_one("#note", Static).update(Content.styled(one_line(none), QUIET))
        questions = [*tally.open, *tally.answered]
        nothing = Content.styled(_("None was asked."), QUIET)
        self.query_one("#asked", Static).update(
            asked(questions, answers=True) if questions else nothing
        )

    def on_option_list_option_selected(self, message: OptionList.OptionSelected) -> None:
        """Tick a point, or take the tick back."""
        id = message.option_id or ""
        try:
            if id.startswith("o"):
                missed.forget_missed(self.workspace.db, int(id[1:]))
                self.app.notify(_("Taken back; u brings it again"), timeout=4, markup=False)
            elif int(id[1:]) in self._ticked:
                missed.forget_missed(self.workspace.db, self._ticked[int(id[1:])].id)
            else:
                rank = int(id[1:])
                tick_point(self.workspace, self.paper, rank, self.guide.missed[rank])
        except Problem as problem:
            self.app.problem(problem)
        self.show_data()

    def action_own_point(self) -> None:
        """Note something else that the first pass left out."""
        from studylab.tui.dialogs.missed import MissedDialog

        self.app.push_screen(MissedDialog(self.paper))

    def action_remark(self) -> None:
        """Write a remark on the point that the cursor is on."""
        from studylab.tui.dialogs.missed import RemarkDialog

        points = self.query_one(PointList)
        if points.highlighted is None or not (self.guide.missed or self._own):
            return
        id = points.get_option_at_index(points.highlighted).id or ""
        number = int(id[1:])
        if id.startswith("o"):
            dialog = RemarkDialog(self.paper, self._own[number], 0, "")
        else:
            text = self.guide.missed[number]
            dialog = RemarkDialog(self.paper, self._ticked.get(number), number, text)
        self.app.push_screen(dialog)

    def action_check(self) -> None:
        """Show the check questions with their answers, or the note and questions again."""
        from studylab.tui.page import Page

        checking = not self.has_class("-checking")
        self.set_class(checking, "-checking")
        if checking:
            check = Page(self.app, plain(check_questions(self.guide)))
            self.query_one("#check", Static).update(check)
        side = self.query_one("#side", VerticalScroll)
        side.scroll_home(animate=False)
        self.set_class(checking, "-other")
        (side if checking else self.query_one("#main")).focus()


def _point(text: str, *, ticked: bool, remark: str, own: bool = False) -> Content:
    lead = re.match(r"\*\*(.+?)\*\*\s*", text)
    mark = Content.styled("[✓] ", WARN) if ticked else Content("[ ] ")
    parts: list[Content | str | tuple[str, str]] = [mark]
    if lead is not None and not own:
        parts += [Content.styled(one_line(lead[1]), "bold"), f" {one_line(text[lead.end() :])}"]
    else:
        parts.append(one_line(text))
    if own:
        parts.append((f"  {_('(your own)')}", QUIET))
    if remark:
        parts += ["\n", (f"    ✎ {one_line(remark)}", GOOD)]
    return Content.assemble(*parts)
