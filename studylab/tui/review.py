"""Review: what was answered or missed comes back, a few a day, before it is forgotten."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Button, Footer, Static
from typing_extensions import override

from studylab.language import _, n_
from studylab.plain import plain
from studylab.problem import Problem
from studylab.store import questions, reviews, undo
from studylab.store.reviews import Waiting
from studylab.study import review
from studylab.study.review import RATINGS, Face, Outcome, Rating
from studylab.tui import ages
from studylab.tui.about import about
from studylab.tui.open_found import open_paper, open_question
from studylab.tui.review_text import answers, summary
from studylab.tui.room import RoomBar
from studylab.tui.tones import BAD, GOOD, QUIET, WARN
from studylab.tui.translated import TranslatedKeys

TONES = {Rating.AGAIN: BAD, Rating.HARD: WARN, Rating.GOOD: GOOD, Rating.EASY: GOOD}


class ReviewScreen(TranslatedKeys, Screen[None]):
    """Shows one question or missed point after the other, its answer on a key, and takes in how
    well it was known."""

    DEFAULT_CSS = """
    ReviewScreen {
        #left { height: 1; padding: 0 1; color: $text-muted; }
        #sheet { height: 1fr; padding: 0 1; scrollbar-size-vertical: 1; }
        #sheet > Static { height: auto; max-width: 100; }
        #about { color: $text-muted; }
        #front { margin: 1 0; text-style: bold; }
        #ratings { height: 1; padding: 0 1; }
        #ratings > Static { width: 1fr; color: $text-muted; }
        Button { margin-right: 2; display: none; }
        &.-shown Button { display: block; }
        &.-shown #hint { display: none; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space,enter", "reveal", "Show", key_display="space", tooltip="Show the answer"),
        # The buttons tell these keys, with what each would do.
        Binding("1", "rate(1)", "Again", show=False),
        Binding("2", "rate(2)", "Hard", show=False),
        Binding("3", "rate(3)", "Good", show=False),
        Binding("4", "rate(4)", "Easy", show=False),
        Binding("u", "undo", "Undo", tooltip="Take the last rating back, or reopening"),
        Binding("r", "reopen", "Reopen", tooltip="Make it an open question again"),
        Binding("o", "open", "Go there", tooltip="Open the question, or the point's paper"),
        Binding("down,j", "scroll(1)", "Down", show=False),
        Binding("up,k", "scroll(-1)", "Up", show=False),
        Binding("escape", "leave", "Leave"),
    ]
    AUTO_FOCUS = ""

    def __init__(self) -> None:
        super().__init__()
        self._current: Waiting | None = None
        self._face: Face | None = None
        self._outcomes: dict[Rating, Outcome] = {}
        self._steps: list[tuple[Waiting, Rating | None]] = []
        self._since = 0

    def compose(self) -> ComposeResult:
        yield RoomBar("questions")
        yield Static(id="left")
        with VerticalScroll(id="sheet", can_focus=False):
            yield Static(id="about")
            yield Static(id="front")
            yield Static(id="answers")
        with Horizontal(id="ratings"):
            yield Static(id="hint")
            for rating in Rating:
                button = Button(compact=True, id=f"rate-{int(rating)}")
                button.can_focus = False
                yield button
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        self._since = undo.last_change(self.workspace.db)
        self._next()

    @property
    def revealed(self) -> bool:
        """Whether the answer is shown."""
        return bool(self._outcomes)

    # What is shown

    def _next(self, wanted: Waiting | None = None) -> None:
        """Show what comes next, or what is wanted if it still waits."""
        now = ages.present()
        waiting = review.waiting(self.workspace, now)
        queue = waiting or review.learning(self.workspace, now)
        ids = [each.uid for each in queue]
        place = ids.index(wanted.uid) if wanted and wanted.uid in ids else 0
        self._current, self._face, self._outcomes = None, None, {}
        if queue:
            self._current = queue[place]
            try:
                self._face = review.face(self.workspace, self._current)
            except Problem as problem:
                self.app.problem(problem)
                self._current = None
        self._tell_left(len(queue), sum(each.card is None for each in queue))
        self._show()

    def _tell_left(self, left: int, new: int) -> None:
        text = n_("{count} to review", "{count} to review", left) if left else ""
        if new:
            text = _("{left}, {new} new", left=text, new=new)
        self.query_one("#left", Static).update(Content(text))

    def _show(self) -> None:
        self.set_class(self.revealed, "-shown")
        self.query_one("#sheet").scroll_home(animate=False)
        if self._face is None:
            self._show_summary()
        else:
            self._show_face(self._face)
        self.refresh_bindings()

    def _show_face(self, face: Face) -> None:
        told = about(
            self.workspace,
            week=face.week,
            item=face.item,
            paper=face.paper,
            place=face.place,
            run=face.run,
            step=face.step,
        )
        self.query_one("#about", Static).update(Content(told))
        self.query_one("#front", Static).update(Content(plain(face.front)))
        shown = answers(face) if self.revealed else Content("")
        self.query_one("#answers", Static).update(shown)
        self.query_one("#hint", Static).update(Content(_("space shows the answer")))
        for rating, outcome in self._outcomes.items():
            label = Content.assemble(
                (f"{int(rating)} {_(RATINGS[rating])} ", TONES[rating]),
                (review.span(outcome.after), QUIET),
            )
            self.query_one(f"#rate-{int(rating)}", Button).label = label

    def _show_summary(self) -> None:
        rated = [rating for _waiting, rating in self._steps if rating is not None]
        title, text = summary(self.workspace, rated)
        self.query_one("#about", Static).update("")
        self.query_one("#front", Static).update(Content(title))
        self.query_one("#answers", Static).update(Content(text))
        self.query_one("#hint", Static).update(Content(_("esc leaves")))

    # Keys

    @override
    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Show only the keys that do something now."""
        match action:
            case "reveal":
                return self._current is not None and not self.revealed
            case "undo":
                return bool(self._steps)
            case "reopen":
                return self._current is not None and self._current.kind == reviews.QUESTION
            case "open":
                return self._current is not None
        return True

    def action_reveal(self) -> None:
        """Show the answer, and what each rating would do."""
        if self._current is not None:
            self._outcomes = review.outcomes(self._current.card, ages.present())
            self._show()

    def action_rate(self, rating: int) -> None:
        """Take in how well it was known, and go on. Before the answer the key does nothing."""
        current, outcome = self._current, self._outcomes.get(Rating(rating))
        if current is None or outcome is None:
            return
        try:
            review.rate(self.workspace, current, Rating(rating), outcome)
        except Problem as problem:
            self.app.problem(problem)
        else:
            self._steps.append((current, Rating(rating)))
        self._next()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """The same as the number keys."""
        event.stop()
        self.action_rate(int(str(event.button.id).removeprefix("rate-")))

    def action_undo(self) -> None:
        """Take the last rating or reopening back, and show the same again."""
        if not self._steps:
            return
        try:
            undo.undo(self.workspace.db, since=self._since)
        except Problem as problem:
            self.app.problem(problem)
        again, _rating = self._steps.pop()
        self._next(again)

    def action_reopen(self) -> None:
        """It is not clear any more: make it an open question, which leaves the review."""
        if self._current is None or self._current.kind != reviews.QUESTION:
            return
        try:
            questions.reopen(self.workspace.db, self._current.id)
        except Problem as problem:
            self.app.problem(problem)
        else:
            self._steps.append((self._current, None))
            told = _("Question {id} is open again", id=self._current.id)
            self.notify(told, timeout=4, markup=False)
        self._next()

    def action_open(self) -> None:
        """Leave for the question in its room, or the point's paper."""
        if self._current is None:
            return
        if self._current.kind == reviews.QUESTION:
            open_question(self.app, self._current.id)
        elif self._face is not None:
            open_paper(self.app, self._face.paper)

    def action_scroll(self, lines: int) -> None:
        """Scroll a long text."""
        self.query_one("#sheet").scroll_relative(y=lines, animate=False)

    def action_leave(self) -> None:
        """Go back to where the review was opened."""
        self.dismiss()
