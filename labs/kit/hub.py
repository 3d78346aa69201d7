"""Data sets of the Hugging Face hub or of a mirror of it.

    tables, origin = tables_from_hub("ylecun/mnist", instead="digits")
    tables                                         # {"train": a table, "test": a table}

Names always have their owner: `load_dataset("glue")` reads a folder `./glue` if there is one.
An endpoint that is out of reach costs `datasets` 23 seconds of retries, so it is asked first.
"""

from __future__ import annotations

import http.client
import os
import sys
import threading
import urllib.error
import urllib.request
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from labs.kit.errors import DataError, first_line

if TYPE_CHECKING:
    import pyarrow

ENDPOINT = "https://huggingface.co"
PROBE_SECONDS = 3.0


def endpoint() -> str:
    """The hub's address: `HF_ENDPOINT`, or the hub itself."""
    return (os.environ.get("HF_ENDPOINT") or ENDPOINT).rstrip("/")


def unreachable(repository: str) -> str | None:
    """Why the endpoint cannot be reached, in words; None if it answers anything at all.

    An HTTP error is an answer: `datasets` knows better than a probe what a 404 or 401 means.
    """
    address = f"{endpoint()}/api/datasets/{repository}"
    if urlsplit(address).scheme not in ("http", "https"):
        return f"HF_ENDPOINT is {endpoint()!r}, which is no http address"
    cause: list[str | None] = [f"no answer within {PROBE_SECONDS:g} s"]

    def ask() -> None:
        try:
            with urllib.request.urlopen(address, timeout=PROBE_SECONDS):  # noqa: S310, checked above
                cause[0] = None
        except urllib.error.HTTPError:
            cause[0] = None
        except urllib.error.URLError as error:
            cause[0] = _words(error.reason)
        except (OSError, http.client.HTTPException, ValueError) as error:
            cause[0] = _words(error)

    # A thread of its own, because the time-out of a socket does not cover the name's resolution.
    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(PROBE_SECONDS + 0.5)
    return cause[0]


def tables_from_hub(
    repository: str, configuration: str | None = None, *, instead: str
) -> tuple[dict[str, pyarrow.Table], str]:
    """A data set's splits as tables, and where they were had: the endpoint, or the cache of an
    earlier run where the endpoint is out of reach.

    `instead` names the lab's embedded set, for the message.

    Raises:
        DataError: it can't be had; the line says why, and what works instead.
    """
    offline = os.environ.get("HF_HUB_OFFLINE", "").upper() in ("1", "TRUE", "YES", "ON")
    cause = None if offline else unreachable(repository)
    if cause and "huggingface_hub" not in sys.modules:
        # Reads the cache at once instead of retrying; the library looks at this when imported.
        os.environ["HF_HUB_OFFLINE"] = "1"
    elif cause:
        raise DataError(_message(repository, cause, instead))
    try:
        import datasets
        import huggingface_hub.utils.logging as hub_logging
    except ModuleNotFoundError as error:
        raise DataError(f"--data from the hub needs {error.name}: pip install datasets") from None
    # A failure is told once, below, in words; so is the use of the cache.
    hub_logging.get_logger().setLevel("CRITICAL")
    datasets.logging.set_verbosity_error()
    if not sys.stderr.isatty():
        datasets.disable_progress_bars()
    try:
        found = datasets.load_dataset(repository, configuration)
    except Exception as error:
        if cause is None:
            cause = "HF_HUB_OFFLINE is set, and it is not in the cache" if offline else _deep(error)
        raise DataError(_message(repository, cause, instead)) from None
    origin = f"{repository} from {endpoint()}"
    if cause or offline:
        origin = f"{repository} from the cache" + (f", as {endpoint()}: {cause}" if cause else "")
    return {str(split): rows.data.table for split, rows in found.items()}, origin


def _message(repository: str, cause: str, instead: str) -> str:
    return (
        f"{repository} can't be had from {endpoint()}: {cause}. Name a mirror with HF_ENDPOINT, "
        f"give a folder with --data PATH, or use --data {instead}"
    )


def _words(error: object) -> str:
    if isinstance(error, TimeoutError):
        return f"no answer within {PROBE_SECONDS:g} s"
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return str(text).rstrip(".")


def _deep(error: BaseException) -> str:
    """What lies at the bottom of an error of `datasets`, whose own text may be about its cache
    ("not cached in None") when the network failed."""
    chain: list[BaseException] = []
    current: BaseException | None = error
    while current is not None and current not in chain:
        chain.append(current)
        current = current.__cause__ or current.__context__
    told = [e for e in chain if type(e) is not FileNotFoundError] or chain
    return first_line(told[-1]).rstrip(".")
