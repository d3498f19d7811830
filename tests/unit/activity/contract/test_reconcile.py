"""Feeds held against each other: planted differences are found, and what was accepted stays so."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from zipfile import ZipFile

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook
from tests.unit.activity.contract.feed_files import Row, as_pounds, write_feed

from speccom.activity.contract.acceptances import COLUMNS, read_acceptances, write_acceptances
from speccom.activity.contract.challenge import write_challenge
from speccom.activity.contract.reconcile import Outcome, ReconcileOrder, reconcile
from speccom.activity.contract.report import in_words
from speccom.activity.contract.written import write_out
from speccom.methods.reconciliation.compare import State
from speccom.problem import Problem
from speccom.rulebook import find

AS_AT = date(2025, 7, 31)


def compared(*feeds: Path, **more: object) -> Outcome:
    return reconcile(ReconcileOrder(feeds=feeds, shelf=find.shelf(), as_at=AS_AT, **more))  # type: ignore[arg-type]


def found(outcome: Outcome) -> set[tuple[str, str, str, str, int]]:
    return {
        (str(each.check), each.provider, each.month, each.line, each.difference)
        for each in outcome.differences
    }


@pytest.fixture
def agreeing(tmp_path: Path) -> tuple[Path, Path, Path, Path]:
    """An aggregate that its three feeds explain to the penny."""
    points = {"plcm": "EL", "drplcm": "DRUG", "deplcm": "DEVICE"}
    rows = [Row(month=month, line=line) for month in (1, 2) for line in ("NCBPS13B", "NCBPS37Z")]
    acm = [row._replace(pounds="300", point_of_delivery=point) for row in rows for point in points.values()]
    explaining = [
        write_feed(
            tmp_path / f"{feed}.csv",
            feed,
            [
                row._replace(pounds=pounds, point_of_delivery=point)
                for row in rows
                for pounds in ("100.50", "199.50")
            ],
        )
        for feed, point in points.items()
    ]
    return (write_feed(tmp_path / "acm.csv", "acm", acm), *explaining)  # type: ignore[return-value]


def test_feeds_that_agree(agreeing: Sequence[Path]) -> None:
    outcome = compared(*agreeing)
    assert outcome.agrees
    assert not outcome.differences
    assert [(line.line, line.aggregate, line.difference) for line in outcome.contract.lines] == [
        ("NCBPS13B", 180_000, 0),
        ("NCBPS37Z", 180_000, 0),
    ]


PLANTED = st.dictionaries(
    st.tuples(
        st.sampled_from(["plcm", "drplcm", "deplcm"]),
        st.sampled_from(["RTH", "RHM"]),
        st.integers(1, 12),
        st.sampled_from(["A1", "B2", "C3"]),
    ),
    st.integers(-(10**6), 10**6).filter(bool),
    max_size=8,
)
CHECKS = {"plcm": ("activity", "EL"), "drplcm": ("drugs", "DRUG"), "deplcm": ("devices", "DEVICE")}


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    planted=PLANTED,
    base=st.lists(
        st.tuples(
            st.sampled_from([*CHECKS]), st.integers(1, 12), st.sampled_from("AB"), st.integers(1, 10**6)
        ),
        max_size=12,
    ),
)
def test_each_planted_difference_is_found_and_no_other(
    tmp_path: Path,
    planted: dict[tuple[str, str, int, str], int],
    base: list[tuple[str, int, str, int]],
) -> None:
    acm: list[Row] = [Row(month=1, provider=who, line="Z9", pounds="1") for who in ("RTH", "RHM")]
    records = {feed: [] for feed in CHECKS} | {"plcm": list(acm)}
    for feed, month, line, pence in base:
        whole = Row(month=month, line=f"{line}9", point_of_delivery=CHECKS[feed][1])
        acm.append(whole._replace(pounds=as_pounds(pence)))
        half = pence // 2
        records[feed] += [whole._replace(pounds=as_pounds(part)) for part in (half, pence - half)]
    for (feed, who, month, line), pence in planted.items():
        plant = Row(month=month, provider=who, line=line, point_of_delivery=CHECKS[feed][1])
        acm.append(plant._replace(pounds=as_pounds(5000 + pence)))
        records[feed].append(plant._replace(pounds="50.00"))
    feeds = [write_feed(tmp_path / "acm.csv", "acm", acm)]
    feeds += [
        write_feed(
            tmp_path / f"{feed}.csv",
            feed,
            rows or [Row(pounds="0", line="Z9", point_of_delivery=CHECKS[feed][1])],
        )
        for feed, rows in records.items()
    ]
    outcome = compared(*feeds)
    assert found(outcome) == {
        (
            CHECKS[feed][0],
            who,
            f"{2025 + (month > 9)}-{(month + 2) % 12 + 1:02d}",
            line,
            pence,
        )
        for (feed, who, month, line), pence in planted.items()
    }
    assert outcome.agrees is not bool(planted)


def test_rounding_is_done_once(tmp_path: Path) -> None:
    acm = write_feed(tmp_path / "a.csv", "acm", [Row(pounds="1.00")])
    plcm = write_feed(tmp_path / "p.csv", "plcm", [Row(pounds="0.333333")] * 2 + [Row(pounds="0.333334")])
    assert compared(acm, plcm).agrees
    short = write_feed(tmp_path / "p.csv", "plcm", [Row(pounds="0.333")] * 3)
    assert compared(acm, short).agrees
    shorter = write_feed(tmp_path / "p.csv", "plcm", [Row(pounds="0.331")] * 3)
    assert {each.difference for each in compared(acm, shorter).differences} == {1}


def test_points_of_delivery_are_compared_where_asked(tmp_path: Path) -> None:
    acm = write_feed(tmp_path / "a.csv", "acm", [Row(pounds="5"), Row(pounds="7", point_of_delivery="NEL")])
    plcm = write_feed(tmp_path / "p.csv", "plcm", [Row(pounds="7"), Row(pounds="5", point_of_delivery="NEL")])
    assert compared(acm, plcm).agrees
    assert [
        (each.detail, each.difference) for each in compared(acm, plcm, by_point_of_delivery=True).differences
    ] == [
        ("EL", -200),
        ("NEL", 200),
    ]


def test_a_feed_that_is_not_given_is_told_and_not_compared(tmp_path: Path) -> None:
    drugs = Row(pounds="250", point_of_delivery="DRUG")
    acm = write_feed(tmp_path / "a.csv", "acm", [Row(), drugs])
    outcome = compared(acm, write_feed(tmp_path / "p.csv", "plcm", [Row()]))
    assert outcome.agrees
    assert "Note: no drugs file is given, so £250.00 of drugs in the aggregate is held against nothing." in (
        in_words(outcome)
    )
    assert "no devices file" not in in_words(outcome)


class TestAccepted:
    @pytest.fixture
    def feeds(self, tmp_path: Path) -> tuple[Path, Path]:
        rows = [Row(line="A1", pounds="10"), Row(line="=B2", pounds="20"), Row(line="C3", pounds="30")]
        acm = write_feed(tmp_path / "a.csv", "acm", rows)
        return acm, write_feed(
            tmp_path / "p.csv", "plcm", [Row(line="A1", pounds="9"), Row(line="C3", pounds="28")]
        )

    def filled(self, outcome: Outcome, path: Path, lines: Sequence[str], reason: str = "=late") -> Path:
        write_acceptances(path, outcome.carried_forward, outcome.differences)
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        for row in rows:
            if row["line"] in lines:
                row.update(accepted_by="A Lead", accepted_on="2025-07-10", reason=reason)
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, rows[0])
            writer.writeheader()
            writer.writerows(rows)
        return path

    def test_what_was_accepted_stays_so_while_the_amount_is_unchanged(
        self, feeds: tuple[Path, Path], tmp_path: Path
    ) -> None:
        first = compared(*feeds)
        assert {each.state for each in first.differences} == {State.OPEN}
        accepted = self.filled(first, tmp_path / "accepted.csv", ["A1", "C3"])
        write_feed(feeds[1], "plcm", [Row(line="A1", pounds="9"), Row(line="C3", pounds="27.99")])
        second = compared(*feeds, accepted=accepted)
        assert {each.line: (each.state, each.difference) for each in second.differences} == {
            "A1": (State.ACCEPTED, 100),
            "C3": (State.CHANGED, 201),
            "unusable code": (State.OPEN, 2000),
        }
        (kept,) = second.carried_forward
        assert (kept.line, kept.accepted_by, kept.reason) == ("A1", "A Lead", "=late")
        assert "A Lead: =late" in in_words(second)

    def test_the_file_written_is_read_again(self, feeds: tuple[Path, Path], tmp_path: Path) -> None:
        first = self.filled(compared(*feeds), tmp_path / "1.csv", ["A1", "C3"])
        again = tmp_path / "2.csv"
        outcome = compared(*feeds, accepted=first)
        write_acceptances(again, outcome.carried_forward, outcome.differences)
        assert read_acceptances(again) == outcome.carried_forward
        assert len(outcome.carried_forward) == 2
        assert "'=late" in again.read_text(encoding="utf-8-sig")

    def test_acceptances_that_a_comparison_says_nothing_of_are_carried_on(
        self, feeds: tuple[Path, Path], tmp_path: Path
    ) -> None:
        path = self.filled(compared(*feeds), tmp_path / "accepted.csv", ["A1"])
        others = ("RHM,13R,2025-04", "RTH,13R,2025-03", "RTH,13R,2026-03")
        lines = [f"activity,{other},A1,,5.00,A Lead,2025-07-10,known" for other in others]
        lines.append("national,RTH,,2025-04,A1,,5.00,A Lead,2025-07-10,known")
        with path.open("a", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")
        outcome = compared(*feeds, accepted=path)
        assert [(str(each.check), each.provider, each.month) for each in outcome.carried_forward] == [
            ("activity", "RTH", "2025-04"),
            ("activity", "RHM", "2025-04"),
            ("activity", "RTH", "2025-03"),
            ("national", "RTH", "2025-04"),
        ]
        assert [each.month for each in outcome.contract.cleared] == ["2026-03"]

    @pytest.mark.parametrize(
        ("old", "new", "said"),
        [
            ("=late", "", "row 1: the difference is accepted without reason"),
            ("A Lead", " ", "row 1: the difference is accepted without accepted_by"),
            ("2025-07-10", "10 July", "Write a date as 2025-07-31"),
            ("2025-07-10", "2025-08-10", "dated 10 August 2025, after the comparison of 31 July 2025"),
            ("1.00", "1.005", "the difference '1.005' is no amount in pounds and whole pence"),
            ("1.00", "NaN", "the difference 'NaN' is no amount"),
            ("1.00", "-Infinity", "the difference '-Infinity' is no amount"),
            ("1.00", "0.00", "a difference of nothing needs no acceptance"),
            ("activity,", "sums,", "row 1: there is no check 'sums'. Choose one of"),
            ("2025-04", "April", "month: String should match"),
            ("check,", "checks,", "has no column check"),
        ],
    )
    def test_an_acceptance_that_cannot_be_used_is_refused(
        self, feeds: tuple[Path, Path], tmp_path: Path, old: str, new: str, said: str
    ) -> None:
        write_feed(
            feeds[1],
            "plcm",
            [Row(line="A1", pounds="9"), Row(line="C3", pounds="30"), Row(line="=B2", pounds="20")],
        )
        path = self.filled(compared(*feeds), tmp_path / "accepted.csv", ["A1"])
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        with pytest.raises(Problem) as caught:
            compared(*feeds, accepted=path)
        assert said in str(caught.value)

    @pytest.mark.parametrize("written", ["-1234.50", "−£1,234.50", "£-1,234.5", " −1234.50 "])
    def test_a_difference_is_read_as_people_write_money(self, tmp_path: Path, written: str) -> None:
        row = ("activity", "RTH", "QWE", "2025-04", "", "", written, "A Lead", "2025-07-10", "Late")
        with (tmp_path / "x.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([COLUMNS, row])
        (accepted,) = read_acceptances(tmp_path / "x.csv")
        assert accepted.difference == -123450

    def test_acceptances_that_are_no_file(self, tmp_path: Path) -> None:
        with pytest.raises(Problem, match="the accepted differences cannot be read"):
            read_acceptances(tmp_path / "none.csv")
        (tmp_path / "x.csv").write_bytes(b"\xff\xfe\x00")
        with pytest.raises(Problem, match="the accepted differences cannot be read"):
            read_acceptances(tmp_path / "x.csv")


class TestActivity:
    @pytest.fixture
    def labels(self, tmp_path: Path) -> Path:
        run = tmp_path / "labels.run"
        run.mkdir()
        rows = [
            ("RTH00", "2025-04", "NCBPS13B", "60.00"),
            ("RTH", "2025-04", "NCBPS13B", "39.99"),
            ("RTH", "2025-04", None, "5.00"),
            ("RTH", "2025-09", "NCBPS13B", "1000.00"),
            ("RTH", None, "NCBPS13B", "4.00"),
        ]
        columns = [list(each) for each in zip(*rows, strict=True)]
        cost = pa.array(columns[3]).cast(pa.decimal128(20, 2))
        names = ("provider", "month", "service_line")
        pq.write_table(
            pa.table({**dict(zip(names, columns[:3], strict=True)), "cost": cost}), run / "summary.parquet"
        )
        (run / "manifest.json").write_text("{}", encoding="utf-8")
        return tmp_path / "labels.parquet"

    def test_activity_is_held_against_the_patient_level_feed(self, labels: Path, tmp_path: Path) -> None:
        plcm = write_feed(tmp_path / "p.csv", "plcm", [Row(), Row(pounds="5", line="", commissioner="15E")])
        for given_as in (labels, labels.with_suffix(".run")):
            outcome = compared(plcm, activity=given_as)
            assert found(outcome) == {("national", "RTH", "2025-04", "NCBPS13B", 1)}
        assert outcome.activity_without_place == 4
        assert "activity of £4.00 has no provider or no month, and is not compared" in in_words(outcome)

    def test_a_run_that_is_not_finished_is_refused(self, labels: Path, tmp_path: Path) -> None:
        plcm = write_feed(tmp_path / "p.csv", "plcm", [Row()])
        (labels.with_suffix(".run") / "manifest.json").unlink()
        with pytest.raises(Problem, match="there is no finished identification here"):
            compared(plcm, activity=labels)

    def test_without_a_patient_level_feed_there_is_nothing_to_compare(
        self, labels: Path, tmp_path: Path
    ) -> None:
        acm = write_feed(tmp_path / "a.csv", "acm", [Row()])
        with pytest.raises(Problem, match="activity is held against the patient-level feed"):
            compared(acm, activity=labels)


@pytest.mark.parametrize(
    ("feeds", "said"),
    [
        (["acm"], "only aggregate is given"),
        (["plcm", "drplcm"], "only drugs and patient level is given"),
        (["acm", "acm"], "the file is given twice"),
    ],
)
def test_what_cannot_be_compared_is_refused(tmp_path: Path, feeds: list[str], said: str) -> None:
    paths = [write_feed(tmp_path / f"{feed}.csv", feed, [Row()]) for feed in feeds]
    with pytest.raises(Problem, match=said):
        compared(*paths)


class TestChallenge:
    @pytest.fixture
    def outcome(self, tmp_path: Path) -> Outcome:
        rows = [Row(pounds="10"), Row(provider="RHM", pounds="70"), Row(month=2, pounds="0")]
        acm = write_feed(tmp_path / "a.csv", "acm", rows)
        plcm = [Row(pounds="12.50"), Row(provider="RHM", pounds="7"), Row(month=2, pounds="=1+1")]
        return compared(acm, write_feed(tmp_path / "p.csv", "plcm", plcm))

    def test_it_has_one_providers_differences_alone(self, outcome: Outcome, tmp_path: Path) -> None:
        path = tmp_path / "challenge.xlsx"
        assert write_challenge(outcome, "RTH", path) == 1
        book = CalamineWorkbook.from_path(path)
        assert book.sheet_names == [
            "About",
            "Open differences",
            "Accepted",
            "Values that cannot be used",
            "Files",
        ]
        (row,) = book.get_sheet_by_name("Open differences").to_python()[1:]
        assert row[:10] == [
            "activity",
            "13R",
            "2025-04",
            "NCBPS13B",
            "",
            "aggregate",
            10.0,
            "patient-level records",
            12.5,
            -2.5,
        ]
        assert "RHM" not in str(
            [sheet for name in book.sheet_names for sheet in book.get_sheet_by_name(name).to_python()]
        )

    def test_text_is_never_a_formula(self, tmp_path: Path) -> None:
        acm = write_feed(tmp_path / "a.csv", "acm", [Row(pounds="10"), Row(month=2, pounds="1")])
        plcm = write_feed(
            tmp_path / "p.csv", "plcm", [Row(pounds="10"), Row(month=2, pounds='=HYPERLINK("x")')]
        )
        path = tmp_path / "challenge.xlsx"
        write_challenge(compared(acm, plcm), "RTH", path)
        with ZipFile(path) as parts:
            sheets = [parts.read(name) for name in parts.namelist() if "worksheets/sheet" in name]
        assert not any(b"<f>" in sheet for sheet in sheets)
        values = CalamineWorkbook.from_path(path).get_sheet_by_name("Values that cannot be used").to_python()
        assert values[1][1:5] == ["TOTAL COST", '=HYPERLINK("x")', 1.0, 2.0]

    def test_what_cannot_be_written_is_refused(self, outcome: Outcome, tmp_path: Path) -> None:
        with pytest.raises(Problem, match="no feed has a provider RXX"):
            write_challenge(outcome, "RXX", tmp_path / "a.xlsx")
        with pytest.raises(Problem, match="a challenge is an Excel workbook"):
            write_challenge(outcome, "RTH", tmp_path / "a.csv")
        with pytest.raises(Problem, match="the workbook cannot be written"):
            write_challenge(outcome, "RTH", tmp_path / "none" / "a.xlsx")


def test_the_folder_written(agreeing: Sequence[Path], tmp_path: Path) -> None:
    rows = [Row(pounds="1"), Row(pounds="@SUM(1)"), Row(pounds="1")]
    later = write_feed(tmp_path / "later.csv", "plcm", [row._replace(created="2025-06-01") for row in rows])
    outcome = compared(*agreeing, later)
    write_out(outcome, tmp_path / "out")
    told = json.loads((tmp_path / "out" / "reconciliation.json").read_text(encoding="utf-8"))
    assert told["agrees"] is False
    assert [each["feed"] for each in told["files"]] == ["acm", "plcm", "drplcm", "deplcm", "plcm"]
    assert told["superseded"] == [
        {
            "feed": "plcm",
            "of": ["RTH"],
            "financial_year": "2025/26",
            "months": [1],
            "file": str(agreeing[1]),
            "by": str(later),
        }
    ]
    with (tmp_path / "out" / "differences.csv").open(encoding="utf-8-sig", newline="") as file:
        assert {(each["line"], each["difference"]) for each in csv.DictReader(file)} == {
            ("NCBPS13B", "298.00"),
            ("NCBPS37Z", "300.00"),
        }
    assert "'@SUM(1)" in (tmp_path / "out" / "faults.csv").read_text(encoding="utf-8-sig")
    write_out(outcome, tmp_path / "out")
    with pytest.raises(Problem, match="this is not an empty folder"):
        write_out(outcome, tmp_path)
