"""A result with its evidence: what is needed to repeat a run, and what differs now."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from studylab.language import _, listed
from studylab.plain import one_line
from studylab.runs import code_hash, evidence_probe
from studylab.runs.catalogue import CatalogueEntry
from studylab.runs.data_told import DataTold, device_told, told
from studylab.runs.directory import RunDirectory, RunDirectoryError, RunSpec, RunState
from studylab.runs.environment import git_commit
from studylab.runs.identity import host_name

TAIL_BYTES = 64 << 10
SHORT = 12
"""Digits of a hash that are shown."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of how a run came to its figures; what nobody took down is empty."""

    run: str
    lab: str
    command: tuple[str, ...]
    folder: str
    environment: Mapping[str, str]
    settings: Mapping[str, Any]
    seed: int | None
    code_hash: str
    git_commit: str
    git_dirty: bool | None
    python: str
    python_version: str
    versions: Mapping[str, str]
    system: str
    host: str
    device: str
    data: DataTold
    state: str
    exit_code: int | None
    signal: int | None
    started_at: float | None
    ended_at: float | None
    repeats: str = ""

    @property
    def command_line(self) -> str:
        """What to type in the folder of the run, with the variables that were recorded."""
        chosen = [f"{name}={value}" for name, value in self.environment.items()]
        return shlex.join([*(["env", *chosen] if chosen else []), *self.command])

    @property
    def seconds(self) -> float | None:
        """How long it took; None as long as it has not ended."""
        if self.started_at is None or self.ended_at is None:
            return None
        return max(0.0, self.ended_at - self.started_at)


@dataclass(frozen=True, slots=True)
class Present:
    """What a run would meet if it were started now."""

    code_hash: str = ""
    git_commit: str = ""
    git_dirty: bool | None = None
    python: str = ""
    python_version: str = ""
    versions: Mapping[str, str] = field(default_factory=dict)
    host: str = ""


def evidence_of(run: RunDirectory) -> Evidence:
    """The evidence of a run.

    Raises:
        RunDirectoryError: its `run.json` can't be read.
    """
    spec = run.read_spec()
    state = _state(run)
    taken = evidence_probe.read(run)
    return Evidence(
        run=run.id,
        lab=spec.lab,
        command=spec.argv,
        folder=spec.cwd,
        environment=spec.environment,
        settings=spec.settings,
        seed=spec.seed,
        code_hash=spec.code_hash,
        git_commit=spec.git_commit,
        git_dirty=spec.git_dirty,
        python=spec.python,
        python_version=_text(taken.get("python")),
        versions=_versions(taken.get("versions")),
        system=_text(taken.get("system")),
        host=spec.host,
        device=device_told(run) or _gpus(run),
        data=told(run).data,
        state=state.state.value if state else "",
        exit_code=state.exit_code if state else None,
        signal=state.signal if state else None,
        started_at=state.started_at if state else None,
        ended_at=state.ended_at if state else None,
        repeats=spec.repeats,
    )


def present(spec: RunSpec, lab: CatalogueEntry | None, python: str) -> Present:
    """What a run of `spec` would meet now, in the interpreter `python`. Takes a moment: it asks git
    and the interpreter."""
    folder = lab.path.parent if lab is not None else Path(spec.cwd)
    commit, dirty = git_commit(folder)
    taken = evidence_probe.present([python, *spec.argv[1:]], spec.environment)
    hashed = (
        code_hash.of_lab(lab.path)
        if lab is not None
        else code_hash.of_command(spec.argv, Path(spec.cwd))
    )
    return Present(
        code_hash=hashed,
        git_commit=commit,
        git_dirty=dirty,
        python=python,
        python_version=_text(taken.get("python")),
        versions=_versions(taken.get("versions")),
        host=host_name(),
    )


def differences(then: Evidence, now: Present) -> list[str]:
    """What is not as it was, each as a line; what is not known of either side is no difference."""
    lines = []
    if then.code_hash and now.code_hash and then.code_hash != now.code_hash:
        lines.append(
            _(
                "the code has changed: {then} then, {now} now",
                then=then.code_hash[:SHORT],
                now=now.code_hash[:SHORT],
            )
        )
    if then.git_commit and now.git_commit and then.git_commit != now.git_commit:
        lines.append(
            _(
                "the commit is another: {then} then, {now} now",
                then=then.git_commit[:SHORT],
                now=now.git_commit[:SHORT],
            )
        )
    if then.git_dirty or (then.git_dirty is not None and now.git_dirty):
        lines.append(_dirty(bool(then.git_dirty), bool(now.git_dirty)))
    lines += _changed(_("the machine"), then.host, now.host)
    lines += _changed(_("Python"), then.python_version, now.python_version)
    if then.python != now.python and then.python and now.python:
        lines += _changed(_("the interpreter"), then.python, now.python)
    for name in sorted({*then.versions, *now.versions}) if then.versions and now.versions else ():
        lines += _changed(name, then.versions.get(name, "–"), now.versions.get(name, "–"))
    return lines


def _dirty(then: bool, now: bool) -> str:
    if then and now:
        return _("files had been changed since the commit, and are now")
    return (
        _("files had been changed since the commit")
        if then
        else _("files are changed since the commit")
    )


def _changed(what: str, then: str, now: str) -> list[str]:
    if not then or not now or then == now:
        return []
    told = {"what": what, "then": one_line(then, 80), "now": one_line(now, 80)}
    return [_("{what}: {then} then, {now} now", **told)]


def _state(run: RunDirectory) -> RunState | None:
    try:
        return run.read_state()
    except RunDirectoryError:
        return None


def _gpus(run: RunDirectory) -> str:
    """The GPUs on which it held memory, by its last sample."""
    try:
        with run.resources.open("rb") as file:
            file.seek(max(0, run.resources.stat().st_size - TAIL_BYTES))
            lines = file.read().split(b"\n")
        gpus = json.loads(lines[-2])["gpus"] if len(lines) > 1 else []
        names = [str(gpu["name"]) for gpu in gpus if gpu.get("run_memory")]
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return ""
    return one_line(listed(dict.fromkeys(names)), 200)


def _text(value: object) -> str:
    return one_line(value, 200) if isinstance(value, str) else ""


def _versions(value: object) -> dict[str, str]:
    if not isinstance(value, dict):
        return {}
    return {str(name): one_line(str(version), 60) for name, version in value.items()}
