"""Links: opened in a browser where there is one, copied everywhere."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from contextlib import suppress
from typing import Any

from textual.app import App


def browser_command() -> list[str] | None:
    """The command that opens a URL outside this terminal; None where nothing can, as over ssh.

    `webbrowser` would start a text browser on the app's own terminal there.
    """
    chosen = os.environ.get("BROWSER", "").split(os.pathsep)[0].replace("%s", "").strip()
    if chosen:
        try:
            words = shlex.split(chosen)
        except ValueError:
            words = []
        if words and shutil.which(words[0]):
            return words
    if sys.platform == "darwin":
        return ["open"]
    if os.environ.get("WSL_DISTRO_NAME") and shutil.which("wslview"):
        return ["wslview"]
    if os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        opener = shutil.which("xdg-open")
        return [opener] if opener else None
    return None


def open_link(app: App[Any], url: str) -> None:
    """Open `url` in the browser; where there is none, copy it and say so."""
    if not url:
        app.notify("there is no link to open here", severity="warning", markup=False)
        return
    if app.is_web:
        app.open_url(url)
        return
    command = browser_command()
    if command is not None:
        try:
            # Its words would land in the middle of the screen.
            subprocess.Popen(
                [*command, url],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        except OSError:
            pass
        else:
            app.notify(url, title="Opened in the browser", timeout=4, markup=False)
            return
    _copy(app, url)
    app.notify(
        f"{url}\ncopied: paste it into a browser",
        title="No browser can be opened from here",
        timeout=12,
        markup=False,
    )


def copy_link(app: App[Any], url: str) -> None:
    """Put `url` on the clipboard."""
    if not url:
        app.notify("there is no link to copy here", severity="warning", markup=False)
        return
    _copy(app, url)
    app.notify(url, title="Copied", timeout=4, markup=False)


def _copy(app: App[Any], text: str) -> None:
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
