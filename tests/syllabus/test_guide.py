"""The guides give nothing away before the comparison."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studylab.syllabus.guide import Part, parse_guide, plain_point, without_answers
from studylab.syllabus.papers import builtin_papers_folder, load_papers

PAPERS = load_papers([builtin_papers_folder()])[0]


@pytest.mark.parametrize("paper", PAPERS)
def test_a_shipped_guide_keeps_its_questions_and_hides_the_answers(paper: str) -> None:
    body = PAPERS[paper].body
    shown = without_answers(body)
    questions = re.findall(r"(?m)^\d+\. .*$", body)
    assert len(questions) >= 10
    assert all(question in shown for question in questions)
    assert "Where:" in body
    assert "Where:" not in shown
    missed = body.split("## What a first pass tends to miss")[1].strip().split("\n")
    assert len([line for line in missed if line.startswith("- **")]) >= 5
    assert not any(line in shown for line in missed if line.startswith("- **"))
    assert "## Key equations" in shown


@pytest.mark.parametrize("paper", PAPERS)
def test_the_chinese_guide_has_the_same_parts(paper: str) -> None:
    body = PAPERS[paper].body_zh
    for heading in ("## 阅读指南", "## 关键公式", "## 自测问题", "## 第一遍容易漏掉的"):
        assert heading in body
    assert "出处" in body
    assert "出处" not in without_answers(body)


@given(st.text())
def test_other_text_is_left_as_it_is(text: str) -> None:
    if "##" not in text:
        assert without_answers(text) == text.strip()


@pytest.mark.parametrize("paper", PAPERS)
def test_a_shipped_guide_comes_apart_alike_in_both_languages(paper: str) -> None:
    guide, guide_zh = parse_guide(PAPERS[paper].body), parse_guide(PAPERS[paper].body_zh)
    for found in (guide, guide_zh):
        assert [chapter.part for chapter in found.chapters] == list(Part)[:5]
        assert len(found.questions) >= 10
        assert len(found.missed) >= 5
        assert all(each.question and each.answer and each.where for each in found.questions)
        assert all(point.startswith("**") and "\n" not in point for point in found.missed)
        assert all(section.title and section.text for section in found.chapters[1].sections)
        assert found.chapters[1].text and not found.chapters[0].sections
    assert len(guide.questions) == len(guide_zh.questions)
    assert len(guide.missed) == len(guide_zh.missed)
    places = [section.place for section in guide.chapters[1].sections]
    assert places == [section.place for section in guide_zh.chapters[1].sections]
    assert sum(not place for place in places) <= 1
    assert len(places) >= 5


def test_a_guide_taken_apart() -> None:
    guide = parse_guide(
        """Before any heading.

## Reading guide

Take *an hour*.

### §3.2.1 Scaled
- Why?

### Appendix B
- What?

## check   QUESTIONS

1. Why *this*
   and that?
   > Because.
   >
   > Where: §1 and
   > §2
2. 中文的问题，
   换行了？
   > 因为。
   > 出处：§3
3. Without an answer?

## Of my own

```
## no heading
```

## What a first pass tends to miss

- **One.** With `code` and
  two lines.
* Two
  - with a list inside
"""
    )
    reading, _questions, own, _missed = guide.chapters
    assert reading.text == "Take *an hour*."
    assert [(s.place, s.text) for s in reading.sections] == [
        ("§3.2.1", "- Why?"),
        ("Appendix B", "- What?"),
    ]
    assert own.text == "```\n## no heading\n```"
    assert [(q.question, q.answer, q.where) for q in guide.questions] == [
        ("Why *this* and that?", "Because.", "§1 and §2"),
        ("中文的问题，换行了？", "因为。", "§3"),
        ("Without an answer?", "", ""),
    ]
    assert guide.missed[0] == "**One.** With `code` and two lines."
    assert plain_point(guide.missed[0]) == "One. With `code` and two lines."
    assert guide.missed[1].startswith("Two")


@given(st.text(st.sampled_from("#- 1.>*`\n\ta中<!-§Where:What"), max_size=200))
def test_any_text_comes_apart(text: str) -> None:
    headings = "## Reading guide\n", "## Check questions\n", "## What a first pass tends to miss\n"
    for body in (text, *(heading + text for heading in headings)):
        guide = parse_guide(body)
        assert all(point.strip() for point in guide.missed)


@given(st.text(st.sampled_from("#- 1.>*`\n\ta中"), max_size=100))
def test_no_answer_is_left_in_what_is_shown(text: str) -> None:
    body = f"## Check questions\n\n1. Why?\n   > SECRET\n{text}"
    assert "SECRET" not in without_answers(body)
