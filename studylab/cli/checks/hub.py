"""Whether data sets can be fetched."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Callable, Mapping

from studylab.cli.checks import Check, fine, warning
from studylab.language import N_, _
from studylab.settings import Settings

HUB = "https://huggingface.co"
SECONDS = 3.0

_MEND = N_(
    "labs fall back on data that needs no network; else set hub_endpoint to a mirror, "
    "or https_proxy"
)


def endpoint(settings: Settings, environment: Mapping[str, str]) -> tuple[str, str]:
    """The address in use, and what decided it."""
    if settings.hub_endpoint:
        return settings.hub_endpoint, _("the setting hub_endpoint")
    if environment.get("HF_ENDPOINT"):
        return environment["HF_ENDPOINT"], "HF_ENDPOINT"
    return HUB, _("the hub itself")


def answers(address: str, seconds: float = SECONDS) -> str:
    """An empty text if a server answers there, else why not."""
    try:
        request = urllib.request.Request(  # noqa: S310 - the scheme is checked by `hub`
            address, method="HEAD", headers={"User-Agent": "studylab"}
        )
        with urllib.request.urlopen(request, timeout=seconds):  # noqa: S310 - as above
            return ""
    except urllib.error.HTTPError as error:
        # It is there, and may only dislike the request.
        if error.code < 500:
            return ""
        return _("answers with {code} {words}", code=error.code, words=error.reason)
    except urllib.error.URLError as error:
        return str(error.reason)
    except (OSError, ValueError) as error:
        return str(error) or type(error).__name__


def hub(
    settings: Settings, environment: Mapping[str, str], answers: Callable[[str], str] = answers
) -> Check:
    """Whether the hub, or the mirror in its place, answers."""
    address, why = endpoint(settings, environment)
    if environment.get("HF_HUB_OFFLINE", "").lower() in ("1", "true", "yes", "on"):
        found = _("HF_HUB_OFFLINE is set: nothing is fetched")
        return warning("hub", found, _("unset it to fetch data"))
    if not address.startswith(("https://", "http://")):
        found = _("{address} ({why}) is no web address", address=address, why=why)
        return warning("hub", found, _("write it in full, with https://"))
    trouble = answers(address)
    if trouble:
        found = _("{address} ({why}): {error}", address=address, why=why, error=trouble)
        return warning("hub", found, _(_MEND))
    return fine("hub", _("{address} answers ({why})", address=address, why=why))


def too_slow(settings: Settings, environment: Mapping[str, str]) -> Check:
    """What to say of a check that did not come back."""
    address, why = endpoint(settings, environment)
    found = _("{address} ({why}): its name is not found in time", address=address, why=why)
    return warning("hub", found, _(_MEND))
