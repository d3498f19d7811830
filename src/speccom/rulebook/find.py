"""Find a rulebook by its kind, its identifier and a date. A date that no version covers is refused.

There are two shelves: the one that speccom comes with (or SPECCOM_RULEBOOKS names), and in the product's home
the versions that were approved here.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

import speccom
from speccom.criteria.criterion_errors import nearest
from speccom.problem import Problem
from speccom.product_home import product_home
from speccom.rulebook.address_part import fits_an_address
from speccom.rulebook.approval import read_approval
from speccom.rulebook.shape import METADATA_FILE

SHELF_VARIABLE = "SPECCOM_RULEBOOKS"
_NO_SLASH = "Write 2025-26 rather than 2025/26"


@dataclass(frozen=True)
class ShelvedRulebook:
    """A rulebook on the shelf, known by its metadata only; its kind's own loader reads the rest.

    `replaces` are versions whose place it takes on the days that both are valid.
    """

    kind: str
    id: str
    version: str
    title: str
    valid_from: date
    valid_to: date
    status: str
    folder: Path
    replaces: tuple[str, ...] = ()

    def is_valid_on(self, day: date) -> bool:
        """Whether the day is one of the rulebook's; its first and last days are."""
        return self.valid_from <= day <= self.valid_to

    @property
    def period(self) -> str:
        """Its validity in words."""
        return f"{_words(self.valid_from)} to {_words(self.valid_to)}"


class UnreadableRulebook(Problem):
    """A rulebook on the shelf that cannot be listed. `name` is its identifier and version, or its folder."""

    def __init__(self, problem: Problem, name: str) -> None:
        super().__init__(problem.what, where=problem.where, mend=problem.mend)
        self.name = name


def shelf() -> Path:
    """Return the folder of all rulebooks.

    It is the one that SPECCOM_RULEBOOKS names, else the repository's, else the copy in the installed
    package. Raises Problem where the named folder is not there.
    """
    named = os.environ.get(SHELF_VARIABLE)
    if named:
        path = Path(named).expanduser()
        if not path.is_dir():
            raise Problem(
                f"{SHELF_VARIABLE} names {named}, and there is no such folder",
                mend="Name the folder that holds the rulebooks, or unset it to use speccom's own",
            )
        return path
    package = Path(speccom.__file__).resolve().parent
    for candidate in (package.parents[1] / "rulebooks", package / "shipped_rulebooks"):
        if candidate.is_dir():
            return candidate
    raise Problem(
        "no rulebooks were installed with speccom",
        mend=f"Set {SHELF_VARIABLE} to the folder that holds them",
    )


def approved_shelf() -> Path:
    """Return the folder of the versions that were approved here; there may be none."""
    return product_home() / "rulebooks"


def list_rulebooks(kind: str, shelf_folder: Path | None = None) -> tuple[ShelvedRulebook, ...]:
    """Return the rulebooks of a kind ("identification"), by identifier and then by first day.

    One whose rulebook.toml cannot be read is left out here and named by `unreadable_rulebooks`.
    """
    found = (each for each in _read(kind, shelf_folder) if isinstance(each, ShelvedRulebook))
    return tuple(sorted(found, key=lambda each: (each.id, each.valid_from, each.version)))


def unreadable_rulebooks(kind: str, shelf_folder: Path | None = None) -> tuple[UnreadableRulebook, ...]:
    """Return what is wrong with the rulebooks of a kind that cannot be listed."""
    return tuple(each for each in _read(kind, shelf_folder) if isinstance(each, UnreadableRulebook))


def find(kind: str, rulebook_id: str, *, on: date, shelf_folder: Path | None = None) -> ShelvedRulebook:
    """Return the one version of a rulebook that is valid on a day.

    Raises Problem where there is no such rulebook, where no version covers the day (none is guessed), and
    where two do.
    """
    listed = list_rulebooks(kind, shelf_folder)
    versions = [each for each in listed if each.id == rulebook_id]
    if not versions:
        raise Problem(_unknown(kind, rulebook_id, listed), mend=_mend_unknown(kind, listed, shelf_folder))
    valid = standing(versions, on)
    if len(valid) == 1:
        return valid[0]
    if not valid:
        raise Problem(
            f"no version of the {kind} rulebook `{rulebook_id}` is valid on {_words(on)}",
            mend="There is "
            + _listed(f"{each.version} ({each.period})" for each in versions)
            + "; none is used outside its dates",
        )
    raise Problem(
        f"{len(valid)} versions of the {kind} rulebook `{rulebook_id}` are valid on {_words(on)}: "
        + _listed(f"{each.version} ({each.period}, in {each.folder})" for each in valid),
        mend="Change their dates so that one is valid on each day, or name the folder of the one you mean",
    )


def standing(versions: Iterable[ShelvedRulebook], day: date) -> list[ShelvedRulebook]:
    """Return the versions that are valid on a day, without those whose place another of them takes."""
    valid = [each for each in versions if each.is_valid_on(day)]
    replaced = {(each.id, version) for each in valid for version in each.replaces}
    return [each for each in valid if (each.id, each.version) not in replaced]


def _unknown(kind: str, rulebook_id: str, listed: Iterable[ShelvedRulebook]) -> str:
    near = nearest(rulebook_id, sorted({each.id for each in listed}))
    meant = f"; did you mean `{near}`?" if near else ""
    return f"there is no {kind} rulebook `{rulebook_id}`{meant}"


def _mend_unknown(kind: str, listed: Iterable[ShelvedRulebook], shelf_folder: Path | None) -> str:
    names = sorted({each.id for each in listed})
    known = f"There is {_listed(names)}" if names else f"There are none in {shelf_folder or shelf()}"
    broken = len(unreadable_rulebooks(kind, shelf_folder))
    return f"{known}; {broken} more cannot be read" if broken else known


def _read(kind: str, shelf_folder: Path | None) -> Iterator[ShelvedRulebook | UnreadableRulebook]:
    for path in sorted(((shelf_folder or shelf()) / kind).rglob(METADATA_FILE)):
        try:
            yield _shelved(kind, path)
        except Problem as problem:
            yield UnreadableRulebook(problem, _name(path))
    if shelf_folder is None:
        yield from _read_approved(kind)


def _read_approved(kind: str) -> Iterator[ShelvedRulebook | UnreadableRulebook]:
    for path in sorted((approved_shelf() / kind).rglob(METADATA_FILE)):
        try:
            approval = read_approval(path.parent)
            if approval is None:
                raise Problem("this rulebook was not approved, so it is not used", where=str(path.parent))
            yield replace(_shelved(kind, path), replaces=approval.replaces)
        except Problem as problem:
            yield UnreadableRulebook(problem, _name(path))


def _name(path: Path) -> str:
    """Return the identifier and version of a rulebook where its file says both, else its folder's name."""
    try:
        metadata = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        return path.parent.name
    said = [metadata.get(key) for key in ("id", "version")]
    named = [each.strip() for each in said if isinstance(each, str) and each.strip()]
    return " ".join(named) if len(named) == len(said) else path.parent.name


def _shelved(kind: str, path: Path) -> ShelvedRulebook:
    try:
        metadata = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as fault:
        raise Problem(f"the file cannot be read ({fault.strerror})", where=str(path)) from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as fault:
        raise Problem(f"this is not valid TOML: {fault}", where=str(path)) from None

    def text(key: str) -> str:
        value = metadata.get(key, "")
        if not isinstance(value, str) or not value.strip():
            raise Problem(f"`{key}` is missing or not text", where=str(path))
        return value.strip()

    def day(key: str) -> date:
        value = metadata.get(key, "")
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        try:
            return date.fromisoformat(str(value).strip())
        except ValueError:
            raise Problem(f"`{key}` is not a date such as 2025-04-01", where=str(path)) from None

    def part_of_an_address(key: str) -> str:
        name = text(key)
        if not fits_an_address(name):
            raise Problem(
                f"`{key}` is {name}, which no web address can hold", where=str(path), mend=_NO_SLASH
            )
        return name

    return ShelvedRulebook(
        kind=kind,
        id=part_of_an_address("id"),
        version=part_of_an_address("version"),
        title=text("title"),
        valid_from=day("valid_from"),
        valid_to=day("valid_to"),
        status=text("status"),
        folder=path.parent,
    )


def _listed(names: Iterable[str]) -> str:
    found = list(names)
    return found[0] if len(found) == 1 else f"{', '.join(found[:-1])} and {found[-1]}"


def _words(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
