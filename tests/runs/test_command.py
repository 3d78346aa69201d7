"""Any command as a run: its program, its Python, its settings, its secrets, its environment."""

from __future__ import annotations

import json
import os
import stat
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studylab.runs.command import Command, NoSuchCommand, launch_command, name_of, settings_of
from studylab.runs.directory import State
from studylab.runs.interpreter import NoSuchInterpreter, interpreter, python_of
from studylab.runs.launch import start_supervisor
from studylab.runs.private import MASK, is_secret, masked
from studylab.runs.scalars import read_wanted
from studylab.settings import Settings
from tests.runs.conftest import ended

TOLD = "import os, sys; print(sys.argv[1:], os.getcwd(), os.environ.get('MINE'))"


@pytest.fixture
def begin(start, settings):
    """Launches a command, as the command line does."""

    def begin(*words: str, **more: object):
        return launch_command(Command(words, more.pop("folder", Path()), **more), settings)

    return begin


def test_a_command_runs_where_it_was_launched_with_what_was_set_there(begin, tmp_path, monkeypatch):
    monkeypatch.setenv("MINE", "set")
    run = begin(sys.executable, "-c", TOLD, "--lr", "3e-4", folder=tmp_path)
    assert ended(run).state is State.FINISHED
    assert run.output.read_text().strip() == f"['--lr', '3e-4'] {tmp_path} set"
    spec = run.read_spec()
    assert (spec.lab, spec.settings, spec.cwd) == ("", {"lr": 3e-4}, str(tmp_path))
    assert read_wanted(run).events and not read_wanted(run).lines


def test_a_secret_reaches_the_command_and_nothing_else(begin, tmp_path, monkeypatch):
    monkeypatch.setenv("MINE", "of the environment")
    run = begin(sys.executable, "-c", TOLD, "--token", "abc123", "--api-key=def456")
    ended(run)
    assert "['--token', 'abc123', '--api-key=def456']" in run.output.read_text()
    for file in run.path.rglob("*"):
        if file.is_file() and file != run.output:
            text = file.read_text("utf-8", "replace")
            assert not {"abc123", "def456", "of the environment"} & set(text.split('"')), file
    assert run.read_spec().argv[-3:] == ("--token", MASK, f"--api-key={MASK}")
    assert run.read_spec().settings == {"token": MASK, "api_key": MASK}


def test_words_that_are_no_utf_8_reach_the_command_as_they_are(begin):
    show = "import os, sys; print(os.fsencode(sys.argv[1]))"
    run = begin(sys.executable, "-c", show, "\udcff\udcfe", "--a", "\udcff")
    assert output(run) == r"b'\xff\xfe'"
    assert run.read_spec().argv[-1] == "?" and run.read_spec().settings == {"a": "?"}


def test_a_folder_that_is_no_utf_8_is_refused_in_one_line(begin, tmp_path):
    folder = tmp_path / "a\udcff"
    folder.mkdir()
    with pytest.raises(NoSuchCommand, match="rename it"):
        begin("ls", folder=folder)


def test_until_it_has_started_only_the_student_can_read_what_it_gets(begin, settings, monkeypatch):
    monkeypatch.setattr("studylab.runs.launch.start_supervisor", lambda run: None)
    run = begin(sys.executable, "-c", TOLD, "--token", "abc123")
    private = run.path / "private.json"
    assert stat.S_IMODE(private.stat().st_mode) == 0o600
    assert "abc123" in private.read_text()
    start_supervisor(run)
    ended(run)
    assert "abc123" in run.output.read_text()
    assert not private.exists()


def test_the_keepers_choice_of_a_gpu_reaches_a_command(begin, monkeypatch):
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    monkeypatch.setattr("studylab.runs.launch.start_supervisor", lambda run: None)
    run = begin(sys.executable, "-c", "import os; print(os.environ.get('CUDA_VISIBLE_DEVICES'))")
    start_supervisor(run, environment={"CUDA_VISIBLE_DEVICES": "3"})
    assert output(run) == "3"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("no-such-program",), "no program is called 'no-such-program'"),
        (("./no-such-file",), "there is no program"),
        (("./train.py",), r"python ./train\.py"),
        (("./run.sh",), r"chmod \+x ./run\.sh"),
    ],
)
def test_a_program_that_is_not_there(begin, tmp_path, words, told):
    (tmp_path / "train.py").touch()
    (tmp_path / "run.sh").touch()
    with pytest.raises(NoSuchCommand, match=told):
        begin(*words, folder=tmp_path)


def test_a_folder_that_is_not_there(begin, tmp_path):
    with pytest.raises(NoSuchCommand, match="there is no folder"):
        begin("ls", folder=tmp_path / "none")


@pytest.fixture
def venv(tmp_path: Path) -> Path:
    """A folder that looks like an environment; its Python says which one it is."""
    folder = tmp_path / "envs" / "torch"
    (folder / "bin").mkdir(parents=True)
    for name in ("python", "accelerate"):
        program = folder / "bin" / name
        program.write_text(f'#!/bin/sh\necho {name} "$VIRTUAL_ENV$CONDA_PREFIX" "$@"\n')
        program.chmod(0o755)
    (folder / "pyvenv.cfg").touch()
    return folder


def output(run) -> str:
    ended(run)
    return run.output.read_text().strip()


def test_a_leading_python_is_that_of_the_setting(start, venv):
    command = Command(("python", "train.py"), Path())
    run = launch_command(command, Settings(python=str(venv)))
    assert output(run) == f"python {venv} train.py"
    assert run.read_spec().python == str(venv / "bin" / "python")
    assert run.read_spec().environment["VIRTUAL_ENV"] == str(venv)


def test_the_option_goes_before_the_setting_and_a_path_before_both(begin, venv):
    assert output(begin("python3", "x", python=str(venv / "bin" / "python"))).startswith("python")
    own = begin(sys.executable, "-c", "print('own')", python=str(venv))
    assert output(own) == "own"


def test_programs_of_the_environment_come_first(begin, venv):
    assert output(begin("accelerate", "launch", python=str(venv))) == f"accelerate {venv} launch"


def test_a_folder_is_told_from_where_the_command_works(begin, venv):
    assert output(begin("python", folder=venv.parent, python="torch")).startswith("python")


def test_a_conda_environment_by_its_name(tmp_path, venv, monkeypatch):
    (venv / "pyvenv.cfg").unlink()
    (venv / "conda-meta").mkdir()
    conda = tmp_path / "conda"
    conda.write_text(f"#!/bin/sh\necho '{json.dumps({'envs': ['/opt/conda', str(venv)]})}'\n")
    conda.chmod(0o755)
    monkeypatch.setenv("CONDA_EXE", str(conda))
    found = interpreter("torch", tmp_path)
    assert found.python == str(venv / "bin" / "python")
    assert found.environment["CONDA_DEFAULT_ENV"] == "torch"
    assert found.environment["PATH"].startswith(f"{venv}/bin:")
    with pytest.raises(NoSuchInterpreter, match="did you mean torch"):
        interpreter("torhc", tmp_path)


@pytest.mark.parametrize("answer", ["exit 1", "echo nonsense", "echo '[]'", "echo '{}'"])
def test_a_conda_that_gives_no_answer_is_replaced_by_its_list(tmp_path, venv, monkeypatch, answer):
    conda = tmp_path / "conda"
    conda.write_text(f"#!/bin/sh\n{answer}\n")
    conda.chmod(0o755)
    monkeypatch.setenv("CONDA_EXE", str(conda))
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / ".conda").mkdir()
    (tmp_path / ".conda" / "environments.txt").write_text(f"{venv}\n")
    assert interpreter("torch", tmp_path).python == str(venv / "bin" / "python")


@pytest.mark.parametrize("given", ["no-such-name", "./none/python", "~/none", "empty"])
def test_a_python_that_is_not_there(tmp_path, monkeypatch, given):
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "empty").mkdir()
    with pytest.raises(NoSuchInterpreter):
        interpreter(given, tmp_path)


def test_labs_take_an_environment_too(venv):
    assert python_of(Settings(python=str(venv))) == str(venv / "bin" / "python")
    assert python_of(Settings()) == sys.executable
    # What names nothing is told when it is started.
    assert python_of(Settings(python="/no/python")) == "/no/python"


@pytest.mark.parametrize(
    ("line", "settings"),
    [
        ("python train.py --lr 3e-4 --epochs 10", {"lr": 3e-4, "epochs": 10}),
        ("python train.py --lr=-1 --amp --seed -3", {"lr": -1, "amp": True, "seed": -3}),
        ("python -m pkg --betas 0.9 0.99 data", {"betas": "0.9 0.99"}),
        ("python x.py model.size=7 +trainer=ddp name=a=b", {
            "model.size": 7, "trainer": "ddp", "name": "a=b"}),
        ("python x.py --use-cache true --no-bar", {"use_cache": True, "no_bar": True}),
        ("torchrun --nproc_per_node 2 x.py --x 1e400", {"nproc_per_node": 2, "x": float("inf")}),
        ("python x.py --password hunter2 --hf-token=hf_abcdefghijk", {
            "password": MASK, "hf_token": MASK}),
        ("python x.py --url https://me:secret@host/x", {"url": f"https://{MASK}@host/x"}),
        ("python x.py --key-of-nothing sk-abcdefghijkl", {"key_of_nothing": MASK}),
        ("python x.py in.txt 5", {}),
        ("env A=1 B=2 python x.py c=3", {"c": 3}),
    ],
)  # fmt: skip
def test_what_a_command_line_sets(line, settings):
    assert settings_of(line.split()) == settings


@given(st.lists(st.text(max_size=300), min_size=1, max_size=400))
def test_any_words_are_taken_and_bounded(words):
    found = settings_of(words)
    assert len(found) <= 200
    assert all(len(str(value)) <= 400 for value in found.values())
    assert len(masked(words)) == len(words)
    json.dumps(found, ensure_ascii=False).encode()


SECRETS = ["--token", "--api-key", "--api_key", "--wandb-api-key", "--password", "--hf_token",
           "--client-secret", "--auth-token", "--access_key"]  # fmt: skip


@pytest.mark.parametrize("option", SECRETS)
def test_secrets_are_masked_however_they_are_given(option):
    assert masked(["x", option, "abc", "y"]) == ["x", option, MASK, "y"]
    assert masked(["x", f"{option}=abc"]) == ["x", f"{option}={MASK}"]
    assert masked([f"{option.lstrip('-')}=abc"]) == [f"{option.lstrip('-')}={MASK}"]


@pytest.mark.parametrize(
    "name", ["max_tokens_per_batch", "tokenizer", "author", "pass_rate", "key"]
)
def test_what_only_sounds_like_a_secret_stays(name):
    assert not is_secret(name)


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("python src/train.py --a", "train"),
        ("python -m my.trainer", "trainer"),
        ("torchrun --nproc 2 go.py", "go"),
        ("/usr/bin/make all", "make"),
    ],
)
def test_a_run_is_called_as_its_script(line, name):
    assert name_of(line.split()) == name


def test_the_environment_is_that_of_the_launch_not_of_the_supervisor(begin, monkeypatch):
    monkeypatch.setattr("studylab.runs.launch.start_supervisor", lambda run: None)
    monkeypatch.setenv("MINE", "then")
    run = begin(sys.executable, "-c", TOLD)
    monkeypatch.setenv("MINE", "later")
    start_supervisor(run)
    assert output(run).endswith("then")
    assert os.environ["MINE"] == "later"
