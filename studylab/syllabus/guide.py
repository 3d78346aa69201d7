"""What of a paper's guide a student may see: no answers before they have looked for their own."""

from __future__ import annotations

LATER = {
    "## Check questions": "> The answers are shown once the paper is at *compare*.",
    "## What a first pass tends to miss": "> Shown once the paper is at *compare*.",
    "## 自测问题": "> 到 *compare* 阶段才显示答案。",
    "## 第一遍容易漏掉的": "> 到 *compare* 阶段才显示。",
}
"""Headings of sections that give something away, and what stands there until then."""

QUESTIONS = ("## Check questions", "## 自测问题")


def without_answers(body: str) -> str:
    """A guide whose check questions have no answers, and without what is missed.

    `body` is Markdown; an answer is the quote that belongs to a numbered question.
    """
    shown: list[str] = []
    section = ""
    for line in body.split("\n"):
        if line.startswith("## "):
            section = line.strip()
            shown.append(line)
            if section in LATER:
                shown += ["", LATER[section], ""]
        elif section in QUESTIONS:
            if not line.lstrip().startswith(">"):
                shown.append(line)
        elif section not in LATER:
            shown.append(line)
    return "\n".join(shown).strip()
