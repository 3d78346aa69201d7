"""Which Python a command gets: a program, a venv's folder, or a conda environment by its name."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

from studylab.language import _
from studylab.problem import Missing
from studylab.settings import Settings

CONDA_SECONDS = 20
_CONDAS = ("conda", "mamba", "micromamba")


class NoSuchInterpreter(Missing):
    """A setting or option that names no Python; the text says what was looked for."""


@dataclass(frozen=True, slots=True)
class Interpreter:
    """A Python. `environment` is what activating its environment would set."""

    python: str
    environment: Mapping[str, str] = field(default_factory=dict)


def interpreter(given: str, folder: Path) -> Interpreter:
    """The Python that `given` names: a path, a folder of an environment, the name of a conda
    environment, or a program on the path. Paths are told from `folder`.

    Raises:
        NoSuchInterpreter: it names none.
    """
    path = folder / Path(given).expanduser()
    if path.is_dir():
        found = _in_folder(path)
        if found is None:
            raise NoSuchInterpreter(
                _("{path} holds no bin/python; name a venv, or a Python", path=path)
            )
        return found
    if os.sep in given or given.startswith("~"):
        if not (path.is_file() and os.access(path, os.X_OK)):
            raise NoSuchInterpreter(_("there is no Python at {path}", path=path))
        return _of_program(path.absolute())
    program = shutil.which(given)
    if program is not None and "python" in given:
        return _of_program(Path(program))
    prefixes = {_name(prefix): prefix for prefix in _conda_environments()}
    found = _in_folder(prefixes[given]) if given in prefixes else None
    if found is not None:
        return found
    if program is not None:
        return _of_program(Path(program))
    near = get_close_matches(given, prefixes, n=1)
    hint = _("did you mean {name}?", name=near[0]) if near else _("give a path, or a venv's folder")
    raise NoSuchInterpreter(
        _("no Python and no conda environment is called {name!r}; {hint}", name=given, hint=hint)
    )


def python_of(settings: Settings) -> str:
    """The Python of the setting, which may name an environment; as it is if it names none."""
    if not settings.python:
        return settings.interpreter
    try:
        return interpreter(settings.python, Path()).python
    except NoSuchInterpreter:
        return settings.interpreter


def _in_folder(prefix: Path) -> Interpreter | None:
    for name in ("python", "python3"):
        program = prefix / "bin" / name
        if program.is_file() and os.access(program, os.X_OK):
            return _of_program(program.absolute())
    return None


def _of_program(program: Path) -> Interpreter:
    """A Python with what belongs to its environment, if it is in one. Links are not followed: the
    Python of a venv is a link out of it."""
    prefix = program.parent.parent
    own: dict[str, str] = {}
    if (prefix / "pyvenv.cfg").is_file():
        own = {"VIRTUAL_ENV": str(prefix)}
    elif (prefix / "conda-meta").is_dir():
        own = {"CONDA_PREFIX": str(prefix), "CONDA_DEFAULT_ENV": _name(prefix)}
    if own:
        own["PATH"] = os.pathsep.join([str(program.parent), os.environ.get("PATH", os.defpath)])
    return Interpreter(str(program), own)


def _name(prefix: Path) -> str:
    """What conda calls an environment: its folder's name, or `base` for its own."""
    return prefix.name if prefix.parent.name == "envs" else "base"


def _conda_environments() -> Iterator[Path]:
    conda = os.environ.get("CONDA_EXE") or next(filter(None, map(shutil.which, _CONDAS)), None)
    if conda is not None:
        try:
            done = subprocess.run(
                [conda, "env", "list", "--json"],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=CONDA_SECONDS,
                check=True,
            )
            yield from (Path(str(prefix)) for prefix in json.loads(done.stdout)["envs"])
            return
        except (OSError, subprocess.SubprocessError, ValueError, KeyError, TypeError):
            pass
    # conda keeps this list of all environments, for itself and for others.
    try:
        listed = (Path.home() / ".conda" / "environments.txt").read_text("utf-8")
    except (OSError, UnicodeDecodeError, RuntimeError):
        return
    yield from (Path(line.strip()) for line in listed.splitlines() if line.strip())
