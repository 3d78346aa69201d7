"""What a part of the app is inside of: the app, and the student's studylab in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message_pump import MessagePump

from studylab.workspace import Workspace

if TYPE_CHECKING:
    from textual import getters

    from studylab.tui.app import StudylabApp


class InStudylab(MessagePump):
    """For screens and widgets, before their Textual base: which app they are in."""

    if TYPE_CHECKING:
        # At run time Textual's own `app` is there; `getters.app` would import ours too early.
        app = getters.app(StudylabApp)

    @property
    def workspace(self) -> Workspace:
        """The student's studylab."""
        return self.app.workspace
