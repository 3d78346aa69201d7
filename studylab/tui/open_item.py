"""What enter does on an item of the syllabus, in every room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studylab.language import _
from studylab.syllabus.model import Item, Kind
from studylab.tui.links import open_link

if TYPE_CHECKING:
    from studylab.tui.app import StudylabApp


def open_item(app: StudylabApp, item: Item) -> None:
    """Open a lab's form, a paper in its room, and anything else in the browser."""
    if item.planned:
        app.notify(_("This lab is still to come."), timeout=4, markup=False)
    elif item.kind is Kind.LAB:
        from studylab.tui.launch import LaunchForm

        app.push_screen(LaunchForm(item.ref))
    elif item.kind is Kind.PAPER:
        from studylab.tui.papers import PapersRoom

        app.action_show_room("papers")
        app.get_screen("papers", PapersRoom).go_to(item.ref)
    else:
        open_link(app, item.url)


def opens(item: Item) -> str:
    """What enter opens, in a word or two."""
    if item.planned:
        return ""
    match item.kind:
        case Kind.LAB:
            return _("the form to launch it")
        case Kind.PAPER:
            return _("the paper's page")
        case _kind if not item.url:
            return ""
        case Kind.VIDEO:
            return _("the video")
        case Kind.READING:
            return _("the reading")
        case Kind.HOMEWORK:
            return _("the homework")
