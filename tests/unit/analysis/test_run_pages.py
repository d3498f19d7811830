import csv
import io
from dataclasses import replace
from decimal import Decimal

import pytest
from django.test import Client

from speccom.analysis.run_folders import RunFolder
from speccom.analysis.run_page import present_run
from speccom.analysis.runs_page import headline


def test_a_headline_says_what_was_found(small: RunFolder) -> None:
    assert headline(small.manifest) == (
        "6 of 11 records (55%) are specialised. They cost £38,000 of £70,000 (54%)."
    )


def test_a_year_without_prices_is_not_said_to_cost_nothing(small: RunFolder) -> None:
    nothing = Decimal("0.00")
    unpriced = replace(small.manifest, cost_total=nothing, cost_specialised=nothing)
    assert headline(unpriced) == "6 of 11 records (55%) are specialised. The activity gives no cost."


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
