"""What a run rests on, in one line of its details."""

from __future__ import annotations

from pathlib import Path

from studylab.language import _
from studylab.plain import one_line
from studylab.runs import evidence_probe
from studylab.runs.directory import RunDirectory, RunDirectoryError
from studylab.runs.evidence import SHORT
from studylab.store.runs import RunRow

SHOWN = ("torch", "transformers", "numpy")
"""Versions for which there is room; `studylab runs show` has them all."""


def evidence_line(row: RunRow) -> str:
    """Code, commit, Python, the main versions, and what it repeats; empty if nothing is known."""
    run = RunDirectory(Path(row.directory))
    try:
        spec = run.read_spec()
    except RunDirectoryError:
        return ""
    taken = evidence_probe.read(run)
    parts = [_("repeats {run}", run=spec.repeats)] if spec.repeats else []
    parts += [_("code {hash}", hash=spec.code_hash[:SHORT])] if spec.code_hash else []
    if spec.git_commit:
        commit = _("commit {commit}", commit=spec.git_commit[:SHORT])
        parts.append(f"{commit}*" if spec.git_dirty else commit)
    parts += [f"Python {taken['python']}"] if taken.get("python") else []
    versions = taken.get("versions")
    if isinstance(versions, dict):
        parts += [f"{name} {versions[name]}" for name in SHOWN if name in versions]
    return one_line(" · ".join(parts), 300)
