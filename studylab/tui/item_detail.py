"""Everything that is known about a part of the syllabus, to be read beside the tree."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rich.cells import cell_len, set_cell_size
from textual.content import Content
from textual.style import Style

from studylab.language import _, listed
from studylab.plain import one_line
from studylab.store.questions import Question
from studylab.syllabus.episodes import format_episodes
from studylab.syllabus.model import Item, Kind, Progress, Section, Topic, Week
from studylab.tui.ages import moment
from studylab.workspace import Workspace

QUIET = "$foreground 60%"
LABEL = 10


def item_detail(
    workspace: Workspace, item: Item, done: Mapping[str, str], asked: Iterable[Question]
) -> Content:
    """All of an item: titles, link, note, data, reported result, topics, questions."""
    week = workspace.syllabus.week(item.week)
    kind = _("quiz") if item.quiz else _(item.kind.value)
    number = f" P{item.episode}" if item.episode is not None else ""
    aside = _("optional") if item.optional else _("still to come") if item.planned else ""
    facts = [f"{kind}{number}", _("week {number}", number=item.week), aside]
    at = done.get(item.id)
    topics = [topic for topic in week.topics if _teaches(topic, item)]
    lines = [
        *_titles(workspace, item),
        Content.styled(" · ".join(filter(None, facts)), QUIET),
        _line(_("done"), moment(at) if at else _("not yet")),
        _link(_("link"), item.url),
        _line(_("time"), _("{minutes:g} min", minutes=item.minutes) if item.minutes else ""),
        _line(_("note"), _in_language(workspace, item.note, item.note_zh)),
        _line(_("data"), _in_language(workspace, item.data, item.data_zh)),
        _line(
            _("reported"),
            _in_language(workspace, item.reported_result, item.reported_result_zh),
        ),
        _link(_("solution"), item.solution),
        _line(_("about"), _about(item)),
        _line(_("topics"), listed(_topic(workspace, topic) for topic in topics)),
        *(_line("", _in_language(workspace, topic.note, topic.note_zh)) for topic in topics),
        *(
            _line(_("question") if rank == 0 else "", f"{'?' if q.open else '✓'} {q.text}")
            for rank, q in enumerate(asked)
        ),
    ]
    return _joined(lines)


def part_detail(workspace: Workspace, part: Week | Section, share: Progress) -> Content:
    """A week or a section: its titles, how much of it is done, its topics, notes and links."""
    how_much = _("{done} of {total}", done=share.done, total=share.total)
    lines = [*_titles(workspace, part), _line(_("done"), how_much)]
    if isinstance(part, Week):
        lines += [
            _line(_("episodes"), format_episodes(part.episodes)),
            *(_line(_("note"), _in_language(workspace, n.text, n.text_zh)) for n in part.notes),
            Content(""),
        ]
        for topic in part.topics:
            where = format_episodes(topic.episodes) or listed(topic.labs)
            note = _in_language(workspace, topic.note, topic.note_zh)
            lines.append(
                Content.assemble(
                    f"· {_topic(workspace, topic)}  ",
                    (where, QUIET),
                    (f"\n  {one_line(note)}" if note else "", QUIET),
                )
            )
        if part.links:
            lines.append(Content(""))
        lines += [
            Content.assemble(f"{one_line(workspace.title(link))}\n", url_link(link.url))
            for link in part.links
        ]
    return _joined(lines)


def _titles(workspace: Workspace, part: Item | Week | Section) -> list[Content | None]:
    first = one_line(workspace.title(part))
    both = (one_line(part.title), one_line(part.title_zh))
    other = next((title for title in both if title and title != first), "")
    return [
        Content.styled(first, "bold"),
        Content.styled(other, QUIET) if other else None,
    ]


def _line(label: str, text: str) -> Content | None:
    text = one_line(text)
    shown = set_cell_size(label, max(LABEL, cell_len(label) + 1))
    return Content.assemble((shown, QUIET), text) if text else None


def url_link(url: str) -> Content:
    """A URL that terminals open on a click, over ssh too."""
    return Content.styled(one_line(url), Style(link=url))


def _link(label: str, url: str) -> Content | None:
    # On a line of its own: it is cut in fewer places, and is easier to select with the mouse.
    return Content.assemble((f"{label}\n", QUIET), url_link(url)) if url else None


def _joined(lines: Iterable[Content | None]) -> Content:
    return Content("\n").join(line for line in lines if line is not None)


def _teaches(topic: Topic, item: Item) -> bool:
    return item.episode in topic.episodes or bool(item.ref and item.ref in topic.labs)


def _about(item: Item) -> str:
    return item.ref if item.kind in (Kind.LAB, Kind.PAPER, Kind.HOMEWORK) else ""


def _topic(workspace: Workspace, topic: Topic) -> str:
    return one_line(_in_language(workspace, topic.name, topic.name_zh))


def _in_language(workspace: Workspace, text: str, text_zh: str) -> str:
    return text_zh if workspace.settings.chinese and text_zh else text
