"""What `location` gives: the sites, the proof, and what they mean for people."""

from __future__ import annotations

from speccom.methods.location.question import Objective, Share
from speccom.methods.method import Figures, Pence


class ShareWithin(Figures):
    """The share of people within a travel time."""

    within: float
    """The travel time."""
    share: Share
    """The share of people, 0 to 1."""


class Travel(Figures):
    """How long people travel."""

    people: float
    """The demand counted."""
    mean: float
    """The mean travel time, each area counting by its demand."""
    ninetieth: float
    """The least time within which nine people in ten travel."""
    greatest: float
    """The greatest travel time of any area with demand."""
    within: tuple[ShareWithin, ...]
    """The share of people within each threshold."""


class GroupTravel(Figures):
    """How long the people of one group travel."""

    kind: str
    """What the group is of, such as `deprivation fifth`."""
    group: str
    """The group."""
    travel: Travel
    """How long they travel."""
    mean_now: float | None
    """Their mean travel time today; nothing where there is nothing to compare."""


class SiteVolume(Figures):
    """What one open site has to do."""

    site: str
    """Its name."""
    volume: float
    """The demand that goes there."""
    volume_now: float | None
    """The demand that goes there today; nothing where there is nothing to compare."""
    below_minimum: bool
    """Whether that is less than it needs."""
    over_capacity: bool
    """Whether that is more than it can take."""


class Proof(Figures):
    """Why the answer is the best one, or how far it may be from it."""

    objective: float
    """What was made least: demand times time, greatest time, number of sites, or demand outside."""
    bound: float
    """No choice of sites comes below this."""
    gap: float
    """How far the objective is above the bound, as a share of the objective."""
    proven: bool
    """Whether the gap is within a millionth, the solver's own rounding."""
    status: str
    """The status that HiGHS gave."""


class Further(Figures):
    """Who travels how much further."""

    people: float
    """The demand whose travel time grows."""
    mean_extra: float | None
    """The mean growth for them; nothing where nobody travels further."""
    greatest_extra: float
    """The greatest growth for any area with demand."""
    beyond: tuple[tuple[float, float], ...]
    """For each extra time asked for, the demand that travels more than that much further."""
    by_fifth: tuple[tuple[int, float, float], ...]
    """For each deprivation fifth, 1 the most deprived: its demand affected, and its mean growth."""


class Moved(Figures):
    """Work that goes from a unit that closes to another."""

    from_site: str
    """The site that closes."""
    to_site: str
    """The site it goes to."""
    people: float
    """The demand that goes."""
    activity: int | None
    """The activity that goes; nothing where the unit's activity was not given."""
    income: Pence | None
    """The income that goes; nothing where the unit's income was not given."""


class Dependent(Figures):
    """A service that cannot go on without one that closes."""

    site: str
    """Its site."""
    service: str
    """Its name."""
    because_of: tuple[str, ...]
    """The services it needs that are lost at that site."""
    activity: int
    """Its activity in a year, at risk."""
    income: Pence
    """Its income in a year, at risk."""


class Closed(Figures):
    """What follows when the units close."""

    closes: tuple[str, ...]
    """The sites where the service closes."""
    moved: tuple[Moved, ...]
    """What goes where; activity and income sum to exactly what the units had."""
    dependents: tuple[Dependent, ...]
    """Services at those sites that cannot go on."""
    further: Further
    """Whose journey the closure lengthens, and by how much."""


class ParetoSet(Figures):
    """One set of sites, and how it does."""

    sites: tuple[str, ...]
    """The names of its sites."""
    values: tuple[float, ...]
    """Its figure for each objective, in the order asked."""


class ParetoAnswer(Figures):
    """The sets that none betters on every objective."""

    objectives: tuple[Objective, ...]
    """The objectives, in order."""
    sets: tuple[ParetoSet, ...]
    """The sets, by their figures in order; of sets with the same figures the first is given."""
    looked_at: int
    """How many sets of sites were compared."""
    complete: bool
    """Whether every set of sites was compared, so that none is missing."""


class LocationResult(Figures):
    """The answer to the question."""

    asked: str
    """The question: `access`, `p_median` and so on."""
    sites: tuple[str, ...]
    """The open sites; for `pareto`, none."""
    proof: Proof | None
    """Why the choice is the best; nothing where no choice was asked for."""
    unit: str
    """The unit of the travel times."""
    people: float
    """The demand of all areas."""
    travel: Travel | None
    """How long people travel; nothing for `pareto`."""
    travel_now: Travel | None
    """How long they travel today; nothing where there is nothing to compare."""
    by_group: tuple[GroupTravel, ...]
    """How long the people of each group travel, deprivation fifths first."""
    volumes: tuple[SiteVolume, ...]
    """What each open site has to do."""
    goes_to: tuple[str, ...]
    """For each area, where most of its people go; empty where it reaches no site, none for `pareto`."""
    further: Further | None
    """Who travels further than today; nothing where there is nothing to compare."""
    closure: Closed | None
    """What the closure moves; only for `closure`."""
    pareto: ParetoAnswer | None
    """The sets that none betters; only for `pareto`."""
