"""Where an answer comes from: advice that helps, and the page behind it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studylab.store.questions import Answer, Question, SourceKind
from studylab.study.sources import address, advice, kind_of, source_words, tidied


def answer(kind: str, source: str) -> Answer:
    return Answer(1, "because", source, "2026-11-24T09:00:00+00:00", "u", kind)


def question(paper: str = "") -> Question:
    return Question(1, "u", "why?", "open", 6, "", paper, "", "", None, "2026", "2026")


@pytest.mark.parametrize(
    ("kind", "source", "told"),
    [
        ("video", "", ""),
        ("video", "P32 12:40", ""),
        ("video", "p32", ""),
        ("video", "Ｐ32，12：40", ""),
        ("video", "P32 1:02:40", ""),
        ("video", "https://example.org/video", ""),
        ("video", "P9999 12:40", "there is no episode P9999; the syllabus has P9-P"),
        ("video", "P0", "there is no episode P0"),
        ("video", "P32 12:70", "the seconds of a time end at 59"),
        ("video", "12:40", "which episode?"),
        ("video", "the third one", "write a video as episode and time"),
        ("link", "https://d2l.ai", ""),
        ("link", "d2l.ai", "a link begins with http:// or https://"),
        ("page", "anything", ""),
        ("person", "Ng", ""),
        ("own thinking", "", ""),
        ("", "whatever", ""),
    ],
)
def test_advice_tells_what_would_help(workspace, kind, source, told):
    found = advice(workspace.syllabus, kind, source)

    assert found.startswith(told) if told else found == ""


def test_a_papers_companion_needs_no_episode(workspace):
    assert advice(workspace.syllabus, "video", "12:40", of_paper=True) == ""


@given(kind=st.sampled_from(["", *SourceKind]), source=st.text())
def test_no_source_is_too_odd(kind, source):
    once = tidied(kind, source)

    assert tidied(kind, once) == once
    assert isinstance(kind_of(source), str)
    assert kind_of(source) in ("", *SourceKind)


@given(episode=st.integers(1, 999), seconds=st.integers(0, 99 * 3600 + 3599))
def test_a_time_is_kept_however_it_is_written(episode, seconds):
    minutes = f"p{episode}, {seconds // 60}:{seconds % 60:02d}" if seconds < 60_000 else ""
    hours = f"P {episode}@{seconds // 3600}:{seconds % 3600 // 60:02d}:{seconds % 60:02d}"
    shown = {tidied("video", each) for each in (minutes, hours) if each}

    assert len(shown) == 1
    assert tidied("video", shown.pop()).startswith(f"P{episode} ")


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("P32 12:40", "video"),
        ("http://x.org", "link"),
        ("page 5", "page"),
        ("第 5 页", "page"),
        ("p. 5", "page"),
        ("Ng", ""),
        ("P32", ""),
        ("pages", ""),
    ],
)
def test_some_sources_tell_their_kind(source, kind):
    assert kind_of(source) == kind


def test_the_words_of_a_source():
    assert source_words(answer("video", "P32 12:40")) == "video P32 12:40"
    assert source_words(answer("own thinking", "")) == "own thinking"
    assert source_words(answer("", "Ng")) == "Ng"
    assert source_words(answer("", "")) == ""
    assert source_words(answer("podcast", "no. 3")) == "podcast no. 3"


def test_a_video_opens_at_its_time(workspace):
    syllabus, papers = workspace.syllabus, workspace.papers
    [item] = syllabus.episodes("P32")

    def page(kind: str, source: str, paper: str = "") -> str:
        return address(syllabus, papers, question(paper), answer(kind, source))

    assert page("video", "P32 12:40") == f"{item.url}&t=760"
    assert page("video", "P32") == item.url
    assert page("video", "P9999 1:00") == ""
    assert page("video", "P32 12:70") == item.url
    assert page("link", "see https://d2l.ai/a?b") == "https://d2l.ai/a?b"
    assert page("page", "5") == page("", "") == page("video", "1:00") == ""
    companion = papers["transformer"].companions[0].url
    assert page("video", "1:30", "transformer").startswith(companion)
    assert page("video", "1:30", "transformer").endswith("t=90")
