"""The guides give nothing away before the comparison."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studylab.syllabus.guide import without_answers
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
