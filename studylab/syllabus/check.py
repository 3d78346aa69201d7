"""What must hold between the items of a syllabus, beyond each being well written."""

from __future__ import annotations

from collections.abc import Collection, Iterable

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
                f"week {week.number} is there twice",
                "give each week a number of its own",
                places[week.number],
            )
        if week.number < highest:
            wrong = f"week {week.number} comes after week {highest}"
            raise TableError(place, wrong, "put the weeks in order")
        places[week.number] = place
        highest = week.number


def check_ids(items: Placed) -> None:
    """No id twice, since progress is stored under it."""
    places: dict[str, Place] = {}
    for item, place in items:
        if item.id in places:
            if item.episode is not None:
                wrong, mend = f"P{item.episode} is there twice", "list each episode once"
            else:
                wrong, mend = f"the id {item.id} is there twice", "give one of them another id"
            raise TableError(place, wrong, mend, places[item.id])
        places[item.id] = place


def check_order(items: Placed) -> None:
    """Episodes rise through the whole file, so that sections neither overlap nor run back."""
    highest = 0
    for item, place in items:
        if item.episode is None:
            continue
        if item.episode < highest:
            wrong = f"P{item.episode} comes after P{highest}"
            mend = "list episodes in rising order, each section after the one before"
            raise TableError(place, wrong, mend)
        highest = item.episode


def check_topics(topics: Iterable[tuple[Topic, Place]], items: Placed) -> None:
    """A topic points only at episodes that are there."""
    there = {item.episode for item, _ in items if item.episode is not None}
    for topic, place in topics:
        missing = [number for number in topic.episodes if number not in there]
        if missing:
            wrong = f"{topic.name} points at {format_episodes(missing)}, which no section lists"
            mend = f"stay within {format_episodes(there)}" if there else "take episodes out"
            raise TableError((*place, "episodes"), wrong, mend)


def check_labs(topics: Iterable[tuple[Topic, Place]], items: Placed, labs: Collection[str]) -> None:
    """Every lab that is named exists or is planned."""
    known = {*labs, *(item.ref for item, _ in items if item.kind is Kind.LAB and item.planned)}
    for item, place in items:
        if item.kind in (Kind.LAB, Kind.HOMEWORK) and item.ref and item.ref not in known:
            key = "id" if item.kind is Kind.LAB else "lab"
            raise _unknown_lab(item.ref, (*place, key), known)
    for topic, place in topics:
        for index, lab in enumerate(topic.labs):
            if lab not in known:
                raise _unknown_lab(lab, (*place, "labs", index), known)


def _unknown_lab(lab: str, place: Place, known: Collection[str]) -> TableError:
    mend = f"{nearest(lab, known)}, or give the lab a row with planned = true"
    return TableError(place, f"no lab is called {lab}", mend)


def check_papers(items: Placed, papers: Collection[str]) -> None:
    """Every paper that is named has a file."""
    for item, place in items:
        if item.kind is Kind.PAPER and item.ref not in papers:
            mend = f"{nearest(item.ref, papers)}, or add {item.ref}.md to a folder of papers"
            raise TableError(place, f"no paper is called {item.ref}", mend)
