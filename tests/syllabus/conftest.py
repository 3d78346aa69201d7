from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from studylab.syllabus.load import load
from studylab.syllabus.model import Syllabus
from studylab.syllabus.papers import Paper, builtin_papers_folder, load_papers

Write = Callable[[str], Path]


LABS = Path(__file__).parents[2] / "labs"


def written_labs() -> set[str]:
    """The ids of the labs that there are, by their files."""
    return {
        path.relative_to(LABS).with_suffix("").as_posix()
        for path in LABS.glob("*/*.py")
        if path.parent.name != "kit" and path.name != "__init__.py"
    }


@pytest.fixture(scope="session")
def papers() -> dict[str, Paper]:
    found, errors = load_papers([builtin_papers_folder()])
    assert errors == []
    return found


@pytest.fixture(scope="session")
def syllabus(papers: dict[str, Paper]) -> Syllabus:
    return load(labs=written_labs(), papers=papers)


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(text: str) -> Path:
        path = tmp_path / "syllabus.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return written
