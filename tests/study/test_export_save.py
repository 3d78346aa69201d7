"""Where an export goes: whole, or not at all, and over nothing that is not an export."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile

import pytest

from studylab import locations
from studylab.store import questions
from studylab.study.export import save as saving
from studylab.study.export.save import ALL, FORMATS, ExportError, default_path, save


@pytest.fixture
def studied(workspace):
    questions.answer(workspace.db, questions.ask(workspace.db, "Why?", week=1), "So.")
    locations.notes().mkdir()
    (locations.notes() / "bert.md").write_text("# BERT\n", "utf-8")
    return workspace


def files(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_all_formats_together_are_in_one_folder(studied, tmp_path):
    saved = save(studied, ALL, tmp_path / "out")
    assert saved.path == tmp_path / "out"
    there = files(saved.path)
    assert {"studylab.json", "studylab.apkg", "csv/questions.csv", "markdown/index.md"} <= there
    assert "markdown/notes/bert.md" in there
    assert files(tmp_path) == {f"out/{name}" for name in there} | {
        name for name in files(tmp_path) if name.startswith("home/")
    }


@pytest.mark.parametrize("format", [*FORMATS, ALL])
def test_an_export_is_written_over_an_earlier_one(studied, tmp_path, format):
    path = tmp_path / "out"
    save(studied, format, path)
    before = files(tmp_path)
    questions.ask(studied.db, "Asked later", week=1)
    save(studied, format, path)
    assert files(tmp_path) == before


@pytest.mark.parametrize("format", ["markdown", "csv", ALL])
def test_a_folder_with_other_files_is_left_alone(studied, tmp_path, format):
    folder = tmp_path / "thesis"
    folder.mkdir()
    (folder / "thesis.tex").write_text("years of work")
    with pytest.raises(ExportError, match="other files"):
        save(studied, format, folder)
    assert files(folder) == {"thesis.tex"}


@pytest.mark.parametrize("format", ["markdown", "csv", ALL])
def test_a_file_is_no_folder(studied, tmp_path, format):
    path = tmp_path / "out"
    path.write_text("a file")
    with pytest.raises(ExportError, match="name a folder"):
        save(studied, format, path)
    assert path.read_text() == "a file"


def test_an_empty_folder_with_hidden_files_will_do(studied, tmp_path):
    (tmp_path / "out" / ".git").mkdir(parents=True)
    save(studied, "csv", tmp_path / "out")
    assert "questions.csv" in files(tmp_path / "out")


@pytest.mark.parametrize(("format", "name"), [("json", "studylab.json"), ("anki", "studylab.apkg")])
def test_into_a_folder_a_file_goes_under_its_own_name(studied, tmp_path, format, name):
    (tmp_path / "out").mkdir()
    assert save(studied, format, tmp_path / "out").path == tmp_path / "out" / name
    assert files(tmp_path / "out") == {name}


def test_without_a_place_it_goes_into_the_data_folder(home):
    for format in [*FORMATS, ALL]:
        assert default_path(format).parent == home / "exports"
    assert default_path("json").suffix == ".json"


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_a_read_only_folder_is_told(studied, tmp_path):
    (tmp_path / "out").mkdir(mode=0o500)
    with pytest.raises(ExportError, match="choose another place"):
        save(studied, "json", tmp_path / "out" / "x.json")


LIMITED = """
import resource, sys
from pathlib import Path
from studylab.problem import Problem
from studylab.study.export.save import save
from studylab.workspace import Workspace
workspace = Workspace.open()
resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
try:
    save(workspace, sys.argv[1], Path(sys.argv[2]))
except Problem as problem:
    print(problem)
"""


@pytest.mark.parametrize("format", [*FORMATS, ALL])
def test_a_full_disk_is_told_and_leaves_what_was_there(studied, tmp_path, format):
    path = save(studied, format, tmp_path / "out").path
    before = {name: (path / name).read_bytes() for name in files(path)} or path.read_bytes()
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, format, path], capture_output=True, text=True, check=True
    )
    (line,) = done.stdout.splitlines()
    assert "choose another place, or free some space" in line
    assert before == (
        {name: (path / name).read_bytes() for name in files(path)} or path.read_bytes()
    )
    assert not list(tmp_path.glob(".export-*"))


def test_a_damaged_database_is_not_taken_for_a_full_disk(studied, tmp_path, monkeypatch):
    def broken(workspace, path):
        workspace.db.execute("SELECT * FROM nowhere")

    monkeypatch.setattr(saving.anki_deck, "write", broken)
    with pytest.raises(Exception, match="damaged"):
        save(studied, "anki", tmp_path / "x.apkg")


def test_a_deck_is_a_zip(studied, tmp_path):
    assert zipfile.is_zipfile(save(studied, "anki", tmp_path / "x.apkg").path)
