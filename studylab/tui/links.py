"""Links: opened in a browser where there is one, copied everywhere."""

from __future__ import annotations

import os
import shutil
import subprocess
from contextlib import suppress
from typing import Any

from textual.app import App

from studylab.browser import open_in_browser
from studylab.language import _


def open_link(app: App[Any], url: str) -> None:
    """Open `url` in the browser; where there is none, copy it and say so."""
    if not url:
        app.notify(_("there is no link to open here"), severity="warning", markup=False)
        return
    if app.is_web:
        app.open_url(url)
        return
    if open_in_browser(url):
        app.notify(url, title=_("Opened in the browser"), timeout=4, markup=False)
        return
    copy_text(app, url)
    app.notify(
        _("{url}\ncopied: paste it into a browser", url=url),
        title=_("No browser can be opened from here"),
        timeout=12,
        markup=False,
    )


def copy_link(app: App[Any], url: str) -> None:
    """Put `url` on the clipboard."""
    if not url:
        app.notify(_("there is no link to copy here"), severity="warning", markup=False)
        return
    copy_text(app, url)
    app.notify(url, title=_("Copied"), timeout=4, markup=False)


def copy_text(app: App[Any], text: str) -> None:
    """Put `text` on the clipboard, tmux's too."""
    app.copy_to_clipboard(text)
    if os.environ.get("TMUX") and (tmux := shutil.which("tmux")):
        # tmux drops the escape sequence that asks for it unless it is set to `on`.
        with suppress(OSError, subprocess.TimeoutExpired):
            subprocess.run(
                [tmux, "load-buffer", "-w", "-"],
                input=text.encode("utf-8", "replace"),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=2,
                check=False,
            )
