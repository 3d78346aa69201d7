"""What is known of runs that are to be compared, from the database and their directories."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from studylab.runs.data_told import told
from studylab.runs.directory import RunDirectory, RunDirectoryError
from studylab.runs.evidence import SHORT, evidence_of
from studylab.store import runs as store
from studylab.store.runs import RunRow
from studylab.study.comparison import Subject


def subject(db: sqlite3.Connection, run: RunRow) -> Subject:
    """One run; what its directory no longer holds is left out."""
    directory = RunDirectory(Path(run.directory))
    data = told(directory)
    results = store.results(db, run.id)
    places = {(each.metric, each.split, each.data) for each in results}
    return Subject(
        id=run.id,
        settings=run.settings,
        results=results,
        tiers={place: data.tier(*place) for place in places},
        values=store.last_values(db, run.id),
        facts=_facts(run, directory),
    )


def _facts(run: RunRow, directory: RunDirectory) -> dict[str, Any]:
    facts: dict[str, Any] = {"lab": run.lab, "host": run.host}
    if "seed" not in run.settings:
        facts["seed"] = run.seed
    try:
        evidence = evidence_of(directory)
    except RunDirectoryError:
        return facts
    return facts | {
        "data": evidence.data.name,
        "tier": evidence.data.tier,
        "revision": evidence.data.revision,
        "device": evidence.device,
        "code": evidence.code_hash[:SHORT],
        "commit": evidence.git_commit[:SHORT],
        "changed files": evidence.git_dirty,
        "python": evidence.python_version,
        "interpreter": evidence.python,
        "system": evidence.system,
        **evidence.versions,
    }
