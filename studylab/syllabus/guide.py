"""A paper's guide: its parts, and what of it may be seen before the comparison."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

from studylab.language import N_, _

if TYPE_CHECKING:
    from markdown_it.token import Token


class Part(Enum):
    """What a chapter of a guide is for."""

    ABOUT = auto()
    READING = auto()
    EQUATIONS = auto()
    QUESTIONS = auto()
    MISSED = auto()
    OTHER = auto()


HEADINGS = {
    "What it is about": Part.ABOUT,
    "Reading guide": Part.READING,
    "Key equations": Part.EQUATIONS,
    "Check questions": Part.QUESTIONS,
    "What a first pass tends to miss": Part.MISSED,
    "这篇论文讲什么": Part.ABOUT,
    "阅读指南": Part.READING,
    "关键公式": Part.EQUATIONS,
    "自测问题": Part.QUESTIONS,
    "第一遍容易漏掉的": Part.MISSED,
}
"""The headings by which the parts are known, in both languages."""

LATER = {
    Part.QUESTIONS: N_("The answers are shown once the paper is at *{state}*."),
    Part.MISSED: N_("Shown once the paper is at *{state}*."),
}
"""Parts that give something away, and what stands there until then."""

_FOLDED = {" ".join(title.casefold().split()): part for title, part in HEADINGS.items()}
_PLACE = re.compile(r"(?:§\s*|Appendix\s+|附录\s*)[A-Z0-9]+(?:\.\d+)*(?![\w.])")
_WHERE = re.compile(r"(?:Where|出处)\s*[:：]\s*")
_COMMENT = re.compile(r"^<!--.*?^-->$", re.DOTALL | re.MULTILINE)
_LEAD = re.compile(r"\*\*(.+?)\*\*")


@dataclass(frozen=True, slots=True)
class Section:
    """What to look for in one section of the paper. `place` is as in `§3.2`; empty if none."""

    title: str
    place: str
    text: str


@dataclass(frozen=True, slots=True)
class CheckQuestion:
    """What a reader should be able to answer; `where` is the place of the answer in the paper."""

    question: str
    answer: str
    where: str


@dataclass(frozen=True, slots=True)
class Chapter:
    """One chapter, Markdown without its heading. `sections` are those of the reading guide, and
    `text` is then what comes before them."""

    part: Part
    title: str
    text: str
    sections: tuple[Section, ...] = ()


@dataclass(frozen=True, slots=True)
class Guide:
    """A guide taken apart; a part that is not written has nothing in it."""

    chapters: tuple[Chapter, ...]
    questions: tuple[CheckQuestion, ...]
    missed: tuple[str, ...]
    """What a first pass tends to miss: one line of Markdown for each point."""


def part_of(title: str) -> Part:
    """What the chapter under a heading is for."""
    return _FOLDED.get(" ".join(title.casefold().split()), Part.OTHER)


def parse_guide(body: str) -> Guide:
    """Take a guide apart. Whatever the Markdown is, this gives what it finds."""
    # As long to import as to parse a hundred guides.
    from markdown_it import MarkdownIt

    lines = body.split("\n")
    tokens = MarkdownIt("commonmark").disable("inline").parse(body)
    heads = [(i, t) for i, t in enumerate(tokens) if t.level == 0 and t.tag == "h2" and t.map]
    chapters: list[Chapter] = []
    questions: list[CheckQuestion] = []
    missed: list[str] = []
    for rank, (index, head) in enumerate(heads):
        last = rank + 1 == len(heads)
        inside = tokens[index + 3 :] if last else tokens[index + 3 : heads[rank + 1][0]]
        end = len(lines) if last else _start(heads[rank + 1][1])
        title = tokens[index + 1].content.strip()
        part = part_of(title)
        start = _end(head)
        sections: tuple[Section, ...] = ()
        if part is Part.QUESTIONS:
            questions += [_question(lines, item) for item in _items(inside, "ordered_list_open")]
        elif part is Part.MISSED:
            points = (
                _joined(_inner(lines, item[0])) for item in _items(inside, "bullet_list_open")
            )
            missed += filter(None, points)
        elif part is Part.READING:
            sections, end = _sections(lines, inside, end)
        text = _COMMENT.sub("", "\n".join(lines[start:end])).strip()
        chapters.append(Chapter(part, title, text, sections))
    return Guide(tuple(chapters), tuple(questions), tuple(missed))


def plain_point(point: str) -> str:
    """A point as a plain sentence: without the stars around what it begins with."""
    return _LEAD.sub(r"\1", point)


def without_answers(body: str) -> str:
    """A guide whose check questions have no answers, and without what is missed.

    `body` is Markdown; an answer is the quote that belongs to a numbered question.
    """
    shown: list[str] = []
    part = Part.OTHER
    for line in body.split("\n"):
        if line.startswith("## "):
            part = part_of(line[3:])
            shown.append(line)
            if part in LATER:
                shown += ["", f"> {later(part)}", ""]
        elif part is Part.QUESTIONS:
            if not line.lstrip().startswith(">"):
                shown.append(line)
        elif part is not Part.MISSED:
            shown.append(line)
    return "\n".join(shown).strip()


def later(part: Part) -> str:
    """What stands in the place of a part that is still hidden."""
    # The state as the list of papers shows it.
    return _(LATER[part], state=_("compare"))


def _sections(lines: list[str], inside: list[Token], end: int) -> tuple[tuple[Section, ...], int]:
    """The sections of a reading guide, and the line at which the first one begins."""
    heads = [(i, t) for i, t in enumerate(inside) if t.level == 0 and t.tag == "h3" and t.map]
    if not heads:
        return (), end
    ends = [*(_start(head) for _, head in heads[1:]), end]
    sections = []
    for (index, head), stop in zip(heads, ends, strict=True):
        title = inside[index + 1].content.strip()
        place = _PLACE.match(title)
        text = "\n".join(lines[_end(head) : stop]).strip()
        sections.append(Section(title, place[0] if place else "", text))
    return tuple(sections), _start(heads[0][1])


def _items(tokens: list[Token], kind: str) -> Iterator[list[Token]]:
    """The items of the lists of that kind, each as its own tokens."""
    wanted, item = False, None
    for index, token in enumerate(tokens):
        if token.level == 0 and token.nesting == 1:
            wanted = token.type == kind
        elif wanted and token.level == 1 and token.type == "list_item_open":
            item = index
        elif wanted and token.level == 1 and token.type == "list_item_close" and item is not None:
            yield tokens[item : index + 1]


def _question(lines: list[str], item: list[Token]) -> CheckQuestion:
    quotes = [t for t in item if t.level == 2 and t.type == "blockquote_open"]
    asked_until = _start(quotes[0]) if quotes else _end(item[0])
    question = _joined(_marked(lines[_start(item[0]) : asked_until]))
    answer: list[str] = []
    where: list[str] = []
    for quote in quotes:
        for line in lines[_start(quote) : _end(quote)]:
            text = line.strip().removeprefix(">").strip()
            if where or _WHERE.match(text):
                where.append(_WHERE.sub("", text, count=1) if not where else text)
            else:
                answer.append(text)
    return CheckQuestion(question, "\n".join(answer).strip(), _joined(where))


def _inner(lines: list[str], item: Token) -> list[str]:
    return _marked(lines[_start(item) : _end(item)])


def _marked(lines: list[str]) -> list[str]:
    """The lines of a list's item, without the mark that begins it."""
    first = re.sub(r"^\s*(?:[-*+]|\d+[.)])(?:\s+|$)", "", lines[0]) if lines else ""
    return [first, *lines[1:]]


def _joined(lines: list[str]) -> str:
    """Lines as one; between Chinese characters no space belongs."""
    text = ""
    for line in filter(None, (line.strip() for line in lines)):
        wide = text and ord(text[-1]) > 0x2E80 and ord(line[0]) > 0x2E80
        text = line if not text else f"{text}{'' if wide else ' '}{line}"
    return text


def _start(token: Token) -> int:
    assert token.map is not None
    return token.map[0]


def _end(token: Token) -> int:
    assert token.map is not None
    return token.map[1]
