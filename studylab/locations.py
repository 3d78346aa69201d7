"""Every path that studylab uses outside its own package."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs


def home() -> Path:
    """The student's data: `$STUDYLAB_HOME`, else the platform's user data directory."""
    given = os.environ.get("STUDYLAB_HOME")
    if given:
        return Path(given).expanduser().absolute()
    return platformdirs.user_data_path("studylab", appauthor=False)


def database() -> Path:
    """The SQLite file."""
    return home() / "studylab.db"


def backups() -> Path:
    """Copies of the database, made before each migration."""
    return home() / "backups"


def runs() -> Path:
    """One directory per run."""
    return home() / "runs"


def queue() -> Path:
    """One file per run that waits for its turn, or has had it and is not over."""
    return home() / "queue"


def notes() -> Path:
    """The student's Markdown notes."""
    return home() / "notes"


def papers() -> Path:
    """The student's own papers, where the settings name no other folder."""
    return home() / "papers"


def drafts() -> Path:
    """What was typed into a dialog of the app and not saved yet."""
    return home() / "drafts"


def told_until() -> Path:
    """The moment up to which the app has told what became of the runs."""
    return home() / "told-until"


def settings_file() -> Path:
    """The TOML file of settings: `$STUDYLAB_CONFIG`, else in the platform's config directory."""
    given = os.environ.get("STUDYLAB_CONFIG")
    if given:
        return Path(given).expanduser().absolute()
    return platformdirs.user_config_path("studylab", appauthor=False) / "settings.toml"


def shipped(name: str) -> Path:
    """A top-level folder of the project (`labs`, `papers`): beside the package in a checkout,
    inside it or beside it when installed."""
    package = Path(__file__).parent
    inside = package / name
    return inside if inside.is_dir() else package.parent / name
