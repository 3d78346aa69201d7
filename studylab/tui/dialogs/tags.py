"""Asking for tags to add and to take away, for whatever has tags."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from textual.app import App

from studylab.language import _
from studylab.store.questions import EmptyText
from studylab.study.tagging import parse_tags, shown_tags
from studylab.tui.dialogs.line import LineDialog
from studylab.tui.dialogs.tag_field import TagSuggester


def ask_for_tags(
    app: App[object],
    what: str,
    there: Iterable[str],
    known: Sequence[str],
    change: Callable[[list[str], list[str]], object],
) -> None:
    """Ask for tags of `what`, which has those of `there`; `change` gets what to add and remove."""

    def told(text: str) -> str:
        add, remove = parse_tags(text)
        if not add and not remove:
            raise EmptyText(_("write tags, such as +loss -old"))
        return shown_tags(add, remove)

    def taken(text: str | None) -> None:
        if text is not None:
            change(*parse_tags(text))

    shown = " ".join(f"#{tag}" for tag in sorted(set(there)))
    prompt = _("{what}, now with {tags}", what=what, tags=shown) if shown else what
    app.push_screen(
        LineDialog(
            _("Tags"), prompt, told, placeholder=_("+loss -old"), suggester=TagSuggester(known)
        ),
        taken,
    )
