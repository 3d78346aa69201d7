"""Everything as Markdown: a page for each week, one for time, one for runs, and the notes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from urllib.parse import quote

from studylab.language import _, n_
from studylab.store import missed, progress, question_list
from studylab.store.database import now
from studylab.store.missed import MissedPoint
from studylab.store.questions import Question
from studylab.study.export.everything import EVERY
from studylab.study.export.markdown_runs import runs_page
from studylab.study.export.markdown_text import bullets, passage, phrase, table
from studylab.study.export.markdown_time import time_page
from studylab.study.note_files import SUFFIX, NoteFile
from studylab.study.report import words
from studylab.study.sources import source_words
from studylab.syllabus.model import Week
from studylab.workspace import Workspace


class _Study:
    """What the pages take from, read once."""

    def __init__(self, workspace: Workspace) -> None:
        db = workspace.db
        self.workspace = workspace
        self.done = progress.done_items(db)
        self.states = progress.paper_states(db)
        self.questions = question_list.listing(db, sort="oldest", limit=EVERY)
        self.missed = list(reversed(missed.missed_points(db, limit=EVERY)))
        self.weeks = {week.number for week in workspace.syllabus.weeks}

    def of_week(self, number: int | None) -> tuple[list[Question], list[MissedPoint]]:
        """The questions and missed points of a week; None for those of no week that there is."""
        return (
            [each for each in self.questions if self._week(each.week) == number],
            [each for each in self.missed if self._week(each.week) == number],
        )

    def _week(self, number: int | None) -> int | None:
        return number if number in self.weeks else None


def write(workspace: Workspace, notes: Sequence[NoteFile], folder: Path) -> None:
    """Write the pages into an empty folder; `index.md` leads to the others.

    Raises:
        OSError: they can't be written.
    """
    study = _Study(workspace)
    pages = {"time.md": time_page(workspace), "runs.md": runs_page(workspace)}
    for week in workspace.syllabus.weeks:
        pages[_week_file(week)] = _week_page(study, week, notes)
    pages["other.md"] = _other_page(study)
    pages["index.md"] = _index(study, notes)
    for name, text in pages.items():
        folder.joinpath(name).write_text(text + "\n", "utf-8", newline="\n")
    if notes:
        folder.joinpath("notes").mkdir()
    for note in notes:
        folder.joinpath("notes", f"{note.name}{SUFFIX}").write_bytes(note.data)


def _week_file(week: Week) -> str:
    return f"week-{week.number:02}.md"


def _index(study: _Study, notes: Sequence[NoteFile]) -> str:
    workspace = study.workspace
    answered = sum(not question.open for question in study.questions)
    parts = [
        f"# {_('What I studied')}",
        _("Written by studylab, {day}.", day=words.day(now())),
        bullets(
            [
                n_("{count} item done", "{count} items done", len(study.done)),
                _(
                    "Questions: {asked} asked, {answered} answered, {open} open",
                    asked=len(study.questions),
                    answered=answered,
                    open=len(study.questions) - answered,
                ),
                _("Missed points: {count}", count=len(study.missed)),
            ]
        ),
        bullets(
            [
                *(
                    f"[{phrase(_week_title(workspace, week))}]({_week_file(week)})"
                    for week in workspace.syllabus.weeks
                ),
                f"[{_('Without a week')}](other.md)",
                f"[{_('Time and plan')}](time.md)",
                f"[{_('Runs and results')}](runs.md)",
            ]
        ),
        *_section(_("Papers"), [_papers(study)]),
        *_section(_("Notes"), [bullets(map(_note_link, notes))] if notes else []),
    ]
    return "\n\n".join(parts)


def _week_page(study: _Study, week: Week, notes: Sequence[NoteFile]) -> str:
    workspace = study.workspace
    done = [item for item in week.items if item.id in study.done]
    lines = [
        f"{phrase(words.item_line(workspace, item))}, {words.day(study.done[item.id])}"
        for item in done
    ]
    names = {f"week-{week.number}", *(item.ref for item in week.items)}
    linked = [note for note in notes if note.name.split(".")[0] in names]
    questions, points = study.of_week(week.number)
    return "\n\n".join(
        [
            f"# {phrase(_week_title(workspace, week))}",
            *_section(_("Done"), [bullets(lines)] if lines else []),
            *_questions_and_points(workspace, questions, points),
            *_section(_("Notes"), [bullets(map(_note_link, linked))] if linked else []),
        ]
    )


def _other_page(study: _Study) -> str:
    known = {item.id for item in study.workspace.syllabus.items}
    lines = [
        f"{phrase(item)}, {words.day(at)}" for item, at in study.done.items() if item not in known
    ]
    return "\n\n".join(
        [
            f"# {_('Without a week')}",
            *_section(_("Done"), [bullets(lines)] if lines else []),
            *_questions_and_points(study.workspace, *study.of_week(None)),
        ]
    )


def _questions_and_points(
    workspace: Workspace, questions: Sequence[Question], points: Sequence[MissedPoint]
) -> Iterable[str]:
    for title, some in (
        (_("Questions answered"), [each for each in questions if not each.open]),
        (_("Questions open"), [each for each in questions if each.open]),
    ):
        yield from _section(title, [_question(workspace, each) for each in some])
    lines = [_point(workspace, point) for point in points]
    yield from _section(_("Missed points"), [bullets(lines)] if lines else [])


def _question(workspace: Workspace, question: Question) -> str:
    tags = " ".join(f"#{tag}" for tag in question.tags)
    about = " · ".join(
        part
        for part in (words.where(workspace, question), tags, words.day(question.asked_at))
        if part
    )
    parts = [f"- {passage(question.text, 2)}", f"  *{phrase(about)}*"]
    for answer in question.answers:
        came_from = " · ".join(filter(None, (source_words(answer), words.day(answer.answered_at))))
        parts += [f"  - {passage(answer.text, 4)}", f"    *{phrase(came_from)}*"]
    return "\n\n".join(parts)


def _point(workspace: Workspace, point: MissedPoint) -> str:
    paper = workspace.papers.get(point.paper)
    name = paper.short if paper else point.paper
    about = " · ".join(filter(None, (name, words.day(point.noted_at))))
    parts = [passage(point.text, 2)]
    if point.remark:
        parts.append(f"  {passage(point.remark, 2)}")
    return "\n\n".join([*parts, f"  *{phrase(about)}*"])


def _papers(study: _Study) -> str:
    rows = [
        (paper.short, study.workspace.title(paper), _(study.states[paper.id].value))
        for paper in study.workspace.papers.values()
        if paper.id in study.states
    ]
    own = [
        (id, "", _(state.value))
        for id, state in study.states.items()
        if id not in study.workspace.papers
    ]
    if not rows and not own:
        return _("No paper is begun.")
    return table((_("Paper"), _("Title"), _("State")), [*rows, *own])


def _week_title(workspace: Workspace, week: Week) -> str:
    return _("Week {number}: {title}", number=week.number, title=workspace.title(week))


def _note_link(note: NoteFile) -> str:
    return f"[{phrase(note.name)}](notes/{quote(note.name)}{SUFFIX})"


def _section(title: str, parts: Sequence[str]) -> list[str]:
    return [f"## {title}", *parts] if parts else []
