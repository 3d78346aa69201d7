"""What teaches: the episodes about what goes wrong in a run, those and the papers of its lab."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from studylab.language import _
from studylab.plain import one_line
from studylab.study.diagnosis.model import Finding
from studylab.study.lessons import Lesson, lesson_of
from studylab.syllabus.model import Item
from studylab.tui.about import item_name
from studylab.tui.open_item import open_item
from studylab.tui.tones import QUIET, WARN
from studylab.tui.translated import TranslatedKeys

if TYPE_CHECKING:
    from studylab.tui.app import StudylabApp


def open_lesson(app: StudylabApp, findings: Sequence[Finding], lab: str) -> None:
    """Show what teaches the mend of the findings, and what the lab belongs to."""
    lesson = lesson_of(app.workspace, findings, lab)
    if lesson.items:
        app.push_screen(LessonDialog(lesson))
    else:
        said = _("no episode and no paper is known of this run; `studylab run LAB` starts a lab")
        app.notify(said, markup=False)


class LessonDialog(TranslatedKeys, ModalScreen[None]):
    """Findings with their episodes, then the lab's; enter opens one, s goes to it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s", "syllabus", "In the syllabus", tooltip="Go to it in the syllabus"),
        Binding("escape,q,e", "dismiss", "Close"),
    ]
    DEFAULT_CSS = """
    LessonDialog {
        & #dialog { width: 90; }
        & OptionList, & OptionList:focus {
            height: auto; max-height: 24; border: none; padding: 0; background: transparent;
        }
    }
    LessonDialog.-flat OptionList, LessonDialog.-low OptionList { max-height: 14; }
    """

    def __init__(self, lesson: Lesson) -> None:
        super().__init__()
        self._lesson = lesson
        self._items: dict[str, Item] = {}

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog") as box:
            box.border_title = _("What teaches this")
            box.border_subtitle = _("enter opens · s shows it in the syllabus · esc closes")
            yield OptionList(*self._options())

    def on_mount(self) -> None:
        shown = self.query_one(OptionList)
        shown.highlighted = next(
            (i for i, option in enumerate(shown.options) if not option.disabled), None
        )

    def _options(self) -> list[Option]:
        done = self.workspace.done()
        options = []
        for finding, items in self._lesson.findings:
            options.append(_heading(Content.styled(f"! {finding.words}", f"bold {WARN}")))
            options.append(_heading(Content(f"  {finding.mend}")))
            options += [self._option(item, done) for item in items]
        if self._lesson.of_lab:
            title = _("Of the lab {lab}", lab=one_line(self._lesson.lab))
            options.append(_heading(Content.styled(title, f"bold {QUIET}")))
            options += [self._option(item, done) for item in self._lesson.of_lab]
        return options

    def _option(self, item: Item, done: set[str]) -> Option:
        # An episode may stand under several headings, and an id only once.
        id = f"{len(self._items)}"
        self._items[id] = item
        mark = "✓" if item.id in done else " "
        kind = "" if item.episode is not None else f"{_(item.kind.value)} "
        return Option(Content(f"  {mark} {kind}{item_name(self.workspace, item)}"), id=id)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Open the episode, or the paper in its room."""
        event.stop()
        item = self._items[event.option_id or ""]
        open_item(self.app, item)

    def action_syllabus(self) -> None:
        """Go to what the cursor is on in the Syllabus room."""
        from studylab.tui.week_doors import open_syllabus

        shown = self.query_one(OptionList)
        if shown.highlighted is not None:
            item = self._items[shown.get_option_at_index(shown.highlighted).id or ""]
            open_syllabus(self.app, item.id)


def _heading(text: Content) -> Option:
    return Option(text, disabled=True)
