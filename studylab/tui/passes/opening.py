"""Which screen belongs to which state of a paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studylab.store.progress import PaperState

if TYPE_CHECKING:
    from studylab.tui.passes.screen import PassScreen


def pass_screen(state: PaperState, paper: str) -> PassScreen:
    """The screen of the pass that a paper is in; the first one for a paper that is to read."""
    # Each is imported only when it is first entered.
    match state:
        case PaperState.COMPANION:
            from studylab.tui.passes.companion import CompanionScreen

            return CompanionScreen(paper)
        case PaperState.COMPARE:
            from studylab.tui.passes.compare import CompareScreen

            return CompareScreen(paper)
        case PaperState.DONE:
            from studylab.tui.passes.done import DoneScreen

            return DoneScreen(paper)
    from studylab.tui.passes.first import FirstPassScreen

    return FirstPassScreen(paper)
