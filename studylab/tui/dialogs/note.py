"""What is asked about a note."""

from __future__ import annotations

from pathlib import Path

from studylab.language import _, n_
from studylab.tui.dialogs.confirm import ConfirmDialog


def which_version(path: Path, beside: Path) -> ConfirmDialog:
    """Both the student and another program wrote: which text is to be shown? Yes: the file's."""
    return ConfirmDialog(
        _("Both were changed"),
        _(
            "{name} was changed outside while you wrote. It stays as it is now, and your text is "
            "saved beside it, in {beside}.",
            name=path.name,
            beside=beside.name,
        ),
        yes=_("See the file"),
        no=_("See mine"),
    )


def throw_changes_away(characters: int) -> ConfirmDialog:
    """Leave although something is not saved?"""
    return ConfirmDialog(
        _("Throw the changes away?"),
        n_(
            "What you typed here is not saved: the text has {count} character. ctrl+s saves it.",
            "What you typed here is not saved: the text has {count} characters. ctrl+s saves it.",
            characters,
        ),
        yes=_("Throw them away"),
        no=_("Go on writing"),
    )
