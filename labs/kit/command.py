"""The command line of a lab, made from its `Config`; how a lab starts and how it ends.

In a lab's file, in this order:

    LAB = Lab(...)

    @dataclass
    class Config: ...

    COMMAND = Command(LAB, Config, fast={"epochs": 1}, data=("digits", "mnist"))
    COMMAND.read(__name__)  # refuses a mistyped option before torch takes its seconds to load

    import torch

    def main(config: Config, run: Run) -> None: ...

    if __name__ == "__main__":
        COMMAND.run(main)

A refused value is one line on stderr and exit code 2; the other codes are in `labs.kit.errors`.
"""

from __future__ import annotations

import argparse
import os
import re
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any, Generic, NoReturn, TypeVar

from labs.kit.data import check_data
from labs.kit.errors import LabError, Stopped, UsageError
from labs.kit.page import help_page
from labs.kit.run import Run, find_checkpoint, run_directory_of
from studylab.labspec import Lab, Setting, SettingError, Value, find_setting, settings_of
from studylab.metrics.reporter import RUN_DIRECTORY, Reporter

ConfigT = TypeVar("ConfigT")

DEVICES = ("auto", "cuda", "mps", "cpu")

RUN_OPTIONS = (
    Setting("fast", "bool", False, "a run of seconds, to see that everything works"),
    Setting("resume", "str", "", "go on from a checkpoint or a run directory"),
    Setting("device", "str", "auto", "where to compute; auto takes the fastest", choices=DEVICES),
)
"""What every lab takes beside its own settings."""


@dataclass(frozen=True)
class Arguments:
    """A command line as read: only what was given, so that a resumed run keeps the rest."""

    given: dict[str, Value] = field(default_factory=dict)
    resume: Path | None = None
    fast: bool = False
    device: str = "auto"


class Command(Generic[ConfigT]):
    """A lab's command line."""

    def __init__(
        self,
        lab: Lab,
        config: type[ConfigT],
        *,
        fast: Mapping[str, Value] | None = None,
        data: Sequence[str] = (),
    ) -> None:
        """`fast` is the preset of `--fast`; `data` names the sets that `--data` knows."""
        self.lab = lab
        self.config = config
        module = _module_of(config)
        self.start = f"python -m {module}" if module else f"python {sys.argv[0]}"
        self.settings = settings_of(config)
        self.fast = {
            name: find_setting(self.settings, name).check(v) for name, v in (fast or {}).items()
        }
        self.data = tuple(data)
        self.arguments = Arguments()

    def read(self, module: str) -> None:
        """Read this process's command line, if `module` is the one being run.

        Exits with a line on stderr if it is refused, or with the help page if that was asked for.
        """
        if module != "__main__":
            return
        sys.excepthook = self._explain_import
        argv = sys.argv[1:]
        if {"-h", "--help"} & set(argv):
            print(self.help())
            sys.exit(0)
        try:
            self.arguments = self.parse(argv)
        except (SettingError, LabError) as error:
            sys.exit(self._refuse(str(error), UsageError.exit_code))

    def help(self) -> str:
        """The text of `--help`."""
        return help_page(self.lab, self.start, self.settings, RUN_OPTIONS, self.fast)

    def parse(self, argv: Sequence[str]) -> Arguments:
        """Read a command line.

        Raises:
            SettingError, UsageError: an option or a value is refused.
        """
        options = (*self.settings, *RUN_OPTIONS)
        namespace, rest = self._parser(options).parse_known_args(_joined(argv, options))
        if rest:
            raise SettingError(_unknown(rest, options))
        values = {
            s.name: s.check(raw) if isinstance(raw := found, bool) else s.parse(str(raw))
            for s in options
            if (found := getattr(namespace, s.name, None)) is not None
        }
        if values.get("resume") == "":
            raise SettingError("--resume takes a checkpoint or a run directory, not ''")
        resume = values.pop("resume", None)
        arguments = Arguments(
            fast=bool(values.pop("fast", False)),
            device=str(values.pop("device", "auto")),
            resume=find_checkpoint(Path(str(resume))) if resume else None,
            given=values,
        )
        self.configure(arguments)
        return arguments

    def configure(self, arguments: Arguments, saved: Mapping[str, Value] | None = None) -> ConfigT:
        """The lab's `Config`: defaults, then `--fast`, then what a resumed run had, then what
        was given now.

        Raises:
            SettingError: the settings do not go together, or a saved one is no longer accepted.
        """
        preset = self.fast if arguments.fast else {}
        known = {s.name: s for s in self.settings}
        kept = {n: known[n].check(v) for n, v in (saved or {}).items() if n in known}
        config = self.config(**{**preset, **kept, **arguments.given})
        if self.data and "data" in known:
            check_data(str(vars(config)["data"]), self.data)
        return config

    def run(self, main: Callable[[ConfigT, Run], None]) -> NoReturn:
        """Run the lab and end the process with its exit code."""
        sys.excepthook = sys.__excepthook__
        sys.exit(self.outcome(main))

    def outcome(self, main: Callable[[ConfigT, Run], None]) -> int:
        """Run the lab with the command line that was read; the exit code of it."""
        before = _on_terminate()
        try:
            config, run = self._open()
            with run.reporter:
                main(config, run)
            return 0
        except Stopped as stop:
            print(stop.text, flush=True)
            return stop.exit_code
        except KeyboardInterrupt:
            print(f"\n{self.lab.name}: stopped", file=sys.stderr)
            return 128 + signal.SIGINT
        except LabError as error:
            return self._refuse(str(error), error.exit_code)
        except SettingError as error:
            return self._refuse(str(error), UsageError.exit_code)
        except Exception as error:
            words = self._out_of_memory(error)
            if words is None:
                raise
            return self._refuse(words, LabError.exit_code)
        finally:
            if before is not None:
                signal.signal(signal.SIGTERM, before)

    def _open(self) -> tuple[ConfigT, Run]:
        arguments, saved = self.arguments, None
        if arguments.resume:
            from labs.kit.checkpoint import load  # loads torch

            saved = load(arguments.resume, lab=self.lab.name)
        config = self.configure(arguments, saved.settings if saved else None)
        settings = {s.name: getattr(config, s.name) for s in self.settings}
        try:
            reporter = _reporter(self.lab.name, arguments.resume)
        except OSError as error:
            raise LabError(f"the run directory cannot be written: {error}") from None
        return config, Run(
            self.lab, reporter, settings, arguments.resume, saved,
            arguments.device, arguments.fast, self.start,
        )  # fmt: skip

    def _parser(self, options: Sequence[Setting]) -> argparse.ArgumentParser:
        parser = _Parser(options, prog=self.lab.name, add_help=False, allow_abbrev=False, usage="")
        for s in options:
            if s.type == "bool":
                action: Any = argparse.BooleanOptionalAction
                parser.add_argument(s.flag, dest=s.name, action=action, default=None)
            else:
                parser.add_argument(s.flag, dest=s.name, default=None)
        return parser

    def _refuse(self, text: str, exit_code: int) -> int:
        print(f"{self.lab.name}: {text}", file=sys.stderr, flush=True)
        return exit_code

    def _out_of_memory(self, error: Exception) -> str | None:
        if not isinstance(error, MemoryError) and type(error).__name__ != "OutOfMemoryError":
            return None
        sizes = [s for s in self.settings if s.name == "batch_size"]
        mend = f"; a smaller {sizes[0].flag} needs less" if sizes else ""
        return f"out of memory{mend}"

    def _explain_import(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        """Between the settings and `main` a lab only loads its libraries."""
        if isinstance(error, ModuleNotFoundError) and error.name in _LIBRARIES:
            library = _LIBRARIES[error.name]
            self._refuse(f"needs {library}, which is not installed: pip install {library}", 1)
        elif isinstance(error, KeyboardInterrupt):
            self._refuse("stopped before it began", 1)
        else:
            sys.__excepthook__(kind, error, trace)


_LIBRARIES = {
    "numpy": "numpy",
    "torch": "torch",
    "sklearn": "scikit-learn",
    "tqdm": "tqdm",
    "datasets": "datasets",
    "transformers": "transformers",
}


class _Parser(argparse.ArgumentParser):
    """argparse, but a refusal is an exception with a line of ours."""

    def __init__(self, options: Sequence[Setting], **more: Any) -> None:
        super().__init__(**more)
        self.by_flag = {s.flag: s for s in options}

    def error(self, message: str) -> NoReturn:
        found = re.match(r"argument (--[\w-]+)(?:[,/] ?--no-[\w-]+)?: ", message)
        s = self.by_flag.get(found[1]) if found else None
        if s is None:
            raise SettingError(message)
        if s.type == "bool":
            raise SettingError(f"{s.flag} takes no value: {s.flag} or {s.flag[:2]}no-{s.flag[2:]}")
        raise SettingError(f"{s.flag} takes {s.allowed}, and nothing follows it")


def _joined(argv: Sequence[str], options: Sequence[Setting]) -> list[str]:
    """`--batch_size 8` as `--batch-size=8`: argparse takes -1e-3 for an option otherwise."""
    takes_value = {s.flag for s in options if s.type != "bool"}
    joined: list[str] = []
    for word in argv:
        if joined and joined[-1] in takes_value and not word.startswith("--"):
            joined[-1] += f"={word}"
        elif word.startswith("--"):
            name, equals, value = word.partition("=")
            joined.append(name.replace("_", "-") + equals + value)
        else:
            joined.append(word)
    return joined


def _unknown(rest: Sequence[str], options: Sequence[Setting]) -> str:
    name = next((word for word in rest if word.startswith("-") and word != "--"), None)
    if name is None:
        return f"options start with --, and {rest[0]!r} does not; see --help"
    name = name.split("=")[0]
    flags = {s.flag for s in options}
    flags |= {"--no-" + s.flag[2:] for s in options if s.type == "bool"} | {"--help"}
    near = get_close_matches(name.replace("_", "-"), flags, n=1)
    return f"no setting is called {name}; " + (f"did you mean {near[0]}?" if near else "see --help")


def _module_of(config: type) -> str:
    if config.__module__ != "__main__":
        return config.__module__
    spec = getattr(sys.modules["__main__"], "__spec__", None)
    return spec.name if spec else ""


def _reporter(name: str, resume: Path | None) -> Reporter:
    """A resumed run goes on in its own directory, unless a supervisor names another."""
    directory = run_directory_of(resume) if resume else None
    if directory is None or os.environ.get(RUN_DIRECTORY):
        return Reporter.open(name)
    here = Path.cwd()
    return Reporter(directory.relative_to(here) if directory.is_relative_to(here) else directory)


def _on_terminate() -> Any:
    """Outside the training loop SIGTERM ends the lab as Ctrl-C does. Returns what was set
    before, or None where signals cannot be set (only the main thread can)."""

    def stop(number: int, _frame: FrameType | None) -> None:
        raise Stopped(number)

    try:
        return signal.signal(signal.SIGTERM, stop)
    except ValueError:
        return None
