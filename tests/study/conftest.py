"""A database for whatever is between the store and the screens."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from studylab import locations
from studylab.store.database import open_database
from studylab.workspace import Workspace


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database without rows."""
    path = tmp_path_factory.mktemp("migrated") / "studylab.db"
    open_database(path).close()
    return path


@pytest.fixture
def workspace(migrated: Path, home: Path):
    """A new student's studylab."""
    home.mkdir(parents=True, exist_ok=True)
    shutil.copy(migrated, locations.database())
    workspace = Workspace.open()
    yield workspace
    workspace.close()
