"""What must hold between the items of a syllabus, beyond each being well written."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from studylab.language import _
from studylab.syllabus.episodes import format_episodes
from studylab.syllabus.model import Item, Kind, Syllabus, Topic
from studylab.syllabus.position import Place
from studylab.syllabus.table import TableError, nearest

Placed = Iterable[tuple[Item, Place]]


def check_weeks(syllabus: Syllabus) -> None:
    """Each number once, in rising order."""
    places: dict[int, Place] = {}
    highest = 0
    for index, week in enumerate(syllabus.weeks):
        place: Place = ("week", index, "number")
        if week.number in places:
            raise TableError(
                place,
                _("week {number} is there twice", number=week.number),
                _("give each week a number of its own"),
                places[week.number],
            )
        if week.number < highest:
            wrong = _(
                "week {number} comes after week {highest}", number=week.number, highest=highest
            )
            raise TableError(place, wrong, _("put the weeks in order"))
        places[week.number] = place
        highest = week.number


def check_ids(items: Placed) -> None:
    """No id twice, since progress is stored under it."""
    places: dict[str, Place] = {}
    for item, place in items:
        if item.id in places:
            if item.episode is not None:
                wrong = _("P{episode} is there twice", episode=item.episode)
                mend = _("list each episode once")
            else:
                wrong = _("the id {id} is there twice", id=item.id)
                mend = _("give one of them another id")
            raise TableError(place, wrong, mend, places[item.id])
        places[item.id] = place


def check_order(items: Placed) -> None:
    """Episodes rise through the whole file, so that sections neither overlap nor run back."""
    highest = 0
    for item, place in items:
        if item.episode is None:
            continue
        if item.episode < highest:
            wrong = _("P{episode} comes after P{highest}", episode=item.episode, highest=highest)
            mend = _("list episodes in rising order, each section after the one before")
            raise TableError(place, wrong, mend)
        highest = item.episode


def check_topics(topics: Iterable[tuple[Topic, Place]], items: Placed) -> None:
    """A topic points only at episodes that are there."""
    there = {item.episode for item, _place in items if item.episode is not None}
    for topic, place in topics:
        missing = [number for number in topic.episodes if number not in there]
        if missing:
            wrong = _(
                "{topic} points at {episodes}, which no section lists",
                topic=topic.name,
                episodes=format_episodes(missing),
            )
            mend = (
                _("stay within {episodes}", episodes=format_episodes(there))
                if there
                else _("take episodes out")
            )
            raise TableError((*place, "episodes"), wrong, mend)


def check_labs(topics: Iterable[tuple[Topic, Place]], items: Placed, labs: Collection[str]) -> None:
    """Every lab that is named exists or is planned."""
    known = {*labs, *(item.ref for item, _place in items if item.kind is Kind.LAB and item.planned)}
    for item, place in items:
        if item.kind in (Kind.LAB, Kind.HOMEWORK) and item.ref and item.ref not in known:
            key = "id" if item.kind is Kind.LAB else "lab"
            raise _unknown_lab(item.ref, (*place, key), known)
    for topic, place in topics:
        for index, lab in enumerate(topic.labs):
            if lab not in known:
                raise _unknown_lab(lab, (*place, "labs", index), known)


def _unknown_lab(lab: str, place: Place, known: Collection[str]) -> TableError:
    mend = _("{mend}, or give the lab a row with planned = true", mend=nearest(lab, known))
    return TableError(place, _("no lab is called {id}", id=lab), mend)


def check_papers(items: Placed, papers: Collection[str]) -> None:
    """Every paper that is named has a file."""
    for item, place in items:
        if item.kind is Kind.PAPER and item.ref not in papers:
            mend = _(
                "{mend}, or add {id}.md to a folder of papers",
                mend=nearest(item.ref, papers),
                id=item.ref,
            )
            raise TableError(place, _("no paper is called {id}", id=item.ref), mend)
