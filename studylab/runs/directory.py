"""The run directory: what is in `run.json` and `state.json`, and how they are written.

The contract is described in docs/run-directory.md.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from studylab import atomic
from studylab.language import N_, _
from studylab.metrics.reporter import ARTIFACTS, CHECKPOINTS, EVENTS_FILE, METRICS_FILE
from studylab.problem import Problem
from studylab.runs.identity import ProcessIdentity

CONTRACT = 1
"""The version of the run directory that this studylab writes."""


LAST_MOMENT = 253402300800
"""The seconds from 1970 to the year 10000, which no date has."""


class State(StrEnum):
    """Where a run is in its life."""

    QUEUED = "queued"
    STARTING = "starting"
    RUNNING = "running"
    STOPPING = "stopping"
    FINISHED = "finished"
    FAILED = "failed"
    STOPPED = "stopped"
    LOST = "lost"

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen."""
        return self in (State.FINISHED, State.FAILED, State.STOPPED, State.LOST)


_SHOWN = [
    N_("queued"),
    N_("starting"),
    N_("running"),
    N_("stopping"),
    N_("finished"),
    N_("failed"),
    N_("stopped"),
    N_("lost"),
]
"""The states' values are their English names: `_(state.value)` shows one."""


class RunDirectoryError(Problem, ValueError):
    """A run directory that can't be read; one line that names the file."""


class NotReadableNow(RunDirectoryError):
    """It may well be read later: a newer studylab wrote it, or the file system refuses."""


@dataclass(frozen=True, slots=True)
class RunSpec:
    """`run.json`: what was launched, written once. `created_at` is ISO 8601 in UTC."""

    id: str
    lab: str
    argv: tuple[str, ...]
    cwd: str
    settings: Mapping[str, Any]
    seed: int | None
    environment: Mapping[str, str]
    git_commit: str
    git_dirty: bool | None
    host: str
    python: str
    created_at: str
    stop_grace: float = 20.0
    kill_grace: float = 5.0
    code_hash: str = ""
    repeats: str = ""
    contract: int = CONTRACT


@dataclass(frozen=True, slots=True)
class RunState:
    """`state.json`: replaced as a whole by the supervisor. Times are seconds since 1970."""

    state: State
    reason: str = ""
    supervisor: ProcessIdentity | None = None
    child: ProcessIdentity | None = None
    exit_code: int | None = None
    signal: int | None = None
    heartbeat: float | None = None
    started_at: float | None = None
    ended_at: float | None = None

    def with_(self, **changes: Any) -> RunState:
        """A copy with some fields changed."""
        return replace(self, **changes)


@dataclass(frozen=True, slots=True)
class RunDirectory:
    """The files of one run."""

    path: Path
    id: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "id", self.path.name)

    @property
    def spec_file(self) -> Path:
        return self.path / "run.json"

    @property
    def state_file(self) -> Path:
        return self.path / "state.json"

    @property
    def metrics(self) -> Path:
        return self.path / METRICS_FILE

    @property
    def events(self) -> Path:
        return self.path / EVENTS_FILE

    @property
    def resources(self) -> Path:
        return self.path / "resources.jsonl"

    @property
    def output(self) -> Path:
        return self.path / "output.log"

    @property
    def checkpoints(self) -> Path:
        return self.path / CHECKPOINTS

    @property
    def artifacts(self) -> Path:
        return self.path / ARTIFACTS

    @property
    def stop_request(self) -> Path:
        """Whoever wants the run to stop writes this; the supervisor looks for it."""
        return self.path / "stop.json"

    @property
    def supervisor_lock(self) -> Path:
        """Locked by the one supervisor of this directory."""
        return self.path / "supervisor.lock"

    @property
    def supervisor_log(self) -> Path:
        """What the supervisor itself has to complain about."""
        return self.path / "supervisor.log"

    def read_spec(self) -> RunSpec:
        """`run.json`.

        Raises:
            RunDirectoryError: missing, unreadable, or of a newer contract.
        """
        record = _read(self.spec_file)
        try:
            _check_contract(self.spec_file, record["contract"])
            return RunSpec(
                id=self.id,
                lab=str(record["lab"]),
                argv=tuple(str(a) for a in record["argv"]),
                cwd=str(record["cwd"]),
                settings=dict(record["settings"]),
                seed=_whole(record.get("seed")),
                environment={str(k): str(v) for k, v in record.get("environment", {}).items()},
                git_commit=str(record.get("git_commit", "")),
                git_dirty=record.get("git_dirty"),
                host=str(record["host"]),
                python=str(record.get("python", "")),
                created_at=str(record["created_at"]),
                stop_grace=float(record.get("stop_grace", 20.0)),
                kill_grace=float(record.get("kill_grace", 5.0)),
                code_hash=str(record.get("code_hash", "")),
                repeats=str(record.get("repeats", "")),
            )
        except (KeyError, TypeError, ValueError, OverflowError, AttributeError) as error:
            if isinstance(error, RunDirectoryError):
                raise
            raise _incomplete(self.spec_file, error) from None

    def write_spec(self, spec: RunSpec) -> None:
        """Write `run.json`."""
        write_json(self.spec_file, asdict(spec))

    def read_state(self) -> RunState:
        """`state.json`.

        Raises:
            RunDirectoryError: missing or unreadable.
        """
        record = _read(self.state_file)
        try:
            _check_contract(self.state_file, record.get("contract", CONTRACT))
            return RunState(
                state=State(record["state"]),
                reason=str(record.get("reason", "")),
                supervisor=ProcessIdentity.read(record.get("supervisor")),
                child=ProcessIdentity.read(record.get("child")),
                exit_code=_whole(record.get("exit_code")),
                signal=_whole(record.get("signal")),
                heartbeat=_moment(record.get("heartbeat")),
                started_at=_moment(record.get("started_at")),
                ended_at=_moment(record.get("ended_at")),
            )
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            if isinstance(error, RunDirectoryError):
                raise
            raise _incomplete(self.state_file, error) from None

    def write_state(self, state: RunState) -> None:
        """Replace `state.json`: a reader sees the old or the new one, never half of it."""
        write_json(
            self.state_file,
            {
                "contract": CONTRACT,
                "state": state.state.value,
                "reason": state.reason,
                "supervisor": state.supervisor.record() if state.supervisor else None,
                "child": state.child.record() if state.child else None,
                "exit_code": state.exit_code,
                "signal": state.signal,
                "heartbeat": state.heartbeat,
                "started_at": state.started_at,
                "ended_at": state.ended_at,
            },
        )


def write_json(path: Path, record: Mapping[str, Any]) -> None:
    """Write JSON beside `path` and rename it there."""
    text = json.dumps(record, ensure_ascii=False, indent=1)
    # The names of folders and files need be no text: their odd bytes become escapes of JSON.
    data = text.encode("utf-8", "backslashreplace")
    # A state is written every few seconds, and is of no use after a power cut.
    atomic.replace(path, data, durable=False)


def _read(path: Path) -> dict[str, Any]:
    try:
        record = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise RunDirectoryError(_("{file} is missing", file=path)) from None
    except (OSError, ValueError, RecursionError) as error:
        kind = NotReadableNow if isinstance(error, OSError) else RunDirectoryError
        raise kind(_("{path} can't be read: {error}", path=path, error=error)) from None
    if not isinstance(record, dict):
        raise RunDirectoryError(_("{file} holds no record", file=path))
    return record


def _check_contract(file: Path, contract: Any) -> None:
    """Raises NotReadableNow if a newer studylab wrote the file."""
    if int(contract) > CONTRACT:
        raise NotReadableNow(
            _(
                "{file} is of contract {contract}, this studylab knows {known}; "
                "upgrade studylab to read it",
                file=file,
                contract=contract,
                known=CONTRACT,
            )
        )


def _whole(value: object) -> int | None:
    """A whole number that the database takes too, of a file that anybody may have written."""
    return value if isinstance(value, int) and abs(value) < 2**63 else None


def _moment(value: object) -> float | None:
    """Seconds since 1970 that are a date."""
    if isinstance(value, (int, float)) and 0 <= value < LAST_MOMENT:
        return value
    return None


def _incomplete(file: Path, error: Exception) -> RunDirectoryError:
    return RunDirectoryError(_("{file} is incomplete: {error!r}", file=file, error=error))
