"""The command line in Chinese, click's own words too."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest
from rich.cells import cell_len

from studylab import language
from studylab.cli.commands import MODULES
from studylab.cli.main import studylab
from studylab.cli.spoken import spoken

SENTENCE = re.compile(r"[A-Za-z']+(?:[ ,;]+[A-Za-z']+){3}")
"""Four English words in a row."""


@pytest.fixture
def said(tmp_path):
    """What the program prints when it is asked in Chinese, under an English locale."""

    def ask(*words: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "studylab", "--lang", "zh", *words],
            capture_output=True, encoding="utf-8", check=False, stdin=subprocess.DEVNULL,
            env={**os.environ, "LANG": "C.UTF-8", "LC_ALL": "", "LANGUAGE": "", "COLUMNS": "80"},
        )  # fmt: skip
        return done.stdout + done.stderr

    return ask


@pytest.fixture
def speak():
    """Lets this process speak a language until the test ends."""
    yield language.use
    language.use("en")


def english(text: str) -> list[str]:
    """The English sentences in a text; code in backquotes is none."""
    return SENTENCE.findall(re.sub(r"`[^`]*`", "", text))


def test_the_help_page_is_chinese(said):
    page = said("--help")

    assert page.startswith("用法：studylab [选项]")
    assert "选项：" in page
    assert "显示本页并退出" in page
    assert english(page) == []


def test_a_commands_page_is_chinese(said):
    page = said("week", "--help")

    assert page.startswith("用法：studylab week")
    assert "显示本页并退出" in page
    # The keys of JSON are names.
    assert english(re.sub(r"--json.*", "", page, flags=re.DOTALL)) == []


@pytest.mark.parametrize(
    ("words", "contains"),
    [
        (["week", "--jsn"], "--jsn"),
        (["week", "many"], "'many'"),
        (["stop"], "'ID...'"),
        (["wek"], "week"),
        (["completion", "tcsh"], "'tcsh'"),
        (["runs", "--limit"], "--limit"),
    ],
)
def test_a_refused_line_is_told_in_chinese(said, words, contains):
    told = said(*words)

    assert contains in told
    assert re.search("[一-鿿]", told)
    assert english(told) == []
    assert told.count("\n") == 1


@pytest.mark.parametrize("words", [[name] for name in MODULES], ids=" ".join)
def test_no_page_is_wider_than_the_terminal(words, speak):
    speak("zh")
    command = studylab.get_command(None, words[0])
    page = command.make_context(words[0], [], resilient_parsing=True).get_help()

    assert re.search("[一-鿿]", page)
    assert max(map(cell_len, page.splitlines())) <= 80


def test_a_command_speaks_the_language_in_use_each_time(speak):
    english_page = studylab.get_command(None, "week").help
    speak("zh")
    chinese = studylab.get_command(None, "week").help
    speak("en")

    assert re.search("[一-鿿]", chinese)
    assert studylab.get_command(None, "week").help == english_page


def test_the_commands_themselves_stay_english(speak):
    speak("zh")
    copy = spoken(studylab)

    assert re.search("[一-鿿]", copy.epilog)
    assert not re.search("[一-鿿]", studylab.epilog)
    assert not any(re.search("[一-鿿]", p.help or "") for p in studylab.params)
