import pytest
from django.test import RequestFactory

from speccom.interface.addresses import parameters, with_query
from speccom.interface.filters import make_filter, make_panel
from speccom.interface.paging import CEILING, asked_page, paginate, paginate_up_to_ceiling, up_to


def test_an_address_keeps_what_is_not_changed() -> None:
    assert with_query("/p", {"a": "1 2", "b": "3"}, b=None, c=4) == "/p?a=1+2&c=4"
    assert with_query("/p", {}, a=None) == "/p"


def test_parameters_are_trimmed_and_blank_ones_are_none() -> None:
    request = RequestFactory().get("/p?a=+x+&b=&c=%00&d=" + "y" * 900)
    assert parameters(request) == {"a": "x", "d": "y" * 200}


def test_filters_show_what_is_in_force_and_how_to_take_it_off() -> None:
    choices = [("apc", "Admitted care"), ("op", "Outpatients")]
    asked = {"dataset": "op", "month": "1999-01", "page": "4", "t-sort": "a"}
    filters = [
        make_filter("dataset", "Kind", choices, asked),
        make_filter("month", "Month", [("2025-04", "April 2025")], asked),
    ]
    panel = make_panel("/p", filters, asked, keep=["t-sort"])
    assert [(each.text, each.remove) for each in panel.chosen] == [
        ("Outpatients", "/p?month=1999-01&t-sort=a"),
        ("1999-01 (not found here)", "/p?dataset=op&t-sort=a"),
    ]
    assert panel.kept == (("t-sort", "a"),)
    assert panel.clear == "/p?t-sort=a"


@pytest.mark.parametrize(("text", "page"), [("3", 3), ("0", 1), ("-2", 1), ("x", 1), ("²", 1), ("9" * 40, 1)])
def test_a_page_that_makes_no_sense_is_the_first(text: str, page: int) -> None:
    assert asked_page({"page": text}) == page


def test_paging_names_the_ends_and_the_neighbours() -> None:
    paging = paginate(1000, "/p", {"page": "20", "q": "x"})
    assert paging.words == "Showing 476 to 500 of 1,000"
    assert [link.number or "gap" for link in paging.links] == ["1", "gap", "19", "20", "21", "gap", "40"]
    assert paging.links[0].href == "/p?q=x"
    assert paginate(10, "/p", {"page": "7"}).page == 1
    assert paginate(0, "/p", {}).pages == 1


def test_a_list_that_is_counted_to_the_ceiling_is_paged_no_further() -> None:
    cut = paginate_up_to_ceiling(CEILING + 1, "/p", {"page": "41"})
    assert cut.words == "Showing 976 to 1,000 of more than 1,000"
    assert (cut.page, cut.pages, cut.next) == (40, 40, None)
    assert paginate_up_to_ceiling(CEILING, "/p", {}).words == "Showing 1 to 25 of 1,000"
    assert (up_to(CEILING + 1, "case"), up_to(CEILING, "case")) == ("more than 1,000 cases", "1,000 cases")
    assert up_to(1, "case waits", "cases wait") == "1 case waits"
