"""`studylab note`."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import click

from studylab.cli import complete
from studylab.cli.compose import edit, kept
from studylab.cli.exit_codes import UsageProblem
from studylab.cli.guard import remark
from studylab.cli.markdown import write_markdown
from studylab.cli.names import find_paper, find_week
from studylab.cli.output import line
from studylab.cli.session import opened
from studylab.language import _
from studylab.study import notes
from studylab.workspace import Workspace

_WEEK = re.compile(r"(?:week[\s_-]*)?(\d{1,3})", re.IGNORECASE)


@click.command()
@click.argument("of", metavar="PAPER|WEEK", shell_complete=complete.papers)
@click.option("--path", "what", flag_value="path", help="Print where it is instead.")
@click.option("--show", "what", flag_value="show", help="Print it instead.")
@click.option("--append", metavar="TEXT|-", help="Put a paragraph at its end; - reads a pipe.")
def note(of: str, what: str | None, append: str | None) -> None:
    """Open your note about a paper or a week in the editor.

    `studylab note bert`, `studylab note 3`. The editor is the setting `editor`, else VISUAL, else
    EDITOR, else vi.
    """
    if what and append is not None:
        raise UsageProblem(_("give --{option} or --append, not both", option=what))
    with opened() as workspace:
        path, heading = _note(workspace, of)
        settings = workspace.settings
    if what == "path":
        line(str(path))
    elif what == "show":
        _show(path)
    elif append is not None:
        _append(path, heading, append)
    else:
        fresh = notes.begin(path, heading)
        edit(settings, path)
        if fresh:
            notes.drop_if_untouched(path, heading)


def _show(path: Path) -> None:
    found = notes.read(path)
    if found.stamp is None and not found.trouble:
        remark(_("no note yet; `studylab note` begins it"))
        return
    if found.text:
        write_markdown(found.text)
    if found.trouble:
        remark(found.trouble)


def _append(path: Path, heading: str, text: str) -> None:
    if text == "-":
        encoding = sys.stdin.encoding or "utf-8"
        text = sys.stdin.buffer.read().decode(encoding, "replace").removeprefix("\ufeff")
    if not text.strip():
        raise UsageProblem(_("there is nothing to put into the note"))
    with kept(text):
        notes.append(path, heading, notes.cleaned(text))
    line(str(path))


def _note(workspace: Workspace, of: str) -> tuple[Path, str]:
    number = _WEEK.fullmatch(of.strip())
    if number:
        week = find_week(workspace, int(number[1]))
        return workspace.note_file(f"week-{week.number}"), workspace.title(week)
    paper = find_paper(workspace, of)
    return workspace.note_file(paper.id), workspace.title(paper)
