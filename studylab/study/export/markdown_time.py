"""The page about time: the plan, the days that do not count, and each study session."""

from __future__ import annotations

from studylab.language import _, n_
from studylab.store import plan, sessions
from studylab.store.plan import Plan
from studylab.study.days import span
from studylab.study.export.everything import EVERY
from studylab.study.export.markdown_text import bullets, phrase, table
from studylab.study.report import words
from studylab.workspace import Workspace


def time_page(workspace: Workspace) -> str:
    """The page, the newest session first."""
    booked = sessions.listing(workspace.db, limit=EVERY)
    titles = {item.id: words.item_line(workspace, item) for item in workspace.syllabus.items}
    rows = [
        (
            session.day,
            span(session.seconds),
            "" if session.week is None else str(session.week),
            titles.get(session.item, session.item),
        )
        for session in booked
    ]
    header = (_("Day"), _("Time"), _("Week"), _("Item"))
    parts = [f"# {_('Time and plan')}"]
    parts += [bullets(lines)] if (lines := _plan_lines(plan.read(workspace.db))) else []
    parts.append(table(header, rows) if rows else _("No session is booked."))
    return "\n\n".join(parts)


def _plan_lines(plan: Plan) -> list[str]:
    lines = []
    if plan.start is not None:
        lines.append(_("Begun on {day}", day=plan.start))
    if plan.weeks is not None:
        lines.append(n_("Planned for {count} week", "Planned for {count} weeks", plan.weeks))
    for pause in plan.pauses:
        line = _("Pause from {first} to {last}", first=pause.first, last=pause.last)
        lines.append(f"{line}: {phrase(pause.why)}" if pause.why else line)
    return lines
