"""The labs that are there: those that come with studylab and the student's own."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

from studylab import locations
from studylab.labspec import Lab, Setting, Value, find_setting
from studylab.language import _, listed
from studylab.problem import Missing
from studylab.runs.declaration import DeclarationError, read_declaration
from studylab.settings import Settings

EXTRA = ("torch", "sklearn", "datasets", "transformers")
INSTALL = "pip install 'studylab[labs]'"
OWN = "mine"
NOT_LABS = {"kit", "__pycache__"}


class NoSuchLab(Missing):
    """A name that no lab, or more than one, has; the nearest is offered."""


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """One lab. `error` is empty unless its file can't be read as a lab, then one line."""

    id: str
    path: Path
    arguments: tuple[str, ...]
    declared: Lab
    settings: tuple[Setting, ...] = ()
    docstring: str = ""
    error: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The last part of the id, `cnn` of `vision/cnn`."""
        return self.id.rsplit("/", 1)[-1]

    def setting(self, name: str) -> Setting:
        """One of the settings.

        Raises:
            SettingError: there is none of that name.
        """
        return find_setting(self.settings, name)

    def complete(self, values: Mapping[str, Value]) -> dict[str, Value]:
        """All settings, with `values` checked and the others at their defaults.

        Raises:
            SettingError: an unknown name or a refused value.
        """
        given = {self.setting(name).name: self.setting(name).check(v) for name, v in values.items()}
        return {s.name: given.get(s.name, s.default) for s in self.settings}


def catalogue(settings: Settings) -> list[CatalogueEntry]:
    """Every lab, by id."""
    entries = [_entry(id, path, own=False) for id, path in _files(locations.shipped("labs"))]
    if settings.labs:
        folder = Path(settings.labs).expanduser()
        entries += [_entry(f"{OWN}/{id}", path, own=True) for id, path in _files(folder)]
    return [entry for entry in entries if entry is not None]


def lab_ids(settings: Settings) -> set[str]:
    """The ids of the lab files, without reading them."""
    ids = {id for id, _path in _files(locations.shipped("labs"))}
    if settings.labs:
        ids |= {f"{OWN}/{id}" for id, _path in _files(Path(settings.labs).expanduser())}
    return ids


def find_lab(entries: list[CatalogueEntry], name: str) -> CatalogueEntry:
    """The lab called `name`, by its id or the last part of it.

    Raises:
        NoSuchLab: none, or several.
    """
    exact = [e for e in entries if e.id == name]
    found = exact or [e for e in entries if e.name == name]
    if len(found) == 1:
        return found[0]
    if found:
        ids = listed(e.id for e in found)
        raise NoSuchLab(_("{name!r} could be {ids}; type the whole id", name=name, ids=ids))
    names = [e.name for e in entries] + [e.id for e in entries]
    near = get_close_matches(name, names, n=1)
    hint = _("did you mean {name}?", name=near[0]) if near else _("`studylab labs` lists them")
    raise NoSuchLab(_("there is no lab {name!r}; {hint}", name=name, hint=hint))


def missing_packages() -> list[str]:
    """Which packages of the extra `labs` are not installed beside studylab."""
    return [name for name in EXTRA if importlib.util.find_spec(name) is None]


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    """Ids and paths of the Python files below `folder` that may be labs."""
    for path in sorted(folder.rglob("*.py")):
        parts = path.relative_to(folder).with_suffix("").parts
        if parts[-1].startswith("_") or NOT_LABS & set(parts):
            continue
        yield "/".join(parts), path


def _entry(id: str, path: Path, *, own: bool) -> CatalogueEntry | None:
    if own:
        arguments: tuple[str, ...] = ("-P", str(path))
    else:
        arguments = ("-P", "-m", "labs." + id.replace("/", "."))
    try:
        found = read_declaration(path)
    except DeclarationError as error:
        unread = Lab(name=id.rsplit("/", 1)[-1], title=id, teaches="", week=0, minutes=0)
        return CatalogueEntry(id, path, arguments, unread, error=str(error))
    if found is None:
        return None
    return CatalogueEntry(id, path, arguments, found.lab, found.settings, found.docstring)
