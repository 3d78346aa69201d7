"""Where an imported run goes: always to the same directory, so that importing twice is nothing."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from studylab import locations
from studylab.language import _
from studylab.problem import Problem
from studylab.runs.directory import RunDirectory, RunSpec, write_json
from studylab.runs.launch import ALPHABET
from studylab.runs.supervisor import AlreadySupervised, alone

MARKER = "imported.json"
"""In the directory of an imported run: what it was made from."""


class ImportProblem(Problem):
    """A run that can't be imported; one line that says which and why."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of one import. `records` were added; a run that was there already is not `new`."""

    run: RunDirectory
    new: bool
    records: int = 0
    remark: str = ""


def place_of(name: str, identity: str) -> RunDirectory:
    """The directory of the run of that identity, whether it is there or not."""
    digest = hashlib.sha256(identity.encode("utf-8", "surrogateescape")).digest()
    code = "".join(ALPHABET[byte % len(ALPHABET)] for byte in digest)
    for length in range(5, len(code)):
        run = RunDirectory(locations.runs() / f"{slug(name)}-{code[:length]}")
        if not run.path.exists() or identity_of(run) == identity:
            return run
    raise AssertionError("32 equal letters")


def identity_of(run: RunDirectory) -> str:
    """The identity that an imported run was given; empty for one that was made here."""
    try:
        return str(json.loads((run.path / MARKER).read_text("utf-8"))["identity"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def foreign_spec(
    run: RunDirectory,
    created: float,
    *,
    folder: Path,
    host: str = "",
    settings: Mapping[str, Any] | None = None,
) -> RunSpec:
    """`run.json` of a run that another program has logged. `created` in seconds since 1970."""
    seed = (settings or {}).get("seed")
    return RunSpec(
        id=run.id,
        lab="",
        argv=(),
        cwd=str(folder),
        settings=settings or {},
        seed=seed if isinstance(seed, int) and not isinstance(seed, bool) else None,
        environment={},
        git_commit="",
        git_dirty=None,
        host=host,
        python="",
        created_at=datetime.fromtimestamp(created, UTC).isoformat(timespec="milliseconds"),
    )


def slug(name: str) -> str:
    """A name as ids have it: small letters, digits and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:24].strip("-") or "run"


@contextmanager
def made_whole(run: RunDirectory, identity: str, source: Path) -> Iterator[RunDirectory]:
    """A directory beside that of `run` to make it in; it is put in its place when it is whole.

    Raises:
        ImportProblem: another import makes the same run.
        OSError: it can't be written.
    """
    made = RunDirectory(run.path.parent / f".import-{run.id}")
    made.path.mkdir(parents=True, exist_ok=True)
    try:
        with alone(made):
            for left in made.path.iterdir():
                if left != made.supervisor_lock:
                    _remove(left)
            try:
                write_json(made.path / MARKER, {"identity": identity, "from": str(source)})
                yield made
                made.path.rename(run.path)
            except BaseException:
                shutil.rmtree(made.path, ignore_errors=True)
                raise
    except AlreadySupervised:
        raise ImportProblem(_("{path} is being imported just now", path=source)) from None


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()
