from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta

import pytest

from studylab.store import database
from studylab.store.database import open_database


@pytest.fixture
def path(home):
    return home / "studylab.db"


@pytest.fixture
def db(path, new_database):
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(new_database(), path)
    connection = open_database(path)
    yield connection
    connection.close()


@pytest.fixture(scope="session")
def new_database(tmp_path_factory):
    """Makes empty databases, each a copy of one that was migrated once."""
    first = tmp_path_factory.mktemp("first") / "studylab.db"
    open_database(first).close()

    def copied():
        path = tmp_path_factory.mktemp("copy") / "studylab.db"
        shutil.copy(first, path)
        return path

    return copied


class Clock:
    """A clock that can be set: stands in for `datetime` in the store."""

    def __init__(self) -> None:
        self.time = datetime(2026, 3, 2, 9, tzinfo=UTC)

    def now(self, _zone: object) -> datetime:
        return self.time

    def turn(self, **by: float) -> None:
        self.time += timedelta(**by)


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(database, "datetime", clock)
    return clock
