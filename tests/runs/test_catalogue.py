"""Labs are read without being run, good ones and broken ones."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studylab.labspec import Setting, SettingError, setting, settings_of
from studylab.problem import Problem
from studylab.runs import catalogue as catalogue_module
from studylab.runs.catalogue import catalogue, find_lab, lab_ids
from studylab.runs.declaration import DeclarationError, read_declaration
from studylab.settings import Settings

GOOD = '''
"""Does it learn?

More about it.
"""
import no_such_package
from labs.kit import Lab, Reference, setting

LAB = Lab(
    name="tiny",
    title="A tiny lab",
    teaches="nothing",
    week=1,
    minutes=0.1,
    references=(Reference("accuracy", 0.9, "test", "digits", source="a book"),),
)

@dataclass
class Config:
    epochs: int = setting(3, "passes over the data", low=1, high=100)
    lr: float = setting(1e-3, "learning rate", low=0, log=True)
    data: str = setting("auto", "data set", choices=("auto", "digits"))
    augment: bool = setting(False, "flip the pictures")
    not_a_setting: int = 3
'''


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "labs"
    folder.mkdir()
    return folder


@pytest.fixture
def own(folder):
    return Settings(labs=str(folder))


def write(folder, text, name="tiny.py"):
    path = folder / name
    path.write_text(textwrap.dedent(text))
    return path


def test_a_declaration_is_read_without_importing_the_lab(folder):
    found = read_declaration(write(folder, GOOD))
    assert found.lab.title == "A tiny lab"
    assert found.lab.references[0].value == 0.9
    assert found.docstring.startswith("Does it learn?")
    assert [s.name for s in found.settings] == ["epochs", "lr", "data", "augment"]
    assert found.settings[1] == Setting("lr", "float", 1e-3, "learning rate", low=0, log=True)


def test_a_file_without_a_lab_is_none(folder):
    assert read_declaration(write(folder, "x = 1")) is None
    assert read_declaration(write(folder, "# LAB is not here\n")) is None


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("week=1", "week=1 +"), "invalid syntax"),
        (("week=1", "week=number()"), "is no literal"),
        (("week=1", "wek=1"), "unexpected keyword"),
        (("week=1,", ""), "missing"),
        (("class Config", "class Other"), "needs a dataclass called Config"),
        (("epochs: int", "epochs: list"), "use bool, int, float or str"),
        (("setting(3,", "setting(0,"), "the default: --epochs takes"),
        (("low=1,", "least=1,"), "unexpected keyword"),
        (("LAB = Lab(", "LAB = dict("), "is no literal"),
    ],
)
def test_a_mistake_is_told_with_its_line(folder, own, change, words):
    path = write(folder, GOOD.replace(*change))
    with pytest.raises(DeclarationError) as error:
        read_declaration(path)
    assert words in str(error.value)
    assert "\n" not in str(error.value)
    # And it is still listed, with the mistake.
    assert words in find_lab(catalogue(own), "mine/tiny").error


def test_bytes_that_are_no_text_are_told(folder):
    path = folder / "tiny.py"
    path.write_bytes(b"\xff\xfe LAB")
    with pytest.raises(DeclarationError, match="can't be read"):
        read_declaration(path)


def test_own_labs_stand_beside_the_others(folder, own):
    write(folder, GOOD, "cnn.py")
    entries = catalogue(own)
    assert {"mine/cnn", "vision/cnn"} <= {e.id for e in entries} <= lab_ids(own)
    with pytest.raises(Problem, match="type the whole id"):
        find_lab(entries, "cnn")
    assert find_lab(entries, "mine/cnn").arguments == ("-P", str(folder / "cnn.py"))


def test_the_nearest_name_is_offered(folder, own):
    write(folder, GOOD)
    with pytest.raises(Problem, match="did you mean tiny"):
        find_lab(catalogue(own), "tinny")


def test_every_shipped_lab_can_be_read():
    entries = catalogue(Settings())
    assert [e.error for e in entries if e.error] == []
    assert "vision/cnn" in {e.id for e in entries}


def test_values_are_completed_and_checked(folder, own):
    write(folder, GOOD)
    lab = find_lab(catalogue(own), "tiny")
    assert lab.complete({"epochs": 5}) == {
        "epochs": 5,
        "lr": 1e-3,
        "data": "auto",
        "augment": False,
    }
    with pytest.raises(SettingError, match="did you mean --epochs"):
        lab.complete({"epoch": 5})


EPOCHS = Setting("epochs", "int", 3, "", low=1, high=500)
RATE = Setting("lr", "float", 0.1, "", low=0.0)
DATA = Setting("data", "str", "auto", "", choices=("auto", "digits"))
FLIP = Setting("flip", "bool", False, "")


@pytest.mark.parametrize(
    ("which", "text", "value"),
    [
        (EPOCHS, " 12 ", 12),
        (RATE, "3e-4", 3e-4),
        (RATE, "1", 1.0),
        (DATA, "digits", "digits"),
        (FLIP, "Yes", True),
        (FLIP, "off", False),
    ],
)
def test_typed_values(which, text, value):
    parsed = which.parse(text)
    assert parsed == value
    assert type(parsed) is type(value)


@pytest.mark.parametrize(
    ("which", "text", "words"),
    [
        (EPOCHS, "0", "--epochs takes a whole number from 1 to 500, not 0"),
        (EPOCHS, "1.5", "--epochs takes a whole number from 1 to 500, not '1.5'"),
        (EPOCHS, "", "not ''"),
        (EPOCHS, "9" * 5000, "a whole number"),
        (RATE, "nan", "--lr takes a number, at least 0, not nan"),
        (RATE, "-1", "at least 0"),
        (RATE, "1e999", "not inf"),
        (DATA, "digit", "did you mean digits?"),
        (FLIP, "maybe", "yes or no"),
    ],
)
def test_refused_values_say_what_is_allowed(which, text, words):
    with pytest.raises(SettingError) as error:
        which.parse(text)
    assert words in str(error.value)
    assert len(str(error.value)) < 200


@given(which=st.sampled_from([EPOCHS, RATE, DATA, FLIP]), text=st.text())
def test_any_text_is_a_value_or_refused_in_one_line(which, text):
    try:
        value = which.parse(text)
    except SettingError as error:
        assert len(str(error).splitlines()) <= 1
    else:
        assert which.check(value) == value


def test_the_dataclass_and_the_source_declare_the_same(folder):
    namespace: dict[str, object] = {"setting": setting}
    source = GOOD.split("@dataclass")[1]
    exec("from dataclasses import dataclass\n@dataclass" + source, namespace)
    assert settings_of(namespace["Config"]) == read_declaration(write(folder, GOOD)).settings


def test_missing_packages_are_named(monkeypatch):
    monkeypatch.setattr(catalogue_module, "EXTRA", ("json", "no_such_package"))
    assert catalogue_module.missing_packages() == ["no_such_package"]


def test_reading_the_catalogue_imports_no_lab():
    program = (
        "import sys\n"
        "from studylab.runs.catalogue import catalogue\n"
        "from studylab.settings import Settings\n"
        "catalogue(Settings())\n"
        "print({'torch', 'numpy', 'labs', 'sklearn'} & set(sys.modules))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout == "set()\n"


def test_arguments_are_read_back_as_the_same_value():
    assert EPOCHS.as_arguments(3) == ["--epochs=3"]
    assert FLIP.as_arguments(True) == ["--flip"]
    assert FLIP.as_arguments(False) == ["--no-flip"]
    assert replace(DATA, choices=()).as_arguments("--odd value") == ["--data=--odd value"]
