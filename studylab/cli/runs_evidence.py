"""What `studylab runs show` says of how a run came to its figures, and how to repeat it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from studylab.cli.output import Cell, line, paragraph, table
from studylab.language import _, listed
from studylab.plain import one_line
from studylab.runs.directory import RunDirectory, RunDirectoryError
from studylab.runs.evidence import SHORT, Evidence, evidence_of

KEYS = (
    "code_hash",
    "git_commit",
    "git_dirty",
    "python",
    "python_version",
    "versions",
    "system",
    "device",
    "data",
    "folder",
    "environment",
    "seconds",
    "command_line",
    "repeats",
)


def evidence_record(directory: Path) -> dict[str, Any] | None:
    """The evidence of a run for JSON; None where its directory can't be read."""
    found = _evidence(directory)
    if found is None:
        return None
    data = found.data
    told = {name: getattr(data, name) for name in ("name", "tier", "origin", "revision")}
    return {key: told if key == "data" else getattr(found, key) for key in KEYS}


def write_evidence(directory: Path) -> None:
    """Print it; nothing where the directory can't be read."""
    found = _evidence(directory)
    if found is None:
        return
    line("")
    line(Cell(_("Evidence"), "bold"))
    rows = [(Cell(name, "dim"), value) for name, value in _told(found) if value]
    table(rows, flexible=[1], indent=2)
    if not found.command:
        return
    line("")
    line(Cell(_("To repeat it"), "bold"))
    line("  ", f"studylab runs repeat {found.run}")
    paragraph(_("or in {folder}:", folder=found.folder), indent=2, first=["  "])
    # Whole, however long: it is there to be copied.
    paragraph(found.command_line, indent=2, first=["  "])


def _evidence(directory: Path) -> Evidence | None:
    try:
        return evidence_of(RunDirectory(directory))
    except RunDirectoryError:
        return None


def _told(found: Evidence) -> list[tuple[str, str]]:
    versions = listed(f"{name} {version}" for name, version in found.versions.items())
    commit = found.git_commit[:SHORT]
    if commit and found.git_dirty:
        commit = _("{commit}, files changed since", commit=commit)
    data = found.data
    parts = [data.name, _(data.tier) if data.tier else "", data.origin, data.revision]
    return [
        (_("repeats"), found.repeats),
        (_("code"), found.code_hash[:SHORT]),
        (_("commit"), commit),
        (_("seed"), "" if found.seed is None else str(found.seed)),
        (_("data"), listed(one_line(part) for part in parts if part)),
        (_("device"), found.device),
        (_("interpreter"), " ".join(filter(None, (found.python_version, found.python)))),
        (_("versions"), versions),
        (_("system"), found.system),
    ]
