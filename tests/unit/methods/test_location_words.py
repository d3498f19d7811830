"""What `location` says, sentence by sentence, and the tables beside its pictures."""

from typing import Any

import pytest

from speccom.methods.location import METHOD
from speccom.methods.location.answer import (
    Closed,
    Dependent,
    Further,
    GroupTravel,
    LocationResult,
    Moved,
    ParetoAnswer,
    ParetoSet,
    Proof,
    ShareWithin,
    SiteVolume,
    Travel,
)
from speccom.methods.location.question import Objective

CAVEAT = (
    "Travel times are estimates for a whole area; they say nothing of public transport, of waiting or of how "
    "good the care is."
)


def travel(mean: float = 18.604, within: Any = ((30, 0.93627), (45, 0.99))) -> Travel:
    shares = tuple(ShareWithin(within=limit, share=share) for limit, share in within)
    return Travel(people=1000.0, mean=mean, ninetieth=27.123, greatest=53.48, within=shares)


def fifth(number: int, mean: float, now: float | None = None) -> GroupTravel:
    return GroupTravel(kind="deprivation fifth", group=str(number), travel=travel(mean), mean_now=now)


def volume(site: str, **more: Any) -> SiteVolume:
    return SiteVolume(
        **{
            "site": site,
            "volume": 10.0,
            "volume_now": None,
            "below_minimum": False,
            "over_capacity": False,
            **more,
        }
    )


def proof(**more: Any) -> Proof:
    return Proof(**{"objective": 5.0, "bound": 5.0, "gap": 0.0, "proven": True, "status": "optimal", **more})


def further(**more: Any) -> Further:
    chosen: dict[str, Any] = {
        "people": 52.0,
        "mean_extra": 19.538,
        "greatest_extra": 21.0,
        "beyond": (),
        "by_fifth": (),
    }
    return Further(**{**chosen, **more})


def result(**changed: Any) -> LocationResult:
    """A result whose figures are chosen, not calculated."""
    chosen: dict[str, Any] = {
        "asked": "access",
        "sites": ("Eastfield", "Northgate"),
        "proof": None,
        "unit": "minutes",
        "people": 1000.0,
        "travel": travel(),
        "travel_now": None,
        "by_group": (),
        "volumes": (volume("Eastfield"), volume("Northgate")),
        "goes_to": (),
        "further": None,
        "closure": None,
        "pareto": None,
    }
    return LocationResult(**{**chosen, **changed})


def said(**changed: Any) -> str:
    return METHOD.explain(result(**changed))


class TestAccess:
    def test_all_is_told(self) -> None:
        whole = (
            "2 sites are open: Eastfield and Northgate. People travel 18.6 minutes on average, nine in ten "
            "at most 27.12, and nobody more than 53.48; 93.6% are within 30 and 99% are within 45. "
        )
        assert said() == whole + CAVEAT

    def test_without_thresholds(self) -> None:
        assert "nobody more than 53.48. Travel" in said(travel=travel(within=()))

    def test_without_travel(self) -> None:
        assert said(travel=None) == f"2 sites are open: Eastfield and Northgate. {CAVEAT}"

    def test_twelve_sites_are_named_and_of_thirteen_one_is_counted(self) -> None:
        names = [chr(place) for place in range(ord("A"), ord("N"))]
        assert said(sites=tuple(names[:12])).startswith(
            "12 sites are open: A, B, C, D, E, F, G, H, I, J, K and L. People"
        )
        assert said(sites=tuple(names)).startswith(
            "13 sites are open: A, B, C, D, E, F, G, H, I, J, K, L and 1 more. People"
        )
        assert said(sites=("A",)).startswith("1 site is open: A. People")

    @pytest.mark.parametrize(
        ("then", "now", "words"),
        [
            (18.6, 18.604, "18.6 minutes on average, as today (18.6)"),
            (18.6, 18.594, "18.6 minutes on average, 0.01 more than today (18.59)"),
            (0.005, 0.0, "0.01 minutes on average, 0.01 more than today (0)"),
            (18.6, 20.0, "18.6 minutes on average, 1.4 less than today (20)"),
        ],
    )
    def test_against_today(self, then: float, now: float, words: str) -> None:
        told = said(travel=travel(then), travel_now=travel(now), further=further(mean_extra=None))
        assert f"People travel {words}, nine in ten at most 27.12, and" in told
        assert "53.48; 93.6% are within 30 and 99% are within 45. Nobody travels further than today." in told


class TestAChoice:
    @pytest.mark.parametrize(
        ("asked", "best"),
        [
            ("p_median", "They give the least mean travel time of all choices of that many sites"),
            (
                "p_center",
                "No other choice of that many sites has a smaller greatest travel time, nor a smaller",
            ),
            ("set_covering", "No fewer sites are within the travel time asked for of everyone, and no other"),
            ("maximal_covering", "No other choice of that many sites has more people within the travel time"),
        ],
    )
    def test_proven(self, asked: str, best: str) -> None:
        told = said(asked=asked, proof=proof())
        assert told.startswith(f"2 sites are chosen: Eastfield and Northgate. {best}")
        assert "; this is proven. People travel" in told

    def test_not_proven(self) -> None:
        unsure = proof(proven=False, gap=0.0123456, status="stopped at its limit of branches")
        assert (
            "The search ended before its proof (stopped at its limit of branches): a better choice may "
            "exist, by at most 1.235%. People"
        ) in said(asked="p_median", proof=unsure)


class TestFifths:
    def test_the_first_and_the_last_are_told(self) -> None:
        assert (
            "The mean is 12.35 for deprivation fifth 1 and 9.88 for fifth 4 (1 is the most deprived). Travel"
        ) in said(by_group=(fifth(1, 12.345678), fifth(2, 99.0), fifth(4, 9.87654)))

    def test_with_todays_beside(self) -> None:
        groups = (fifth(1, 12.0, 11.0), fifth(5, 9.0, 8.0))
        assert "(1 is the most deprived); today it is 11 and 8. Travel" in said(by_group=groups)
        for one, other in ((11.0, None), (None, 8.0)):
            assert "today it is" not in said(by_group=(fifth(1, 12.0, one), fifth(5, 9.0, other)))

    def test_one_fifth_alone_is_not_told(self) -> None:
        other = GroupTravel(kind="rurality", group="rural", travel=travel(), mean_now=None)
        assert "The mean is" not in said(by_group=(fifth(1, 12.0), other))


class TestFurther:
    def test_who_travels_further(self) -> None:
        assert (
            "Of the demand, 52 travels further than today, by 19.54 on average and 21 at most. Travel"
        ) in said(further=further())
        assert (
            "by 19.54 on average and 21 at most: 50 by more than 10 and 14 by more than 20. Travel"
        ) in said(further=further(beyond=((10.0, 50.0), (20.0, 14.0))))


class TestAClosure:
    def moved(self, **more: Any) -> Moved:
        return Moved(
            **{
                "from_site": "Westbrook",
                "to_site": "Northgate",
                "people": 14.256,
                "activity": 1400,
                "income": 168_000_001,
                **more,
            }
        )

    def closed(self, **more: Any) -> Closed:
        chosen: dict[str, Any] = {
            "closes": ("Southmoor", "Westbrook"),
            "moved": (self.moved(),),
            "dependents": (),
            "further": further(mean_extra=None),
        }
        return Closed(**{**chosen, **more})

    def test_what_moves(self) -> None:
        told = said(closure=self.closed(), further=further())
        assert (
            "The service closes at Southmoor and Westbrook. Nobody travels further than today. From "
            "Westbrook to Northgate goes a demand of 14.26, activity of 1,400 and £1,680,000.01 of "
            "income a year. Travel"
        ) in told
        assert "Of the demand" not in told

    def test_what_is_not_known(self) -> None:
        unknown = self.moved(activity=None, income=None)
        assert (
            "goes a demand of 14.26. Where no activity or income is told, the unit's were not given. Travel"
        ) in said(closure=self.closed(moved=(unknown,)))
        for half in (self.moved(income=None), self.moved(activity=None)):
            assert "goes a demand of 14.26. " in said(closure=self.closed(moved=(half,)))
        some = said(closure=self.closed(moved=(self.moved(), unknown)))
        assert "Where no activity or income is told, the unit's were not given." in some

    def test_what_cannot_go_on(self) -> None:
        falls = Dependent(
            site="Westbrook", service="Coiling", because_of=("A", "B"), activity=1031, income=4_030_000_000
        )
        assert (
            "Coiling at Westbrook needs A and B there and cannot go on as it is: its activity of 1,031 and "
            "£40,300,000.00 a year are at risk. Travel"
        ) in said(closure=self.closed(dependents=(falls,)))


class TestVolumes:
    def test_what_is_below_and_above(self) -> None:
        volumes = (
            volume("A", below_minimum=True),
            volume("B", over_capacity=True),
            volume("C", below_minimum=True),
        )
        assert (
            "Below the volume that it needs: A and C. Above the volume that it can take: B. Travel"
        ) in said(volumes=volumes)
        assert "the volume that it" not in said()


class TestAParetoSet:
    def answer(self, **more: Any) -> ParetoAnswer:
        chosen: dict[str, Any] = {
            "objectives": (Objective.MEAN, Objective.OUTSIDE, Objective.SITES, Objective.BELOW_MINIMUM),
            "sets": (
                ParetoSet(sites=("A", "B"), values=(12.345, 0.2, 2.0, 1.0)),
                ParetoSet(sites=("C",), values=(15.0, 0.12345, 1.0, 2.0)),
            ),
            "looked_at": 1820,
            "complete": True,
        }
        return ParetoAnswer(**{**chosen, **more})

    def test_all_is_told(self) -> None:
        assert said(pareto=self.answer()) == (
            "1,820 sets of sites were compared on mean time, share outside, sites and sites below minimum, "
            "less being better for each. 2 are bettered by none. Every set was compared, so none is missing. "
            "The least mean time is 12.35, with A and B. The least share outside is 12.3%, with C. The least "
            "number of sites is 1, with C. The least number of sites below their minimum is 1, with A and B. "
            "Which of them is wanted is a decision, not a calculation."
        )

    def test_one_set(self) -> None:
        one = (ParetoSet(sites=("C",), values=(15.0, 0.1, 1.0, 2.0)),)
        told = said(pareto=self.answer(looked_at=1, sets=one, complete=False))
        assert told.startswith("1 set of sites was compared on")
        assert (
            "1 is bettered by none. There are too many sets to compare each: these are the proven best of "
            "each number of sites and the sets that differ from one by one site, so that others may be "
            "missing. The least"
        ) in told

    def test_twelve_sites_are_named(self) -> None:
        names = tuple(chr(place) for place in range(ord("A"), ord("N")))
        many = (ParetoSet(sites=names, values=(15.0, 0.1, 13.0, 2.0)),)
        assert "is 15, with A, B, C, D, E, F, G, H, I, J, K and L. The" in said(pareto=self.answer(sets=many))


class TestThePictures:
    def drawn(self, **changed: Any) -> Any:
        assert METHOD.picture is not None
        return METHOD.picture(result(**changed))

    def test_two_fifths_are_drawn_and_of_one_the_sites(self) -> None:
        two = self.drawn(by_group=(fifth(1, 12.0, 11.0), fifth(5, 9.0, 8.5)))
        assert two.title == "Mean travel time by deprivation fifth"
        assert two.table.rows == (
            ("1", 1000.0, 11.0, 12.0, 27.123, 53.48),
            ("5", 1000.0, 8.5, 9.0, 27.123, 53.48),
        )
        assert "today and after. Fifth 1 changes most, from 11 to 12." in two.alternative
        one = self.drawn(by_group=(fifth(1, 12.0),))
        assert one.title == "What each open site has to do"
        assert one.table.rows[0] == ("Eastfield", 10.0, None, False, False)
