"""Every text that a student sees has a Chinese translation that fits it."""

from __future__ import annotations

import gettext
import re
from functools import cache

import pytest
from babel.messages.catalog import Message

from studylab.language import FOLDER
from tools import extract, messages

COMPLETION = """\
bash: echo 'eval "$(studylab completion bash)"' >> ~/.bashrc
zsh:  echo 'eval "$(studylab completion zsh)"' >> ~/.zshrc
fish: studylab completion fish > ~/.config/fish/completions/studylab.fish"""

SAME = {
    COMPLETION,
    "CPU",
    "GPU",
    "GPU {gpu}",
    "ID",
    "ID...",
    "ID ID ...",
    "+loss -old",
    "ID|URL",
    "python",
    "URL",
    "id",
    "Python",
    "arXiv",
    "bash|zsh|fish",
    "git",
    "torch",
}
"""Names and signs that Chinese writes as English does."""

HAN = r"[\u3400-\u4dbf\u4e00-\u9fff]"
HALF_WIDTH = {
    "a comma, colon or the like after Chinese": rf"{HAN}\s?[,;:?!]",
    "a comma, colon or the like before Chinese": rf"[,;:?!]\s*{HAN}",
    "a full stop after Chinese": rf"{HAN}\.(?!\w|\.\.)",
    "brackets around Chinese": rf"\([^()]*{HAN}[^()]*\)",
}


@cache
def read() -> tuple[list[extract.Message], list[str]]:
    """What the code says: its messages, and its mistakes."""
    found, mistakes = extract.messages()
    return found, mistakes + messages.in_two_forms(found)


def catalogue(path) -> dict[str, Message]:
    return {messages.forms(m.id)[0]: m for m in messages.load(path) if m.id}


@pytest.fixture(params=messages.catalogues(), ids=lambda path: path.parents[1].name)
def path(request):
    """The file of a catalogue."""
    return request.param


@pytest.fixture
def pairs(path):
    """Each translation that there is, with the message's forms in English."""
    return [
        (messages.forms(message.id), text)
        for message in catalogue(path).values()
        for text in messages.forms(message.string)
        if text
    ]


def test_there_is_a_chinese_catalogue():
    assert FOLDER / "zh_CN" / "LC_MESSAGES" / "studylab.po" in messages.catalogues()


def test_the_code_can_be_translated():
    assert not read()[1]


def test_every_message_is_translated(path):
    there = catalogue(path)
    wanted = {message.text for message in read()[0]}

    assert sorted(wanted - there.keys()) == []
    assert messages.untranslated(messages.load(path)) == []
    assert [text for text, message in there.items() if message.fuzzy] == []


def test_nothing_is_translated_that_is_no_longer_said(path):
    assert sorted(catalogue(path).keys() - {message.text for message in read()[0]}) == []


def test_plurals_are_those_of_the_code(path):
    wanted = {message.text: message.plural for message in read()[0]}
    there = catalogue(path)

    assert {
        text: m.id for text, m in there.items() if "".join(messages.forms(m.id)[1:]) != wanted[text]
    } == {}


def test_the_compiled_catalogue_is_that_of_the_text(path):
    assert path.with_suffix(".mo").read_bytes() == messages.as_mo(messages.load(path))


def test_the_text_is_as_make_messages_writes_it(path):
    assert path.read_bytes() == messages.as_po(messages.updated(messages.load(path), read()[0]))


def test_translations_have_the_fields_of_their_message(pairs):
    wrong = [
        (texts[0], translated)
        for texts, translated in pairs
        if extract.fields(translated) != set().union(*map(extract.fields, texts))
    ]

    assert wrong == []


def test_translations_are_chinese(pairs):
    same = {translated for texts, translated in pairs if translated in texts and words(translated)}

    assert same - SAME == set()


def words(text: str) -> list[str]:
    """What could be said in Chinese."""
    return re.findall("[A-Za-z]{2,}", re.sub(r"\{[^{}]*\}", "", text))


def half_width(text: str) -> list[str]:
    """The rules of Chinese punctuation that a text breaks; code and fields are left alone."""
    seen = re.sub(r"`[^`]*`", "x", re.sub(r"\{[^{}]*\}", "x", text))
    return [rule for rule, pattern in HALF_WIDTH.items() if re.search(pattern, seen)]


def test_punctuation_beside_chinese_is_full_width(pairs):
    wrong = [(translated, half_width(translated)) for _texts, translated in pairs]

    assert [(text, rules) for text, rules in wrong if rules] == []


@pytest.mark.parametrize(
    "text", ["第 1 周,第 2 周", "步数: 3", "没有{name}; 请选择", "完成.", "(可选)", "GPU: 无"]
)
def test_half_width_punctuation_is_found(text):
    assert half_width(text)


@pytest.mark.parametrize(
    "text",
    [
        "用 `a, b`，或 c",
        "第 1 周，2:30",
        "见 run.json",
        "损失 (loss)",
        "3.5 步",
        "{a}, {b}",
        "(x) 步",
    ],
)
def test_code_and_latin_keep_their_punctuation(text):
    assert not half_width(text)


def texts(source: str) -> list[tuple[str, str]]:
    found, mistakes = extract.in_source(source, "code.py")
    assert not mistakes
    return [(message.text, message.plural) for message in found]


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('_("one " "text")', [("one text", "")]),
        ('_("yes" if x else "no")', [("yes", ""), ("no", "")]),
        ('N_("later")', [("later", "")]),
        ('_(later)', []),
        ('n_("{count} run", "{count} runs", n)', [("{count} run", "{count} runs")]),
        ('Binding("q", "quit", "Quit", tooltip="Leave")', [("Quit", ""), ("Leave", "")]),
        ('Binding("q", "quit", description="Quit")', [("Quit", "")]),
        ('click.option("--n", help="How many.", metavar="N")', [("How many.", ""), ("N", "")]),
        ('x: int = setting(3, "how many", low=1)', [("how many", "")]),
        ('Lab(title="A lab", teaches="Much.", teaches_zh="很多")', [("A lab", "")]),
        (
            '@labs.command("show")\ndef show():\n    """One\n    lab.\n\n    \\b\n    a\n    b"""',
            [("One lab.", ""), ("a\nb", "")],
        ),
        ('def show():\n    """One lab."""', []),
    ],
)  # fmt: skip
def test_messages_are_found_where_they_are_written(source, found):
    assert texts(source) == found


@pytest.mark.parametrize(
    "source",
    [
        '_(f"week {n}")',
        '_("week " + name)',
        '_("week %d" % n)',
        '_("week {n}", m=1)',
        'n_("{count} of {all}", "{count} of {all}", 3)',
        'n_(one, "{count} runs", 3)',
        'Binding("q", "quit", f"Quit {name}")',
    ],
)
def test_a_text_that_cannot_be_translated_is_told_with_its_place(source):
    _found, mistakes = extract.in_source(f"\n{source}", "code.py")

    assert [mistake[:10] for mistake in mistakes] == ["code.py:2:"]


def test_an_update_keeps_translations_and_guesses_none(tmp_path):
    folder = tmp_path / "zh_CN" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    path = folder / "studylab.po"
    path.write_text('msgid "Week"\nmsgstr "周"\n\nmsgid "Weeks"\nmsgstr "每周"\n', "utf-8")
    found = [extract.Message("Week", "a.py", 1), extract.Message("Weekly", "a.py", 2)]

    catalogue = messages.updated(messages.load(path), found)

    assert {m.id: m.string for m in catalogue if m.id} == {"Week": "周", "Weekly": ""}
    assert messages.untranslated(catalogue) == ["Weekly"]
    assert "a.py:1" not in messages.as_po(catalogue).decode()
    assert "#: a.py\n" in messages.as_po(catalogue).decode()


def test_what_is_not_translated_is_shown_in_english(tmp_path):
    folder = tmp_path / "zh_CN" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    path = folder / "studylab.po"
    path.write_text('msgid "run"\nmsgid_plural "runs"\nmsgstr[0] ""\n', "utf-8")
    path.with_suffix(".mo").write_bytes(messages.as_mo(messages.load(path)))
    spoken = gettext.translation("studylab", tmp_path, ["zh_CN"])

    assert spoken.ngettext("run", "runs", 2) == "runs"


def test_a_text_with_and_without_a_plural_is_told():
    found = [extract.Message("run", "a.py", 1), extract.Message("run", "b.py", 2, "runs")]

    assert len(messages.in_two_forms(found)) == 1
