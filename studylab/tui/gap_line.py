"""The row of the live view that says what is expected of its run, and then what came of it."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static

from studylab.problem import Problem
from studylab.store.expectations import expectation
from studylab.study.expectation import gap
from studylab.study.expectation_words import told_expected, told_gap
from studylab.tui.inside import InStudylab
from studylab.tui.live_feed import LiveFeed
from studylab.tui.tones import QUIET, WARN


class GapLine(InStudylab, Static):
    """Not there where nothing is expected."""

    DEFAULT_CSS = """
    GapLine {
        height: auto; max-height: 3; padding: 0 1; display: none;
        text-wrap: nowrap; text-overflow: ellipsis;
        &.told { display: block; }
    }
    """

    def __init__(self, feed: LiveFeed) -> None:
        super().__init__(id="expected")
        self._feed = feed
        self._made_of: object = None

    def tell(self) -> None:
        """Look whether anything is expected, and say it; cheap where nothing is new."""
        feed = self._feed
        try:
            expected = expectation(self.workspace.db, feed.run.id)
        except Problem:
            # A database that can't be read just now is told elsewhere.
            return
        ended = feed.ended and not feed.catching_up
        count = sum(map(len, feed.series.values())) if ended else 0
        made_of = (expected, ended, count, len(feed.results))
        if made_of == self._made_of:
            return
        self._made_of = made_of
        content = Content("")
        if expected is not None and not ended:
            content = Content.styled(told_expected(expected), QUIET)
        elif expected is not None:
            found = gap(
                expected,
                list(feed.results.values()),
                list(feed.series),
                lambda name: feed.series[name].values,
                feed.state.ended_at if feed.state else None,
            )
            tone = WARN if found.differs else QUIET
            content = Content("\n").join(Content.styled(line, tone) for line in told_gap(found))
        self.update(content)
        self.set_class(bool(content.plain), "told")
