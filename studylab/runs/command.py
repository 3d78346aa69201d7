"""Any command as a run: which program it is, what it sets, and how it is called."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from studylab.labspec import Value
from studylab.language import _
from studylab.problem import Missing
from studylab.runs import code_hash
from studylab.runs.directory import RunDirectory
from studylab.runs.event_files import is_text
from studylab.runs.interpreter import Interpreter, interpreter
from studylab.runs.launch import Again, launch
from studylab.runs.private import MASK, Private, is_secret, masked
from studylab.runs.queue import Turn
from studylab.runs.scalars import Wanted
from studylab.runs.submit import kept
from studylab.settings import Settings

MOST_SETTINGS = 200
LONGEST_VALUE = 200

_PYTHONS = ("python", "python3")
_ASSIGNED = re.compile(
    r"(?:--?|\+{0,2})(?P<name>[A-Za-z_][\w.\[\]@/-]{0,99})=(?P<value>.*)", re.DOTALL
)
_OPTION = re.compile(r"--(?P<name>[A-Za-z_][\w.-]{0,99})")


class NoSuchCommand(Missing):
    """A command or a folder that is not there; the text says which."""


@dataclass(frozen=True, slots=True)
class Command:
    """What is to be started. `python` names an interpreter; empty: that of the settings, then what
    the path holds."""

    words: tuple[str, ...]
    folder: Path
    name: str = ""
    python: str = ""
    wanted: Wanted | None = field(default_factory=Wanted)


def launch_command(
    command: Command,
    settings: Settings,
    turn: Turn | None = None,
    *,
    again: Again | None = None,
) -> RunDirectory:
    """Start a command as a run, or queue it for its `turn`, and return at once.

    Raises:
        NoSuchCommand: the program or the folder is not there.
        NoSuchInterpreter: the Python is not there.
        LaunchError: the run's directory can't be written, or no process can be started.
    """
    if not command.folder.is_dir():
        raise NoSuchCommand(_("there is no folder {path}", path=command.folder))
    folder = command.folder.absolute()
    if not is_text(str(folder)):
        raise NoSuchCommand(_("{path}: its name is no UTF-8; rename it", path=_text(str(folder))))
    python = command.python or settings.python
    chosen = interpreter(python, folder if command.python else Path()) if python else None
    environment = {
        **os.environ,
        **(chosen.environment if chosen else {}),
        **(again.environment if again else {}),
    }
    argv = (_program(command.words[0], folder, chosen, environment), *command.words[1:])
    values = settings_of(command.words)
    seed = values.get("seed")
    return launch(
        command.name or name_of(command.words),
        [_text(word) for word in masked(argv)],
        settings,
        hyper_parameters=values,
        seed=seed if isinstance(seed, int) and not isinstance(seed, bool) else None,
        code=folder,
        extra_environment=_recorded(chosen),
        turn=turn,
        folder=folder,
        private=Private(argv, environment),
        wanted=command.wanted,
        hashed=code_hash.of_command(command.words, folder),
        again=again,
    )


def submit_command(
    command: Command,
    settings: Settings,
    *,
    turn: Turn | None = None,
    again: Again | None = None,
) -> RunDirectory:
    """Queue any command.

    Raises:
        NoSuchCommand, NoSuchInterpreter: what is to be started is not there.
        LaunchError: its directory can't be written, or no process can be started.
    """
    return kept(launch_command(command, settings, turn or Turn(), again=again), settings)


def _program(
    word: str, folder: Path, chosen: Interpreter | None, environment: dict[str, str]
) -> str:
    """The program that the first word of a command means, as a path."""
    if os.sep in word:
        path = folder / Path(word).expanduser()
        if not path.is_file():
            raise NoSuchCommand(_("there is no program {path}", path=path))
        if not os.access(path, os.X_OK):
            hint = f"python {word}" if path.suffix == ".py" else f"chmod +x {word}"
            raise NoSuchCommand(
                _("{path} can't be executed; try `{command}`", path=path, command=hint)
            )
        return str(path)
    if chosen is not None and word in _PYTHONS:
        return chosen.python
    found = shutil.which(word, path=environment.get("PATH"))
    if found is None:
        raise NoSuchCommand(
            _(
                "no program is called {name!r}; is its environment active, or `--python` given?",
                name=word,
            )
        )
    return found


def _recorded(chosen: Interpreter | None) -> dict[str, str]:
    """Of what an environment sets, what names it."""
    own = chosen.environment if chosen is not None else {}
    return {name: value for name, value in own.items() if name != "PATH"}


def settings_of(words: Sequence[str]) -> dict[str, Value]:
    """What a command line sets, to compare runs by: `--name value`, `--name`, `name=value`.

    Secrets are masked; what is long is cut.
    """
    found: dict[str, Value] = {}
    for name, value in _set(words):
        if len(found) < MOST_SETTINGS or name in found:
            found[name] = MASK if is_secret(name) else _typed(_text(masked([value])[0]))
    return found


def _set(words: Sequence[str]) -> Iterator[tuple[str, str]]:
    at = 0
    if Path(words[0]).name == "env":
        # `env A=1 python train.py`: the environment, not what the program sets.
        while at + 1 < len(words) and _ASSIGNED.fullmatch(words[at + 1]):
            at += 1
    at += 1
    while at < len(words):
        word = words[at]
        at += 1
        assigned = _ASSIGNED.fullmatch(word)
        option = _OPTION.fullmatch(word)
        if assigned is not None:
            yield _plain_name(assigned["name"]), assigned["value"]
        elif option is not None:
            values: list[str] = []
            # `--betas 0.9 0.99`: of several values only numbers are surely meant.
            while at < len(words) and (_is_number(words[at]) if values else _is_value(words[at])):
                values.append(words[at])
                at += 1
                if not _is_number(values[0]):
                    break
            yield _plain_name(option["name"]), " ".join(values) if values else "true"


def _plain_name(name: str) -> str:
    """As argparse keeps it: `learning_rate` for `--learning-rate`."""
    return name.replace("-", "_")


def _is_value(word: str) -> bool:
    return not word.startswith("-") or _is_number(word)


def _is_number(word: str) -> bool:
    try:
        float(word)
    except ValueError:
        return False
    return True


def _text(word: str) -> str:
    """A word as it can be kept in a file: what is no UTF-8 is replaced."""
    return word.encode("utf-8", "replace").decode("utf-8")


def _typed(text: str) -> Value:
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    if re.fullmatch(r"[-+]?\d{1,18}", text):
        return int(text)
    if re.fullmatch(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?", text):
        return float(text)
    return text if len(text) <= LONGEST_VALUE else f"{text[: LONGEST_VALUE - 1]}…"


def name_of(words: Sequence[str]) -> str:
    """What a run of a command is called: `train` for `python src/train.py`."""
    for number, word in enumerate(words):
        if word == "-m" and number + 1 < len(words):
            return words[number + 1].rsplit(".", 1)[-1]
        if word.endswith(".py"):
            return Path(word).stem
    return Path(words[0]).name
