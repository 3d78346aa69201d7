"""A room that is not composed yet: the footer of the room before already asks it about keys."""

from __future__ import annotations

import pytest

from studylab.tui.app import StudylabApp
from studylab.tui.room import ROOMS, room_class


@pytest.mark.parametrize("name", ROOMS)
async def test_what_every_screen_offers_is_answered(runs_app: StudylabApp, name: str) -> None:
    async with runs_app.run_test():
        room = room_class(name)()
        for action in ("copy_text", "minimize", "maximize"):
            assert room.check_action(action, ())
