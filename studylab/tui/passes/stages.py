"""The line that shows how far a paper is, and since when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from textual.content import Content

from studylab.language import _
from studylab.store.progress import PaperState
from studylab.study.passes import STATES
from studylab.tui.tones import GOOD, QUIET


def stage_line(now: PaperState, reached: Mapping[PaperState, str], *, dates: bool) -> Content:
    """The states in order: those behind ticked, with their dates if wanted, and the one at hand."""
    parts: list[Content] = []
    for state in STATES:
        behind = STATES.index(state) < STATES.index(now)
        here = state is now
        mark = "✓ " if behind or now is PaperState.DONE else "● " if here else "○ "
        tone = "bold $text-primary" if here else GOOD if behind else QUIET
        text = Content.styled(f"{mark}{_(state.value)}", tone)
        at = day(reached.get(state, "")) if dates and (here or behind) else ""
        parts.append(Content.assemble(text, (f" {at}", QUIET)) if at else text)
    return Content.styled(" › ", QUIET).join(parts)


def day(at: str) -> str:
    """The date of a time in ISO 8601, here; empty where it is none."""
    try:
        return datetime.fromisoformat(at).astimezone().strftime("%Y-%m-%d")
    except (ValueError, OverflowError):
        return ""
