"""What `location` takes: sites, areas with travel times, and the question asked of them."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from speccom.methods.method import Figures, Pence

Share = Annotated[float, Field(ge=0, le=1)]
Time = Annotated[float, Field(ge=0)]


class Standing(StrEnum):
    """Whether a choice may use a site."""

    MAY_OPEN = "may open"
    OPEN = "open"
    SHUT = "shut"


class Volumes(StrEnum):
    """What the sites' least and greatest volumes do to the choice of sites.

    `ignored`: nothing, they are only reported. `nearest`: everyone goes to the nearest open site, and the
    volumes that follow keep to the limits. `planned`: areas may be sent elsewhere, and shared, to keep to
    them.
    """

    IGNORED = "ignored"
    NEAREST = "nearest"
    PLANNED = "planned"


class Goes(StrEnum):
    """Where people go: all to the nearest open site, or spread as Huff's model says."""

    NEAREST = "nearest"
    HUFF = "huff"


class Objective(StrEnum):
    """What a set of sites is judged by; less is better for each."""

    SITES = "sites"
    MEAN = "mean time"
    GREATEST = "greatest time"
    OUTSIDE = "share outside"
    BELOW_MINIMUM = "sites below minimum"


class Site(Figures):
    """A place where the service is, or could be."""

    name: str = Field(min_length=1)
    """Its name."""
    standing: Standing = Standing.MAY_OPEN
    """Whether a choice may use it, must use it (`open`) or must not (`shut`)."""
    minimum: float | None = Field(default=None, ge=0)
    """The least volume that it needs, in the unit of demand; nothing where there is none."""
    capacity: float | None = Field(default=None, ge=0)
    """The greatest volume that it can take, in the unit of demand; nothing where there is none."""
    attraction: float | None = Field(default=None, gt=0)
    """Its pull in Huff's model, such as its beds; only the ratio between sites matters."""
    footprint: str = ""
    """The planning area it lies in, where people stay within theirs."""


class Area(Figures):
    """A small area where people live."""

    name: str = Field(min_length=1)
    """Its name or code."""
    demand: float = Field(ge=0)
    """How many people, or admissions a year, it has."""
    times: tuple[Time | None, ...]
    """The travel time to each site, in the order of the sites, in one unit throughout; nothing for no way."""
    deprivation_fifth: int | None = Field(default=None, ge=1, le=5)
    """1 for the most deprived fifth of areas to 5 for the least."""
    footprint: str = ""
    """The planning area it lies in, where people stay within theirs."""
    groups: dict[str, str] = Field(default_factory=dict)
    """Other groups it belongs to, such as `rurality` or `integrated care board`."""


class Access(Figures):
    """How people reach these sites."""

    ask: Literal["access"]
    """`access`."""
    sites: tuple[str, ...] = Field(min_length=1)
    """The names of the open sites."""


class PMedian(Figures):
    """The sites with the least mean travel time."""

    ask: Literal["p_median"]
    """`p_median`."""
    sites: int = Field(ge=1)
    """How many sites are open."""
    volumes: Volumes = Volumes.IGNORED
    """What the sites' least and greatest volumes do to the choice."""


class PCenter(Figures):
    """The sites with the least greatest travel time, and of those the least mean."""

    ask: Literal["p_center"]
    """`p_center`."""
    sites: int = Field(ge=1)
    """How many sites are open."""


class SetCovering(Figures):
    """The fewest sites that all people reach in time, and of those the least mean travel time."""

    ask: Literal["set_covering"]
    """`set_covering`."""
    within: Time
    """The greatest travel time allowed."""


class MaximalCovering(Figures):
    """The sites that most people reach in time."""

    ask: Literal["maximal_covering"]
    """`maximal_covering`."""
    sites: int = Field(ge=1)
    """How many sites are open."""
    within: Time
    """The travel time wanted."""


class Huff(Figures):
    """Where people go when they weigh a site's attraction against its travel time."""

    ask: Literal["huff"]
    """`huff`."""
    sites: tuple[str, ...] = Field(min_length=1)
    """The names of the open sites."""
    decay: float = Field(gt=0)
    """How strongly time puts people off: the share falls as the time to this power."""
    least_time: float | None = Field(default=None, gt=0)
    """The time that any shorter time counts as; without it a time of 0 is refused."""


class Pareto(Figures):
    """The sets of sites that no other set betters on every objective."""

    ask: Literal["pareto"]
    """`pareto`."""
    fewest: int = Field(ge=1)
    """The fewest sites looked at."""
    most: int = Field(ge=1)
    """The most sites looked at."""
    objectives: tuple[Objective, ...] = Field(min_length=1)
    """What the sets are judged by."""
    within: Time | None = None
    """The travel time wanted, for `share outside`."""
    most_sets: int = Field(default=20_000, ge=1)
    """Up to this many sets each is looked at; beyond it, the proven optima and the sets near them."""


class Unit(Figures):
    """A service at a site, for what a closure moves and takes with it."""

    site: str
    """The name of the site."""
    service: str
    """The name of the service."""
    activity: int = Field(ge=0)
    """Its activity in a year, such as admissions."""
    income: Pence = Field(ge=0)
    """Its income in a year."""
    needs: tuple[str, ...] = ()
    """The services that it cannot run without on the same site."""


class Closure(Figures):
    """What follows when units close: who travels how much further, what moves, and what depends on them."""

    ask: Literal["closure"]
    """`closure`."""
    sites: tuple[str, ...] = Field(min_length=1)
    """The names of the sites where the service is now."""
    closes: tuple[str, ...] = Field(min_length=1)
    """Those of them where it closes."""
    service: str = Field(min_length=1)
    """The name of the service that closes."""
    units: tuple[Unit, ...] = ()
    """The services at the sites, with the one that closes among them."""
    goes: Goes = Goes.NEAREST
    """Where people go, before and after."""
    decay: float | None = Field(default=None, gt=0)
    """For Huff's model: how strongly time puts people off."""
    least_time: float | None = Field(default=None, gt=0)
    """For Huff's model: the time that any shorter time counts as."""


Question = Annotated[
    Access | PMedian | PCenter | SetCovering | MaximalCovering | Huff | Pareto | Closure,
    Field(discriminator="ask"),
]


class LocationInput(Figures):
    """Sites, areas and a question."""

    question: Question
    """What is asked."""
    sites: tuple[Site, ...] = Field(min_length=1)
    """The sites, in the order of the areas' travel times."""
    areas: tuple[Area, ...] = Field(min_length=1)
    """The areas."""
    thresholds: tuple[Time, ...] = (30.0, 45.0, 60.0)
    """The travel times that the share of people within is given for."""
    now: tuple[str, ...] = ()
    """The names of the sites open today, to compare with; none where there is nothing to compare."""
    unit: str = "minutes"
    """The unit of the travel times, in the plural."""
    further: tuple[Time, ...] = (10.0, 20.0, 30.0)
    """The extra travel times that people are counted beyond, where there is something to compare."""
    within_footprint: bool = False
    """Whether people go only to sites of their own footprint; it changes the answer much."""
    most_branches: int = Field(default=100_000, ge=1)
    """How many branches the solver may look at before it gives its best answer and how far it may be off."""
