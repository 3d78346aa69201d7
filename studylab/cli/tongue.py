"""The language of this process, chosen before any text of it is made."""

from __future__ import annotations

import os
from collections.abc import Sequence

from studylab import language, settings
from studylab.problem import Problem

OPTION = "--lang"


def choose_language(arguments: Sequence[str]) -> None:
    """Speak what `--lang` says, else the setting `language`, else the locale's language.

    A word that is no language, or settings that can't be read, are told later, by whoever parses
    them.
    """
    given = _given(arguments)
    if given in language.NAMES:
        # Labs, supervisors and the settings of this process are to speak it too.
        os.environ["STUDYLAB_LANGUAGE"] = given
    try:
        language.use(settings.load().speaks)
    except Problem:
        language.use(language.of_locale())


def _given(arguments: Sequence[str]) -> str:
    """The value of `--lang` before the first word that is a command."""
    words = iter(arguments)
    for word in words:
        if word == OPTION:
            return next(words, "")
        if word.startswith(f"{OPTION}="):
            return word.partition("=")[2]
        if not word.startswith("-"):
            break
    return ""
