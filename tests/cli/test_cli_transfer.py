"""export, import, merge, backup and restore as a student types them."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import zipfile
from contextlib import closing

import pytest

from studylab.store.database import SCHEMA_VERSION

COMMANDS = ("export", "import", "merge", "backup", "restore")


@pytest.fixture
def studied(cli, quiet_home):
    """A student with one answered question and a note; returns the home folder."""
    cli("ask", "为什么要归一化？", "--week", "1")
    cli("answer", "1", "for the gradient")
    (quiet_home / "notes").mkdir()
    (quiet_home / "notes" / "bert.md").write_text("# BERT\n", "utf-8")
    return quiet_home


@pytest.fixture
def server(cli, made_database, tmp_path, monkeypatch):
    """The home folder of another machine, with a question of its own."""
    folder = tmp_path / "server"
    folder.mkdir()
    shutil.copy(made_database, folder)
    with monkeypatch.context() as there:
        there.setenv("STUDYLAB_HOME", str(folder))
        cli("ask", "asked on the server", "--week", "2")
        cli("done", "p9")
    return folder


def questions(cli):
    return {question["text"] for question in json.loads(cli("questions", "--all", "--json").out)}


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_explains_itself(cli, command):
    said = cli(command, "--help")
    assert said.code == 0
    assert f"Usage: studylab {command}" in said.out
    assert command in cli("--help").out


def test_an_export_is_imported_on_another_machine(
    cli, studied, tmp_path, monkeypatch, made_database
):
    said = cli("export", "-o", str(tmp_path / "mine.json"))
    assert (said.code, said.out) == (0, f"exported: {tmp_path / 'mine.json'}\n")
    (tmp_path / "new").mkdir()
    shutil.copy(made_database, tmp_path / "new")
    monkeypatch.setenv("STUDYLAB_HOME", str(tmp_path / "new"))
    dry = cli("import", str(tmp_path / "mine.json"), "--dry-run")
    assert dry.code == 0
    assert "without --dry-run it does" in dry.err
    assert questions(cli) == set()
    said = cli("import", str(tmp_path / "mine.json"))
    assert said.code == 0
    assert said.out == dry.out
    assert [line.split() for line in said.out.splitlines()] == [
        ["new", "changed", "deleted", "kept"],
        ["questions", "1", "0", "0", "0"],
        ["answers", "1", "0", "0", "0"],
        ["notes", "1", "0", "0", "0"],
    ]
    assert "the database as it was before" in said.err
    assert questions(cli) == {"为什么要归一化？"}
    assert cli("search", "归一").out.count("归一")
    again = cli("import", str(tmp_path / "mine.json"))
    assert "everything in it is here already" in again.err
    assert len(list((tmp_path / "new" / "backups").iterdir())) == 1


def test_without_a_place_an_export_goes_into_the_data_folder(cli, studied):
    said = cli("export")
    (path,) = (studied / "exports").iterdir()
    assert said.out == f"exported: {path}\n"
    assert json.loads(path.read_text("utf-8"))["studylab"] == 1


def test_json_can_be_printed_and_other_formats_can_not(cli, studied):
    printed = json.loads(cli("export", "-o", "-").out)
    assert printed["questions"][0]["text"] == "为什么要归一化？"
    assert printed["notes"] == [{"name": "bert", "text": "# BERT\n"}]
    refused = cli("export", "--format", "anki", "-o", "-")
    assert (refused.code, refused.out) == (2, "")
    assert "only json can be printed" in refused.err


@pytest.mark.parametrize(
    ("words", "there"),
    [
        (["--format", "markdown"], "index.md"),
        (["--format", "csv"], "questions.csv"),
        (["--format", "all"], "studylab.apkg"),
    ],
)
def test_folders_are_written(cli, studied, tmp_path, words, there):
    assert cli("export", *words, "-o", str(tmp_path / "out")).code == 0
    assert (tmp_path / "out" / there).is_file()


def test_the_suffix_of_a_deck_tells_the_format(cli, studied, tmp_path):
    cli("export", "-o", str(tmp_path / "deck.apkg"))
    assert zipfile.is_zipfile(tmp_path / "deck.apkg")


def test_runs_and_results_are_exported_to_read(cli, labs, studied):
    assert cli("run", "quick").code == 0
    printed = json.loads(cli("export", "-o", "-").out)
    assert printed["runs"][0]["lab"].endswith("quick")
    assert "directory" not in printed["runs"][0]
    assert printed["results"][0]["metric"] == "accuracy"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"studylab": 1, "questions": [', "no whole JSON"),
        ('{"studylab": 99}', "upgrade studylab"),
        ("{}", "no export of studylab"),
        ('{"studylab": 1, "progress": [{"item": "p9", "done_at": "soon"}]}', "progress[0].done_at"),
        ('{"studylab": 1, "progress": [{"item": "\\u001b[2J", "done_at": 1}]}', "done_at is 1"),
        ("", "the file is empty"),
    ],
)
def test_a_bad_file_is_one_line_and_changes_nothing(cli, studied, tmp_path, text, said):
    (tmp_path / "bad.json").write_text(text)
    refused = cli("import", str(tmp_path / "bad.json"))
    assert (refused.code, refused.out) == (1, "")
    assert said in refused.err
    assert refused.err.count("\n") == 1
    assert "\x1b" not in refused.err
    assert not (studied / "backups").exists()


def test_what_is_not_there_or_no_json_is_told(cli, studied, server, tmp_path):
    assert "can't be read" in cli("import", str(tmp_path / "nowhere.json")).err
    for path in (server, server / "studylab.db"):
        assert "studylab merge" in cli("import", str(path)).err


def test_merging_both_ways_ends_equal_and_twice_changes_nothing(cli, studied, server, monkeypatch):
    dry = cli("merge", str(server), "--dry-run")
    assert questions(cli) == {"为什么要归一化？"}
    said = cli("merge", str(server))
    assert (said.code, said.out) == (0, dry.out)
    assert questions(cli) == {"为什么要归一化？", "asked on the server"}
    again = cli("merge", str(server))
    assert "nothing was changed" in again.err
    mine = json.loads(cli("export", "-o", "-").out)
    monkeypatch.setenv("STUDYLAB_HOME", str(server))
    assert cli("merge", str(studied)).code == 0
    theirs = json.loads(cli("export", "-o", "-").out)
    for export in (mine, theirs):
        export.pop("exported_at")
    assert mine == theirs


def test_a_note_that_differs_is_told_where_it_lies(cli, studied, server):
    (server / "notes").mkdir()
    (server / "notes" / "bert.md").write_text("from the server", "utf-8")
    said = cli("merge", str(server))
    (beside,) = (studied / "notes").glob("bert.imported-*.md")
    assert str(beside) in said.err
    assert (studied / "notes" / "bert.md").read_text("utf-8") == "# BERT\n"
    assert beside.read_text("utf-8") == "from the server"


def test_merging_with_oneself_or_with_nothing_is_refused(cli, studied, tmp_path):
    for path, said in (
        (studied, "is this studylab itself"),
        (studied / "studylab.db", "is this studylab itself"),
        (tmp_path / "nowhere", "there is no file or folder"),
        (tmp_path, "no home folder of studylab"),
    ):
        refused = cli("merge", str(path))
        assert refused.code != 0
        assert said in refused.err


def test_what_happened_can_be_had_as_json(cli, studied, server):
    said = json.loads(cli("merge", str(server), "--json").out)
    assert said["dry_run"] is False
    assert said["rows"]["questions"] == {"new": 1, "changed": 0, "deleted": 0, "kept": 0}
    assert said["backup"].endswith(f"-v{SCHEMA_VERSION}.db")
    assert json.loads(cli("merge", str(server), "--json", "--dry-run").out)["backup"] is None


def test_a_backup_is_listed_and_restored(cli, studied):
    made = cli("backup")
    assert made.code == 0
    (path,) = (studied / "backups").iterdir()
    assert made.out.startswith(f"backed up: {path}  ")
    cli("ask", "asked later", "--week", "1")
    (studied / "notes" / "bert.md").write_text("changed", "utf-8")
    said = cli("restore", path.name, "--yes")
    assert said.code == 0
    assert said.out == f"restored: {path}\n1 note was put back\n"
    assert "before-restore" in said.err
    assert questions(cli) == {"为什么要归一化？"}
    assert (studied / "notes" / "bert.md").read_text("utf-8") == "# BERT\n"
    listed = cli("backup", "--list").out.splitlines()
    assert [line.split()[-1] for line in listed[1:]] == sorted(
        (each.name for each in (studied / "backups").iterdir()), reverse=True
    )
    (before, _first) = json.loads(cli("backup", "--list", "--json").out)
    assert cli("restore", before["path"], "--yes").code == 0
    assert questions(cli) == {"为什么要归一化？", "asked later"}


def test_a_backup_goes_where_it_is_wanted(cli, studied, tmp_path):
    assert cli("backup", str(tmp_path / "mine.zip")).code == 0
    assert zipfile.is_zipfile(tmp_path / "mine.zip")
    refused = cli("backup", str(tmp_path / "mine.zip"))
    assert refused.code == 1
    assert "choose another name" in refused.err
    (tmp_path / "stick").mkdir()
    (made,) = json.loads(cli("backup", str(tmp_path / "stick"), "--json").out)
    assert made["path"].startswith(str(tmp_path / "stick"))
    assert made["files"] == 1
    assert cli("backup", str(tmp_path / "stick"), "--list").out.count(".zip") == 1


def test_without_a_backup_the_list_says_how_to_make_one(cli, quiet_home):
    said = cli("backup", "--list")
    assert (said.code, said.out) == (0, "")
    assert "`studylab backup` makes one" in said.err


def test_restore_asks_on_a_terminal(cli, studied, on_terminal):
    cli("backup")
    (path,) = (studied / "backups").iterdir()
    cli("ask", "asked later", "--week", "1")
    assert cli("restore", str(path), given="n\n").code == 1
    assert questions(cli) == {"为什么要归一化？", "asked later"}
    assert cli("restore", str(path), given="y\n").code == 0
    assert questions(cli) == {"为什么要归一化？"}


def test_without_a_terminal_restore_wants_yes(cli, studied):
    cli("backup")
    (path,) = (studied / "backups").iterdir()
    refused = cli("restore", str(path))
    assert refused.code == 2
    assert "--yes" in refused.err


def test_a_damaged_database_can_be_restored_though_nothing_else_works(cli, studied):
    cli("backup")
    (path,) = (studied / "backups").iterdir()
    for end in ("", "-wal", "-shm"):
        (studied / f"studylab.db{end}").unlink(missing_ok=True)
    (studied / "studylab.db").write_bytes(b"diary" * 1000)
    assert cli("week").code == 4
    said = cli("restore", str(path), "--yes")
    assert said.code == 0
    assert "damaged" in said.err
    assert questions(cli) == {"为什么要归一化？"}


def test_a_backup_cut_in_half_is_told_and_nothing_changes(cli, studied, tmp_path):
    cli("backup")
    (path,) = (studied / "backups").iterdir()
    (tmp_path / "cut.zip").write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    for command in (["restore", "--yes"], ["merge"]):
        refused = cli(*command, str(tmp_path / "cut.zip"))
        assert refused.code == 1
        assert "damaged" in refused.err
    assert questions(cli) == {"为什么要归一化？"}


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_a_folder_that_can_not_be_written_is_told(cli, studied, tmp_path):
    (tmp_path / "out").mkdir(mode=0o500)
    for words in (["backup"], ["export", "-o"]):
        refused = cli(*words, str(tmp_path / "out" / "x"))
        assert refused.code == 4
        assert refused.err.count("\n") == 1


def test_a_table_that_another_machine_filled_with_nonsense_is_refused(cli, studied, server):
    with closing(sqlite3.connect(server / "studylab.db")) as db:
        db.execute("UPDATE questions SET changed_at = 'long ago'")
        db.commit()
    refused = cli("merge", str(server))
    assert refused.code == 1
    assert "questions[0].changed_at" in refused.err
    assert questions(cli) == {"为什么要归一化？"}


def test_the_lines_are_chinese_for_a_chinese_student(cli, studied, tmp_path, monkeypatch):
    cli("export", "-o", str(tmp_path / "mine.json"))
    said = cli("--lang", "zh", "import", str(tmp_path / "mine.json"))
    assert said.code == 0
    assert "questions" in said.out or "问题" in said.out
