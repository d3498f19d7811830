"""A process whose facts are calculated: the figures are worked by hand, and how they came is recorded.

100 units at £100 were agreed, and 110 at £60 were bought: £10,000 against £6,600 is a saving of £3,400. The
change cost £400, which leaves £3,000; £500 stay with the payer, and of the other £2,500 the second party has
two fifths, £1,000.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from speccom.casework.door import Done, Order, carry_out
from speccom.casework.models import CaseRow, LedgerEvent
from speccom.casework.submissions import FINDINGS, Content, key_of, read
from speccom.process.calculated import calculated
from speccom.process.check_process import oddities
from speccom.process.decide import Actor, Refused
from speccom.process.procedure import Procedure
from speccom.process.read_process import load_process
from speccom.process.roles import load_roles
from speccom.rulebook.errors import RulebookErrors

FOLDER = Path(__file__).parent / "agreed-saving"
NOW = datetime(2025, 6, 2, 9, tzinfo=UTC)
FINANCE = Actor("00000000-0000-0000-0000-00000000000f", frozenset({"finance"}))
TERMS: dict[str, Any] = {
    "signed_on": date(2025, 4, 1),
    "first_day": date(2025, 4, 1),
    "last_day": date(2025, 5, 31),
    "counts": "both",
    "payer": "Commissioner",
}
PARTIES = (
    {"name": "Commissioner", "share": Decimal("0.6")},
    {"name": "Trust", "share": Decimal("0.4")},
)
ITEM: dict[str, Any] = {
    "item": "Infusion",
    "baseline_price_pence": 10_000,
    "baseline_volume": Decimal(100),
    "price_pence": 6_000,
    "volume": Decimal(110),
}
COST = {"cost_of_change": 40_000}


@pytest.fixture(scope="module")
def procedure() -> Procedure:
    return load_process(FOLDER)


@pytest.fixture
def shelf(db: None, tmp_path: Path, repository: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "shelf"
    shutil.copytree(repository / "rulebooks" / "calendars", folder / "calendars")
    shutil.copy(repository / "rulebooks" / "roles.toml", folder)
    shutil.copytree(FOLDER, folder / "processes" / "agreed-saving" / "1")
    monkeypatch.setenv("SPECCOM_RULEBOOKS", str(folder))
    return folder


def agreed() -> str:
    order = Order(
        "agree",
        "agree",
        FINANCE,
        NOW,
        procedure="agreed-saving",
        organisation="RX1",
        brings={"agreement": Content(TERMS, {"parties": PARTIES})},
    )
    done = carry_out(order)
    assert isinstance(done, Done)
    return done.case


def ends(case: str, act: str, name: str, item: Mapping[str, Any] = ITEM) -> Done | Refused:
    brings = {"outturn": Content(COST, {"items": (dict(item),)})}
    return carry_out(Order(name, act, FINANCE, NOW, case, brings=brings))


def test_the_process_is_sound(procedure: Procedure) -> None:
    assert oddities(procedure, load_roles()) == ()


def test_the_worked_figures(procedure: Procedure) -> None:
    rows = {"parties": PARTIES, "items": (ITEM,)}
    found = {
        name: calculated(procedure, fact, {**TERMS, **COST}, rows).value
        for name, fact in procedure.facts.items()
    }
    assert found == {"net_saving": 300_000, "part_of_the_second": 100_000}


@pytest.mark.usefixtures("shelf")
def test_an_act_is_done_by_what_is_calculated_and_how_is_recorded() -> None:
    case = agreed()
    refused = ends(case, "leave", "leave")
    assert isinstance(refused, Refused)
    assert refused.message == "A net saving was made. Share it."
    assert refused.findings[0].witnesses == ("Calculated by the method “Sharing a saving”",)
    assert isinstance(ends(case, "share", "share"), Done)
    row = CaseRow.objects.get(reference=case)
    found = read(row.submissions.get(form=FINDINGS), key_of(row))
    assert found["saving_was_made"]["net_saving"] == "300000"
    assert found["second_gains"]["part_of_the_second"] == "100000"
    how = found["saving_was_made"]["net_saving, calculated by"]
    method, inputs = how.split(", inputs sha256:")
    assert method.startswith("gain_share@0.1.0#")
    assert len(inputs) == 64
    assert how == found["second_gains"]["part_of_the_second, calculated by"]
    written = " ".join(LedgerEvent.objects.values_list("envelope", flat=True))
    assert "300000" not in written
    assert inputs not in written


def test_the_digest_is_of_the_inputs_and_of_nothing_else(procedure: Procedure) -> None:
    fact, answers = procedure.facts["net_saving"], {**TERMS, **COST}
    as_read = {
        "signed_on": "2025-04-01",
        "first_day": "2025-04-01",
        "last_day": "2025-05-31",
        "counts": "both",
        "parties": [{"name": "Commissioner", "share": "0.6"}, {"name": "Trust", "share": "0.4"}],
        "payer": "Commissioner",
        "items": [
            {
                "item": "Infusion",
                "baseline_price_pence": 10000,
                "baseline_volume": "100",
                "price_pence": 6000,
                "volume": "110",
            }
        ],
        "cost_of_change_pence": 40000,
        "threshold_pence": 50000,
        "ceiling_pence": None,
        "shares_losses": False,
    }
    text = json.dumps(as_read, separators=(",", ":"))
    how = calculated(procedure, fact, answers, {"parties": PARTIES, "items": (ITEM,)}).how
    assert how.endswith(hashlib.sha256(text.encode()).hexdigest())
    other = calculated(procedure, fact, answers, {"parties": PARTIES, "items": ({**ITEM, "volume": 111},)})
    assert other.how != how
    assert other.how.split(",")[0] == how.split(",")[0]


def test_what_is_not_given_or_not_served_is_unknown_and_says_so(procedure: Procedure) -> None:
    fact, answers = procedure.facts["net_saving"], {**TERMS, **COST}
    rows = {"parties": PARTIES, "items": (ITEM,)}
    blank = calculated(procedure, fact, {**answers, "payer": None}, rows)
    assert (blank.value, blank.how) == (None, "")
    assert blank.witnesses == ("Not everything is given from which Sharing a saving is calculated",)
    assert calculated(procedure, fact, answers, {**rows, "items": ()}).value is None
    free = calculated(procedure, fact, {**answers, "cost_of_change": None}, rows)
    assert free.value == 340_000, "what the method does without may be left blank"
    stranger = calculated(procedure, fact, {**answers, "payer": "A stranger"}, rows)
    assert stranger.value is None
    assert stranger.witnesses == ("The method “Sharing a saving” does not serve what was given",), (
        "prices are not told to everybody who sees whether a requirement is met"
    )


@pytest.mark.usefixtures("shelf")
def test_no_saving_is_no_saving() -> None:
    case = agreed()
    dearer = {**ITEM, "price_pence": 12_000}
    assert isinstance(ends(case, "share", "share", dearer), Refused)
    assert isinstance(ends(case, "leave", "leave", dearer), Done)


@pytest.mark.parametrize(
    ("written", "instead", "said"),
    [
        ('method = "gain_share"', 'method = "gain_shares"', "there is no `gain_shares`"),
        ('result = "net_pence"', 'result = "net_pennies"', "there is no `net_pennies`"),
        ('result = "net_pence"', 'result = "parties"', "`parties` is more than one value"),
        ('result = "parties.1.shared_pence"', 'result = "parties.1.lost"', "there is no `lost`"),
        ('payer = "payer"', 'payer = "buyer"', "there is no `buyer`"),
        ('payer = "payer"\n', "", "the method `gain_share` needs `payer`"),
        ('threshold_pence = "@threshold"', 'threshold_pence = "@floor"', "there is no `floor`"),
        ('threshold_pence = "@threshold"', 'floor_pence = "@threshold"', "there is no `floor_pence`"),
        ('payer = "payer"', 'payer = "net_saving"', "there is no `net_saving`"),
    ],
)
def test_what_is_wrong_in_it_is_said_when_it_loads(
    tmp_path: Path, written: str, instead: str, said: str
) -> None:
    folder = Path(shutil.copytree(FOLDER, tmp_path / "copy"))
    text = (folder / "rulebook.toml").read_text()
    assert written in text
    (folder / "rulebook.toml").write_text(text.replace(written, instead))
    with pytest.raises(RulebookErrors) as raised:
        load_process(folder)
    assert said in str(raised.value)
