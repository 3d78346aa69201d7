"""The packages that labs need. They are looked at in a process of their own: torch takes seconds
and a gigabyte to load, and a broken one takes its process down."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from typing import Any

from studylab.cli.checks import Check, fine, warning
from studylab.language import _, listed
from studylab.runs.catalogue import EXTRA, INSTALL

SECONDS = 90.0
"""A first import of torch from a slow disk takes this long at most."""

PROGRAM = """
import importlib.metadata, importlib.util, json, sys
found = {}
for name, package in (("sklearn", "scikit-learn"), ("datasets",) * 2, ("transformers",) * 2):
    found[name] = importlib.util.find_spec(name) and importlib.metadata.version(package)
if importlib.util.find_spec("torch"):
    import torch
    found["torch"] = torch.__version__
    found["cuda"] = torch.version.cuda if torch.cuda.is_available() else None
    found["mps"] = torch.backends.mps.is_available()
    found["threads"] = torch.get_num_threads()
print(json.dumps(found))
"""

Look = Callable[[str], dict[str, Any]]


class LookFailed(Exception):
    """The other Python gave no answer; the text says why."""


def look(interpreter: str, seconds: float = SECONDS) -> dict[str, Any]:
    """What is installed beside `interpreter`.

    Raises:
        LookFailed: it gave no answer.
    """
    try:
        done = subprocess.run(
            [interpreter, "-P", "-c", PROGRAM],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=seconds,
            check=True,
        )
        found = json.loads(done.stdout.strip().splitlines()[-1])
    except subprocess.TimeoutExpired:
        raise LookFailed(
            _("importing torch took more than {seconds:.0f} s", seconds=seconds)
        ) from None
    except subprocess.CalledProcessError as error:
        words = error.stderr.strip().splitlines()
        ended = _("it ended with code {code}", code=error.returncode)
        raise LookFailed(words[-1] if words else ended) from None
    except (OSError, ValueError, IndexError) as error:
        raise LookFailed(str(error)) from None
    return dict(found)


def packages(interpreter: str, gpus: int, look: Look = look) -> Check:
    """torch and the other packages of the extra `labs`, and whether torch uses the GPU."""
    try:
        found = look(interpreter)
    except LookFailed as error:
        return warning(
            "torch",
            _("can't be imported: {error}", error=error),
            _("install it anew: {command}", command=INSTALL),
        )
    missing = [name for name in EXTRA if not found.get(name)]
    if missing:
        return warning(
            "torch",
            _("not installed: {names}", names=listed(missing)),
            _("to run labs: {command}", command=INSTALL),
        )
    device = "CPU"
    if found.get("cuda"):
        device = f"CUDA {found['cuda']}"
    elif found.get("mps"):
        device = "mps"
    described = _(
        "{version} on {device}, {threads} threads",
        version=found["torch"],
        device=device,
        threads=found.get("threads"),
    )
    if gpus and device == "CPU":
        described = _("{found}, though there is a GPU", found=described)
        return warning("torch", described, _("install a torch with CUDA"))
    return fine("torch", described)
