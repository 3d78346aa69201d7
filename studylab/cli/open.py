"""`studylab open`."""

from __future__ import annotations

import click

from studylab.browser import open_in_browser
from studylab.cli import complete
from studylab.cli.exit_codes import NotFound, UsageProblem
from studylab.cli.names import find_item
from studylab.cli.output import line
from studylab.cli.session import opened
from studylab.language import _
from studylab.plain import one_line
from studylab.syllabus.model import Item, Kind
from studylab.workspace import Workspace

WHICH = ("paper", "video", "code")


@click.command()
@click.argument("item", metavar="ITEM", shell_complete=complete.items)
@click.option(
    "--which", type=click.Choice(WHICH), help="Of a paper: itself, its companion video, its code."
)
@click.option("--print", "only_print", is_flag=True, help="Print the address and open nothing.")
def open(item: str, which: str | None, only_print: bool) -> None:
    """Open a video, a homework or a paper in the browser; print its address.

    ITEM is what `done` takes: P9, bert, an id. Where there is no browser, as over ssh, the address
    is only printed.
    """
    with opened() as workspace:
        found = find_item(workspace, item)
        address = one_line(_address(workspace, found, which))
    line(address)
    if not only_print:
        open_in_browser(address)


def _address(workspace: Workspace, item: Item, which: str | None) -> str:
    paper = workspace.papers.get(item.ref) if item.kind is Kind.PAPER else None
    if which is not None and paper is None:
        raise UsageProblem(_("{item} is no paper: leave --which out", item=item.id))
    if paper is None:
        found = item.url
    else:
        videos = [companion.url for companion in paper.companions]
        found = {
            "paper": paper.paper,
            "code": paper.code,
            "video": videos[0] if videos else "",
        }[which or "paper"]
    if not found:
        raise NotFound(_("no address is known for that of {item}", item=item.id))
    return found
