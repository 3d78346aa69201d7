"""The colours of curves, and whether the terminal has any.

They are Okabe and Ito's (2008), made a little lighter for dark backgrounds and darker for light
ones: people with any kind of colour vision tell them apart. Where there is no colour at all each
curve is drawn in a mark of its own.
"""

from __future__ import annotations

import os

ON_DARK = ("#56B4E9", "#E69F00", "#2FBF97", "#CC79A7", "#F0E442", "#E8743B")
ON_LIGHT = ("#0072B2", "#C04A00", "#007A5A", "#A8487F", "#7A6A00", "#303030")

_WITHOUT_COLOUR = ("dumb", "unknown", "vt")


def is_colourless() -> bool:
    """Whether curves can't be told apart by colour: `NO_COLOR` is set (to anything, as
    no-color.org has it, and Textual), or the terminal is one that has none."""
    if os.environ.get("NO_COLOR") is not None:
        return True
    return os.environ.get("TERM", "").startswith(_WITHOUT_COLOUR)
