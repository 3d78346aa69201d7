"""The syllabus as the app sees it: weeks, sections, items, and how far a student has come."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from studylab.language import N_, _
from studylab.syllabus.episodes import format_episodes, parse_episodes


class Kind(StrEnum):
    """What sort of thing an item asks for."""

    VIDEO = "video"
    READING = "reading"
    HOMEWORK = "homework"
    PAPER = "paper"
    LAB = "lab"


_SHOWN = [N_("video"), N_("reading"), N_("homework"), N_("paper"), N_("lab")]
"""The kinds' values are their English names: `_(kind.value)` shows one."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to do in a week.

    `id` is what progress is stored under, so it outlives a new title or another week.
    """

    id: str
    kind: Kind
    title: str
    title_zh: str
    week: int
    section: str
    url: str = ""
    episode: int | None = None
    optional: bool = False
    planned: bool = False
    """A lab that is still to come."""
    note: str = ""
    note_zh: str = ""
    minutes: float | None = None
    data: str = ""
    """Of a homework: what it trains on."""
    data_zh: str = ""
    reported_result: str = ""
    """Of a homework: the figures that its notebook or its paper reports."""
    reported_result_zh: str = ""
    ref: str = ""
    """The id of the paper or of the lab that this item is about."""
    quiz: bool = False
    solution: str = ""
    """Of a homework: where a solution can be read."""


@dataclass(frozen=True, slots=True)
class Topic:
    """Something that a week teaches, with the episodes and the labs that teach it."""

    name: str
    name_zh: str
    episodes: tuple[int, ...] = ()
    labs: tuple[str, ...] = ()
    note: str = ""
    note_zh: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A page that belongs to a week, or to the whole syllabus, but is not a thing to do."""

    title: str
    title_zh: str
    url: str


@dataclass(frozen=True, slots=True)
class Note:
    """A remark about a week."""

    text: str
    text_zh: str


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a week, such as one week of a course."""

    title: str
    title_zh: str
    items: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True)
class Week:
    """A week of the syllabus."""

    number: int
    title: str
    title_zh: str
    topics: tuple[Topic, ...] = ()
    links: tuple[Link, ...] = ()
    notes: tuple[Note, ...] = ()
    sections: tuple[Section, ...] = ()

    @property
    def items(self) -> tuple[Item, ...]:
        """All that there is to do, in order."""
        return tuple(item for section in self.sections for item in section.items)

    @property
    def episodes(self) -> tuple[int, ...]:
        """The numbers of the week's episodes."""
        return tuple(item.episode for item in self.items if item.episode is not None)


@dataclass(frozen=True, slots=True)
class Syllabus:
    """The whole plan."""

    title: str
    title_zh: str
    weeks: tuple[Week, ...] = ()
    links: tuple[Link, ...] = ()
    series: str = ""
    """The URL of the video series that the episodes are parts of."""
    _by_id: dict[str, Item] = field(init=False, repr=False, compare=False)
    _by_episode: dict[int, Item] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        items = [item for week in self.weeks for item in week.items]
        by_episode = {item.episode: item for item in items if item.episode is not None}
        object.__setattr__(self, "_by_id", {item.id: item for item in items})
        object.__setattr__(self, "_by_episode", by_episode)

    @property
    def items(self) -> tuple[Item, ...]:
        """All that there is to do, in order."""
        return tuple(self._by_id.values())

    @property
    def papers(self) -> tuple[Item, ...]:
        """The papers to read, in order."""
        return tuple(item for item in self.items if item.kind is Kind.PAPER)

    def item(self, id: str) -> Item:
        """The item with this id; KeyError if there is none."""
        return self._by_id[id]

    def week(self, number: int) -> Week:
        """The week with this number; KeyError if there is none."""
        for week in self.weeks:
            if week.number == number:
                return week
        raise KeyError(number)

    def episodes(self, ranges: str | Iterable[int]) -> tuple[Item, ...]:
        """The videos that `ranges`, such as "P9-P12, P15", names, in order.

        Raises ValueError for what is not a range and for episodes that are not in the syllabus.
        """
        wanted = parse_episodes(ranges) if isinstance(ranges, str) else sorted(set(ranges))
        missing = [number for number in wanted if number not in self._by_episode]
        if missing:
            raise ValueError(
                _(
                    "{episodes} not in this syllabus; it has {there}",
                    episodes=format_episodes(missing),
                    there=format_episodes(self._by_episode) or _("none"),
                )
            )
        return tuple(self._by_episode[number] for number in wanted)


@dataclass(frozen=True, slots=True)
class Progress:
    """How much of something is done."""

    done: int
    total: int

    @property
    def share(self) -> float:
        """Between 0 and 1; 0 where there is nothing to do yet."""
        return self.done / self.total if self.total else 0.0


def progress(part: Section | Week | Syllabus, done: Collection[str]) -> Progress:
    """How much of `part` is done, given the ids of all items done.

    What is optional or still planned is no debt, so it counts only once it is done.
    """
    ticked = sum(item.id in done for item in part.items)
    owed = sum(not (item.optional or item.planned or item.id in done) for item in part.items)
    return Progress(done=ticked, total=ticked + owed)


def next_item(syllabus: Syllabus, done: Collection[str]) -> Item | None:
    """The first thing in order that is neither done, nor optional, nor still planned."""
    for item in syllabus.items:
        if not (item.id in done or item.optional or item.planned):
            return item
    return None
