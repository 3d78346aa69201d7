"""What the Week screen shows, as rows for its lists."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from textual.content import Content

from studylab.language import N_, _
from studylab.plain import one_line
from studylab.runs.wording import read_state, verdict
from studylab.store import question_list, runs
from studylab.store.overview import main_result, results_of
from studylab.store.progress import PaperState, shown_state
from studylab.store.questions import Question
from studylab.store.runs import RunRow
from studylab.syllabus.episodes import format_episodes
from studylab.syllabus.model import Item, Kind, Section, Topic, Week
from studylab.tui.ages import age
from studylab.tui.tones import state_text, state_tone
from studylab.tui.widgets.progress_bar import bar
from studylab.tui.widgets.row_list import Pair, Row
from studylab.workspace import Workspace

QUIET = "$foreground 60%"
VIDEOS = "videos"
"""The key of the row that stands for all episodes of a week."""

BAR = 12

QUIZ = N_("quiz")
"""What a homework that is one is called."""

RUNS_LOOKED_AT = 10
"""Of a lab, from the newest on, for a result."""


@dataclass(frozen=True, slots=True)
class Study:
    """What the rows are made of, read once for all of them."""

    workspace: Workspace
    done: Collection[str]
    papers: Mapping[str, PaperState]

    def title(self, thing: object) -> str:
        """A title in the student's language, safe to show."""
        return one_line(self.workspace.title(thing))

    def note(self, item: Item) -> str:
        """An item's note in the student's language."""
        return self._in_language(item.note, item.note_zh)

    def reported(self, item: Item) -> str:
        """What a homework's notebook reports, in the student's language."""
        return self._in_language(item.reported_result, item.reported_result_zh)

    def _in_language(self, text: str, text_zh: str) -> str:
        chinese = self.workspace.settings.chinese and text_zh
        return one_line(text_zh if chinese else text)

    def titles(self, item: Item) -> Pair:
        """An item's title, and quietly behind it the one in the other language."""
        first = self.title(item)
        others = (one_line(item.title), one_line(item.title_zh))
        other = next((title for title in others if title and title != first), "")
        aside = "  " + _("optional") if item.optional else ""
        return Pair(Content.assemble(first, (aside, QUIET)), _quiet(other))

    def mark(self, item: Item) -> Content:
        """A box, ticked when the item is done; a dot for what is still to come."""
        if item.id in self.done:
            return Content.styled("☑", "$text-success")
        return Content.styled("·", QUIET) if item.planned else Content("☐")


def section_of(week: Week, item: Item) -> Section | None:
    """The section that an item is in."""
    return next((section for section in week.sections if item in section.items), None)


def next_row(study: Study, item: Item) -> Row:
    """The one thing to do next."""
    number = f"P{item.episode}" if item.episode is not None else _(item.kind.value)
    minutes = _minutes(item)
    return Row(
        item.id,
        (Content.styled(number, "bold"), study.titles(item), Content.styled(minutes, QUIET)),
    )


def todo_rows(study: Study, week: Week) -> list[Row]:
    """The week's work besides single episodes: all of those are one row."""
    rows = []
    episodes = [item for item in week.items if item.episode is not None]
    if episodes:
        ticked = sum(item.id in study.done for item in episodes)
        whole = ticked == len(episodes)
        mark = Content.styled("☑", "$text-success") if whole else Content("☐")
        numbers = format_episodes(i.episode for i in episodes if i.episode)
        named = Content(_("Episodes {numbers}", numbers=numbers))
        rows.append(
            Row(VIDEOS, (mark, _quiet(_("video")), named, _quiet(f"{ticked}/{len(episodes)}")))
        )
    kind = "video"
    order = {kind: rank for rank, kind in enumerate(Kind)}
    rest = [item for item in week.items if item.episode is None]
    for item in sorted(rest, key=lambda item: order[item.kind]):
        word = QUIZ if item.quiz else item.kind.value
        shown = word if word != kind or not rows else ""
        kind = word
        cells = (
            study.mark(item),
            _quiet(_(shown) if shown else ""),
            study.titles(item),
            _figure(study, item),
        )
        rows.append(Row(item.id, cells))
    return rows


def running_rows(workspace: Workspace) -> list[Row]:
    """The runs that are not over."""
    return [_running(run) for run in runs.listing(workspace.db, states=ALIVE, limit=20)]


ALIVE = ("queued", "starting", "running", "stopping")


def question_rows(found: Sequence[Question]) -> list[Row]:
    """Questions, by their first lines."""
    return [
        Row(str(question.id), (one_line(question.text[:400]), _quiet(age(question.asked_at))))
        for question in found
    ]


def topic_rows(study: Study, week: Week) -> list[Row]:
    """What the week teaches, and where."""
    return [
        Row(str(rank), (_topic_mark(study, topic), _topic_name(study, topic), _where(topic)))
        for rank, topic in enumerate(week.topics)
    ]


def link_rows(study: Study, week: Week) -> list[Row]:
    """Pages that belong to the week."""
    return [Row(link.url, (study.title(link), _quiet(_host(link.url)))) for link in week.links]


def open_in_week(workspace: Workspace, week: int, limit: int) -> list[Question]:
    """The newest open questions of a week."""
    return question_list.listing(workspace.db, status="open", week=week, limit=limit)


def _quiet(text: str) -> Content:
    return Content.styled(text, QUIET)


def _figure(study: Study, item: Item) -> Content:
    if item.planned:
        return _quiet(_("to come"))
    if item.kind is Kind.HOMEWORK:
        return _quiet(study.reported(item))
    if item.kind is Kind.PAPER:
        state = shown_state(study.papers.get(item.ref), ticked=item.id in study.done)
        return _quiet("" if state is PaperState.DONE else _(state.value))
    if item.kind is Kind.LAB:
        return _lab_figure(study, item)
    return _quiet(_minutes(item))


def _minutes(item: Item) -> str:
    return _("{minutes:.0f} min", minutes=item.minutes) if item.minutes else ""


def _lab_figure(study: Study, item: Item) -> Content:
    db = study.workspace.db
    tried = [run.id for run in runs.listing(db, lab=item.ref, limit=RUNS_LOOKED_AT)]
    results = results_of(db, tried)
    for run in tried:
        result = main_result(results.get(run, ()))
        if result is not None:
            return _quiet(verdict(result))
    return _quiet(_("no result yet") if tried else _("not run yet"))


def _running(run: RunRow) -> Row:
    state = read_state(run.state)
    step = "" if run.step is None else f"{run.step:,}"
    steps = f"{step}/{run.steps:,}" if step and run.steps else step
    share = (run.step or 0) / run.steps if run.steps else 0.0
    name = run.lab or " ".join(run.command)
    return Row(
        run.id,
        (
            one_line(name),
            bar(min(1.0, share), BAR) if run.steps else "",
            _quiet(steps),
            Content.styled(state_text(state), state_tone(state)),
        ),
    )


def _topic_mark(study: Study, topic: Topic) -> Content:
    episodes = study.workspace.syllabus.episodes(topic.episodes)
    watched = [item.id in study.done for item in episodes]
    if watched and all(watched):
        return Content.styled("☑", "$text-success")
    return _quiet("◦" if any(watched) else "·")


def _topic_name(study: Study, topic: Topic) -> Pair:
    chinese = study.workspace.settings.chinese and topic.name_zh
    first, other = (topic.name_zh, topic.name) if chinese else (topic.name, topic.name_zh)
    return Pair(one_line(first), _quiet("" if other == first else one_line(other)))


def _where(topic: Topic) -> Content:
    if topic.episodes:
        return _quiet(format_episodes(topic.episodes))
    return _quiet(_("lab {name}", name=topic.labs[0].rsplit("/", 1)[-1]) if topic.labs else "")


def _host(url: str) -> str:
    return url.split("/")[2].removeprefix("www.") if url.count("/") > 1 else url
