"""`studylab missed`: what a first pass left out."""

from __future__ import annotations

import click

from studylab.cli import complete
from studylab.cli.as_json import picked, write_json
from studylab.cli.compose import kept, text_of
from studylab.cli.exit_codes import NotFound
from studylab.cli.guard import remark
from studylab.cli.json_command import JsonCommand, JsonGroup
from studylab.cli.names import find_paper, find_week
from studylab.cli.options import EVERY, json_option, week_option
from studylab.cli.output import Cell, line, paragraph, table
from studylab.cli.session import opened
from studylab.language import N_, _, n_
from studylab.store import missed as store
from studylab.store.missed import MissedPoint
from studylab.study import passes
from studylab.syllabus.guide import plain_point

KEYS = ("id", "uid", "paper", "week", "point", "text", "remark", "noted_at", "changed_at")
POINT_KEYS = ("number", "text", "missed")


@click.group(cls=JsonGroup, invoke_without_command=True, keys=KEYS, of=N_("each missed point"))
@click.option("--paper", metavar="ID", shell_complete=complete.papers, help="Of this paper.")
@week_option
@json_option
@click.pass_context
def missed(context: click.Context, paper: str | None, week: int | None, as_json: bool) -> None:
    """List what you missed at first, the newest first."""
    if context.invoked_subcommand:
        return
    with opened() as workspace:
        found = store.missed_points(
            workspace.db,
            paper=find_paper(workspace, paper).id if paper else None,
            week=None if week is None else find_week(workspace, week).number,
            limit=EVERY,
        )
    if as_json:
        write_json([picked(point, KEYS) for point in found])
        return
    table(
        [_row(point) for point in found],
        (_("id"), _("paper"), _("what was missed"), _("remark")) if found else (),
        flexible=[2, 3],
    )
    if not found:
        remark(_("nothing missed is noted; `studylab missed tick` notes points of a guide"))


@missed.command("points", cls=JsonCommand, keys=POINT_KEYS, of=N_("each point"))
@click.argument("paper", metavar="PAPER", shell_complete=complete.papers)
@json_option
def points(paper: str, as_json: bool) -> None:
    """What a first pass tends to miss in PAPER, numbered, with ticks at what you missed."""
    with opened() as workspace:
        found = find_paper(workspace, paper)
        guide = passes.guide_of(workspace, found)
        ticked = {point.point for point in store.missed_points(workspace.db, paper=found.id)}
    if as_json:
        write_json(
            [
                {"number": rank + 1, "text": plain_point(text), "missed": rank in ticked}
                for rank, text in enumerate(guide.missed)
            ]
        )
        return
    for rank, text in enumerate(guide.missed):
        mark = "[x]" if rank in ticked else "[ ]"
        paragraph(plain_point(text), first=(f"{rank + 1:>3} {mark} ",), indent=8)
    if not guide.missed:
        remark(_("its guide names no points; `studylab missed add` notes your own"))


@missed.command("tick")
@click.argument("paper", metavar="PAPER", shell_complete=complete.papers)
@click.argument("numbers", nargs=-1, required=True, type=int, metavar="N...")
def tick(paper: str, numbers: tuple[int, ...]) -> None:
    """Note points of a guide as missed, by their numbers in `studylab missed points PAPER`."""
    with opened() as workspace:
        found = find_paper(workspace, paper)
        guide = passes.guide_of(workspace, found)
        for number in numbers:
            if not 1 <= number <= len(guide.missed):
                raise NotFound(
                    _(
                        "{paper} has no point {number}; `studylab missed points {id}` lists them",
                        paper=found.short,
                        number=number,
                        id=found.id,
                    )
                )
        for number in numbers:
            passes.tick_point(workspace, found, number - 1, guide.missed[number - 1])
        line(
            n_(
                "{paper}: {count} point missed",
                "{paper}: {count} points missed",
                len(set(numbers)),
                paper=found.short,
            )
        )


@missed.command("add")
@click.argument("words", nargs=-1, metavar="[TEXT... | -]")
@click.option("--paper", metavar="ID", shell_complete=complete.papers, help="Of this paper.")
@click.option("--week", type=int, metavar="N", help="The week it belongs to.")
def add(words: tuple[str, ...], paper: str | None, week: int | None) -> None:
    """Note something that you missed, in your own words. TEXT is as for `ask`."""
    with opened() as workspace:
        found = find_paper(workspace, paper) if paper else None
        if week is not None:
            number = find_week(workspace, week).number
        else:
            number = found.week if found else workspace.current_week().number
        text = text_of(words, workspace.settings, _("a missed point"))
        with kept(text):
            id = store.note_missed(workspace.db, text, paper=found.id if found else "", week=number)
        line(_("missed point {id}, week {week}", id=id, week=number))


@missed.command("remark")
@click.argument("id", type=int, metavar="ID")
@click.argument("words", nargs=-1, metavar="[TEXT... | -]")
def remark_on(id: int, words: tuple[str, ...]) -> None:
    """Write a remark on missed point ID. TEXT is as for `ask`."""
    with opened() as workspace:
        point = store.get_missed(workspace.db, id)
        text = text_of(words, workspace.settings, _("a remark"), about=point.text)
        with kept(text):
            store.change_missed(workspace.db, id, remark=text)
        line(_("missed point {id} has your remark", id=id))


@missed.command("forget")
@click.argument("ids", nargs=-1, required=True, type=int, metavar="ID...")
def forget(ids: tuple[int, ...]) -> None:
    """Take missed points back."""
    with opened() as workspace:
        store.forget_missed(workspace.db, *dict.fromkeys(ids))
        line(n_("{count} point taken back", "{count} points taken back", len(set(ids))))


def _row(point: MissedPoint) -> list[Cell | str]:
    about = point.paper or (_("week {number}", number=point.week) if point.week is not None else "")
    return [str(point.id), Cell(about, "dim"), point.text, Cell(point.remark, "dim")]
