"""Keys that are told in the student's language, whatever that is when they are looked at."""

from __future__ import annotations

from dataclasses import replace

from textual.binding import ActiveBinding

from studylab.language import _
from studylab.tui.inside import InStudylab


class TranslatedKeys(InStudylab):
    """For screens, before their Textual base: what the footer and the help say of each key.

    A `Binding` is made with its class, in English.
    """

    @property
    def active_bindings(self) -> dict[str, ActiveBinding]:
        """The keys that work on this screen now."""
        # A mixin's `super` is the screen, which no checker knows.
        there: dict[str, ActiveBinding] = super().active_bindings  # type: ignore[misc]
        return {key: _translated(active) for key, active in there.items()}


def _translated(active: ActiveBinding) -> ActiveBinding:
    binding = replace(
        active.binding,
        description=_looked_up(active.binding.description),
        tooltip=_looked_up(active.binding.tooltip),
    )
    return active._replace(binding=binding, tooltip=_looked_up(active.tooltip))


def _looked_up(text: str) -> str:
    # A catalogue answers the empty text with its own header.
    return _(text) if text else ""
