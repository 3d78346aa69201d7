"""A paper's check questions with their answers, as Markdown."""

from __future__ import annotations

from studylab.language import _
from studylab.syllabus.guide import Guide


def check_questions(guide: Guide) -> str:
    """Each question, its answer and where in the paper that stands."""
    if not guide.questions:
        return _("Its guide has no check questions.")
    parts = []
    for number, each in enumerate(guide.questions, start=1):
        where = f" *({each.where})*" if each.where else ""
        mark = f"{number}. "
        # To belong to its question, an answer begins where that does.
        quote = " " * len(mark) + "> "
        answer = "\n".join(quote + line for line in f"{each.answer}{where}".split("\n"))
        parts.append(f"{mark}**{each.question}**\n\n{answer}")
    return "\n\n".join(parts)
