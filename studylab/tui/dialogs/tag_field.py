"""A field for tags that offers those that there are."""

from __future__ import annotations

from collections.abc import Sequence

from textual.suggester import Suggester


class TagSuggester(Suggester):
    """Completes the last word with the most used tag that begins like it."""

    def __init__(self, tags: Sequence[str]) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._tags = tags

    async def get_suggestion(self, value: str) -> str | None:
        """The whole value with its last word completed."""
        word = value.rsplit(" ", 1)[-1]
        begun = word.lstrip("+-#").casefold()
        if not begun:
            return None
        found = next((tag for tag in self._tags if tag.startswith(begun) and tag != begun), None)
        return f"{value}{found[len(begun) :]}" if found else None
