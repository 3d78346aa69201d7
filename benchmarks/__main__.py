"""`python -m benchmarks [NAME ...]`: run the benchmarks, or those named, and print their tables."""

from __future__ import annotations

import argparse
import importlib
import platform
import sys
from datetime import date

BENCHMARKS = (
    "first_paint",
    "idle",
    "large_database",
    "reporter",
    "supervisor",
    "open_run",
    "live_runs",
    "big_log",
)


def main() -> int:
    """Run and print; the exit code says whether every bar was met."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*BENCHMARKS, []], metavar="NAME")
    parser.add_argument("--runs", type=int, default=10, help="repetitions of each (default 10)")
    arguments = parser.parse_args()
    print(f"{date.today()}, {platform.platform()}, Python {platform.python_version()}")
    met = True
    for name in arguments.names or BENCHMARKS:
        report = importlib.import_module(f"benchmarks.{name}").measure(arguments.runs)
        print(f"\n## {name}\n\n{report.table()}")
        met &= report.met
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
