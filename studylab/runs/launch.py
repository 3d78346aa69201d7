"""Starting a run: its directory, then a supervisor that outlives whoever started it."""

from __future__ import annotations

import os
import re
import secrets
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from studylab import locations
from studylab.labspec import Value
from studylab.language import _, spoken
from studylab.problem import Problem
from studylab.runs import code_hash, environment, queue
from studylab.runs.catalogue import CatalogueEntry
from studylab.runs.directory import RunDirectory, RunSpec, RunState, State
from studylab.runs.identity import host_name
from studylab.runs.interpreter import python_of
from studylab.runs.private import Private, write_private
from studylab.runs.queue import Turn
from studylab.runs.scalars import Wanted, write_wanted
from studylab.settings import Settings

# Without letters and digits that look alike: ids are typed by hand.
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Again:
    """A run that is launched once more, with the variables that it is to have again."""

    run: str
    environment: Mapping[str, str] = field(default_factory=dict)


class LaunchError(Problem):
    """The run could not be started; one line that says why and what to do."""


def launch_lab(
    lab: CatalogueEntry,
    values: Mapping[str, Value],
    settings: Settings,
    *,
    resume: str = "",
    turn: Turn | None = None,
    again: Again | None = None,
) -> RunDirectory:
    """Start a lab with the given hyper-parameters, the others at their defaults.

    With a `turn` it waits for it in the queue, else it starts at once.

    Raises:
        SettingError: a value is refused.
        LaunchError: the lab can't be read, or its directory can't be written.
    """
    if lab.error:
        raise LaunchError(_("{lab} can't be run: {error}", lab=lab.id, error=lab.error))
    checked = lab.complete(values)
    argv = [python_of(settings), *lab.arguments]
    for name, value in values.items():
        argv += lab.setting(name).as_arguments(value)
    if resume:
        argv += ["--resume", resume]
    seed = checked.get("seed")
    return launch(
        lab.name,
        argv,
        settings,
        lab=lab.id,
        hyper_parameters=checked,
        seed=seed if isinstance(seed, int) else None,
        code=lab.path.parent,
        extra_environment=lab.environment,
        turn=turn,
        hashed=code_hash.of_lab(lab.path),
        again=again,
    )


def launch(
    name: str,
    argv: Sequence[str],
    settings: Settings,
    *,
    lab: str = "",
    hyper_parameters: Mapping[str, Value] | None = None,
    seed: int | None = None,
    code: Path | None = None,
    extra_environment: Mapping[str, str] | None = None,
    turn: Turn | None = None,
    folder: Path | None = None,
    private: Private | None = None,
    wanted: Wanted | None = None,
    hashed: str = "",
    again: Again | None = None,
) -> RunDirectory:
    """Start any command as a run, or queue it for its `turn`, and return at once.

    It works in `folder`, else in the current one. `private` is what it is really started with where
    `argv` is only what may be shown; `wanted` says which scalars are taken of one that does not
    report by itself; `hashed` is what identifies its code.

    Raises:
        LaunchError: the run's directory can't be written, or no process can be started.
    """
    try:
        run = _new_directory(name)
        commit, dirty = environment.git_commit(code or Path.cwd())
        run.write_spec(
            RunSpec(
                id=run.id,
                lab=lab,
                argv=tuple(argv),
                cwd=str(folder or Path.cwd()),
                settings=dict(hyper_parameters or {}),
                seed=seed,
                environment={
                    **environment.recorded(),
                    **({"HF_ENDPOINT": settings.hub_endpoint} if settings.hub_endpoint else {}),
                    **(extra_environment or {}),
                    **(again.environment if again else {}),
                },
                git_commit=commit,
                git_dirty=dirty,
                host=host_name(),
                python=argv[0],
                created_at=datetime.now(UTC).isoformat(timespec="milliseconds"),
                stop_grace=settings.stop_grace,
                kill_grace=settings.kill_grace,
                code_hash=hashed,
                repeats=again.run if again else "",
            )
        )
        if private is not None:
            write_private(run, private)
        if wanted is not None:
            write_wanted(run, wanted)
        queue.enter(run, turn)
        run.write_state(RunState(State.QUEUED))
        if turn is None:
            start_supervisor(run)
    except OSError as error:
        raise LaunchError(
            _(
                "{path}: {error}; free some space or mend the permissions, "
                "or set STUDYLAB_HOME to a folder that can be written",
                path=error.filename or locations.runs(),
                error=error.strerror or error,
            )
        ) from error
    return run


def start_supervisor(
    run: RunDirectory,
    *,
    adopt: bool = False,
    catch_up: bool = False,
    environment: Mapping[str, str] | None = None,
) -> None:
    """Start the supervisor of `run` in a session of its own.

    With `adopt` it goes on for one that is gone, with `catch_up` it only reads what the run has
    left. `environment` is what the run gets beside what this process has.

    Raises:
        OSError: no process can be started.
    """
    with open(run.supervisor_log, "ab") as log:
        subprocess.Popen(
            # -P: a folder called `studylab` or a file called `random.py` here shadows nothing.
            [
                sys.executable,
                "-P",
                "-m",
                "studylab.runs.supervisor",
                str(run.path),
                *(["--adopt"] if adopt else ["--catch-up"] if catch_up else []),
            ],
            # Nothing of the run depends on the folder that the student happens to be in.
            cwd=run.path,
            # It tells how the run ended, and is to speak as whoever started it does.
            env={
                **os.environ,
                **queue.package_path(),
                "STUDYLAB_LANGUAGE": spoken(),
                **(environment or {}),
            },
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def _new_directory(name: str) -> RunDirectory:
    """A fresh directory `<name>-<five characters>`."""
    stem = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:24] or "run"
    while True:
        path = (
            locations.runs() / f"{stem}-{''.join(secrets.choice(ALPHABET) for _each in range(5))}"
        )
        try:
            path.mkdir(parents=True)
        except FileExistsError:
            continue
        return RunDirectory(path)
