"""From the tables of a syllabus file to the model, each item with its place in the file."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Any

from studylab.language import N_, _
from studylab.problem import in_parts
from studylab.syllabus.episodes import parse_episodes
from studylab.syllabus.model import Item, Kind, Link, Note, Section, Syllabus, Topic, Week
from studylab.syllabus.papers import Paper
from studylab.syllabus.position import Place
from studylab.syllabus.table import Table, TableError, check_text, is_whole, shown

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]*")
_TITLES = ("id", "title", "title_zh")
_FIGURES = ("data", "data_zh", "reported_result", "reported_result_zh")
_REMARKS = ("minutes", "optional", "note", "note_zh")
_EPISODE_ROW = N_('write [9, "title", "Chinese title"]')


class Builder:
    """Builds one syllabus; afterwards, `items` and `topics` tell where each was written."""

    def __init__(self, labs: Collection[str] | None, papers: Mapping[str, Paper] | None) -> None:
        self.labs = labs
        self.papers = papers
        self.series = ""
        self.solutions = ""  # of the week that is being built
        self.items: list[tuple[Item, Place]] = []
        self.topics: list[tuple[Topic, Place]] = []

    def syllabus(self, tables: dict[str, Any]) -> Syllabus:
        """The whole file."""
        keys = ("title", "title_zh", "series", "links", "week")
        top = Table(tables, (), N_("the syllabus"), keys)
        self.series = top.url("series", "")
        weeks = tuple(self._week(entry, place) for entry, place in top.entries("week"))
        if not weeks:
            mend = _("add [[week]] with its number and title")
            raise TableError((), _("the syllabus has no week"), mend)
        return Syllabus(
            title=top.text("title"),
            title_zh=top.text("title_zh"),
            weeks=weeks,
            links=_links(top),
            series=self.series,
        )

    def _week(self, entry: object, place: Place) -> Week:
        keys = ("number", "title", "title_zh", "solutions", "notes", "links", "topics", "section")
        table = Table(entry, place, N_("a week"), keys)
        self.solutions = table.url("solutions", "")
        number = table.whole("number")
        return Week(
            number=number,
            title=table.text("title"),
            title_zh=table.text("title_zh"),
            topics=tuple(self._topic(*row) for row in table.entries("topics")),
            links=_links(table),
            notes=tuple(_note(*row) for row in table.entries("notes")),
            sections=tuple(self._section(*row, number) for row in table.entries("section")),
        )

    def _topic(self, entry: object, place: Place) -> Topic:
        keys = ("name", "name_zh", "episodes", "labs", "note", "note_zh")
        table = Table(entry, place, N_("a topic"), keys)
        episodes: tuple[int, ...] = ()
        if "episodes" in table.value:
            ranges = table.text("episodes")
            try:
                episodes = parse_episodes(ranges)
            except ValueError as cause:
                at = table.at("episodes")
                wrong, mend = in_parts(str(cause))
                raise TableError(at, f"{at[-1]}: {wrong}", mend) from None
        note, note_zh = table.note()
        name, name_zh = table.text("name"), table.text("name_zh")
        topic = Topic(name, name_zh, episodes, table.texts("labs"), note, note_zh)
        self.topics.append((topic, place))
        return topic

    def _section(self, entry: object, place: Place, week: int) -> Section:
        readers: dict[str, Callable[[object, Place, int, str], Item]] = {
            "episodes": self._episode,
            "videos": self._video,
            "readings": self._reading,
            "papers": self._paper,
            "homework": self._homework,
            "quizzes": self._quiz,
            "labs": self._lab,
        }
        table = Table(entry, place, N_("a section"), ("title", "title_zh", *readers))
        title = table.text("title")
        items: list[Item] = []
        # The order of the lists in the file is the order in which to do them.
        for key in table.value:
            if key not in readers:
                continue
            for row, row_place in table.entries(key):
                item = readers[key](row, row_place, week, title)
                if not _ID.fullmatch(item.id):
                    raise TableError(
                        row_place,
                        _("{id} can't be an id", id=shown(item.id)),
                        _("use letters, digits and - . _ / only"),
                    )
                items.append(item)
                self.items.append((item, row_place))
        return Section(title, table.text("title_zh"), tuple(items))

    def _episode(self, entry: object, place: Place, week: int, section: str) -> Item:
        if not isinstance(entry, list) or not 3 <= len(entry) <= 4:
            wrong = _("an episode must be a list of number and two titles")
            raise TableError(place, wrong, _(_EPISODE_ROW))
        number, title, title_zh = entry[:3]
        if not is_whole(number):
            wrong = _("an episode's number must be 1 or more, not {value}", value=shown(number))
            raise TableError(place, wrong, _(_EPISODE_ROW))
        if not self.series:
            mend = _('add series = "https://..." on top')
            raise TableError(place, _("an episode without a series"), mend)
        query = "&" if "?" in self.series else "?"
        item = Item(
            id=f"p{number}",
            kind=Kind.VIDEO,
            title=check_text(title, place, "title"),
            title_zh=check_text(title_zh, place, "title_zh"),
            week=week,
            section=section,
            url=f"{self.series}{query}p={number}",
            episode=number,
        )
        if len(entry) == 3:
            return item
        return _remarked(item, Table(entry[3], (*place, 3), N_("an episode's end"), _REMARKS))

    def _video(self, entry: object, place: Place, week: int, section: str) -> Item:
        return _plain(entry, place, week, section, Kind.VIDEO, N_("a video"))

    def _reading(self, entry: object, place: Place, week: int, section: str) -> Item:
        return _plain(entry, place, week, section, Kind.READING, N_("a reading"))

    def _homework(self, entry: object, place: Place, week: int, section: str) -> Item:
        keys = (*_TITLES, "url", *_FIGURES, "solution", "lab", *_REMARKS)
        table = Table(entry, place, N_("a homework"), keys)
        return replace(
            _titled(table, week, section, Kind.HOMEWORK),
            url=table.url("url", ""),
            data=table.text("data", ""),
            data_zh=table.text("data_zh", ""),
            reported_result=table.text("reported_result", ""),
            reported_result_zh=table.text("reported_result_zh", ""),
            ref=table.text("lab", ""),
            solution=table.url("solution", self.solutions),
        )

    def _quiz(self, entry: object, place: Place, week: int, section: str) -> Item:
        return replace(self._homework(entry, place, week, section), quiz=True)

    def _paper(self, entry: object, place: Place, week: int, section: str) -> Item:
        row = {"id": entry} if isinstance(entry, str) else entry
        table = Table(row, place, N_("a paper"), ("id", *_REMARKS))
        id = table.text("id")
        paper = self.papers.get(id) if self.papers is not None else None
        item = _remarked(
            Item(
                id=f"paper-{id}",
                kind=Kind.PAPER,
                title=paper.title if paper else id,
                title_zh=paper.title_zh if paper else id,
                week=week,
                section=section,
                url=paper.paper if paper else "",
                ref=id,
            ),
            table,
        )
        return replace(item, optional=True) if paper and paper.optional else item

    def _lab(self, entry: object, place: Place, week: int, section: str) -> Item:
        table = Table(entry, place, N_("a lab"), (*_TITLES, "planned", *_REMARKS))
        lab = _titled(table, week, section, Kind.LAB)
        planned = table.flag("planned") and lab.id not in (self.labs or ())
        return replace(lab, id=f"lab-{lab.id}", ref=lab.id, planned=planned)


def _plain(entry: object, place: Place, week: int, section: str, kind: Kind, what: str) -> Item:
    table = Table(entry, place, what, (*_TITLES, "url", *_REMARKS))
    return replace(_titled(table, week, section, kind), url=table.url("url"))


def _titled(table: Table, week: int, section: str, kind: Kind) -> Item:
    id, title, title_zh = (table.text(key) for key in _TITLES)
    return _remarked(Item(id, kind, title, title_zh, week, section), table)


def _remarked(item: Item, table: Table) -> Item:
    note, note_zh = table.note()
    return replace(
        item,
        minutes=table.minutes("minutes"),
        optional=table.flag("optional"),
        note=note,
        note_zh=note_zh,
    )


def _links(table: Table) -> tuple[Link, ...]:
    links: list[Link] = []
    for entry, place in table.entries("links"):
        row = Table(entry, place, N_("a link"), ("title", "title_zh", "url"))
        links.append(Link(row.text("title"), row.text("title_zh"), row.url("url")))
    return tuple(links)


def _note(entry: object, place: Place) -> Note:
    table = Table(entry, place, N_("a note"), ("note", "note_zh"))
    return Note(table.text("note"), table.text("note_zh"))
