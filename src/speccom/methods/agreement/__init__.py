"""How far members of a panel agree when each rates the same items, beyond what chance alone would bring.

Shown beside the counts themselves: a single figure hides which items split the panel, and nothing is
averaged away.

## Method

`N` items, `k` categories; `n(i, c)` of the `m(i)` ratings of item `i` are in category `c`.

1. *Observed agreement*: of all pairs of ratings of one item, the share in the same category; items with
   fewer than two ratings have no pairs. Each item weighs by its ratings.
2. *Fleiss's kappa* `(P − E) / (1 − E)`: `P` is the mean over items of `Σ n(n − 1) / (m (m − 1))`, `E = Σ
   p²` with `p` the share of all ratings in a category. It needs the same number of ratings for each item.
3. *Cohen's kappa*, for two raters: `1 − Σ w o / Σ w e` over the table of one rater against the other,
   with `o` the observed shares and `e` the product of the margins. The weight `w` is 1 for any
   disagreement, or the steps between the categories (linear), or their square (quadratic). Items that
   only one rated are left out.
4. *Krippendorff's alpha* `1 − (n − 1) Σ o δ² / Σ n n δ²`: `o` is the table of pairs, each item's pairs
   weighing `1 / (m − 1)`, `n` its margins and their sum. The difference `δ` is nominal (same or not),
   ordinal (ratings between the two categories), interval (difference of their values) or ratio
   (difference over sum). It takes missing ratings.
5. *If all categories were equally common* (Brennan and Prediger): `(A − 1/k) / (1 − 1/k)` with the
   observed agreement `A`.
6. *Intervals* resample the items with replacement, `draws` times from the seed, and take the quantiles.

All figures are numbers without a unit: 1 is full agreement, 0 what chance brings, less than 0 is worse
than chance.

## Sources

Fleiss, Psychol Bull 1971; Cohen, Psychol Bull 1968; Krippendorff, Computing Krippendorff's
Alpha-Reliability, 2011; Brennan and Prediger 1981; Feinstein and Cicchetti, J Clin Epidemiol 1990 for the
two paradoxes. Checked against each one's published example and statsmodels 0.15.0.

## Known quirks

- *The prevalence paradox*: where one category holds most ratings, chance alone brings much agreement, so
  kappa and alpha are low though people nearly always agree. The share of the commonest category and the
  figure of point 5 are told beside them, and no word such as "fair" or "good" is put on any: those scales
  are conventions.
- *The bias paradox*: two raters who use the categories unequally can have a higher Cohen's kappa than two
  who use them alike. How often each rater used each category is in the result.
- Fleiss's kappa takes "low" against "high" for no worse than "low" against "medium". For ordered
  categories read alpha on the ordinal scale, or a weighted kappa.
- Where all ratings are in one category no coefficient exists: agreement is full, and nothing shows that
  the raters could tell items apart. Where this happens in a resample, the interval is left out rather
  than made from the others.
"""

from __future__ import annotations

from speccom.methods.agreement.coefficient import Coefficient, alpha, cohen, fleiss, if_equally_common
from speccom.methods.agreement.counts import (
    CategoryUse,
    ItemSplit,
    RaterUse,
    category_use,
    item_splits,
    rater_use,
)
from speccom.methods.agreement.ratings import AgreementInput, Ratings, read_ratings
from speccom.methods.agreement.telling import tell
from speccom.methods.method import Example, Figures, Method
from speccom.methods.picture import AQUA, BLUE, DARK, GREY, ORANGE, Picture
from speccom.methods.table import Table


class AgreementResult(Figures):
    """How far the raters agree, and on what."""

    raters: tuple[RaterUse, ...]
    """How often each rater used each category."""
    items: tuple[ItemSplit, ...]
    """How the ratings of each item are split."""
    categories: tuple[CategoryUse, ...]
    """How often each category was used."""
    ratings: int
    """Ratings in all."""
    missing: int
    """Ratings that were not given."""
    confidence: float
    """The confidence of all intervals, as a share."""
    scale: str
    """How alpha takes two categories to differ."""
    weights: str
    """How Cohen's kappa weighs a disagreement."""
    observed: float
    """Share of pairs of ratings of one item that agree."""
    fleiss: Coefficient
    """Fleiss's kappa."""
    cohen: Coefficient
    """Cohen's kappa."""
    alpha: Coefficient
    """Krippendorff's alpha."""
    if_equally_common: float
    """What the observed agreement would be worth if all categories were equally common."""


def agreement(given: AgreementInput) -> AgreementResult:
    """Return how far raters agree. Raises Refused for ratings that cannot be compared."""
    ratings: Ratings = read_ratings(given)
    items = item_splits(ratings)
    observed = ratings.observed_agreement()
    return AgreementResult(
        raters=rater_use(ratings),
        items=items,
        categories=category_use(ratings),
        ratings=int(ratings.counts.sum()),
        missing=len(given.items) * len(given.raters) - int(ratings.counts.sum()),
        confidence=given.confidence,
        scale=given.scale,
        weights=given.weights,
        observed=observed,
        fleiss=fleiss(ratings),
        cohen=cohen(ratings),
        alpha=alpha(ratings),
        if_equally_common=if_equally_common(observed, len(given.categories)),
    )


def explain(result: AgreementResult) -> str:
    """Say how far the raters agree, with the caveats that matter."""
    return tell(
        result.raters,
        result.items,
        result.categories,
        missing=result.missing,
        confidence=result.confidence,
        scale=result.scale,
        weights=result.weights,
        observed=result.observed,
        fleiss=result.fleiss,
        cohen=result.cohen,
        alpha=result.alpha,
        equally_common=result.if_equally_common,
    )


def picture(result: AgreementResult) -> Picture:
    """Draw how the ratings of each item are split, one bar an item."""
    import altair as alt

    names = [each.name for each in result.categories]
    rows = [
        {"item": item.name, "category": name, "count": count, "place": place}
        for item in result.items
        for place, (name, count) in enumerate(zip(names, item.counts, strict=True))
    ]
    ordered = result.scale != "nominal" or len(names) > 5
    colours = {"scheme": "blues"} if ordered else {"range": [BLUE, ORANGE, AQUA, GREY, DARK]}
    scale = alt.Scale(domain=names, **colours)
    chart = (
        alt.Chart(alt.Data(values=rows))
        .mark_bar(stroke="white", strokeWidth=1)
        .encode(
            x=alt.X("count:Q", title="Ratings", axis=alt.Axis(tickMinStep=1)),
            y=alt.Y("item:N", title="", sort=None, axis=alt.Axis(labelLimit=280)),
            color=alt.Color("category:N", title="", sort=names, scale=scale),
            order=alt.Order("place:Q"),
        )
    )
    split = [item for item in result.items if item.agreement is not None and item.agreement < 1]
    table = Table(
        "How the ratings of each item are split",
        ("Item", *names, "Agreement of pairs"),
        tuple((item.name, *item.counts, item.agreement) for item in result.items),
    )
    bars = f"one for each of {len(result.items)} items; {len(split)} of them are split"
    alternative = f"Bars of ratings by category, {bars}."
    return Picture("How the ratings of each item are split", alternative, chart, table)


def example() -> Example:
    """Return placings of benefit by five members, invented."""
    placings = {
        "Treatment A": "HHHHH",
        "Treatment B": "HHHMH",
        "Treatment C": "MMMLM",
        "Treatment D": "LMLLM",
        "Treatment E": "HMLMH",
        "Treatment F": "MM-MM",
        "Treatment G": "LLLLL",
        "Treatment H": "HHMHH",
    }
    names = {"H": "high", "M": "medium", "L": "low", "-": None}
    return {
        "categories": ["low", "medium", "high"],
        "scale": "ordinal",
        "raters": ["Chair", "Clinician 1", "Clinician 2", "Lay member", "Public health"],
        "items": [
            {"name": name, "ratings": [names[letter] for letter in letters]}
            for name, letters in placings.items()
        ],
        "seed": 1,
    }


METHOD = Method(
    name="agreement",
    title="Agreement of raters: Fleiss, Cohen and Krippendorff",
    takes=AgreementInput,
    gives=AgreementResult,
    calculate=agreement,
    explain=explain,
    example=example,
    refusals={
        "a category that was not declared": lambda: {
            **example(),
            "categories": ["low", "high"],
        },
        "a rating too few": lambda: {**example(), "raters": [*example()["raters"], "Finance"]},
        "weights for categories without order": lambda: {
            **example(),
            "scale": "nominal",
            "weights": "quadratic",
        },
        "an interval scale without values": lambda: {**example(), "scale": "interval"},
        "a single item": lambda: {**example(), "items": example()["items"][:1]},
    },
    picture=picture,
)
