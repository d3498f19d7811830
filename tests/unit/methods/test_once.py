"""A name given more than once is refused by what it names; names given once pass."""

import pytest

from speccom.methods.method import Refused
from speccom.methods.once import refuse_repeated


def test_the_first_name_that_is_repeated_is_said() -> None:
    with pytest.raises(Refused) as refusal:
        refuse_repeated(["A", "B", "C", "B", "C"], "site")
    assert str(refusal.value) == "the site B is given more than once. Give each site once."


def test_where_it_stands_and_how_to_mend_it_may_be_said() -> None:
    with pytest.raises(Refused) as refusal:
        refuse_repeated(["A", "A"], "line", where="lines", mend="Add its rows up first")
    assert str(refusal.value) == "lines: the line A is given more than once. Add its rows up first."


def test_names_given_once_pass() -> None:
    refuse_repeated([], "site")
    refuse_repeated(["A", "a"], "site")
