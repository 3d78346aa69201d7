"""The rows of the list of questions, and what of them matched a search."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from rich.cells import cell_len
from textual.content import Content

from studylab.language import _
from studylab.plain import one_line
from studylab.store.missed import MissedPoint
from studylab.store.questions import Question
from studylab.store.search import Excerpt, excerpt, excerpt_of
from studylab.store.segment import places
from studylab.tui.ages import age
from studylab.tui.widgets.row_list import Cell, Column, Pair, Row
from studylab.workspace import Workspace

QUIET = "$foreground 60%"
MATCH = "bold $text-accent"
LONGEST = 400
"""Characters of a question that its row looks at."""


@dataclass(frozen=True, slots=True)
class FoundCell(Pair):
    """A text in a list that is searched. What matched is looked for only where it is drawn.

    `main` is the text on one line; `aside` is not shown, but differs where this is to be drawn
    anew.
    """

    query: str
    whole: str
    elsewhere: Callable[[], Excerpt | None]
    """What matched beside the text: in an answer, a tag, a remark."""
    style: str = ""

    def fitted(self, width: int) -> Content:
        """The text with the matches marked; where they are elsewhere, an excerpt behind it."""
        text = str(self.main)
        found = places(text, self.query)
        if found:
            return highlighted(cut_to(Excerpt(text, tuple(found)), width), self.style)
        if places(self.whole, self.query):
            return highlighted(cut_to(excerpt(self.whole, self.query), width), self.style)
        other = self.elsewhere()
        if other is None:
            return Content.styled(text, self.style)
        begin = Content.styled(text, self.style).truncate(max(8, width * 2 // 5), ellipsis=True)
        left = width - begin.cell_length - len(_BETWEEN)
        return Content.assemble(begin, (_BETWEEN, QUIET), highlighted(cut_to(other, left), QUIET))


_BETWEEN = " ⋯ "


def cut_to(of: Excerpt, width: int) -> Excerpt:
    """An excerpt from so far on that its first match is within `width` cells."""
    if not of.matches or cell_len(of.text[: of.matches[0][1]]) < width:
        return of
    first = of.matches[0][0]
    start, lead = first, width // 4
    while start > 0 and (lead := lead - cell_len(of.text[start - 1])) > 0:
        start -= 1
    moved = tuple((begin - start + 1, end - start + 1) for begin, end in of.matches)
    return Excerpt(f"…{of.text[start:]}", moved)


def highlighted(of: Excerpt, style: str = "") -> Content:
    """An excerpt with its matches marked."""
    content = Content.styled(of.text, style)
    for start, end in of.matches:
        content = content.stylize(MATCH, start, end)
    return content


def columns(*, titled: bool = True) -> list[Column]:
    """The columns of the list. The first is there only while something is marked."""
    question, about, asked = (_("question"), _("about"), _("asked")) if titled else ("", "", "")
    return [
        Column(1, fit=True),
        Column(1),
        Column(title=question),
        Column(24, fit=True, part=0.25, needs=56, title=about),
        Column(10, fit=True, align="right", title=asked),
    ]


class Rows:
    """Makes the rows; each paper and item is looked up once."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._places: dict[tuple[int | None, str, str, str], Content] = {}

    def row(self, question: Question, query: str, *, marked: bool) -> Row:
        """One question's."""
        style = "" if question.open else QUIET
        line = one_line(question.text[:LONGEST])
        text: Cell = Content.styled(line, style)
        if query:
            version = f"{query} {question.changed_at}"
            elsewhere = partial(excerpt_of, question, query)
            text = FoundCell(line, version, query, question.text, elsewhere, style)
        return Row(
            str(question.id),
            (
                Content.styled("•", "bold $text-accent") if marked else "",
                _OPEN if question.open else _ANSWERED,
                text,
                self._place(question),
                Content.styled(age(question.asked_at), QUIET),
            ),
        )

    def missed(self, point: MissedPoint, query: str) -> Row:
        """One missed point's."""
        line = one_line(point.text[:LONGEST])

        def elsewhere() -> Excerpt | None:
            return excerpt(point.remark, query) if places(point.remark, query) else None

        known = self._workspace.papers.get(point.paper)
        paper = known.short if known else point.paper
        week = _("week {number}", number=point.week) if point.week is not None else ""
        where = one_line(" · ".join(part for part in (week, paper) if part))
        return Row(
            str(point.id),
            (
                "",
                _MISSED,
                FoundCell(line, f"{query} {point.changed_at}", query, point.text, elsewhere),
                Content.styled(where, QUIET),
                Content.styled(age(point.noted_at), QUIET),
            ),
        )

    def _place(self, question: Question) -> Content:
        key = question.week, question.paper, question.run, question.item
        if key not in self._places:
            self._places[key] = Content.styled(self._short_place(question), QUIET)
        return self._places[key]

    def _short_place(self, question: Question) -> str:
        """The week, and the paper, episode or run, as short as they are known."""
        week = _("week {number}", number=question.week) if question.week is not None else ""
        if question.paper:
            known = self._workspace.papers.get(question.paper)
            narrow = known.short if known else question.paper
        elif question.run:
            narrow = question.run
        else:
            narrow = self._number_or_kind(question.item)
        return one_line(" · ".join(part for part in (week, narrow) if part))

    def _number_or_kind(self, item: str) -> str:
        try:
            found = self._workspace.syllabus.item(item)
        except KeyError:
            return ""
        return f"P{found.episode}" if found.episode is not None else _(found.kind.value)


_MISSED = Content("!")
_OPEN = Content("?")
_ANSWERED = Content.styled("✓", "$text-success")
