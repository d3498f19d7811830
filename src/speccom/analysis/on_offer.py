"""What a run can be started from: the demonstration's year, and what lies in the folders set aside for it.

Nothing outside of them can be named from a page.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from speccom.demonstration import RUN as DEMONSTRATION
from speccom.interface import formats
from speccom.rulebook.assignment import KIND as ASSIGNMENT
from speccom.rulebook.find import ShelvedRulebook, list_rulebooks, shelf

ENDINGS = (".csv", ".parquet", ".pq", ".tsv", ".txt")
_MOST = 500


@dataclass(frozen=True)
class Activity:
    """Some files of activity that can be chosen together; `key` stands for them in a form."""

    key: str
    title: str
    files: tuple[Path, ...]

    @property
    def words(self) -> str:
        """What is on offer, with its size."""
        size = sum(each.stat().st_size for each in self.files if each.exists()) / 1_000_000
        counted = f"{formats.counted(len(self.files), 'file')}, " if len(self.files) > 1 else ""
        return f"{self.title} ({counted}{size:,.1f} MB)"


@dataclass(frozen=True)
class Payers:
    """A method of assignment and the reference tables that it would use."""

    key: str
    method: ShelvedRulebook
    reference: Path

    @property
    def words(self) -> str:
        """The method, and where its tables come from."""
        return f"{self.method.title}, with the tables in {self.reference.name}"


def activity_folder(home: Path) -> Path:
    """Return the folder of activity: the one that SPECCOM_ACTIVITY names, or `activity` in the home."""
    return _set_aside("SPECCOM_ACTIVITY", home / "activity")


def reference_folder(home: Path) -> Path:
    """Return the folder of reference tables: the one that SPECCOM_REFERENCE names, or `reference`."""
    return _set_aside("SPECCOM_REFERENCE", home / "reference")


def activity_on_offer(home: Path) -> tuple[Activity, ...]:
    """Return all activity that a run can be started from: the demonstration, folders, single files."""
    folder = activity_folder(home)
    files = list(_files(folder))
    folders = sorted({each.parent for each in files if each.parent != folder})
    whole = [
        Activity(f"{each.relative_to(folder)}/", f"All of {each.relative_to(folder)}", _in(each, files))
        for each in folders
    ]
    single = [
        Activity(str(each.relative_to(folder)), str(each.relative_to(folder)), (each,)) for each in files
    ]
    return (*_demonstration(home), *whole, *single)


def payers_on_offer(home: Path) -> tuple[Payers, ...]:
    """Return each method with each folder of reference tables, the demonstration's last."""
    folders = (*_with_folders_in(reference_folder(home)), *_with_folders_in(shelf() / "reference"))
    tables = [each for each in folders if any(each.glob("*.csv"))]
    return tuple(
        Payers(f"{method.id}-{method.version}/{each.name}", method, each)
        for method in list_rulebooks(ASSIGNMENT)
        for each in tables
    )


def _set_aside(variable: str, otherwise: Path) -> Path:
    named = os.environ.get(variable)
    return Path(named).expanduser() if named else otherwise


def _with_folders_in(folder: Path) -> tuple[Path, ...]:
    if not folder.is_dir():
        return ()
    return (folder, *sorted(each for each in folder.iterdir() if each.is_dir()))


def _demonstration(home: Path) -> Iterator[Activity]:
    files = tuple(sorted((home / DEMONSTRATION).glob("*.parquet")))
    if files:
        yield Activity("demonstration", "The demonstration’s year", files)


def _files(folder: Path) -> Iterator[Path]:
    """Yield the files of activity in a folder and below it; links may lead elsewhere, and are left out."""
    found = 0
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(each for each in folders if not each.startswith("."))
        for name in sorted(names):
            path = Path(place) / name
            if name.startswith(".") or path.suffix.lower() not in ENDINGS or path.is_symlink():
                continue
            if name == "README.txt" or not path.is_file() or not _can_be_shown(str(path)):
                continue
            found += 1
            if found > _MOST:
                return
            yield path


def _can_be_shown(name: str) -> bool:
    """Whether a name is text: a file of any other cannot be chosen in a form, nor named in a manifest."""
    return not any("\ud800" <= letter <= "\udfff" for letter in name)


def _in(folder: Path, files: list[Path]) -> tuple[Path, ...]:
    return tuple(each for each in files if each.parent == folder)
