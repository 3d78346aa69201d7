"""`studylab open`."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.runs.conftest import wait_for


@pytest.fixture(autouse=True)
def no_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER", "WSL_DISTRO_NAME"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("words", "begins"),
    [
        (("P9",), "https://"),
        (("bert",), "https://arxiv.org/"),
        (("paper-bert", "--which", "code"), "https://github.com/"),
        (("bert", "--which", "video", "--print"), "https://"),
    ],
)
def test_the_address_is_printed(cli: Cli, words: tuple[str, ...], begins: str) -> None:
    done = cli("open", *words)
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith(begins)


def test_the_browser_is_started_where_there_is_one(cli: Cli, tmp_path: Path, monkeypatch) -> None:
    seen = tmp_path / "seen"
    browser = tmp_path / "browser"
    browser.write_text(
        f"#!{sys.executable}\nimport sys\nopen({str(seen)!r}, 'w').write(sys.argv[1])"
    )
    browser.chmod(0o700)
    monkeypatch.setenv("BROWSER", str(browser))
    cli("open", "P9", "--print")
    assert not seen.exists()
    address = cli("open", "P9").out.strip()
    assert wait_for(lambda: seen.exists() and seen.read_text()) == address


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("nothing",), 3, "no item"),
        (("P9-P12",), 2, "names 4 items"),
        (("P9", "--which", "code"), 2, "no paper"),
        (("clip", "--which", "code"), 3, "no address"),
    ],
)
def test_what_has_no_address_is_one_line(
    cli: Cli, words: tuple[str, ...], code: int, said: str
) -> None:
    done = cli("open", *words)
    assert (done.code, len(done.err.splitlines())) == (code, 1)
    assert said in done.err
