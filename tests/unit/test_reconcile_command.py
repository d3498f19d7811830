"""`speccom reconcile`: what it says, writes and refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.unit.activity.contract.feed_files import Row, write_feed

from speccom.commands import main

WORDS = (
    "2 places were compared in 1 check; in 1 both feeds agree. In the activity check, 1 place differs by "
    "£0.01; all of it is open. Open: activity, line NCBPS13B, RTH for 13R, 2025-04: £0.01, being "
    "£1,000.00 against £999.99."
)


@pytest.fixture
def feeds(tmp_path: Path) -> list[str]:
    rows = [Row(pounds="1,000.00"), Row(month=2, pounds="50")]
    first = write_feed(tmp_path / "acm-may.csv", "acm", [Row(pounds="900")])
    acm = write_feed(
        tmp_path / "acm-june.csv", "acm", [row._replace(created="12/06/2025 09:00") for row in rows]
    )
    plcm = write_feed(
        tmp_path / "plcm.csv", "plcm", [Row(pounds="£999.99"), Row(month=2, pounds="50"), Row(pounds="TBC")]
    )
    return [str(first), str(acm), str(plcm)]


def test_what_it_says(feeds: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["reconcile", "--feeds", *feeds, "--as-at", "2025-07-31"]) == 1
    said = capsys.readouterr()
    assert not said.err
    first, acm, plcm = feeds
    assert said.out.splitlines() == [
        f"{first}: Aggregate contract monitoring, 1 row, £900.00, made on 12 May 2025 at 09:00",
        f"{acm}: Aggregate contract monitoring, 2 rows, £1,050.00, made on 12 June 2025 at 09:00",
        f"{plcm}: Patient-level contract monitoring, 3 rows, £1,049.99, made on 12 May 2025 at 09:00",
        "  1 × 'TBC' in TOTAL COST: this is no amount; it counts as nothing (first in row 3)",
        "",
        f"{first}: month 1 of RTH, 2025/26, superseded by {acm}",
        WORDS,
    ]


def test_a_month_from_open_to_accepted(
    feeds: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    accepted, again = tmp_path / "accepted.csv", tmp_path / "again.csv"
    given = ["reconcile", "--feeds", *feeds, "--as-at", "2025-07-31"]
    assert main([*given, "--write-accepted", str(accepted)]) == 1
    text = accepted.read_text(encoding="utf-8-sig")
    assert text.splitlines()[1] == "activity,RTH,13R,2025-04,NCBPS13B,,0.01,,,"
    accepted.write_text(text.replace("0.01,,,", "0.01,A Lead,2025-07-30,Rounding"), encoding="utf-8")
    assert main([*given, "--accepted", str(accepted), "--write-accepted", str(again)]) == 0
    assert "1 difference stays accepted" in capsys.readouterr().out
    assert "0.01,A Lead,2025-07-30,Rounding" in again.read_text(encoding="utf-8-sig")


def test_json_and_files(feeds: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out, book = tmp_path / "out", tmp_path / "challenge.xlsx"
    given = ["reconcile", "--feeds", *feeds, "--json", "--as-at", "2025-07-31", "--out", str(out)]
    assert main([*given, "--challenge", "RTH", "--to", str(book)]) == 1
    printed = json.loads(capsys.readouterr().out)
    assert printed == json.loads((out / "reconciliation.json").read_text(encoding="utf-8"))
    assert printed["contract"]["checks"][0]["differences"][0]["difference"] == 1
    assert sorted(each.name for each in out.iterdir()) == [
        "accepted.csv",
        "differences.csv",
        "faults.csv",
        "reconciliation.json",
    ]
    assert book.stat().st_size


def test_the_order_given_may_decide(feeds: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    main(["reconcile", "--feeds", feeds[1], feeds[0], feeds[2], "--later-by", "given", "--json"])
    (superseded,) = json.loads(capsys.readouterr().out)["superseded"]
    assert (superseded["file"], superseded["by"]) == (feeds[1], feeds[0])


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--challenge", "RTH"], "--challenge and --to go together"),
        (["--as-at", "31/07/2025"], "'31/07/2025' is no date such as 2025-07-31"),
        (["--accepted", "none.csv"], "the accepted differences cannot be read"),
        (["--activity", "none.parquet"], "there is no finished identification here"),
        (["--write-accepted", "/proc/none/a.csv"], "the accepted differences cannot be written"),
        (["--out", "/proc/none/a"], "the files cannot be written"),
    ],
)
def test_what_it_refuses(
    feeds: list[str], more: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["reconcile", "--feeds", *feeds, *more]) == 2
    told = capsys.readouterr()
    assert said in told.err
    assert "Traceback" not in told.err


def test_a_shifted_file_leaves_nothing_written(
    feeds: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = Path(feeds[2])
    head, *rows = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([head, *("," + row.rsplit(",", 1)[0] for row in rows)]), encoding="utf-8")
    assert main(["reconcile", "--feeds", *feeds, "--out", str(tmp_path / "out")]) == 2
    told = capsys.readouterr()
    assert "100% of FINANCIAL MONTH is no financial month (they are blank)" in told.err
    assert not told.out
    assert not (tmp_path / "out").exists()
