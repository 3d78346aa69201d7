"""The page about runs: each with its state and results."""

from __future__ import annotations

from studylab.language import _
from studylab.plain import one_line
from studylab.runs.wording import verdict
from studylab.store import runs as stored_runs
from studylab.study.export.everything import EVERY
from studylab.study.export.markdown_text import table
from studylab.study.report import words
from studylab.workspace import Workspace


def runs_page(workspace: Workspace) -> str:
    """The page, the newest run first; a line for each result."""
    found: dict[str, list[str]] = {}
    for result in stored_runs.results(workspace.db):
        what = f"{result.metric} ({result.split}, {result.data}): {verdict(result)}"
        found.setdefault(result.run, []).append(what)
    rows = []
    for run in stored_runs.listing(workspace.db, limit=EVERY):
        name = run.lab or " ".join(run.command)
        results = found.get(run.id, [""])
        rows += [
            (run.id, one_line(name, 80), words.day(run.created_at), _(run.state), each)
            for each in results
        ]
    header = (_("Run"), _("Lab"), _("Day"), _("State"), _("Result"))
    body = table(header, rows) if rows else _("There is no run.")
    return f"# {_('Runs and results')}\n\n{body}"
