"""Which counts of a table may be published, so that no small one can be seen or worked out.

A small count, such as 2 patients with a rare disease at one hospital, may tell about a person. Hiding it is
not enough: the total of its row less the other counts gives it back. So more counts are hidden, as few or
as cheap as can be, and then an auditor tries to find out what was hidden.

1. **Totals** are added: of rows, of columns, of all, and of groups of rows where there are groups.
2. **The rule hides** each count from 1 to `hide_up_to` (and 0, where `zeros` is `hidden`), totals too; with
   `dominance`, also a count of which one contributor makes up more than that share: largest > dominance ·
   count.
3. **The rule demands** that an outsider must think possible, for a small count, everything from 1 (from 0,
   where zeros are as small as 1) to `protect_up_to` (`hide_up_to` unless given), and at least two values;
   for a dominated one a value of at least ⌈largest ÷ dominance⌉, at which the contributor would no longer
   dominate.
4. **More counts are hidden** until that holds. With x the counts, A x = 0 says that all sums hold; what an
   outsider knows of count i is l ≤ x ≤ u: the figure itself where it is shown (with `rounding`, every whole
   number that is rounded to it and is not small), 0 or more where it is hidden. A choice of hidden counts
   is good if min x and max x over all such x are as wide as demanded for each count that the rule hides.
5. **How they are chosen.** Up to `exact_up_to` counts, the least costly choice is found by cutting planes:
   HiGHS chooses, the outsider's linear programmes say what is still known too well, their prices become
   rows, and HiGHS chooses again until nothing is. It is proven: no choice costs less. Beyond that size, or
   when the rounds run out, the choice is greedy: for one count after another, the cheapest cycles of other
   counts that can move with it. The result says which it was, and the least cost where one was found.
6. **The auditor** solves both linear programmes for every hidden count, not trusting what went before, and
   the result gives what it found. A count hidden only to protect others, and inferred exactly, protects
   nothing and is shown again.

Hiding a count costs 1, or the count itself (`cost`), and a total `total_cost` times as much.

**Sources.** Threshold and rounding: ehrQL hides counts up to 7 and rounds to the nearest 5; the
evidence-based interventions data hide up to 5; which to use is a setting, for each data set. Protection
intervals and the dominance rule: Hundepool and others, *Statistical Disclosure Control*, 2012. Exact
secondary suppression: Fischetti and Salazar-González 2001. Greedy: after Kelly, Golden and Assad 1992.

**Quirks.** The sums of a table with one tree of row totals are those of a network, so that the bounds are
whole numbers, and knowing that counts are whole gives an outsider nothing more. An outsider who knows part
of the counts (a hospital knows its own), who sees another table or last year's, or who knows which counts
are small and which only protect, how many of each there are, or what hiding them cost, can infer more, down
to the very count. So publish `published`, the words and the picture, which tell none of these; the rest of
the result is for the publisher. With `rounding`, totals are rounded
on their own and need not sum. The cost `count` of a rounded count is that before rounding.

**Units and shapes.** `counts[i][j]` is the count of row i and column j, in whole people or events.
`published` has one row more for each group and one for all, and one column more.
"""

from speccom.methods.method import Method
from speccom.methods.suppression import examples
from speccom.methods.suppression.counts import SuppressionInput, SuppressionResult
from speccom.methods.suppression.explanation import explain, picture
from speccom.methods.suppression.suppressing import suppression

__all__ = ["METHOD", "SuppressionInput", "SuppressionResult", "suppression"]

METHOD = Method(
    name="suppression",
    title="Suppression of small counts",
    takes=SuppressionInput,
    gives=SuppressionResult,
    calculate=suppression,
    explain=explain,
    example=examples.example,
    refusals={
        "a row of the wrong length": examples.wrong_shape,
        "a name given twice": examples.named_twice,
        "groups for only some rows": examples.groups_missing,
        "a dominance rule without contributions": examples.half_a_dominance,
        "a contribution larger than its count": examples.too_large_a_part,
        "a count below 0": examples.below_zero,
        "a small count that gives itself away": examples.gives_itself_away,
    },
    picture=picture,
)
