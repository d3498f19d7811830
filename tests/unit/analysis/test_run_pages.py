import csv
import io
import re
import shutil
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from django.test import Client
from pytest_django.fixtures import Settings
from tests.journeys import fixture_run

from speccom.analysis.run_folders import RunFolder, find_run
from speccom.analysis.run_page import present_run
from speccom.analysis.run_reader import Figure
from speccom.analysis.run_tables import every_month
from speccom.analysis.runs_page import headline


@pytest.fixture(scope="module")
def home_without_prices(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("unpriced")
    fixture_run.make_run(home, "unpriced", fixture_run.UNPRICED)
    return home


@pytest.fixture
def unpriced(home_without_prices: Path, settings: Settings) -> Client:
    settings.SPECCOM_HOME = home_without_prices
    settings.DEMONSTRATION = True  # where a visitor sees runs
    return Client(HTTP_HOST="localhost")


def test_a_headline_says_what_was_found(small: RunFolder) -> None:
    assert headline(small.manifest) == (
        "6 of 11 records (55%) are specialised. They cost £38,000 of £70,000 (54%)."
    )


def test_a_year_without_prices_is_not_said_to_cost_nothing(small: RunFolder) -> None:
    nothing = Decimal("0.00")
    unpriced = replace(small.manifest, cost_total=nothing, cost_specialised=nothing)
    assert headline(unpriced) == "6 of 11 records (55%) are specialised. The activity gives no cost."


def test_a_headline_and_the_figures_below_it_share_one_denominator(dirty: RunFolder) -> None:
    assert headline(dirty.manifest) == (
        "2 of 2 records (100%) are specialised. They cost £1,007 of £1,007 (100%). 2 more rows could not be "
        "used."
    )
    assert present_run(dirty, {}).figures[0].note == "100% of 2 records"


def test_a_run_of_rows_that_could_not_be_used_has_no_share(dirty: RunFolder) -> None:
    counts = replace(dirty.manifest.counts, rows=2, labelled=0, not_specialised=0)
    assert headline(replace(dirty.manifest, counts=counts)) == (
        "None of the 2 rows could be used, so nothing was identified."
    )


PAGES_WITH_COSTS = ("", "/services", "/providers", "/rows", "/rows?fate=labelled", "/agreement")


@pytest.mark.parametrize("page", PAGES_WITH_COSTS)
def test_pages_of_a_year_without_prices_show_no_cost(unpriced: Client, page: str) -> None:
    answer = unpriced.get(f"/runs/unpriced{page}")
    assert answer.status_code == 200
    words = re.sub(r"<[^>]+>", " ", answer.content.decode())
    assert "£" not in words
    assert "Cost" not in words
    assert "and cost" not in words
    assert "data:image" not in answer.content.decode()


def test_the_card_of_a_year_without_prices_says_so(unpriced: Client) -> None:
    for page in ("/", "/runs/unpriced"):
        words = unpriced.get(page).content.decode()
        assert "None given" in words
        assert "The activity has no prices" in words


@pytest.mark.parametrize("table", ["lines", "programmes", "months", "fates", "agreement", "records"])
@pytest.mark.parametrize("ending", ["csv", "xlsx", "parquet"])
def test_files_of_a_year_without_prices_have_no_cost(unpriced: Client, table: str, ending: str) -> None:
    answer = unpriced.get(f"/runs/unpriced/tables/{table}.{ending}")
    assert answer.status_code == 200
    if ending == "csv":
        assert "Cost" not in answer.content.decode("utf-8-sig").splitlines()[0]


def test_months_without_a_record_stand_as_nought_between_the_first_and_the_last() -> None:
    found = [Figure((month,), 1, Decimal(5)) for month in ("2025-11", None, "2026-02")]
    assert [(each.name, each.records) for each in every_month(found)] == [
        (None, 1),
        ("2025-11", 1),
        ("2025-12", 0),
        ("2026-01", 0),
        ("2026-02", 1),
    ]
    strange = [Figure((month,), 1, Decimal(5)) for month in ("1900-01", "2026-02")]
    assert [each.name for each in every_month(strange)] == ["1900-01", "2026-02"]
    assert every_month([]) == ()


@pytest.mark.parametrize(
    "query", ["fate=bogus", "fate=rejected", "line=bogus", "dataset=bogus", "layer=bogus"]
)
def test_a_filter_that_is_no_choice_names_nothing_and_can_be_taken_off(client: Client, query: str) -> None:
    words = client.get(f"/runs/small/rows?{query}").content.decode()
    assert "<h1" in words
    title = re.search(r"<title>(.*?)</title>", words, re.DOTALL)
    assert title
    assert "ogus" not in title[1]
    assert "used records" not in title[1]
    assert "has no such choice here" in words
    assert "Take this filter off" in words
    assert "No record of this run matches these filters." in words


def test_a_clinical_area_in_an_address_is_a_choice(client: Client) -> None:
    words = client.get("/runs/small/rows?programme=B02").content.decode()
    assert "Records: Chemotherapy" in words
    assert "has no such choice" not in words


def test_what_decided_can_be_taken_off(client: Client) -> None:
    words = client.get("/runs/small/rows?layer=rules").content.decode()
    assert "Take off the filter </span>What decided: By the rulebook’s rules" in words


def test_a_download_of_records_says_what_it_holds(client: Client) -> None:
    words = client.get("/runs/small/rows").content.decode()
    assert 'Download as CSV<span class="nhsuk-u-visually-hidden"> of these records' in words
    assert "of Showing" not in words


def test_services_are_filtered_in_the_order_of_the_alphabet(client: Client) -> None:
    words = client.get("/runs/small/rows").content.decode()
    select = words.split('id="filter-line"')[1].split("</select>")[0]
    options = re.findall(r">([^<>]+)</option>", select)[1:]
    assert options == sorted(options, key=str.casefold)


def test_a_run_whose_labels_were_written_over_says_so(home: Path, small: RunFolder) -> None:
    assert not [each for each in present_run(small, {}).warnings if "labels" in each]
    shutil.copytree(small.path, home / "runs" / "over")
    try:
        labels = home / "runs" / "over" / "labels.parquet"
        pq.write_table(pq.read_table(labels), labels, compression="gzip")  # as many rows, another file
        (warning,) = [each for each in present_run(find_run(home, "over"), {}).warnings if "labels" in each]
        assert warning.startswith("The labels of this run have been changed since it finished")
        assert "labels.parquet" in warning
    finally:
        shutil.rmtree(home / "runs" / "over")


def test_a_run_reconciles_to_its_rows(dirty: RunFolder) -> None:
    page = present_run(dirty, {})
    assert page.reconciles == "Every one of the 4 rows that went in is in this table once."
    assert sum(row[2].value for row in page.fates.rows) == 4
    assert page.fates.rows[-1][0].text == "Could not be used"
    assert page.fates.rows[-1][2].value == 2


def test_filters_narrow_every_figure(small: RunFolder) -> None:
    page = present_run(small, {"provider": "RAA", "line": "ignored"})
    assert page.filtered == "Under these filters there are 4 records costing £39,000."
    assert page.figures[0].value == "3"
    assert page.reconciles == ""


@pytest.mark.parametrize("ending", ["csv", "xlsx", "parquet"])
@pytest.mark.parametrize(
    "table",
    [
        "programmes",
        "lines",
        "providers",
        "months",
        "datasets",
        "layers",
        "fates",
        "faults",
        "rejected",
        "unseen",
        "agreement",
        "records",
    ],
)
def test_every_table_is_a_file(client: Client, table: str, ending: str) -> None:
    answer = client.get(f"/runs/small/tables/{table}.{ending}")
    assert answer.status_code == 200
    assert answer["Content-Disposition"] == f'attachment; filename="synthetic-small-{table}.{ending}"'


@pytest.mark.parametrize("path", ["nothing.csv", "lines.exe", "lines.", "..csv"])
def test_a_file_that_is_not_there(client: Client, path: str) -> None:
    assert client.get(f"/runs/small/tables/{path}").status_code == 404


def test_a_download_of_records_is_under_the_filters(client: Client) -> None:
    answer = client.get("/runs/small/tables/records.csv?line=NCBPS11T&sort=-cost")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [(row["Record"], row["Cost"]) for row in rows] == [("a1", "20000.00"), ("a2", "1000.50")]


@pytest.mark.parametrize("query", ["sort=nonsense", "page=999", "line=%00", "month=2025-99", "dataset=';--"])
def test_an_address_with_nonsense_in_it_still_shows_a_page(client: Client, query: str) -> None:
    assert client.get(f"/runs/small/rows?{query}").status_code == 200
    assert client.get(f"/runs/small?{query}").status_code == 200
