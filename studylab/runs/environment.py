"""What is needed to repeat a launch: code version, interpreter, host, chosen variables."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

RECORDED = (
    "CUDA_VISIBLE_DEVICES",
    "HF_ENDPOINT",
    "HF_HOME",
    "HF_HUB_OFFLINE",
    "OMP_NUM_THREADS",
    "PYTHONHASHSEED",
    "PYTORCH_CUDA_ALLOC_CONF",
    "VIRTUAL_ENV",
    "CONDA_PREFIX",
)
"""Names of variables that change what a run does; none that could hold a secret."""


def recorded(environment: Mapping[str, str] | None = None) -> dict[str, str]:
    """The chosen variables that are set."""
    environment = os.environ if environment is None else environment
    return {name: environment[name] for name in RECORDED if name in environment}


def git_commit(folder: Path) -> tuple[str, bool | None]:
    """The commit that `folder` is at and whether files were changed since.

    Empty and None outside a git checkout or without git.
    """
    commit = _git(folder, "rev-parse", "HEAD")
    if not commit:
        return "", None
    changes = _git(folder, "status", "--porcelain", "--untracked-files=no")
    return commit, None if changes is None else bool(changes)


def _git(folder: Path, *arguments: str) -> str | None:
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=5,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None
