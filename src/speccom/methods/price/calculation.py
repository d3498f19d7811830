"""All lines priced, and their sums."""

from __future__ import annotations

from speccom.methods.method import Refused
from speccom.methods.price.lines import Part, PartTotal, PriceInput, PriceResult
from speccom.methods.price.payment import priced


def price(given: PriceInput) -> PriceResult:
    """Return every line's price and payment. Raises Refused where one cannot be priced."""
    given.rules.cover(given.on)
    seen: set[str] = set()
    for line in given.lines:
        if line.id in seen:
            raise Refused(f"line {line.id} is there twice", mend="Give each line a name of its own")
        seen.add(line.id)
    lines = tuple(priced(line, given.rules) for line in given.lines)
    components = [each for line in lines for each in line.components]
    present = {each.part for each in components}
    return PriceResult(
        lines=lines,
        parts=tuple(
            PartTotal(part=part, pence=sum(each.pence for each in components if each.part is part))
            for part in Part
            if part in present
        ),
        value_pence=sum(line.value_pence for line in lines),
        paid_pence=sum(line.paid_pence for line in lines),
        rules=given.rules.title,
        status=given.rules.status,
    )
