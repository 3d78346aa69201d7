"""A lab's settings as flags of the command line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studylab.cli.lab_flags import read_flags
from studylab.labspec import Setting, SettingError
from studylab.problem import Problem

SETTINGS = (
    Setting("epochs", "int", 3, "passes", low=1, high=500),
    Setting("learning_rate", "float", 0.1, "step size", low=-1.0, high=1.0),
    Setting("augment", "bool", False, "shift pictures"),
    Setting("no_bias", "bool", False, "leave the bias out"),
    Setting("text", "str", "", "what to say"),
    Setting("pool", "str", "max", "how", choices=("max", "average")),
)


@pytest.mark.parametrize(
    ("words", "values"),
    [
        ("", {}),
        ("--epochs 5", {"epochs": 5}),
        ("--epochs=5", {"epochs": 5}),
        ("--epochs 5 --epochs 6", {"epochs": 6}),
        ("--learning-rate 1e-3", {"learning_rate": 0.001}),
        ("--learning_rate 1e-3", {"learning_rate": 0.001}),
        ("--learning-rate -0.5", {"learning_rate": -0.5}),
        ("--augment", {"augment": True}),
        ("--no-augment", {"augment": False}),
        ("--augment=no", {"augment": False}),
        ("--no-bias", {"no_bias": True}),
        ("--no-no-bias", {"no_bias": False}),
        ("--text=--epochs", {"text": "--epochs"}),
        ("--text=a=b", {"text": "a=b"}),
        ("--text=", {"text": ""}),
        ("--augment --pool average", {"augment": True, "pool": "average"}),
    ],
)
def test_flags_are_read(words, values):
    assert read_flags(SETTINGS, words.split()) == values


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("--epoch 5", "no setting is called --epoch; did you mean --epochs?"),
        ("--epochs", "--epochs takes a whole number from 1 to 500, and none follows it"),
        ("--epochs --augment", "and none follows it"),
        ("--epochs 501", "--epochs takes a whole number from 1 to 500, not 501"),
        ("--epochs 1.5", "not '1.5'"),
        ("--epochs=", "not ''"),
        ("--augment yes", "settings begin with --, and 'yes' does not"),
        ("--no-epochs", "no setting is called --no-epochs"),
        ("--no-augment=yes", "no setting is called --no-augment"),
        ("-e 5", "settings begin with --, and '-e' does not"),
        ("--", "no setting is called --"),
        ("--pool avrage", "did you mean average?"),
        ("--learning-rate inf", "not inf"),
    ],
)
def test_flags_are_refused_in_one_line(words, said):
    with pytest.raises(SettingError) as refused:
        read_flags(SETTINGS, words.split())

    assert said in str(refused.value) and "\n" not in str(refused.value)


FLAGS = [setting.flag for setting in SETTINGS]
WORDS = st.one_of(
    st.text(max_size=12),
    st.sampled_from([*FLAGS, "--no-augment", "--", "-", "--=", "=", "--no-"]),
    st.builds(lambda flag, text: f"{flag}={text}", st.sampled_from(FLAGS), st.text(max_size=12)),
    st.integers().map(str),
    st.floats().map(str),
    st.just("9" * 5000),
)


@given(st.lists(WORDS, max_size=6))
def test_whatever_is_typed_is_read_or_refused(words):
    try:
        values = read_flags(SETTINGS, words)
    except Problem:
        return
    by_name = {setting.name: setting for setting in SETTINGS}
    assert all(by_name[name].check(value) == value for name, value in values.items())


@given(st.data())
def test_what_a_setting_writes_it_reads_back(data):
    setting = data.draw(st.sampled_from(SETTINGS))
    value = {
        "int": st.integers(1, 500),
        "float": st.floats(-1.0, 1.0),
        "bool": st.booleans(),
        "str": st.sampled_from(setting.choices) if setting.choices else st.text().map(str.strip),
    }[setting.type]
    chosen = data.draw(value)

    assert read_flags(SETTINGS, setting.as_arguments(chosen)) == {setting.name: chosen}
