"""A filter of questions in words."""

from __future__ import annotations

from studylab.language import N_, _, listed
from studylab.plain import one_line
from studylab.store.question_list import Filter
from studylab.workspace import Workspace

SORTED = {
    "newest": N_("newest first"),
    "oldest": N_("oldest first"),
    "changed": N_("last changed first"),
    "week": N_("by week"),
    "paper": N_("by paper"),
}
"""The orders of a list as they are told; `_` translates one where it is shown."""

_STATUS = {"open": N_("open"), "answered": N_("answered")}


def filter_words(workspace: Workspace, filter: Filter) -> str:
    """`open, week 6, #loss, with “residual”, oldest first`."""
    known = _(_STATUS.get(filter.status or "", N_("open and answered")))
    parts = [known]
    if filter.week is not None:
        parts.append(_("week {number}", number=filter.week))
    if filter.paper:
        paper = workspace.papers.get(filter.paper)
        parts.append(paper.short if paper else filter.paper)
    if filter.item:
        parts.append(filter.item)
    if filter.tag:
        parts.append(f"#{filter.tag}")
    if filter.run:
        parts.append(_("run {id}", id=filter.run))
    if filter.containing:
        parts.append(_("with “{text}”", text=filter.containing))
    if filter.sort != "newest" and filter.sort in SORTED:
        parts.append(_(SORTED[filter.sort]))
    return one_line(listed(parts))
