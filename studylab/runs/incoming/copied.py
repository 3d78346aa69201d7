"""A run directory of another host or home: copied as it is."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

from studylab import locations
from studylab.language import _
from studylab.runs.directory import RunDirectory, RunDirectoryError, RunSpec, State, write_json
from studylab.runs.incoming.places import (
    MARKER,
    Imported,
    ImportProblem,
    made_whole,
    place_of,
    slug,
)
from studylab.runs.private import FILE

_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_LEFT_OUT = frozenset({"supervisor.lock", "stop.json", FILE, MARKER})


def import_copied(path: Path) -> Imported:
    """Copy a run directory, unless it is here already. One that was copied before its run had ended
    is replaced once it has.

    Raises:
        ImportProblem: it is no whole run directory, or of a newer contract.
        OSError: something can't be read or written.
    """
    source = RunDirectory(path.absolute())
    try:
        spec, state = source.read_spec(), source.read_state()
    except RunDirectoryError as error:
        raise ImportProblem(str(error)) from None
    id = _own_id(source)
    identity = f"studylab {spec.host} {id} {spec.created_at}"
    run = RunDirectory(locations.runs() / id)
    if run.path.exists() and not _is_same(run, spec):
        run = place_of(id, identity)
    again = run.path.exists()
    if again and not (_is_unfinished(run) and state.state.ended):
        return Imported(run, new=False)
    with made_whole(run, identity, path) as made:
        shutil.copytree(
            source.path, made.path, symlinks=True, dirs_exist_ok=True, ignore=_ignored(source.path)
        )
        if not state.state.ended:
            reason = _("it was copied while it was still {state}", state=_(state.state.value))
            made.write_state(state.with_(state=State.LOST, reason=reason))
            write_json(
                made.path / MARKER, {"identity": identity, "from": str(path), "unfinished": True}
            )
        if again:
            shutil.rmtree(run.path)
    return Imported(run, new=True, records=_lines(run.metrics))


def _ignored(top: Path) -> Callable[[str, list[str]], list[str]]:
    def ignored(folder: str, names: list[str]) -> list[str]:
        if Path(folder) != top:
            return []
        return [name for name in names if name in _LEFT_OUT or name.startswith(".")]

    return ignored


def _own_id(source: RunDirectory) -> str:
    """The id that a run was given, whatever its folder is called by now."""
    try:
        id = str(json.loads(source.spec_file.read_text("utf-8"))["id"])
    except (OSError, ValueError, KeyError, TypeError):
        id = ""
    return id if _ID.fullmatch(id) else slug(source.path.name)


def _is_same(run: RunDirectory, spec: RunSpec) -> bool:
    try:
        own = run.read_spec()
    except RunDirectoryError:
        return False
    return (own.host, own.created_at) == (spec.host, spec.created_at)


def _is_unfinished(run: RunDirectory) -> bool:
    """Whether a run was copied before it had ended."""
    try:
        return bool(json.loads((run.path / MARKER).read_text("utf-8")).get("unfinished"))
    except (OSError, ValueError, AttributeError):
        return False


def _lines(path: Path) -> int:
    try:
        with path.open("rb") as file:
            return sum(chunk.count(b"\n") for chunk in iter(lambda: file.read(1 << 20), b""))
    except FileNotFoundError:
        return 0
