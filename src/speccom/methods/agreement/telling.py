"""How far raters agree, in plain English, with the caveats that keep a coefficient from misleading."""

from __future__ import annotations

from collections.abc import Sequence

from speccom.methods import words
from speccom.methods.agreement.coefficient import Coefficient
from speccom.methods.agreement.counts import CategoryUse, ItemSplit, RaterUse


def tell(
    raters: Sequence[RaterUse],
    items: Sequence[ItemSplit],
    categories: Sequence[CategoryUse],
    *,
    missing: int,
    confidence: float,
    scale: str,
    weights: str,
    observed: float,
    fleiss: Coefficient,
    cohen: Coefficient,
    alpha: Coefficient,
    equally_common: float,
) -> str:
    """Say how far raters agree."""
    interval = f"{words.percent(confidence, 2)} interval"
    said = [
        _rated(raters, items, categories, missing),
        f"Two ratings of the same item agreed in {words.percent(observed)} of pairs.",
        _coefficient(f"Krippendorff's alpha on the {scale} scale", alpha, interval),
        _coefficient("Fleiss's kappa", fleiss, interval),
    ]
    if len(raters) == 2:
        said.append(_coefficient(f"Cohen's kappa ({_weighed(weights)})", cohen, interval))
    said += [
        "Each is 1 for full agreement and 0 for what chance alone would bring.",
        _prevalence(categories, equally_common),
        _habits(raters, categories),
        _most_split(items),
    ]
    if scale != "nominal" and fleiss.value is not None:
        said.append(
            "Fleiss's kappa takes a disagreement by two steps for no worse than one by a single step."
        )
    return " ".join(each for each in said if each)


def _rated(
    raters: Sequence[RaterUse], items: Sequence[ItemSplit], categories: Sequence[CategoryUse], missing: int
) -> str:
    said = (
        f"{words.counted(len(items), 'item')} were rated by {words.counted(len(raters), 'rater')} as "
        f"{words.listed([each.name for each in categories], 'or')}"
    )
    if not missing:
        return f"{said}."
    return f"{said}; {words.counted(missing, 'rating')} {'was' if missing == 1 else 'were'} not given."


def _coefficient(name: str, found: Coefficient, interval: str) -> str:
    if found.value is None:
        return f"{name} does not exist here: {found.why}."
    said = f"{name} is {words.number(found.value)}"
    if found.lower is None or found.upper is None:
        return f"{said}; {found.why}."
    items = words.counted(found.items, "item")
    return f"{said} ({interval} {words.number(found.lower)} to {words.number(found.upper)}, from {items})."


def _weighed(weights: str) -> str:
    return f"{weights} weights" if weights in ("linear", "quadratic") else weights


def _prevalence(categories: Sequence[CategoryUse], equally_common: float) -> str:
    commonest = max(categories, key=lambda each: each.ratings)
    return (
        f"{words.percent(commonest.share)} of all ratings are “{commonest.name}”: the commoner one category, "
        "the lower these figures, even among raters who nearly always agree. If all categories were "
        f"equally common, the same agreement would be worth {words.number(equally_common)}."
    )


def _habits(raters: Sequence[RaterUse], categories: Sequence[CategoryUse]) -> str:
    """Name the category that two raters use most unequally."""
    widest = None
    for place, category in enumerate(categories):
        shares = [(each.counts[place] / sum(each.counts), each.name) for each in raters if sum(each.counts)]
        least, most = min(shares), max(shares)
        if most[0] > least[0] and (widest is None or most[0] - least[0] > widest[0]):
            widest = (most[0] - least[0], category.name, most, least)
    if widest is None:
        return "All raters used each category equally often."
    _, name, most, least = widest
    return (
        f"The raters' habits differ most over “{name}”: {most[1]} used it for {words.percent(most[0])} of "
        f"items rated and {least[1]} for {words.percent(least[0])}."
    )


def _most_split(items: Sequence[ItemSplit]) -> str:
    known = [(each.agreement, each.name) for each in items if each.agreement is not None]
    least = min(agreement for agreement, _ in known)
    if least == 1:
        return "No item split them."
    names = [name for agreement, name in known if agreement == least]
    shown = words.listed(names) if len(names) <= 3 else f"{words.listed(names[:3], 'and')} and others"
    return f"The ratings are most divided on {shown}."
