"""The language that studylab speaks: messages from the catalogues in `locale/`.

English is written in the code; `_` and `n_` look its translation up when a text is shown, so that
the language can be changed while the app is open.
"""

from __future__ import annotations

import gettext
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

NAMES = {"en": "English", "zh": "中文"}
"""The languages there are, by the code that the setting `language` takes."""

DOMAIN = "studylab"
FOLDER = Path(__file__).parent / "locale"
_LOCALES = {"zh": "zh_CN"}

_spoken = "en"
_catalogue: gettext.NullTranslations = gettext.NullTranslations()


def _(message: str, /, **values: object) -> str:
    """`message` in the student's language, with `{name}` replaced by what is given for it."""
    # The catalogue holds its own header under the empty text.
    text = _catalogue.gettext(message) if message else ""
    return text.format(**values) if values else text


def n_(one: str, many: str, count: int, /, **values: object) -> str:
    """The form of a message for `count` things; `{count}` stands for the number."""
    return _catalogue.ngettext(one, many, count).format(count=count, **values)


def listed(parts: Iterable[str]) -> str:
    """The parts that are not empty, with the commas of the student's language between them."""
    return _(", ").join(filter(None, parts))


def N_(message: str) -> str:  # noqa: N802 - the customary name
    """Mark a text for the catalogue; `_` translates it where it is shown."""
    return message


def use(language: str) -> None:
    """Speak `en` or `zh` from now on. Where a catalogue is missing, English is spoken."""
    global _spoken, _catalogue
    locale = _LOCALES.get(language)
    _spoken = language if language in NAMES else "en"
    _catalogue = (
        gettext.translation(DOMAIN, FOLDER, [locale], fallback=True)
        if locale
        else gettext.NullTranslations()
    )


def spoken() -> str:
    """The language in use: `en` or `zh`."""
    return _spoken


def of_locale(environment: Mapping[str, str] | None = None) -> str:
    """The language that the locale asks for: `zh` for any Chinese one, else `en`."""
    environment = os.environ if environment is None else environment
    names = (environment.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return "zh" if next((n for n in names if n), "").startswith("zh") else "en"
