"""Answering a question, and changing an answer."""

from __future__ import annotations

from collections.abc import Iterable

from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static

from studylab.language import _
from studylab.plain import one_line, plain
from studylab.store import question_list, questions
from studylab.store.answers import get_answer, last_source_kind
from studylab.store.questions import Answer, NoSuchQuestion, Question, SourceKind
from studylab.study.sources import advice, kind_of, tidied
from studylab.tui.about import about_question
from studylab.tui.dialogs.choice import Choice
from studylab.tui.dialogs.writing import WritingDialog


class AnswerDialog(WritingDialog):
    """Records an answer and where it was found, which closes the question unless it is said not
    to settle it."""

    DEFAULT_CSS = "AnswerDialog #advice { height: auto; min-height: 1; }"

    def __init__(self, question: Question) -> None:
        super().__init__(draft=f"answer-{question.uid}")
        self._question = question
        self._source = ""
        self._kind: str | None = None
        self._chosen = False

    def heading(self) -> str:
        """What the dialog is for."""
        return _("Answer")

    def placeholder(self) -> str:
        """What stands in the text area while it is empty."""
        return _("In your own words")

    def about(self) -> str:
        """What the question is about."""
        return about_question(self.workspace, self._question)

    def compose_above(self) -> Iterable[Widget]:
        """The question."""
        yield VerticalScroll(Static(Content(plain(self._question.text))), id="quoted")

    def compose_below(self) -> Iterable[Widget]:
        """Where the answer was found, and whether it is the answer."""
        kind = last_source_kind(self.workspace.db) if self._kind is None else self._kind
        yield Horizontal(
            Static(_("Source")),
            Input(
                self._source,
                placeholder=_("P32 12:40, a page, a link, a person (may be left out)"),
                compact=True,
                select_on_focus=False,
                id="source",
                classes="field",
            ),
            classes="line",
        )
        yield Horizontal(
            Static(_("It is a")),
            Choice([(each.value, _(each.value)) for each in SourceKind], kind, id="kind"),
            classes="line",
        )
        yield Static(id="advice", classes="quiet")
        yield from self.compose_verdict()

    def compose_verdict(self) -> Iterable[Widget]:
        """Whether the question is settled."""
        yield Horizontal(
            Static(_("Settles it")),
            Choice(
                [("yes", _("yes")), ("no", _("not yet: the question stays open"))], id="settled"
            ),
            classes="line",
        )

    @property
    def source(self) -> str:
        """Where the answer was found, as it is stored."""
        return tidied(self.kind, self.query_one("#source", Input).value)

    @property
    def kind(self) -> str:
        """The kind of its source; none where nothing was said of a source at all."""
        kind = self.query_one("#kind", Choice).value
        said = self.query_one("#source", Input).value.strip() or self._chosen
        return kind if said or kind == SourceKind.OWN else ""

    def on_input_changed(self) -> None:
        """Tell what would make the source easier to find; a link is a link, whatever was last."""
        source = self.query_one("#source", Input).value.strip()
        kind = self.query_one("#kind", Choice)
        if not self._chosen:
            kind.value = kind_of(source) or kind.value
        self._advise()

    def on_choice_changed(self, event: Choice.Changed) -> None:
        """From now on the kind is what was chosen."""
        self._chosen |= event.choice.id == "kind"
        self._advise()

    def _advise(self) -> None:
        told = advice(
            self.workspace.syllabus,
            self.query_one("#kind", Choice).value,
            self.query_one("#source", Input).value,
            of_paper=bool(self._question.paper),
        )
        self.query_one("#advice", Static).update(Content(one_line(told)))

    def save(self) -> int:
        """Record the answer."""
        meanwhile = question_list.get(self.workspace.db, self._question.id)
        number = questions.answer(
            self.workspace.db,
            self._question.id,
            self.text,
            source=self.source,
            source_kind=self.kind,
            accepted=self.query_one("#settled", Choice).value == "yes",
        )
        if meanwhile.changed_at != self._question.changed_at or _more(meanwhile, self._question):
            self._tell_both(answered=_more(meanwhile, self._question))
        return number

    def _tell_both(self, *, answered: bool) -> None:
        told = (
            _("The question was answered in another window meanwhile: both answers are kept.")
            if answered
            else _("The question was changed in another window meanwhile; your answer is added.")
        )
        self.app.notify(told, severity="warning", timeout=10, markup=False)

    def on_input_submitted(self) -> None:
        """Enter in the source field saves."""
        self.action_save()


class EditAnswerDialog(AnswerDialog):
    """Changes an answer's words and source."""

    def __init__(self, question: Question, answer: Answer) -> None:
        super().__init__(question)
        self._begun_with = answer.text
        self._draft_name = f"answer-{answer.uid}"
        self._answer = answer
        self._source = answer.source
        self._kind = answer.source_kind
        self._chosen = bool(answer.source_kind)

    def heading(self) -> str:
        """What the dialog is for."""
        return _("Change the answer")

    def compose_verdict(self) -> Iterable[Widget]:
        """The question's state stays as it is."""
        return ()

    def save(self) -> int:
        """Write the new words down; of an answer that was changed meanwhile, beside those."""
        db = self.workspace.db
        try:
            question, now = get_answer(db, self._answer.id)
        except NoSuchQuestion:
            question, now = question_list.get(db, self._question.id), None
        if now == self._answer:
            questions.reword_answer(
                db, now.id, self.text, source=self.source, source_kind=self.kind
            )
            return now.id
        number = questions.answer(
            db,
            question.id,
            self.text,
            source=self.source,
            source_kind=self.kind,
            accepted=not question.open,
        )
        self.app.notify(
            _("This answer was changed in another window meanwhile: both are kept."),
            severity="warning",
            timeout=10,
            markup=False,
        )
        return number


def _more(now: Question, before: Question) -> bool:
    return {answer.uid for answer in now.answers} != {answer.uid for answer in before.answers}
