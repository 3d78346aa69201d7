"""The browser, where there is one outside this terminal."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys


def _command() -> list[str] | None:
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


def open_in_browser(url: str) -> bool:
    """Open `url`, and leave the terminal alone. Returns whether there was a browser for it."""
    command = _command()
    if command is None:
        return False
    try:
        # A browser talks on the terminal that it was started from.
        subprocess.Popen(
            [*command, url],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError:
        return False
    return True
