"""Criteria written to exhaust whoever reads them."""

import time

import pytest

from speccom.criteria.criterion_errors import CriterionErrors
from speccom.criteria.evaluate import leaf_truth
from speccom.criteria.parse import parse
from speccom.rulebook.activity_record import ACTIVITY


def test_a_pattern_of_many_wild_cards_takes_no_time() -> None:
    expression = parse(f"provider LIKE '{'%a' * 200}%b'", ACTIVITY, {}).expression
    begun = time.perf_counter()
    assert leaf_truth(expression, "a" * 2_000) is False
    assert leaf_truth(expression, "a" * 2_000 + "b") is True
    assert time.perf_counter() - begun < 5


@pytest.mark.parametrize(
    ("pattern", "text", "fits"),
    [
        ("%", "", True),
        ("%%", "a\nb", True),
        ("a%", "ba", False),
        ("%a", "ab", False),
        ("a%a", "a", False),
        ("a%a", "aa", True),
        ("%ab%b", "abb", True),
        ("%ab%b", "ab", False),
        ("%a_c%c", "abcabc", True),
        ("_%_", "a", False),
        ("_%_", "ab", True),
        ("%aab", "aaab", True),
        ("%ab%ab%", "abab", True),
        ("%ab%ab%", "abb", False),
    ],
)
def test_wild_cards_fit_as_they_should(pattern: str, text: str, fits: bool) -> None:
    assert leaf_truth(parse(f"provider LIKE '{pattern}'", ACTIVITY, {}).expression, text) is fits


def test_a_criterion_of_nothing_but_errors_has_a_message_of_readable_size() -> None:
    with pytest.raises(CriterionErrors) as found:
        parse(" AND ".join(["agge > 1"] * 5_000), ACTIVITY, {})
    said = str(found.value)
    assert len(said) < 500_000
    assert "There are 4900 more." in said
    first = said.splitlines()
    assert first[1].strip().startswith("agge")
    assert first[2].strip() == "^^^^"
    last = said.splitlines()[-3:-1]
    assert last[0][last[1].index("^") :].startswith("agge")
