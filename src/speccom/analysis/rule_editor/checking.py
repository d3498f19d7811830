"""A draft checked: what is wrong with it, thing by thing, or the rulebook that it makes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from speccom.analysis.rule_editor.content import Content
from speccom.analysis.rule_editor.items import RULES_OF_BOTH_LAYERS, Item
from speccom.criteria.codesets import CodeSet
from speccom.criteria.criterion_errors import CriterionErrors
from speccom.criteria.parse import Criterion, parse
from speccom.rulebook.activity_record import ACTIVITY
from speccom.rulebook.errors import RulebookError, RulebookErrors
from speccom.rulebook.identification import IdentificationRulebook, validate_identification
from speccom.rulebook.validation import check_contents


@dataclass(frozen=True)
class Checked:
    """What a check found. `rulebook` is None where there are errors; `codesets` are those without any."""

    rulebook: IdentificationRulebook | None
    errors: tuple[RulebookError, ...]
    codesets: Mapping[str, CodeSet]
    places: Mapping[str, Item]

    def errors_of(self, item: Item) -> tuple[RulebookError, ...]:
        """Return what is wrong with one thing."""
        return tuple(each for each in self.errors if self.item_of(each) == item)

    def item_of(self, error: RulebookError) -> Item | None:
        """Return the thing that an error is about."""
        if error.where in self.places or not error.rule_id:
            return self.places.get(error.where)
        rules = (Item(kind, error.rule_id) for kind in RULES_OF_BOTH_LAYERS)
        return next((each for each in rules if error.where.startswith(each.kind.shape.file)), None)

    def criterion(self, text: str) -> Criterion | None:
        """Return a criterion as it is understood; None where it is not."""
        try:
            return parse(text, ACTIVITY, self.codesets)
        except CriterionErrors:
            return None


def check(content: Content) -> Checked:
    """Check a draft whole."""
    try:
        rulebook = validate_identification(content.written)
        return Checked(rulebook, (), rulebook.codesets, content.places)
    except RulebookErrors as faults:
        found = check_contents(content.written, [])
        return Checked(None, faults.errors, found.codesets, content.places)
