"""click's own words ("Usage:", "No such option") from studylab's catalogue.

click asks gettext's default domain, in the language that the environment names. Neither is ours:
the language may come from `--lang` or the settings, and what would be set in the environment for
click would reach labs and editors too. So its modules look their words up here.
"""

from __future__ import annotations

from click import core, decorators, exceptions, formatting, parser, types

from studylab.language import _

MODULES = (core, decorators, exceptions, formatting, parser, types)


def adopt() -> None:
    """Let click speak the language in use, from now on."""
    for module in MODULES:
        for name, own in (("_", _), ("ngettext", _either)):
            if hasattr(module, name):
                setattr(module, name, own)


def _either(one: str, many: str, count: int) -> str:
    """click fills in the fields itself, so `n_` won't do: its two forms are two messages."""
    return _(one if count == 1 else many)
