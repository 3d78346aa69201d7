"""`studylab papers` and `studylab note`."""

from __future__ import annotations

import re
from collections import Counter
from difflib import get_close_matches
from pathlib import Path

import click

from studylab.cli import complete
from studylab.cli.as_json import keys_note, picked, write_json
from studylab.cli.compose import edit
from studylab.cli.exit_codes import UsageProblem
from studylab.cli.guard import complain
from studylab.cli.names import find_paper, find_week
from studylab.cli.options import json_option
from studylab.cli.output import Cell, line, table
from studylab.cli.session import opened
from studylab.problem import Problem
from studylab.store import question_list
from studylab.store.progress import (
    PaperState,
    mark_done,
    mark_undone,
    paper_states,
    set_paper_state,
    shown_state,
)
from studylab.workspace import Workspace

KEYS = (
    "id",
    "short",
    "title",
    "title_zh",
    "authors",
    "venue",
    "year",
    "week",
    "optional",
    "paper",
    "code",
    "project",
    "state",
    "open_questions",
    "note",
)

_STYLES = {PaperState.TO_READ: "dim", PaperState.DONE: "green"}
_WEEK = re.compile(r"(?:week[\s_-]*)?(\d{1,3})", re.IGNORECASE)


@click.group(invoke_without_command=True, epilog=keys_note(KEYS, "each paper"))
@json_option
@click.pass_context
def papers(context: click.Context, as_json: bool) -> None:
    """List the papers, and how far each is read."""
    if context.invoked_subcommand:
        return
    with opened() as workspace:
        for complaint in workspace.complaints:
            complain(complaint)
        states = _states(workspace)
        asked = Counter(
            question.paper for question in question_list.listing(workspace.db, status="open")
        )
        ordered = sorted(workspace.papers.values(), key=lambda p: (p.week, p.optional, p.year))
        if as_json:
            write_json(
                [
                    picked(
                        paper,
                        KEYS,
                        state=states[paper.id].value,
                        open_questions=asked[paper.id],
                        note=_existing(workspace.note_file(paper.id)),
                    )
                    for paper in ordered
                ]
            )
            return
        rows = []
        for paper in ordered:
            state = states[paper.id]
            rows.append(
                (
                    paper.id,
                    str(paper.week),
                    Cell(state.value, _STYLES.get(state, "yellow")),
                    str(asked[paper.id] or ""),
                    "note" if _existing(workspace.note_file(paper.id)) else "",
                    workspace.title(paper),
                    Cell("optional" if paper.optional else "", "dim"),
                )
            )
        table(rows, ("id", "week", "state", "open", "", "title", ""), flexible=[5])


@papers.command("set")
@click.argument("paper", metavar="ID", shell_complete=complete.papers)
@click.argument("state", nargs=-1, required=True, metavar="STATE", shell_complete=complete.states)
def set_state(paper: str, state: tuple[str, ...]) -> None:
    """Say how far a paper is read: to-read, first-pass, companion, compare or done."""
    with opened() as workspace:
        found = find_paper(workspace, paper)
        chosen = _state(" ".join(state))
        set_paper_state(workspace.db, found.id, chosen)
        # What is done is what is ticked, wherever that was said.
        items = [item.id for item in workspace.syllabus.papers if item.ref == found.id]
        (mark_done if chosen is PaperState.DONE else mark_undone)(workspace.db, items)
        line(f"{found.short}: {chosen.value}")


@click.command()
@click.argument("of", metavar="PAPER|WEEK", shell_complete=complete.papers)
@click.option("--path", "only_path", is_flag=True, help="Print where it is instead.")
def note(of: str, only_path: bool) -> None:
    """Open your note about a paper or a week in the editor.

    `studylab note bert`, `studylab note 3`. The editor is the setting `editor`, else VISUAL, else
    EDITOR, else vi.
    """
    with opened() as workspace:
        path, heading = _note(workspace, of)
        if only_path:
            line(str(path))
            return
        settings = workspace.settings
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # A heading to begin with; where nothing comes below it, no file stays behind.
        fresh = not path.exists()
        if fresh:
            path.write_text(heading, "utf-8")
        edit(settings, path)
        if fresh and path.exists() and path.read_text("utf-8", "replace") == heading:
            path.unlink()
    except OSError as error:
        raise Problem(
            f"{path} can't be written ({error.strerror or error}); free some space or mend the "
            "permissions"
        ) from error


def _states(workspace: Workspace) -> dict[str, PaperState]:
    recorded, done = paper_states(workspace.db), workspace.done()
    ticked = {item.ref for item in workspace.syllabus.papers if item.id in done}
    return {id: shown_state(recorded.get(id), ticked=id in ticked) for id in workspace.papers}


def _note(workspace: Workspace, of: str) -> tuple[Path, str]:
    number = _WEEK.fullmatch(of.strip())
    if number:
        week = find_week(workspace, int(number[1]))
        return workspace.note_file(f"week-{week.number}"), f"# {workspace.title(week)}\n\n"
    paper = find_paper(workspace, of)
    return workspace.note_file(paper.id), f"# {workspace.title(paper)}\n\n"


def _state(text: str) -> PaperState:
    wanted = " ".join(re.split(r"[\s_-]+", text.strip().casefold()))
    states = {state.value: state for state in PaperState}
    if wanted in states:
        return states[wanted]
    near = get_close_matches(wanted, states, n=1)
    hint = f"did you mean {near[0]}?" if near else f"choose from {', '.join(states)}"
    raise UsageProblem(f"{text!r} is no state of a paper; {hint}")


def _existing(path: Path) -> str | None:
    return str(path) if path.is_file() else None
