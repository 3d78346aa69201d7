"""The command line of a lab: what it takes, and in which words it refuses."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labs.kit.command import Arguments, Command
from labs.kit.errors import DataError, LabError, Stopped, UsageError
from labs.kit.run import find_checkpoint
from studylab.labspec import Lab, Reference, SettingError, setting

LAB = Lab(
    name="toy",
    title="A toy",
    teaches="Nothing at all, at some length.",
    week=4,
    minutes=0.5,
    episodes="P108-P118",
    references=(Reference("accuracy", 0.97, "test", "digits", "a book"),),
)


@dataclass
class Config:
    data: str = setting("auto", "the data")
    epochs: int = setting(3, "passes over the data", low=1, high=500)
    learning_rate: float = setting(1e-3, "how far a step goes", low=1e-6, high=1.0, log=True)
    augment: bool = setting(True, "bend the pictures")
    pool: str = setting("max", "how to pool", choices=("max", "average"))
    seed: int = setting(0, "of everything", low=0, high=999999)

    def __post_init__(self) -> None:
        if self.pool == "average" and self.augment:
            raise SettingError("--pool average does not go with --augment")


@pytest.fixture
def command() -> Command[Config]:
    return Command(LAB, Config, fast={"epochs": 1}, data=("digits", "mnist"))


def configured(command: Command[Config], *argv: str) -> Config:
    return command.configure(command.parse(argv))


def test_no_options_are_the_defaults(command):
    assert configured(command) == Config()


@pytest.mark.parametrize(
    ("argv", "expected"),
    [
        (["--epochs", "7"], Config(epochs=7)),
        (["--epochs=7"], Config(epochs=7)),
        (["--learning-rate", "1e-2"], Config(learning_rate=0.01)),
        (["--learning_rate", "1e-2"], Config(learning_rate=0.01)),
        (["--no-augment"], Config(augment=False)),
        (["--no-augment", "--augment"], Config(augment=True)),
        (["--no-augment", "--pool", "average"], Config(augment=False, pool="average")),
        (["--seed", "3", "--seed", "4"], Config(seed=4)),
        (["--fast"], Config(epochs=1)),
        (["--fast", "--epochs", "2"], Config(epochs=2)),
        (["--data", "mnist"], Config(data="mnist")),
    ],
)
def test_options_are_read(command, argv, expected):
    assert configured(command, *argv) == expected


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (["--epochs", "0"], "--epochs takes a whole number from 1 to 500, not 0"),
        (["--epochs", "many"], "--epochs takes a whole number from 1 to 500, not 'many'"),
        (["--epochs"], "--epochs takes a whole number from 1 to 500, and nothing follows it"),
        (["--epochs", "--seed", "1"], "--epochs takes a whole number from 1 to 500"),
        (["--learning-rate", "-1e-3"], "--learning-rate takes a number from 1e-06 to 1, not -0.0"),
        (["--learning-rate", "nan"], "--learning-rate takes a number from 1e-06 to 1, not nan"),
        (["--seed", "1.5"], "--seed takes a whole number from 0 to 999999, not '1.5'"),
        (["--pool", "maxx"], "--pool takes max, average, not 'maxx'; did you mean max?"),
        (["--epoch", "3"], "no setting is called --epoch; did you mean --epochs?"),
        (["--resum", "x"], "no setting is called --resum; did you mean --resume?"),
        (["--no-augmen"], "no setting is called --no-augmen; did you mean --no-augment?"),
        (["-e", "3"], "no setting is called -e; see --help"),
        (["--zzz"], "no setting is called --zzz; see --help"),
        (["3"], "options start with --, and '3' does not; see --help"),
        (["--augment=3"], "--augment takes no value: --augment or --no-augment"),
        (["--pool", "average"], "--pool average does not go with --augment"),
        (["--device", "gpu"], "--device takes auto, cuda, mps, cpu, not 'gpu'; did you mean cpu?"),
        (["--data", "mnst"], "--data takes auto, digits, mnist or a folder, not 'mnst'; did you"),
        (["--data", "no/where"], "--data: there is no folder no/where"),
        (["--data", ""], "--data takes auto, digits, mnist or a folder, not ''"),
        (["--resume", "nowhere"], "--resume: there is no nowhere"),
        (["--resume", ""], "--resume takes a checkpoint or a run directory, not ''"),
    ],
)
def test_refusals_say_what_is_allowed(command, argv, words):
    with pytest.raises((SettingError, UsageError)) as refused:
        command.parse(argv)
    assert str(refused.value).startswith(words)
    assert "\n" not in str(refused.value)


@given(st.lists(st.text(max_size=12) | st.sampled_from(["--epochs", "--data=", "--fast", "--"])))
def test_any_words_are_read_or_refused_in_one_line(argv):
    try:
        Command(LAB, Config).parse(argv)
    except (SettingError, UsageError) as refused:
        assert str(refused)


def test_a_preset_outside_the_range_is_a_mistake_of_the_lab():
    with pytest.raises(SettingError):
        Command(LAB, Config, fast={"epochs": 0})


def test_a_resumed_run_keeps_its_settings_but_for_those_given_now(command):
    arguments = command.parse(["--seed", "9"])
    saved = {"epochs": 8, "seed": 1, "gone_since": 3}
    assert command.configure(arguments, saved) == Config(epochs=8, seed=9)


def test_a_saved_setting_that_is_no_longer_accepted_is_refused(command):
    with pytest.raises(SettingError, match="--epochs takes"):
        command.configure(Arguments(), {"epochs": 9999})


def test_the_help_page_tells_everything(command, monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")
    page = command.help()
    for part in (
        "toy: A toy",
        "week 4, P108-P118, about 30 seconds",
        "--epochs N",
        "passes over the data; 1 to 500 (default 3)",
        "--augment, --no-augment",
        "max, average (default max)",
        "--resume PATH",
        "(--epochs 1)",
        "digits, test",
        "accuracy 97 % (source: a book)",
    ):
        assert part in page
    assert max(map(len, page.splitlines())) <= 100


@pytest.mark.parametrize("columns", ["20", "60", "80", "300"])
def test_the_help_page_fits_the_terminal(command, monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", columns)
    assert max(map(len, command.help().splitlines())) <= min(100, max(60, int(columns)))


def test_a_run_directory_stands_for_its_last_checkpoint(tmp_path: Path):
    last = tmp_path / "checkpoints" / "last.pt"
    last.parent.mkdir()
    with pytest.raises(UsageError, match="has no checkpoint"):
        find_checkpoint(tmp_path)
    last.touch()
    assert find_checkpoint(tmp_path) == find_checkpoint(last) == last
    assert find_checkpoint(last.parent) == last


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (LabError("it broke"), 1, "toy: it broke\n"),
        (DataError("no data"), 3, "toy: no data\n"),
        (SettingError("no such value"), 2, "toy: no such value\n"),
        (KeyboardInterrupt(), 130, "\ntoy: stopped\n"),
        (MemoryError(), 1, "toy: out of memory\n"),
        (Stopped(15, "stopped after step 3"), 143, ""),
    ],
)
def test_every_foreseen_end_is_a_line_and_a_code(
    command, error, code, words, capsys, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)

    def main(config, run):
        raise error

    assert command.outcome(main) == code
    assert capsys.readouterr().err == words


def test_a_mistake_in_a_lab_keeps_its_traceback(command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ZeroDivisionError):
        command.outcome(lambda config, run: 1 / 0)
