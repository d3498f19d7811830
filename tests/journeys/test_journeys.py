"""What people come to do, done in the running product."""

from __future__ import annotations

import csv
import io
import re

import pyarrow.parquet as pq
import pytest
from playwright.sync_api import Browser, Page, expect
from python_calamine import CalamineWorkbook
from tests.journeys import pictures
from tests.journeys.states import RUN

NUMBER = re.compile(r"[\d,]+")
expect.set_options(timeout=15_000)  # a machine that builds other things too may be slow to answer


@pytest.fixture
def page(browser: Browser) -> object:
    opened = browser.new_page(viewport={"width": 1280, "height": 900})
    opened.set_default_timeout(15_000)
    yield opened
    opened.close()


def count_in(text: str) -> int:
    found = NUMBER.search(text)
    assert found, text
    return int(found.group().replace(",", ""))


def test_an_analyst_opens_a_figure_down_to_one_record_and_reads_why(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_role("link", name="A synthetic year, 2025/26").click()
    lines = page.get_by_role("region", name="Specialised records and cost by service")
    row = lines.get_by_role("row").nth(1)
    service = row.get_by_role("rowheader").inner_text()
    records = count_in(row.get_by_role("link", name=re.compile("records: ")).inner_text())
    row.get_by_role("link", name=re.compile("records: ")).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"Records: {service}")
    expect(page.locator(".nhsuk-lede-text")).to_contain_text(f"{records:,} record")
    page.get_by_role("rowheader").first.get_by_role("link").click()
    expect(page.locator(".nhsuk-lede-text")).to_contain_text(f"It is counted under {service}.")
    why = page.locator("main").inner_text()
    assert "What holds:" in why or "another record" in why or "the provider stated" in why
    page.get_by_role("navigation", name="Breadcrumb").get_by_role("link", name="Records").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"Records: {service}")


def test_a_rule_that_found_a_record_tells_what_it_asked(page: Page, address: str) -> None:
    line = "&line=NCBPS11T" if pictures.WANTED else ""
    page.goto(f"{address}{RUN}/rows?layer=rules&dataset=apc&sort=-cost{line}")
    page.get_by_role("rowheader").first.get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Record SYN")
    why = page.locator("main").inner_text().split("Rules that nearly held")[0]
    assert "What holds:" in why
    assert "Why this rule:" in why
    pictures.take(page, "record")


def test_every_fate_adds_up_to_the_rows_that_went_in(page: Page, address: str) -> None:
    page.goto(f"{address}{RUN}")
    table = page.get_by_role("region", name="What became of every row")
    rows = table.locator("tbody tr").all()
    total = count_in(table.locator("tfoot tr td").nth(1).inner_text())
    assert sum(count_in(row.locator("td").nth(1).inner_text()) for row in rows) == total
    assert total == count_in(page.get_by_text("that went in is in this table once").inner_text())


@pytest.mark.parametrize("table", ["programmes", "lines", "providers", "months", "layers", "fates"])
def test_figures_open_as_many_records_as_they_say(page: Page, address: str, table: str) -> None:
    page.goto(f"{address}{RUN}")
    links = page.locator(f"#{table} + div tbody tr td a").all()
    figures = [(link.inner_text(), link.get_attribute("href")) for link in links]
    checked = [(text, href) for text, href in figures if "£" not in text and "/rows?" in str(href)][:3]
    assert checked
    for text, href in checked:
        page.goto(f"{address}{href}")
        assert count_in(page.locator(".nhsuk-lede-text").inner_text()) == count_in(text)
        assert page.locator("#records + div tbody tr").count() == min(25, count_in(text))


def test_filters_live_in_the_address_and_can_be_taken_off(page: Page, address: str) -> None:
    page.goto(f"{address}{RUN}")
    everything = page.locator(".speccom-figures__value").first.inner_text()
    page.get_by_label("Programme of care", exact=True).select_option("Cancer")
    page.get_by_label("Kind of care", exact=True).select_option("Admitted care")
    page.get_by_role("button", name="Apply filters").click()
    expect(page).to_have_url(re.compile("programme=B"))
    expect(page).to_have_url(re.compile("dataset=apc"))
    assert count_in(page.locator(".speccom-figures__value").first.inner_text()) < count_in(everything)
    page.get_by_role("link", name=re.compile("Take off the filter Kind of care")).click()
    expect(page).not_to_have_url(re.compile("dataset="))
    page.get_by_role("link", name=re.compile("Take off the filter Programme of care")).click()
    expect(page.locator(".speccom-figures__value").first).to_have_text(everything)


def test_headings_sort(page: Page, address: str) -> None:
    page.goto(f"{address}{RUN}/services")
    page.get_by_role("link", name=re.compile(r"^Records\s*, sort by this")).click()
    expect(page.locator("th[aria-sort=descending]")).to_have_text(re.compile("^Records"))
    column = page.locator("#lines + div tbody tr td:nth-child(3)").all_inner_texts()
    counts = [count_in(text) for text in column]
    assert counts == sorted(counts, reverse=True)
    page.get_by_role("link", name=re.compile(r"^Records\s*, sort by this")).click()
    expect(page.locator("th[aria-sort=ascending]")).to_have_text(re.compile("^Records"))
    column = page.locator("#lines + div tbody tr td:nth-child(3)").all_inner_texts()
    assert [count_in(text) for text in column] == sorted(count_in(text) for text in column)


def test_a_table_can_be_had_as_csv_excel_and_parquet(page: Page, address: str) -> None:
    page.goto(f"{address}{RUN}?dataset=op")
    links = page.get_by_role("link", name=re.compile("Download as .* by programme of care"))
    files = {}
    for link in links.all():
        answer = page.request.get(address + str(link.get_attribute("href")))
        assert answer.ok
        assert "attachment" in answer.headers["content-disposition"]
        files[answer.headers["content-disposition"].rsplit(".", 1)[1].strip('"')] = answer.body()
    lines = list(csv.reader(io.StringIO(files["csv"].decode("utf-8-sig"))))
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(files["xlsx"]))
    parquet = pq.read_table(io.BytesIO(files["parquet"]))
    shown = page.locator("#programmes + div tbody tr").count()
    assert len(lines) - 1 == parquet.num_rows == shown
    assert [line[0] for line in lines[1:]] == parquet.column(0).to_pylist()
    assert [row[0] for row in sheet.get_sheet_by_name("Table").to_python()][1:] == parquet.column(
        0
    ).to_pylist()
    about = dict(row[:2] for row in sheet.get_sheet_by_name("About").to_python())
    assert about["Activity"] == "synthetic"
    assert about["Filters"] == "dataset: op; fate: labelled"
    assert about["Rulebook"].startswith("illustrative-identification@2025-26#")


def test_a_formula_in_the_activity_stays_text_in_a_download(page: Page, address: str) -> None:
    answer = page.request.get(f"{address}/runs/dirty/tables/faults.csv")
    assert "'=cmd()" in answer.text()
    book = CalamineWorkbook.from_filelike(
        io.BytesIO(page.request.get(f"{address}/runs/dirty/tables/faults.xlsx").body())
    )
    assert "=cmd()" in [row[2] for row in book.get_sheet_by_name("Table").to_python()]


def test_a_fault_leads_to_the_record_that_has_it(page: Page, address: str) -> None:
    page.goto(f"{address}/runs/dirty/faults")
    page.get_by_role("link", name=re.compile("record d2")).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Record d2")
    page.goto(f"{address}/runs/dirty/rows")
    page.get_by_label("Find a record by its identifier").fill(" d1 ")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Record d1")


def test_a_service_is_found_by_words_with_the_keyboard_alone(page: Page, address: str) -> None:
    page.goto(address)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("#maincontent$"))
    page.keyboard.press("Tab")
    page.keyboard.type("cystic fibrosis")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("cystic fibrosis")
    found = page.get_by_role("link", name="Cystic fibrosis services (adults and children)", exact=True)
    found.focus()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("a recorded diagnosis is cystic fibrosis")


def test_a_rule_shows_its_criterion_and_codes_without_javascript(browser: Browser, address: str) -> None:
    page = browser.new_page(java_script_enabled=False)
    page.goto(f"{address}/services/NCBPS10Z")
    page.locator("summary").first.click()
    assert "cystic_fibrosis" in page.locator("pre").first.inner_text()
    page.get_by_role("link", name=re.compile("All of this set")).first.click()
    expect(page.locator("main")).to_contain_text("E84…")
    page.close()


def test_the_explanation_of_a_near_miss_says_what_was_missing(page: Page, address: str) -> None:
    page.goto(f"{address}/runs/small/rows/3")  # a transplant in a child of twelve
    near = page.locator("main").inner_text().split("Rules that nearly held")[1]
    assert "Renal transplantation (adults)" in near
    assert "What stands in its way:" in near
    assert "age" in near.split("What holds:")[0]


def test_explanations_hold_no_sql_no_columns_and_no_set_names(page: Page, address: str) -> None:
    for row in range(1, 12):
        page.goto(f"{address}/runs/small/rows/{row}")
        text = page.locator("main").inner_text()
        for word in ("any_procedure", "kidney_transplant", "treatment_function", "heart_surgery", " AND "):
            assert word not in text


def test_a_run_that_is_going_is_followed_and_then_shown(page: Page, address: str) -> None:
    page.goto(f"{address}/runs/open")
    expect(page.locator("progress")).to_have_attribute("value", "40")
    expect(page.get_by_role("link", name="Look again")).to_be_visible()


def test_a_page_about_records_is_never_stored(page: Page, address: str) -> None:
    for path in ("/runs/small/rows", "/runs/small/rows/1"):
        assert page.request.get(address + path).headers["cache-control"] == "no-store"
