"""The questions about a paper, as text beside a pass."""

from __future__ import annotations

from collections.abc import Iterable

from textual.content import Content

from studylab.language import _
from studylab.plain import one_line, plain
from studylab.store.questions import Question
from studylab.tui.tones import GOOD, QUIET, WARN


def asked(questions: Iterable[Question], *, answers: bool = False) -> Content:
    """Questions one below the other, each with its place, and with its answers if wanted."""
    return Content("\n\n").join(question_text(each, answers=answers) for each in questions)


def question_text(question: Question, *, answers: bool = True) -> Content:
    """One question in full."""
    mark = Content.styled("? ", WARN) if question.open else Content.styled("✓ ", GOOD)
    place = (f"{one_line(question.place)}  ", "$text-primary")
    tags = " ".join(f"#{one_line(tag)}" for tag in question.tags)
    parts = [
        Content.assemble(
            mark,
            place if question.place else "",
            plain(question.text).strip(),
            (f"  {tags}" if tags else "", QUIET),
        )
    ]
    for answer in question.answers if answers else ():
        source = " ".join(
            filter(None, (_(answer.source_kind) if answer.source_kind else "", answer.source))
        )
        parts.append(
            Content.assemble(
                ("→ ", GOOD),
                plain(answer.text).strip(),
                (f"  ({one_line(source)})" if source else "", QUIET),
            )
        )
    return Content("\n").join(parts)
