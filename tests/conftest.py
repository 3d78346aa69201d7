"""Every test has a home, a config and an environment of its own."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# The whole suite has ten minutes on two cores; `--hypothesis-profile=thorough` looks for longer.
for name, examples in (("studylab", 30), ("thorough", 500)):
    settings.register_profile(
        name,
        max_examples=examples,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
settings.load_profile("studylab")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The student's data directory of this test."""
    home = tmp_path / "home"
    for name in ("NO_COLOR", "STUDYLAB_RUN_DIR", "HF_ENDPOINT", "VISUAL", "EDITOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("STUDYLAB_HOME", str(home))
    monkeypatch.setenv("STUDYLAB_CONFIG", str(tmp_path / "settings.toml"))
    monkeypatch.setenv("STUDYLAB_LANGUAGE", "en")
    return home
