"""What the review says: the answers of what is reviewed, and the end of a sitting."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from textual.content import Content

from studylab.language import _, listed, n_
from studylab.plain import one_line, plain
from studylab.study import review
from studylab.study.review import RATINGS, Face, Rating
from studylab.study.sources import source_words
from studylab.tui import ages
from studylab.tui.tones import QUIET
from studylab.workspace import Workspace


def answers(face: Face) -> Content:
    """The answers, each with its time and source."""
    parts: list[Content] = []
    for answer in face.answers:
        source = one_line(source_words(answer))
        told = " · ".join(filter(None, (ages.moment(answer.answered_at), source)))
        parts.append(Content.styled(told, QUIET))
        parts.append(Content(f"{plain(answer.text)}\n"))
    return Content("\n").join(parts)


def summary(workspace: Workspace, rated: Sequence[Rating]) -> tuple[str, str]:
    """A title and a text for when nothing waits any more; `rated` is what was done."""
    if rated:
        title = _("Done for today")
        told = [f"{count} {_(RATINGS[rating])}" for rating, count in sorted(Counter(rated).items())]
        text = n_(
            "{count} review: {ratings}",
            "{count} reviews: {ratings}",
            len(rated),
            ratings=listed(told),
        )
    else:
        title = _("Nothing to review now")
        text = _(
            "Answered questions and missed points come back here: {count} new ones a day, "
            "and what you know well ever less often.",
            count=workspace.settings.reviews_a_day,
        )
    back = review.comes_back(workspace, ages.present())
    if back is not None:
        text = f"{text}\n{_('The next comes back in {time}.', time=review.span(back))}"
    return title, text
