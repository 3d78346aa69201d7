"""What a command is started with and nobody else is to read: its words with their secrets, and the
environment of whoever launched it. A file of the student alone, until the command has started or
will never start."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from studylab.runs.directory import RunDirectory

FILE = "private.json"

MASK = "***"
"""What stands in a secret's place wherever it is kept or shown."""

_SECRET_NAME = re.compile(
    r"(?:^|[_.-])(?:tokens?|pass(?:word|wd|phrase)?|secrets?|credentials?|auth|bearer"
    r"|(?:api|access|secret|private)[_-]?key)$",
    re.IGNORECASE,
)
_SECRET_VALUE = re.compile(
    r"\b(?:hf_|sk-|ghp_|gho_|github_pat_|glpat-|xox[bap]-|AKIA)[\w-]{8,}"
    r"|(?<=://)[^/\s:@]+:[^/\s@]+(?=@)"
)
_ASSIGNED = re.compile(r"(-{0,2}\+{0,2}(?P<name>[A-Za-z_][\w.-]*))=(?P<value>.+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Private:
    """The words of a command as they are, and its environment."""

    argv: tuple[str, ...]
    environment: Mapping[str, str]


def masked(words: Sequence[str]) -> list[str]:
    """The words of a command without their secrets."""
    shown, hides_next = [], False
    for word in words:
        assigned = _ASSIGNED.fullmatch(word)
        if hides_next and not word.startswith("--"):
            shown.append(MASK)
        elif assigned is not None and is_secret(assigned["name"]):
            shown.append(f"{assigned[1]}={MASK}")
        else:
            shown.append(_SECRET_VALUE.sub(MASK, word))
        hides_next = word.startswith("-") and "=" not in word and is_secret(word.lstrip("-"))
    return shown


def is_secret(name: str) -> bool:
    """Whether an option of that name holds a secret."""
    return _SECRET_NAME.search(name) is not None


def write_private(run: RunDirectory, private: Private) -> None:
    """Leave the words and the environment for the supervisor.

    Raises:
        OSError: they can't be written.
    """
    path = _file(run)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(asdict(private), file)


def read_private(run: RunDirectory) -> Private | None:
    """What was left for the supervisor; None if nothing was, as for a lab."""
    try:
        record = json.loads(_file(run).read_text("utf-8"))
        argv = tuple(str(word) for word in record["argv"])
        return Private(argv, {str(k): str(v) for k, v in record["environment"].items()})
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def forget(run: RunDirectory) -> None:
    """The command has started, and what it was given is its own; or it will never start."""
    with suppress(OSError):
        _file(run).unlink(missing_ok=True)


def _file(run: RunDirectory) -> Path:
    return run.path / FILE
