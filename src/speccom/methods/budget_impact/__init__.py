"""What a treatment would cost its payers, year by year, against the care that it replaces.

**The question.** If a treatment were commissioned, who would start it, who would stay on it, and what would
each payer spend or save against current care? The result is the finance part of an impact assessment: the
budget impact by year and payer, the cost per patient over five years, the cost of one more unit of outcome,
and how all of it stands to the thresholds of the day.

**The people**, for years *t* = 1, 2, ...:

- `people[t]` = prevalent + Σ(k ≤ t) incident × (1 + growth)^(k − 1);
- `eligible[t]` = people[t] × the shares of all steps (diagnosed, fit, ...);
- `ever[t]` = eligible[t] × uptake[t], where uptake is the share of all people eligible so far who have ever
  started: a table, a straight line, a logistic curve (ceiling ÷ (1 + e^(−speed × (t − midpoint)))) or a
  Bass curve (ceiling × (1 − e^(−(p + q)t)) ÷ (1 + (q/p) e^(−(p + q)t))), each by its figures;
- `starters[t]` = ever[t] − ever[t − 1].

**The money.** `on[a]` is the share of starters on treatment in their year of treatment *a*. Each cost per
patient `c[a]` is taken net of its discount (unless list prices are asked for), times `on[a]`, split between
its payers.

- Budget impact: `BI[t]` = Σ(k ≤ t) starters[k] × (proposed − current)[t − k + 1] + one-off costs of the
  year.
- Cost per patient over five years: Σ(a = 1..5) (proposed − current)[a] × weight[a], where weight[a] is 1 ÷
  (1 + time discount)^(a − 1). It has no one-off costs in it.
- Cost of one more unit of outcome: that sum ÷ Σ(a = 1..5) on[a] × (outcome proposed − current)[a] ×
  weight[a].

**Uncertainty.** A *lever* multiplies a part of the input (prevalence, uptake, a pathway's cost, ...) by a
factor. A scenario sets several levers; the tornado moves one at a time to the ends of its range; the draws
move all at once, each by itself, from a triangular (peak at 1), uniform or lognormal spread (95% between
the two ends, and never above 5). Shares never pass 1.

**To the penny.** Everything is a whole number: people, pence, and millionths of shares; incidence is in
hundredths of a person. Each step above is rounded once, halves away from nought. Where a cost is split, the
payers' shares are added up in their order and each running sum is rounded: a payer bears the difference of
two neighbouring sums. So what the payers bear comes to the cost exactly, and nobody is more than a penny
from their share. The years, payers and scenarios are sums of these, so all tables add up.

**The workbook** (`speccom calculate budget_impact INPUT.json --workbook FILE.xlsx`) holds the same
calculation as live formulas: change an input cell and every result follows. Only the draws are there as
figures, because a spreadsheet cannot repeat them.

**Sources.** Cost per patient as average extra cost over five years, and the headings: NHS England's
integrated impact assessment, sections A to C. The formulas of cost per patient and budget impact are this
project's own design, as no printed formula was found. Bass, *Management Science* 1969, for the curve.
Thresholds are dated rules: what was not read in a source carries its mark and is said with it.

**Known quirks.** Budget models often let uptake be a share of each year's eligible patients, so that the
same person is counted anew each year; here it counts whoever has ever started. Fractions of patients are
often carried on; here people are whole, so a very small group moves in steps. Both prices in one document
give a confidential discount away: publish one.

**Errors.** It refuses shares of payers that do not come to 1, uptake that falls, persistence that rises,
ranges the wrong way round, names that are there twice or are not known, one-off costs beyond the last year,
draws without ranges, a date outside its thresholds, and sums so large that a spreadsheet would lose
pennies.
"""

from speccom.methods.budget_impact.calculation import budget_impact
from speccom.methods.budget_impact.chart import picture
from speccom.methods.budget_impact.explanation import explain
from speccom.methods.budget_impact.found import BudgetImpactResult
from speccom.methods.budget_impact.given import BudgetImpactInput
from speccom.methods.budget_impact.sample import REFUSALS, example
from speccom.methods.budget_impact.workbook import workbook
from speccom.methods.method import Method

__all__ = ["METHOD", "budget_impact", "explain", "picture", "workbook"]

METHOD = Method(
    name="budget_impact",
    title="Budget impact",
    takes=BudgetImpactInput,
    gives=BudgetImpactResult,
    calculate=budget_impact,
    explain=explain,
    example=example,
    refusals=REFUSALS,
    picture=picture,
    rules="thresholds",
)
