"""What taking in came to, in words that the command line and the app both show."""

from __future__ import annotations

from typing import NamedTuple

from studylab.language import N_, _
from studylab.study.incoming.take import Outcome

NAMES = {
    "progress": N_("items done"),
    "papers": N_("states of papers"),
    "paper_history": N_("passes of papers"),
    "questions": N_("questions"),
    "answers": N_("answers"),
    "missed_points": N_("missed points"),
    "cards": N_("review cards"),
    "reviews": N_("reviews"),
    "sessions": N_("study sessions"),
    "plan": N_("plan"),
    "pauses": N_("pauses"),
    "saved_filters": N_("saved filters"),
    "run_marks": N_("marks of runs"),
    "expectations": N_("expectations of runs"),
    "tombstones": N_("deletions"),
}
"""What the tables are called."""


class Line(NamedTuple):
    """What one kind of thing came to."""

    name: str
    new: int
    changed: int
    deleted: int
    kept: int


def lines(outcome: Outcome) -> list[Line]:
    """One line for each kind of thing that came, or that a deletion took."""
    found = [
        Line(_(NAMES[name]), tally.new, tally.changed, tally.deleted, tally.kept)
        for name, tally in outcome.rows.items()
    ]
    # A note that differs is not changed: the one that came lies beside it.
    came = outcome.notes_new + outcome.notes_beside
    found.append(Line(_("notes"), came, 0, 0, outcome.notes_kept))
    return [line for line in found if any(line[1:])]


def remarks(outcome: Outcome, *, done: bool) -> list[str]:
    """What is to be said below the lines; `done` if it has happened, and is not only foreseen."""
    if not outcome.any:
        return [_("everything in it is here already; nothing was changed")]
    said = []
    if done:
        said += [
            _("a note of that name differs; the one that came is {path}", path=path)
            for path in outcome.written
            if ".imported-" in path.name
        ]
        if outcome.backup is not None:
            said.append(_("the database as it was before: {path}", path=outcome.backup))
    elif outcome.notes_beside:
        said.append(_("notes that differ come beside yours, as NAME.imported-TIME.md"))
    return said
