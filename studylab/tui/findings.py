"""What goes wrong in a run that is watched: the rules over what its feed has read."""

from __future__ import annotations

from studylab.study.diagnosis.model import Finding
from studylab.study.diagnosis.watch import Watch
from studylab.tui.live_feed import Changed, LiveFeed

_MATTERS = Changed.POINTS | Changed.EVENTS | Changed.STATE | Changed.LOG | Changed.RESTARTED


class Findings:
    """The findings of one feed; `look` after each of its reads."""

    def __init__(self, feed: LiveFeed) -> None:
        self._feed = feed
        self._watch = Watch(feed.known)
        self._stale = True
        self.found: list[Finding] = []
        """What goes wrong now, what began last first."""

    def look(self, changed: Changed) -> bool:
        """Take what is new; whether something else is found than before. A backlog is only judged
        at its end."""
        feed = self._feed
        if changed & Changed.RESTARTED:
            self._watch = Watch(feed.known)
        if changed & (Changed.STATE | Changed.LOG):
            if feed.spec is not None:
                feed.known.take_spec(feed.spec)
            if feed.state is not None:
                feed.known.take_end(feed.state, feed.log)
        if changed & Changed.POINTS:
            self._watch.take(feed.series)
        self._stale |= bool(changed & _MATTERS)
        if feed.catching_up or not self._stale:
            return False
        self._stale = False
        before, self.found = self.found, self._watch.findings(feed.series)
        return self.found != before
