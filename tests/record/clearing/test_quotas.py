"""What was negotiated and published of a year is what it is cleared by."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tests.record.clearing.stage import LATER, RULES, SPRING, Town, began, catalogue, cleared, put_in_force, told, town
from tests.record.contributions.stage import doing_everything
from tests.record.negotiation.stage import published as negotiated
from tests.record.settlement.stage import hospital
from tongchou.ground.errors import ProblemError
from tongchou.record.base import clock
from tongchou.record.clearing.clearing import clear_year
from tongchou.record.clearing.declared import kept_with
from tongchou.record.clearing.giving import give
from tongchou.record.clearing.models import ClearedLine, ClearingYear
from tongchou.record.clearing.quotas import by_quota, published
from tongchou.record.clearing.sources import Source, sources
from tongchou.record.negotiation.models import Negotiation, Quota
from tongchou.record.providers.models import Institution
from tongchou.record.settlement.verify import verify

BY_QUOTA = (
    RULES.replace("routes: [{method: dip", "routes: [{method: quota, setting: inpatient, levels: [三级]}, {method: dip")
    .replace("share: 80%, reserve: 5%", "share: 80%, reserve: 5%, first: [quota]")
    .replace(
        "      sharing.dip:", "      sharing.quota: {surplus: [{pays: 30%}], overrun: [{pays: 0%}]}\n      sharing.dip:"
    )
)
BUDGET = 20_000_000_00


@pytest.fixture
def place(record: None) -> Iterator[Town]:
    with clock.at(date(2025, 6, 3)), doing_everything():
        put_in_force(BY_QUOTA)
        made = town()
        with clock.at(SPRING):
            yield made
            assert verify() == []


@pytest.fixture
def year(place: Town, tmp_path: Path) -> ClearingYear:
    return began(place, catalogue(tmp_path), BUDGET)


def of(at: Institution) -> int:
    """What was published of its inpatient care."""
    return sum(Quota.objects.filter(member__institution=at, part="住院").values_list("fen", flat=True))


def negotiation(place: Town) -> Negotiation:
    small = [hospital(place.where, "一级") for _ in range(2)]
    return negotiated(place.where, [*place.hospitals, *small])


def standards(number: int) -> list[tuple[str, int]]:
    rows = ClearedLine.objects.filter(cleared__number=number).order_by("institution")
    return list(rows.values_list("method", "standard"))


def test_published_quotas_are_taken_and_cannot_be_contradicted(place: Town, year: ClearingYear) -> None:
    first, second = place.hospitals
    made = negotiation(place)
    assert published(year).amounts == {(first.code, "inpatient"): of(first)}  # the other is paid by DIP
    rows = [{"institution": first.code, "method": "quota", "amount": of(first) - 1}]
    with pytest.raises(ProblemError, match=f"M515 .*{first.code}"):
        give(year_id=year.pk, name="quotas", rows=rows, reason="另一个指标")
    agrees = [{"institution": first.code, "method": "quota", "setting": "inpatient", "amount": of(first)}]
    other = [{"institution": second.code, "method": "quota", "amount": 5_000_00}]
    give(year_id=year.pk, name="quotas", rows=[*agrees, *other], reason="同公布的;另一家没有协商")
    told(year)
    with clock.at(LATER):
        cleared(year)
        assert (first.code, "inpatient") in published(year).amounts
        assert [fen for method, fen in standards(1) if method == "quota"] == [of(first), 5_000_00]
        found = {one.name + " " + one.origin: one for one in sources(year_id=year.pk)}
        assert found["quotas published"] == Source("quotas", "published", str(made.pk), 1, of(first))
        assert (found["quotas given"].rows, found["budget given"].fen) == (2, BUDGET)
        assert found["dip kept"].of


def test_what_was_given_before_it_was_published_is_looked_at_again(place: Town, year: ClearingYear) -> None:
    first, _ = place.hospitals
    rows = [{"institution": first.code, "method": "quota", "amount": 30_000_00}]
    give(year_id=year.pk, name="quotas", rows=rows, reason="没有公布的,只好给定")
    told(year)
    with clock.at(LATER):
        cleared(year)
        assert ("quota", 30_000_00) in standards(1)
        negotiation(place)
        with pytest.raises(ProblemError, match="M515"):
            clear_year(year_id=year.pk, reason="再算")
        give(year_id=year.pk, name="quotas", rows=[], reason="以公布的为准")
        clear_year(year_id=year.pk, reason="再算")
        assert ("quota", of(first)) in standards(2)


@pytest.mark.parametrize(
    ("route", "paid"),
    [
        ({}, True),
        ({"schemes": ("employee",)}, True),
        ({"schemes": ("resident",)}, False),
        ({"levels": ("一级",)}, False),
        ({"institutions": ("H1",)}, True),
        ({"institutions": ("H2",)}, False),
        ({"care": ("精神",)}, True),
    ],
    ids=str,
)
def test_whose_care_may_go_by_quota(year: ClearingYear, route: dict[str, tuple[str, ...]], paid: bool) -> None:
    said = kept_with(year)
    declared = said.provisions["routes"]
    quota = declared.value.routes[0].model_copy(update={"levels": (), **route})
    for before, then in (((), paid), (declared.value.routes[1:2], False)):
        routes = declared.value.model_copy(update={"routes": (*before, quota)})
        other = replace(said, provisions={**said.provisions, "routes": replace(declared, value=routes)})
        assert by_quota(other, "employee", "inpatient", "H1", "三级") == then
        assert not by_quota(other, "employee", "outpatient", "H1", "三级")
