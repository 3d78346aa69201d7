"""Screens that go on reading what others write, for as long as they are in front."""

from __future__ import annotations

from textual.timer import Timer

from studylab.tui.inside import InStudylab


class ReadsInFront(InStudylab):
    """For screens, before their Textual base: reads a slice, and again after a while."""

    _next_slice: Timer | None = None

    def read_slice(self) -> float | None:
        """Read for a moment and show what is new; the seconds until the next, None for never."""
        return None

    def read_on(self) -> None:
        """Read a slice now, and come back as it says."""
        self._rest()
        if not self.is_attached:
            return
        seconds = self.read_slice()
        front: object = self.app.screen
        if seconds is not None and front is self:
            # Textual leaves out ticks that come too late, and a timer of one tick has no other.
            self._next_slice = self.set_interval(seconds, self.read_on)

    def on_screen_resume(self) -> None:
        if self._next_slice is None:
            self.read_on()

    def on_screen_suspend(self) -> None:
        self._rest()

    def on_unmount(self) -> None:
        self._rest()

    def _rest(self) -> None:
        if self._next_slice is not None:
            self._next_slice.stop()
            self._next_slice = None
