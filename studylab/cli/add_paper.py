"""`studylab papers add`."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import click

from studylab.cli.exit_codes import FAILED, OK, UsageProblem
from studylab.cli.guard import complain
from studylab.cli.names import find_week
from studylab.cli.output import line
from studylab.cli.session import opened
from studylab.language import _
from studylab.study.new_paper import NewPaper, PaperProblem, add_paper
from studylab.workspace import Workspace


@click.command("add")
@click.option("--arxiv", metavar="ID|URL", help="Ask arXiv for title, authors and year.")
@click.option(
    "--bibtex",
    type=click.Path(path_type=Path),
    metavar="FILE|-",
    help="The papers of a BibTeX file; - reads it from a pipe.",
)
@click.option("--title", default="", metavar="TEXT", help="The title.")
@click.option(
    "--author", "authors", multiple=True, metavar="NAME", help="An author; may be given again."
)
@click.option("--url", default="", metavar="URL", help="Where the paper is.")
@click.option("--year", type=click.IntRange(1, 9999), metavar="N", help="When it came out.")
@click.option("--venue", default="", metavar="TEXT", help="Where it came out.")
@click.option("--short", default="", metavar="TEXT", help="What lists call it.")
@click.option("--week", type=int, metavar="N", help="The week it belongs to; else the current one.")
def add(
    arxiv: str | None,
    bibtex: Path | None,
    title: str,
    authors: tuple[str, ...],
    url: str,
    year: int | None,
    venue: str,
    short: str,
    week: int | None,
) -> int:
    """Add a paper of your own, with a guide for you to fill in.

    It becomes a Markdown file in the folder of the setting `papers`, else in `papers` in
    $STUDYLAB_HOME. Of --arxiv, --bibtex and --title give one; what else is given goes before what
    arXiv or the file says.
    """
    if arxiv is not None and bibtex is not None:
        raise UsageProblem(_("give --arxiv or --bibtex, not both"))
    if arxiv is None and bibtex is None and not title.strip():
        raise UsageProblem(_("give --title and --author, or --arxiv, or --bibtex"))
    given = NewPaper(title, authors, url, venue, year, short=short)
    with opened() as workspace:
        number = find_week(workspace, week).number if week is not None else None
        complaints: list[str] = []
        if arxiv is not None:
            from studylab.study.arxiv_paper import fetch

            found = [fetch(arxiv)]
        elif bibtex is not None:
            found, complaints = _of_bibtex(bibtex)
        else:
            found = [given]
        if len(found) + len(complaints) > 1 and (title or authors or url or short):
            raise UsageProblem(
                _(
                    "{path} has several papers; --title, --author, --url and --short are for one",
                    path=bibtex,
                )
            )
        added = 0
        for paper in found:
            try:
                _add(workspace, replace(_merged(given, paper), week=number))
                added += 1
            except PaperProblem as problem:
                complaints.append(str(problem))
    for complaint in complaints:
        complain(complaint)
    return FAILED if complaints else OK


def _of_bibtex(path: Path) -> tuple[list[NewPaper], list[str]]:
    from studylab.study.bibtex import read_bibtex, read_bibtex_file

    if str(path) == "-":
        found = read_bibtex(sys.stdin.buffer.read(), "-")
    else:
        found = read_bibtex_file(path)
    return found.papers, found.complaints


def _merged(given: NewPaper, found: NewPaper) -> NewPaper:
    """What was found, with what the student said in its place."""
    said = {
        name: value
        for name in ("title", "authors", "url", "venue", "year", "short")
        if (value := getattr(given, name))
    }
    return replace(found, **said)


def _add(workspace: Workspace, new: NewPaper) -> None:
    paper = add_paper(
        new, workspace.own_papers, workspace.papers, week=workspace.current_week().number
    )
    workspace.papers[paper.id] = paper
    line(
        _(
            "{id}: {title}, week {week}, in {path}",
            id=paper.id,
            title=workspace.title(paper),
            week=paper.week,
            path=workspace.own_papers / f"{paper.id}.md",
        )
    )
