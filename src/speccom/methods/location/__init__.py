"""Where a specialised service is, could be, or closes, and what that means for the people who travel to it.

It answers one of eight questions about small areas (with their demand w and the travel time t to each site)
and sites.

| `ask` | question | how |
|---|---|---|
| `access` | How do people reach these sites? | each area goes to its nearest site |
| `p_median` | Which p sites give the least mean travel time? | least Σ w·t over areas |
| `p_center` | Which p sites give the least greatest time? | halving over the times, each a set covering |
| `set_covering` | How few sites are within T of everyone? | fewest sites so that each area has one within T |
| `maximal_covering` | Which p sites have most people within T? | least Σ w over areas with none within T |
| `huff` | Where do people go who weigh attraction S and time? | share of j = S_j·t_j^-β / Σ S_k·t_k^-β |
| `pareto` | Which sets of sites does no other better? | each set compared, where there are few enough |
| `closure` | A unit closes: what moves, what falls, who travels further? | shares before and after |

**Access.** The share within T is Σ w over areas with t ≤ T, divided by Σ w. The mean is Σ w·t / Σ w. The
ninetieth centile is the least time within which 90% of the demand is; the greatest time is that of any area
with demand. Each is given for all people, for each deprivation fifth and each other group, and today's mean
beside it where `now` names today's sites. Demand and times have no fixed unit (people or admissions;
minutes or metres), but one throughout.

**Proof.** A choice comes with its objective, a bound that no choice can come below, and the status that
HiGHS gave; it is called proven where the two are within a millionth. The p-median is not solved over pairs
of area and site: an area's least time is t1 + (t2 − t1)·z1 + (t3 − t2)·z2 + …, where t1 ≤ t2 ≤ … are its
times in order and zk is 1 if its k nearest sites are all shut; areas whose k nearest sites are the same
share that term. 32,839 areas and 125 sites become some thousand terms. Terms far down are left out at
first, which can only lower the cost, so that the solution is a bound; where one that was left out counts,
it is put in and the programme solved again, until the bound meets the true cost. Among p-centers, and among
smallest coverings, the one with the least mean is given.

**Volumes.** With `volumes` `nearest`, everyone goes to the nearest open site and each open site's volume
keeps to its least and greatest; with `planned`, areas may be sent elsewhere and shared between sites. The
answers differ: say which one is meant.

**Footprints.** With `within_footprint` people go only to sites of their own planning area. Published stroke
modelling found 82%, 78% and 72% of people within 30 minutes with no, regional and local boundaries, so that
it is a choice to be stated.

**Pareto set.** Where there are no more sets than `most_sets`, each is compared and the answer is complete.
Otherwise the proven optima for each number of sites, and all sets that differ from one by one site, are
compared, and the answer says so.

**Closure.** The work of a unit moves in proportion to where the people of its catchment go next. Activity
and income (whole pence) are parted by largest remainders, so that they sum to exactly what the unit had. A
service falls with the unit if it needs it on the same site, or needs one that falls.

**Sources.** p-median: Hakimi 1964, and the folding of equal terms after Cornuejols, Nemhauser and Wolsey
1980, and Elloumi 2010; set covering: Toregas and others 1971; maximal covering: Church and ReVelle 1974;
exchange: Teitz and Bart 1968; Huff 1964; objectives and volumes: Allen and others' modelling of hyperacute
stroke units (github.com/MichaelAllen1966). Solved by HiGHS. The tests agree with spopt's optima on its San
Francisco data, with access in London's stroke data, and with trying every set.

**Quirks.** Equal times go to the site listed first. An area without demand counts for nothing, and may be
out of reach. An area with demand that is out of reach is refused, never left out. spopt gives a p-center
any of the sites with the least greatest time; here it is the one with the least mean. Choices by volumes
are limited to 120,000 pairs of area and site.

**Units and shapes.** `areas[i].times[j]` is the time from area i to site j. Shares are 0 to 1; money is
whole pence.
"""

from speccom.methods.location import examples
from speccom.methods.location.answer import LocationResult
from speccom.methods.location.answering import location
from speccom.methods.location.drawing import picture
from speccom.methods.location.explanation import explain
from speccom.methods.location.question import LocationInput
from speccom.methods.method import Method

__all__ = ["METHOD", "LocationInput", "LocationResult", "location"]

METHOD = Method(
    name="location",
    title="Location: access, choice of sites, and closures",
    takes=LocationInput,
    gives=LocationResult,
    calculate=location,
    explain=explain,
    example=examples.example,
    refusals={
        "an area with too few times": examples.too_few_times,
        "an area out of reach": examples.out_of_reach,
        "areas without demand": examples.nobody,
        "an unknown site": examples.unknown_site,
        "more sites than there are": examples.too_many_sites,
        "a time that no set of sites keeps": examples.out_of_time,
        "volumes that no choice keeps": examples.too_small,
        "footprints that are not given": examples.no_footprint,
        "a closure of every site": examples.everything_closes,
        "Huff's model with a time of 0": examples.time_of_nothing,
    },
    picture=picture,
)
