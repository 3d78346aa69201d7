"""Where an answer comes from: reading what the student typed, and the words that help with it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from urllib.parse import urlsplit

from studylab.language import _
from studylab.store.questions import Answer, Question, SourceKind
from studylab.syllabus.episodes import format_episodes
from studylab.syllabus.model import Syllabus
from studylab.syllabus.papers import Paper

_TIME = r"(?:(?:(\d{1,2}):)?(\d{1,3}):(\d{1,2}))"
_VIDEO = re.compile(rf"(?:[Pp]\s*(\d{{1,6}}))?[\s,、@]*{_TIME}?")
_LINK = re.compile(r"https?://\S+", re.IGNORECASE)


_TELLING = {
    SourceKind.LINK: _LINK,
    SourceKind.VIDEO: re.compile(r"[Pp]\d+[\s,]+\d+:\d\d"),
    SourceKind.PAGE: re.compile(r"(page|p\.|pp\.)\s*\d|第\s*\d+\s*页", re.IGNORECASE),
}
"""What a source begins with that is of one kind for certain."""


def kind_of(source: str) -> str:
    """The kind of a source that tells it by itself, such as a link; empty for any other."""
    found = (kind for kind, pattern in _TELLING.items() if pattern.match(source.strip()))
    return next(found, "")


def advice(syllabus: Syllabus, kind: str, source: str, *, of_paper: bool = False) -> str:
    """What would make a source easier to find again, in one line; empty if it is fine.

    Nothing is refused: an answer without a source, or with an odd one, is an answer.
    """
    source = source.strip()
    if not source:
        return ""
    if kind == SourceKind.LINK and not _is_link(source):
        return _("a link begins with http:// or https://")
    if kind != SourceKind.VIDEO or _is_link(source):
        return ""
    found = _video(source)
    if found is None:
        return _("write a video as episode and time, such as P32 12:40")
    episode, seconds = found
    if seconds == -1:
        return _("the seconds of a time end at 59, such as P32 12:59")
    if episode is None:
        return "" if of_paper else _("which episode? Such as P32 12:40")
    there = [item.episode for item in syllabus.items if item.episode is not None]
    if episode not in there:
        return _(
            "there is no episode P{episode}; the syllabus has {there}",
            episode=episode,
            there=format_episodes(there) or _("none"),
        )
    return ""


def tidied(kind: str, source: str) -> str:
    """A source as it is stored: `p32,12:40` of a video becomes `P32 12:40`."""
    source = source.strip()
    found = _video(source) if kind == SourceKind.VIDEO else None
    if found is None or found[1] == -1:
        return source
    episode, seconds = found
    parts = [f"P{episode}"] if episode is not None else []
    if seconds is not None:
        hours, rest = divmod(seconds, 3600)
        minutes = f"{hours}:{rest // 60:02d}" if hours else f"{rest // 60}"
        parts.append(f"{minutes}:{rest % 60:02d}")
    return " ".join(parts)


def source_words(answer: Answer) -> str:
    """`video P32 12:40`, `own thinking`; empty where no source was given."""
    known = set(SourceKind)
    kind = _(answer.source_kind) if answer.source_kind in known else answer.source_kind
    return " ".join(part for part in (kind, answer.source) if part)


def address(
    syllabus: Syllabus, papers: Mapping[str, Paper], question: Question, answer: Answer
) -> str:
    """The page of an answer's source, a video at its time; empty where there is none."""
    link = _LINK.search(answer.source)
    if link:
        return link[0]
    found = _video(answer.source) if answer.source_kind == SourceKind.VIDEO else None
    if found is None:
        return ""
    episode, seconds = found
    item = next((i for i in syllabus.items if i.episode is not None and i.episode == episode), None)
    url = item.url if item else ""
    if episode is None and question.paper in papers:
        url = next((each.url for each in papers[question.paper].companions), "")
    if url and seconds and seconds > 0:
        return f"{url}{'&' if urlsplit(url).query else '?'}t={seconds}"
    return url


def _video(source: str) -> tuple[int | None, int | None] | None:
    """Episode and seconds; seconds are -1 for a time that can't be. None for anything else."""
    match = _VIDEO.fullmatch(unicodedata.normalize("NFKC", source).strip())
    if match is None or not match[0]:
        return None
    episode = int(match[1]) if match[1] else None
    if match[4] is None:
        return (episode, None) if episode is not None else None
    hours, minutes, seconds = int(match[2] or 0), int(match[3]), int(match[4])
    if seconds > 59 or (match[2] and minutes > 59):
        return episode, -1
    return episode, hours * 3600 + minutes * 60 + seconds


def _is_link(source: str) -> bool:
    return _LINK.match(source) is not None
