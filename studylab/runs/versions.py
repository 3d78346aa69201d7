"""Which packages a Python has, and on what it runs: for the evidence of a run.

Read by the text too and given to the run's own interpreter, whatever that is: so this needs nothing
but the standard library of Python 3.7. Names of folders are looked at, nothing is imported.
"""

from __future__ import annotations

import json
import os
import re
import sys
from typing import Any

PACKAGES = (
    "accelerate", "datasets", "flax", "gensim", "jax", "jaxlib", "keras", "lightning", "numpy",
    "pandas", "peft", "pytorch-lightning", "safetensors", "scikit-learn", "scipy", "studylab",
    "tensorflow", "timm", "tokenizers", "torch", "torchaudio", "torchtext", "torchvision",
    "transformers", "triton", "trl", "xformers",
)  # fmt: skip
"""Those that change what a training run computes."""

_FOLDER = re.compile(r"(?P<name>[A-Za-z0-9._]+)-(?P<version>[^-]+)(?:-[^/]*)?\.(?:dist|egg)-info")


def versions(path: list[str]) -> dict[str, str]:
    """Of the packages above those that are found along a search path; the first one counts."""
    found: dict[str, str] = {}
    for folder in path:
        try:
            names = sorted(entry.name for entry in os.scandir(folder or "."))
        except OSError:
            continue
        for each in names:
            match = _FOLDER.fullmatch(each)
            if match is not None:
                name = re.sub(r"[-_.]+", "-", match["name"]).lower()
                if name in PACKAGES:
                    found.setdefault(name, match["version"])
    return dict(sorted(found.items()))


def record() -> dict[str, Any]:
    """What this Python is, has, and runs on."""
    system = os.uname()
    return {
        "python": ".".join(map(str, sys.version_info[:3])),
        "prefix": sys.prefix,
        "versions": versions(sys.path),
        "system": f"{system.sysname} {system.release} {system.machine}",
        "cores": os.cpu_count(),
    }


def write(file: str) -> None:
    """Put the record into a file, at once or not at all."""
    beside = f"{file}.{os.getpid()}"
    with open(beside, "w") as opened:
        json.dump(record(), opened, indent=1)
    os.replace(beside, file)


if __name__ == "__main__":
    # It is never worth more than a moment, and never in the way of the run.
    import signal

    signal.alarm(30)
    os.nice(10)
    if len(sys.argv) > 1:
        write(sys.argv[1])
    else:
        print(json.dumps(record()))
