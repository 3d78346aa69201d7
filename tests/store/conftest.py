from __future__ import annotations

import pytest

from studylab.store.database import open_database


@pytest.fixture
def path(home):
    return home / "studylab.db"


@pytest.fixture
def db(path):
    connection = open_database(path)
    yield connection
    connection.close()
