"""What can be done with several questions at once: those that are marked, else the one with the
cursor."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType

from studylab.language import _, n_
from studylab.problem import Problem
from studylab.store import question_list, questions, undo
from studylab.store.questions import Question
from studylab.tui.question_saved import SavedFiltersRoom


class NoSuchWeek(Problem):
    """A number that no week of the syllabus has."""


class BulkRoom(SavedFiltersRoom):
    """A room with marks. A subclass knows which questions are shown, and which has the cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "mark", "Mark", tooltip="Mark this question, for what is done to several"),
        Binding("asterisk", "mark_all", "Mark all", key_display="*", show=False),
        Binding("r", "reopen", "Reopen", show=False, tooltip="Make answered questions open again"),
        Binding("c", "close", "Close", show=False, tooltip="Close without a new answer"),
        Binding(
            "number_sign",
            "tag",
            "Tag",
            key_display="#",
            show=False,
            tooltip="Add tags, or take them away",
        ),
        Binding("m", "move", "Move", show=False, tooltip="Move to another week"),
        Binding("d,delete", "delete", "Delete", show=False),
        Binding("u", "undo", "Undo", tooltip="Take the last change back"),
        Binding("U", "changes", "Changes", show=False, tooltip="What can be taken back"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.marked: set[int] = set()

    @property
    def shown(self) -> Sequence[Question]:
        """The questions in the list, in its order."""
        raise NotImplementedError

    @property
    def question(self) -> Question | None:
        """The question that the cursor is on."""
        raise NotImplementedError

    @property
    def chosen(self) -> list[Question]:
        """The marked questions, or the one with the cursor."""
        if self.marked:
            return [each for each in self.shown if each.id in self.marked]
        return [self.question] if self.question is not None else []

    def cursor_on(self) -> None:
        """Go to the next row."""
        raise NotImplementedError

    # Marks

    def action_mark(self) -> None:
        """Mark the question with the cursor, or take its mark away, and go on to the next."""
        if self.question is not None:
            self.marked ^= {self.question.id}
            self.show_marks()
            self.cursor_on()

    def action_mark_all(self) -> None:
        """Mark all that are shown, or none."""
        every = {each.id for each in self.shown}
        self.marked = set() if self.marked == every else every
        self.show_marks()

    def action_back(self) -> None:
        """Take the marks away first."""
        if self.marked and not self.has_class("-finding"):
            self.marked = set()
            self.show_marks()
        else:
            super().action_back()

    # What is done

    def action_reopen(self) -> None:
        """Make answered questions open again."""
        ids = [each.id for each in self.chosen if not each.open]
        self._do(ids, questions.reopen)

    def action_close(self) -> None:
        """Close open questions as they are."""
        ids = [each.id for each in self.chosen if each.open]
        self._do(ids, questions.close)

    def action_tag(self) -> None:
        """Ask for tags to add and to take away."""
        from studylab.tui.dialogs.tags import ask_for_tags

        chosen = self.chosen
        if not chosen:
            return
        ids = [each.id for each in chosen]
        ask_for_tags(
            self.app,
            n_("For {count} question", "For {count} questions", len(chosen)),
            (tag for each in chosen for tag in each.tags),
            [tag for tag, _count in question_list.tags(self.workspace.db)],
            lambda add, remove: self._do(ids, lambda db, *ids: questions.tag(db, ids, add, remove)),
        )

    def action_move(self) -> None:
        """Ask for the week to move to."""
        from studylab.tui.dialogs.line import LineDialog

        chosen = self.chosen
        if not chosen:
            return

        def told(text: str) -> str:
            return self.workspace.title(self.workspace.syllabus.week(self._week(text)))

        def taken(text: str | None) -> None:
            if text is not None:
                week = self._week(text)
                ids = [each.id for each in chosen]
                self._do(ids, lambda db, *ids: questions.move(db, ids, week=week))

        prompt = n_(
            "The week to move {count} question to",
            "The week to move {count} questions to",
            len(chosen),
        )
        self.app.push_screen(LineDialog(_("Move"), prompt, told), taken)

    def action_delete(self) -> None:
        """Ask first, then delete."""
        from studylab.tui.dialogs.confirm import ConfirmDialog

        chosen = self.chosen
        if not chosen:
            return

        def answered(sure: bool | None) -> None:
            if sure:
                self._do([each.id for each in chosen], questions.delete)

        answers = sum(len(each.answers) for each in chosen)
        text = n_("With {count} answer.", "With {count} answers.", answers) if answers else ""
        self.app.push_screen(
            ConfirmDialog(
                n_("Delete {count} question?", "Delete {count} questions?", len(chosen)),
                f"{text} {_('u brings it back.')}".strip(),
                yes=_("Delete"),
                no=_("Keep"),
            ),
            answered,
        )

    def action_undo(self) -> None:
        """Take the last change back, in whatever room it was made."""
        self.app.undo()
        self.show_data()

    def action_changes(self) -> None:
        """Show what can be taken back, in whatever room it was made."""
        from studylab.tui.undo_list import show_changes

        show_changes(self.app, self.show_data)

    def _do(self, ids: Sequence[int], action: Callable[..., object]) -> None:
        if not ids:
            self.notify(_("Nothing to change"), timeout=4, markup=False)
            return
        db = self.workspace.db
        before = undo.last_change(db)
        try:
            action(db, *ids)
        except Problem as problem:
            self.app.problem(problem)
        else:
            self.marked = set()
            for done in undo.changes(db, since=before, limit=1):
                told = _("{said}; u takes it back", said=done.said)
                self.notify(told, timeout=4, markup=False)
        self.show_data()

    def _week(self, text: str) -> int:
        weeks = [week.number for week in self.workspace.syllabus.weeks]
        number = int(text) if text.strip().isdecimal() else -1
        if number not in weeks:
            raise NoSuchWeek(
                _("write the number of a week, {first} to {last}", first=weeks[0], last=weeks[-1])
            )
        return number
