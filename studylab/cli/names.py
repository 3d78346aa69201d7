"""Finding what a student names: items, papers and weeks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches

from studylab.cli.exit_codes import NotFound, UsageProblem
from studylab.language import _, listed
from studylab.syllabus.episodes import parse_episodes
from studylab.syllabus.model import Item, Kind, Week
from studylab.syllabus.papers import Paper
from studylab.workspace import Workspace

_MEANS_EPISODES = re.compile(r"[Pp]?\s*\d+\s*([-‐‑‒–—―−~〜,,、].*)?")


def find_items(workspace: Workspace, words: Iterable[str]) -> list[Item]:
    """The items that `words` name, each once: ids, episode ranges, papers, labs, titles.

    Raises:
        NotFound: a word names none, or several.
        UsageProblem: a range that runs backwards or the like.
    """
    names = _item_names(workspace)
    found: dict[str, Item] = {}
    for word in words:
        for item in _items(workspace, names, word):
            found[item.id] = item
    return list(found.values())


def find_item(workspace: Workspace, word: str) -> Item:
    """The one item that `word` names.

    Raises:
        NotFound, UsageProblem: as `find_items`; or it names several.
    """
    items = find_items(workspace, [word])
    if len(items) > 1:
        raise UsageProblem(_("{word!r} names {count} items; name one", word=word, count=len(items)))
    return items[0]


def find_episodes(workspace: Workspace, words: Sequence[str]) -> list[Item]:
    """The videos of episode ranges such as `P9-P12`.

    Raises:
        UsageProblem: what is not a range.
        NotFound: an episode that is not in the syllabus.
    """
    ranges = ",".join(words)
    try:
        parse_episodes(ranges)
    except ValueError as error:
        raise UsageProblem(str(error)) from None
    try:
        return list(workspace.syllabus.episodes(ranges))
    except ValueError as error:
        raise NotFound(str(error)) from None


def find_paper(workspace: Workspace, name: str) -> Paper:
    """The paper with this id or short name.

    Raises:
        NotFound: there is none; the nearest is offered.
    """
    names: dict[str, Paper] = {}
    for paper in workspace.papers.values():
        names.setdefault(_folded(paper.short), paper)
    names |= {_folded(id): paper for id, paper in workspace.papers.items()}
    found = names.get(_folded(name)) or names.get(_folded(name.removeprefix("paper-")))
    if found is None:
        known = {folded: paper.id for folded, paper in names.items()}
        hint = _nearest(name, known) or _("`studylab papers` lists them")
        raise NotFound(_("there is no paper {name!r}; {hint}", name=name, hint=hint))
    return found


def find_week(workspace: Workspace, number: int) -> Week:
    """The week with this number.

    Raises:
        NotFound: there is none.
    """
    try:
        return workspace.syllabus.week(number)
    except KeyError:
        weeks = workspace.syllabus.weeks
        raise NotFound(
            _(
                "there is no week {number}; the syllabus has {first} to {last}",
                number=number,
                first=weeks[0].number,
                last=weeks[-1].number,
            )
        ) from None


def _items(workspace: Workspace, names: Mapping[str, list[Item]], word: str) -> list[Item]:
    found = names.get(_folded(word), [])
    exact = [item for item in found if _folded(item.id) == _folded(word)]
    # A lab that is still to come does not stand in the way of a paper of the same name.
    there = exact or [item for item in found if not item.planned]
    if len(there or found) == 1:
        return there or found
    if found:
        ids = listed(item.id for item in found)
        raise NotFound(_("{name!r} could be {ids}; type the whole id", name=word, ids=ids))
    if _MEANS_EPISODES.fullmatch(word.strip()):
        return find_episodes(workspace, [word])
    known = {name: items[0].id for name, items in names.items()}
    hint = _nearest(word, known) or _("`studylab syllabus` lists them")
    raise NotFound(_("there is no item {name!r}; {hint}", name=word, hint=hint))


def _item_names(workspace: Workspace) -> dict[str, list[Item]]:
    """Everything that an item goes by: its id, its paper, its lab, its titles."""
    names: dict[str, list[Item]] = {}
    for item in workspace.syllabus.items:
        own = {item.id, item.title, item.title_zh}
        if item.kind in (Kind.PAPER, Kind.LAB):
            own |= {item.ref, item.ref.rsplit("/", 1)[-1]}
        if item.kind is Kind.PAPER and item.ref in workspace.papers:
            own.add(workspace.papers[item.ref].short)
        for name in {_folded(name) for name in own if name}:
            names.setdefault(name, []).append(item)
    return names


def _folded(name: str) -> str:
    return " ".join(re.split(r"[\s_-]+", name.casefold().strip()))


def _nearest(name: str, known: Mapping[str, str]) -> str:
    """The question whether the nearest name was meant; empty if none is near. `known` maps what
    it may be called to what to type."""
    near = get_close_matches(_folded(name), known, n=1)
    return _("did you mean {name}?", name=known[near[0]]) if near else ""
