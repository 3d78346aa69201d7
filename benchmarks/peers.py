"""The programs that ours are measured beside, each in an environment of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parent / ".peers"

PACKAGES = {
    # Newer tree-sitters make posting crash at its start.
    "posting": ["posting==2.11.1", "tree-sitter==0.25.2"],
    "trackers": ["tensorboard==2.21.0", "wandb==0.31.0", "torch==2.13.0"],
    "trackio": ["trackio==0.43.0"],
    "toolong": ["toolong==1.5.0"],
    "supervisord": ["supervisor==4.3.0"],
}


def python(peer: str) -> Path:
    """The interpreter of a peer's environment, made on first use."""
    folder = FOLDER / peer
    interpreter = folder / "bin" / "python"
    done = folder / ".installed"
    if not done.exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        subprocess.run(
            [str(interpreter), "-m", "pip", "install", "--quiet", *PACKAGES[peer]], check=True
        )
        done.touch()
    return interpreter


def program(peer: str, name: str) -> Path:
    """A console script of a peer's environment."""
    return python(peer).with_name(name)
