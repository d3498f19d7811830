"""Days and times as providers and their systems write them."""

# ruff: noqa: DTZ001 - feeds state no time zone

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from speccom.activity.contract.feeds import Dates
from speccom.activity.contract.moments import read_moment

DATES = Dates(
    month_first_with_am_or_pm=True, century_of_two_digit_years=2000, first_year=2010, last_year=2060
)
DAY = datetime(2025, 4, 3)
AFTERNOON = datetime(2025, 4, 3, 14, 5)

# The forms that a public reader of these feeds met, and a few more.
FORMS = {
    "2025-04-03": DAY,
    "2025/04/03": DAY,
    "03/04/2025": DAY,
    "3/4/2025": DAY,
    "03-04-2025": DAY,
    "03.04.2025": DAY,
    "03/04/25": DAY,
    "20250403": DAY,
    "3-Apr-2025": DAY,
    "03-APR-25": DAY,
    "3 April 2025": DAY,
    "3rd April 2025": DAY,
    "April 3, 2025": DAY,
    "45750": DAY,
    "2025-04-03 14:05": AFTERNOON,
    "2025-04-03T14:05:00": AFTERNOON,
    "2025-04-03T14:05:00.123Z": AFTERNOON,
    "2025-04-03 14:05:00+00:00": AFTERNOON,
    "2025-04-03 14:05 00:00": AFTERNOON,
    "2025/4/3 14:05": AFTERNOON,
    "03/04/2025 14:05": AFTERNOON,
    "03/04/2025 14:05:00": AFTERNOON,
    "03-04-2025 14:05:00": AFTERNOON,
    "03-Apr-25 14:05": AFTERNOON,
    "04/03/2025 2:05:00 PM": AFTERNOON,
    "45750.586805556": AFTERNOON,
}


@pytest.mark.parametrize("text", FORMS)
def test_a_form_that_is_read(text: str) -> None:
    assert read_moment(text, DATES) == FORMS[text]


def test_midnight_and_noon_in_twelve_hours() -> None:
    assert read_moment("04/03/2025 12:00:00 AM", DATES) == DAY
    assert read_moment("04/03/2025 12:30:00 PM", DATES) == datetime(2025, 4, 3, 12, 30)


def test_whether_am_and_pm_mean_month_first_is_a_setting() -> None:
    day_first = DATES.model_copy(update={"month_first_with_am_or_pm": False})
    assert read_moment("04/03/2025 2:05 PM", day_first) == datetime(2025, 3, 4, 14, 5)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "TBC",
        "2020-10 18:39",
        "18:39.5",
        "215551",
        "2155-51-01",
        "31/02/2025",
        "03/04/1925",
        "03/04/2061",
        "3 Foo 2025",
        "03/04/2025 25:00",
        "1,234.50",
        "9990000018",
        "RTH",
    ],
)
def test_what_is_no_date_is_none(text: str) -> None:
    assert read_moment(text, DATES) is None


@given(
    st.datetimes(datetime(2010, 1, 1), datetime(2060, 12, 31)).map(lambda each: each.replace(microsecond=0)),
    st.sampled_from(
        (
            "%Y-%m-%d %H:%M:%S",
            "%d/%m/%Y %H:%M:%S",
            "%d-%b-%Y %H:%M:%S",
            "%m/%d/%Y %I:%M:%S %p",
            "%Y%m%d %H:%M:%S",
        )
    ),
)
def test_a_moment_written_and_read_is_the_same(moment: datetime, form: str) -> None:
    assert read_moment(moment.strftime(form), DATES) == moment


@given(st.text(max_size=25))
def test_no_text_breaks_it(text: str) -> None:
    read_moment(text, DATES)
