"""What of the syllabus teaches the mend of a finding, and what a lab belongs to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from studylab.study.diagnosis.model import Finding
from studylab.syllabus.episodes import parse_episodes
from studylab.syllabus.model import Item, Syllabus
from studylab.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Lesson:
    """Findings with their episodes, and the episodes and papers of the lab."""

    findings: tuple[tuple[Finding, tuple[Item, ...]], ...]
    lab: str
    of_lab: tuple[Item, ...]

    @property
    def items(self) -> tuple[Item, ...]:
        """All that can be opened."""
        return (*(item for _finding, items in self.findings for item in items), *self.of_lab)


def lesson_of(workspace: Workspace, findings: Sequence[Finding], lab: str) -> Lesson:
    """What teaches; the lab's are of the topics that hold it, and those that it names itself."""
    syllabus = workspace.syllabus
    told = tuple((f, tuple(episodes_there(syllabus, f.episodes))) for f in findings)
    return Lesson(told, lab, tuple(items_of_lab(workspace, lab)) if lab else ())


def items_of_lab(workspace: Workspace, lab: str) -> list[Item]:
    """The episodes and papers that a lab belongs to."""
    syllabus = workspace.syllabus
    topics = [topic for week in syllabus.weeks for topic in week.topics if lab in topic.labs]
    numbers = {number for topic in topics for number in topic.episodes}
    papers: tuple[str, ...] = ()
    declared = next((e.declared for e in workspace.labs if e.id == lab), None)
    if declared is not None:
        papers = declared.papers
        # A lab of the student's own may name what it likes.
        with suppress(ValueError):
            numbers |= set(parse_episodes(declared.episodes)) if declared.episodes else set()
    return [
        *episodes_there(syllabus, sorted(numbers)),
        *(item for item in syllabus.papers if item.ref in papers),
    ]


def episodes_there(syllabus: Syllabus, numbers: Iterable[int]) -> list[Item]:
    """The videos with these numbers, in that order, as far as this syllabus has them."""
    by_number = {item.episode: item for item in syllabus.items if item.episode is not None}
    return [by_number[number] for number in numbers if number in by_number]
