"""Cases of other kinds: DRG, visits of a day, patients from elsewhere, what was reversed; refusals on the way."""

import io
import zipfile
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.record.clearing.stage import (
    LATER,
    LUNG,
    RULES,
    SPRING,
    Town,
    began,
    catalogue,
    cleared,
    listed,
    put_in_force,
    told,
    town,
)
from tests.record.contributions.stage import doing_everything
from tests.record.disbursement.stage import account
from tests.record.ledger.stage import user
from tests.record.orgs.people import organisation
from tests.record.payment.stage import closed, opened
from tests.record.settlement.stage import retired, treated
from tongchou.ground.errors import ProblemError
from tongchou.ground.shipped import regions_dir
from tongchou.record.base import clock
from tongchou.record.base.actor import acting
from tongchou.record.clearing import queries
from tongchou.record.clearing.clearing import clear_year
from tongchou.record.clearing.confirming import confirm
from tongchou.record.clearing.finishing import finalise
from tongchou.record.clearing.giving import give
from tongchou.record.clearing.grouping import group, publish_groups
from tongchou.record.clearing.models import ClearedLine, ClearingYear, GroupScheme
from tongchou.record.clearing.opening import open_year
from tongchou.record.clearing.schemes import files_in, keep_scheme
from tongchou.record.disbursement.models import PaymentLine
from tongchou.record.disbursement.preparing import prepare
from tongchou.record.ledger.queries import balance_of
from tongchou.record.settlement.reversing import reverse
from tongchou.record.settlement.settling import settle
from tongchou.record.settlement.verify import verify

DRG = RULES.replace("method: dip", "method: drg_points").replace(".dip", ".drg_points").replace(
    "      sharing", "      bands.drg_points: [{status: normal, factor: 1}]\n      sharing", 1
)  # fmt: skip


def refused(code: str, act: Callable[..., object], **given: Any) -> None:
    with pytest.raises(ProblemError, match=code):
        act(**given)


@pytest.fixture
def before(record: None) -> Iterator[None]:
    """Before anything happened in the town."""
    with clock.at(date(2025, 6, 3)), doing_everything():
        yield
        assert verify() == []


def test_drg_by_the_weights_of_the_level(before: None) -> None:
    put_in_force(DRG)
    made = town()
    lung = made.stays[0][0]
    listed(lung, date(2025, 7, 1), LUNG)
    folder = regions_dir() / "ninghe" / "payment" / "drg"
    files = {file.name: file.read_text("utf-8") for file in folder.iterdir()}
    files["drg_weight.csv"] = files["drg_weight.csv"].replace("2026-01-01", "2025-01-01")
    with clock.at(SPRING):
        year = open_year(agency=made.where.pk, scheme="employee", year=2025, reason="年终清算")
        kept = keep_scheme(kind="drg", files=files, reason="DRG")
        assert keep_scheme(kind="drg", files=files, reason="再存").pk == kept.pk
        refused("M506", group, year_id=year.pk, schemes={}, reason="没有方案")
        group(year_id=year.pk, schemes={"drg": kept.hash}, reason="预分组")
        row, other, _ = queries.cases(year_id=year.pk, institution_id=made.hospitals[0].pk)
        lines = [line.split(",") for line in files["drg_weight.csv"].splitlines()]
        weights = {one[4]: one[1] for one in lines if one[0] == "ES15"}
        assert (row["group"], row["method"], f"{row['base_points']}") == (
            "ES15", "drg_points", weights.get("三级", weights[""]),
        )  # fmt: skip
        assert '"mdc": "MDCE"' in row["evidence"]
        assert (other["group"], other["status"]) == ("0000", "无法入组")
        give(year_id=year.pk, name="budget", rows=[{"amount": 40_000_00}], reason="预算")
        told(year)
    with clock.at(LATER):
        found = cleared(year)
    one, two = ClearedLine.objects.filter(cleared=found).order_by("institution")
    # who fell into no group is paid what was charged; the lung has what is left
    assert (one.standard, two.standard) == (30_400_00 - 6_825_00, 6_825_00)


def test_whatever_is_out_says_why(before: None, tmp_path: Path) -> None:
    put_in_force()
    made = town()
    first = made.hospitals[0]
    with clock.at(date(2025, 8, 1)):
        gone = stay_now(first, made)
        reverse(event_id=gone, reason="录入错误")
        day = settle(visit_id=treated(first, retired(made.where), date(2025, 8, 1), 3_000_00, "普通门诊").pk)
        guest = stay_now(first, made, elsewhere=True)
    with clock.at(SPRING):
        year = began(made, catalogue(tmp_path))
        rows = {int(row["settlement_id"]): row for row in queries.cases(year_id=year.pk, institution_id=first.pk)}
        assert {number: rows[number]["reason"] for number in (gone, day.pk, guest)} == {
            gone: "reversed", day.pk: "", guest: "inbound",
        }  # fmt: skip
        assert rows[day.pk]["method"] == "service"
        told(year)
    with clock.at(LATER):
        found = cleared(year)
        lines = {(one.setting, one.method): one for one in ClearedLine.objects.filter(institution=first)}
        assert set(lines) == {("inpatient", "dip"), ("outpatient", "service")}
        out = lines["outpatient", "service"]
        assert (out.standard, out.charged) == (out.charged, rows[day.pk]["fund"])
        assert out.due == out.charged - out.prepaid - out.lost  # its part of what the months held
        with acting(user(7)):
            confirm(year_id=year.pk, number=found.number, reason="确认")


def stay_now(at: Any, made: Town, elsewhere: bool = False) -> int:
    """A stay of today, of somebody insured here or in another branch."""
    where = organisation("agency", organisation("agency")) if elsewhere else made.where
    visit = treated(at, retired(where), clock.today(), 8_000_00)
    visit.discharged_at = clock.now()
    visit.save()
    return int(settle(visit_id=visit.pk).pk)


def test_what_is_below_nothing_is_set_off(before: None, tmp_path: Path) -> None:
    put_in_force()
    made = town()
    with clock.at(SPRING):
        year = began(made, catalogue(tmp_path), 15_000_00)
        told(year)
    with clock.at(LATER):
        found = cleared(year)
        one, _ = ClearedLine.objects.filter(cleared=found).order_by("institution")
        # 11,400 for four cases; of 10,242 above 8,550, 855 × 70 % are borne by the fund
        assert (one.standard, one.overrun, one.shared) == (8_550_00, 10_242_00, 598_50)
        assert one.due < 0
        payable = -balance_of("provider_payable", LATER, organisation=made.hospitals[0].organisation_id)
        with acting(user(7)):
            confirm(year_id=year.pk, number=1, reason="确认")
        now = -balance_of("provider_payable", LATER, organisation=made.hospitals[0].organisation_id)
        assert now == payable + one.due
        for at in made.hospitals:
            account(organisation_id=at.organisation_id)
        order = prepare(payee="provider", agency=made.where.pk, scheme="employee", through=LATER)
        lines = dict(PaymentLine.objects.filter(order=order).values_list("organisation", "fen"))
        assert lines.get(made.hospitals[0].organisation_id, 0) == max(now, 0)


def test_what_cannot_be_opened_or_given(place: Town, year: ClearingYear) -> None:
    asked = {"agency": place.where.pk, "scheme": "employee", "year": 2025, "reason": "x"}
    refused("M502", open_year, **asked)
    refused("M502", open_year, **{**asked, "scheme": "x"})
    refused("M501", open_year, **{**asked, "year": 2024})
    refused("A114", open_year, **{**asked, "agency": place.hospitals[0].organisation_id})
    given: dict[str, Any] = {"year_id": year.pk, "reason": "x"}
    refused("M504", give, name="prepaid", rows=[], **given)
    refused("M504", give, name="budget", rows=[{"amounts": 1}], **given)
    refused("M504", give, name="budget", rows=[{"scheme": "resident", "amount": 1}], **given)
    refused("M504", give, name="assessments", rows=[{"institution": "H9", "score": 1}], **given)
    refused("Y203", give, name="budget", rows=[{"amount": "x"}], **given)
    refused("M504", keep_scheme, kind="x", files={}, reason="x")
    refused("M504", keep_scheme, kind="dip", files={"../x": ""}, reason="x")
    refused("D331", keep_scheme, kind="dip", files={"x.csv": ""}, reason="x")
    refused("M504", group, year_id=year.pk, schemes={"dip": "x"}, reason="x")
    refused("A114", group, year_id=10**9, schemes={}, reason="x")
    refused("M503", finalise, year_id=year.pk, reason="x")
    refused("M503", clear_year, year_id=year.pk, reason="x")
    with pytest.raises(ProblemError, match="M504"):
        files_in(b"x")
    with pytest.raises(ProblemError, match="M504"):
        files_in(damaged())
    refused("M504", keep_scheme, kind="dip", files={"x": "", "x/y.csv": ""}, reason="x")
    refused("M504", keep_scheme, kind="dip", files={"x" * 300: ""}, reason="x")
    assert GroupScheme.objects.count() == 1


def damaged() -> bytes:
    """A ZIP file with a whole table of contents, and nothing behind it that unpacks."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("drg.csv", "code,name\n" * 200)
    content = bytearray(stream.getvalue())
    content[30 + len("drg.csv")] = 0xFF  # no kind of block begins so
    return bytes(content)


def test_a_month_of_another_year_may_be_under_review(before: None, tmp_path: Path) -> None:
    put_in_force()
    made = town()
    first = made.hospitals[0]
    with clock.at(date(2026, 1, 5)):
        late = stay_now(first, made)
    with clock.at(SPRING):
        closed(date(2026, 1, 1))
        opened(first, date(2026, 1, 1))
        year = began(made, catalogue(tmp_path))
        assert late not in {int(r["settlement_id"]) for r in queries.cases(year_id=year.pk, institution_id=first.pk)}
        told(year)
    with clock.at(LATER):
        finalise(year_id=year.pk, reason="终分组")
        clear_year(year_id=year.pk, reason="别的年度在审核,无妨")


def test_feedback_is_declared_or_there_is_none(before: None, tmp_path: Path) -> None:
    put_in_force(RULES.replace(", feedback: 5", "").replace("，反馈 5 个工作日", ""))
    made = town()
    with clock.at(SPRING):
        year = began(made, catalogue(tmp_path))
        refused("M501", publish_groups, year_id=year.pk, reason="下发")
