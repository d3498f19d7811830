"""The shapes of the four feeds, and the settings by which they are read: data under `rulebooks/feeds/`."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from speccom.activity.recognise import Header
from speccom.methods.reconciliation.entry import Feed, Part
from speccom.problem import Problem

FOLDER = "feeds"
SETTINGS = "settings.toml"

Kind = TypeVar("Kind", bound=BaseModel)


class Restates(StrEnum):
    """Which months a file speaks for."""

    SPAN = "span"
    YEAR_TO_DATE = "year_to_date"


class LaterBy(StrEnum):
    """What makes one file later than another."""

    CREATED = "created"
    GIVEN = "given"


class _Written(BaseModel):
    """Read from a file of the shelf; what it does not know is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Shifted(_Written):
    """When so much of a column cannot be read that the whole file is refused."""

    most_unusable: float = Field(ge=0, le=1)
    fewest_unusable: int = Field(ge=1)


class Amounts(_Written):
    """What can be an amount."""

    largest_pounds: Decimal = Field(gt=0)


class Dates(_Written):
    """How a date is understood where its form leaves a choice."""

    month_first_with_am_or_pm: bool
    century_of_two_digit_years: int = Field(ge=1900, le=2000, multiple_of=100)
    first_year: int
    last_year: int


class Organisations(_Written):
    """How organisation codes are brought to one form."""

    default_site_suffix: str


class Restatements(_Written):
    """Which of several files counts."""

    restates: Restates
    later_by: LaterBy


class Settings(_Written):
    """All settings by which feeds are read."""

    shifted: Shifted
    amounts: Amounts
    dates: Dates
    organisations: Organisations
    restatements: Restatements


class NotUsed(_Written):
    """Columns that a feed is known to have and that reconciliation has no use for."""

    names: tuple[str, ...]


class FeedShape(_Written):
    """One feed: for each of our columns the names it may have in a file, in order of preference."""

    id: str
    title: str
    feed: Feed
    source: str
    recognised_by: tuple[str, ...]
    required: tuple[str, ...]
    money: tuple[str, ...] = Field(min_length=1)
    restated_by: tuple[str, ...]
    other_numbers: tuple[str, ...] = ()
    parts: Mapping[Part, tuple[str, ...]] = Field(default_factory=dict)
    columns: Mapping[str, tuple[str, ...]]
    not_used: NotUsed

    def part_of(self, point_of_delivery: str) -> Part:
        """Return what money is for, by its point of delivery."""
        return next(
            (part for part, points in self.parts.items() if point_of_delivery in points), Part.ACTIVITY
        )


@dataclass(frozen=True)
class Shelf:
    """The feeds by their id, and the settings."""

    feeds: Mapping[str, FeedShape]
    settings: Settings


@dataclass(frozen=True)
class Mapped:
    """One file's columns in its own order: which name serves which of ours, and the names nobody knows."""

    shape: FeedShape
    sources: Mapping[str, str]
    unknown: tuple[str, ...]


def load_feeds(shelf: Path) -> Shelf:
    """Return the feeds of a shelf. Raises Problem where there are none, or one is not well formed."""
    folder = shelf / FOLDER
    paths = sorted(path for path in folder.glob("*.toml") if path.name != SETTINGS)
    if not paths or not (folder / SETTINGS).is_file():
        raise Problem(
            "there are no contract feeds here",
            where=str(folder),
            mend="Point SPECCOM_RULEBOOKS at the folder of rulebooks that comes with speccom",
        )
    shapes = [_shape(path) for path in paths]
    return Shelf({shape.id: shape for shape in shapes}, _read(Settings, folder / SETTINGS))


def _shape(path: Path) -> FeedShape:
    shape = _read(FeedShape, path)
    used = {*shape.recognised_by, *shape.required, *shape.money, *shape.restated_by, *shape.other_numbers}
    missing = sorted(used - shape.columns.keys())
    if missing:
        raise Problem(f"no column is given for {', '.join(missing)}", where=str(path))
    return shape


def _read(kind: type[Kind], path: Path) -> Kind:
    try:
        return kind.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Problem(f"this is no TOML ({error})", where=str(path)) from error
    except ValidationError as faults:
        said = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in faults.errors())
        raise Problem(
            said, where=str(path), mend="Compare it with the feeds that come with speccom"
        ) from None


def map_columns(names: Sequence[str], shapes: Iterable[FeedShape], file: str) -> Mapped:
    """Return which feed a file is, by its columns, and what each column is.

    Raises Problem where no feed fits, a column that is needed is missing, or one is there twice.
    """
    header = Header(names)
    shapes = tuple(shapes)
    fitting = [shape for shape in shapes if not _lacks(header, shape, shape.recognised_by)]
    if not fitting:
        raise _not_recognised(header, shapes, file)
    shape = max(fitting, key=lambda each: (len(each.recognised_by), len(_found(header, each))))
    missing = _lacks(header, shape, shape.required)
    if missing:
        raise Problem(
            f"this is {shape.title} ({shape.id}) by its columns, and it has none for "
            f"{_spoken(shape, missing)}",
            where=file,
            mend="Add the column, or put the file's own name for it into the feed's list of names",
        )
    sources = _found(header, shape)
    for name in sources.values():
        if header.repeated(name):
            raise Problem(
                f"the column {name} is there more than once, so it is not clear which one to use",
                where=file,
                mend="Rename or delete all but one of them",
            )
    known = Header([*(name for each in shape.columns.values() for name in each), *shape.not_used.names])
    return Mapped(shape, sources, tuple(name for name in names if name and known.find(name) is None))


def _found(header: Header, shape: FeedShape) -> dict[str, str]:
    found = {
        column: next((own for name in names if (own := header.find(name)) is not None), None)
        for column, names in shape.columns.items()
    }
    known = {column: name for column, name in found.items() if name is not None}
    return dict(sorted(known.items(), key=lambda each: header.names.index(each[1])))


def _lacks(header: Header, shape: FeedShape, columns: Iterable[str]) -> list[str]:
    found = _found(header, shape)
    return [column for column in columns if column not in found]


def _spoken(shape: FeedShape, columns: Iterable[str]) -> str:
    return " and ".join(f"{column.replace('_', ' ')} ({shape.columns[column][0]})" for column in columns)


def _not_recognised(header: Header, shapes: Sequence[FeedShape], file: str) -> Problem:
    nearest = max(shapes, key=lambda each: len(_found(header, each)))
    seen = [name for name in header.names if name][:8]
    if not _found(header, nearest):
        what = "no contract feed has any of these columns"
    else:
        missing = _spoken(nearest, _lacks(header, nearest, nearest.recognised_by))
        what = f"no contract feed fits these columns; the nearest, {nearest.id}, also needs {missing}"
    return Problem(
        what,
        where=file,
        mend=f"The file has the columns {', '.join(seen)}. "
        f"The feeds are {', '.join(each.id for each in shapes)}",
    )
