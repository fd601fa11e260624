"""等待期: from which day cover counts, and the ends of months."""

from datetime import date

import pytest

from tests.engines.benefits.small import claim, facts_of, pack, reasons, refused, settled
from tongchou.ground.region.waiting import cover_start

BASE = "pool.takes: in_scope\npool.ratio: 80%\n"


@pytest.mark.parametrize(
    ("rule", "paid_on", "start"),
    [
        ("months: 6", "2024-03-15", "2024-09-15"),
        ("months: 1", "2024-01-31", "2024-02-29"),
        ("months: 1, end_of_month: clamp", "2023-01-31", "2023-02-28"),
        ("months: 1, end_of_month: next_day", "2023-01-31", "2023-03-01"),
        ("months: 12", "2024-02-29", "2025-02-28"),
        ("months: 1, starts: month", "2024-01-31", "2024-02-01"),
        ("months: 1, starts: month", "2024-03-15", "2024-04-01"),
        ("months: 1, starts: month, end_of_month: next_day", "2023-01-31", "2023-03-01"),
        ("days: 30, starts: month", "2024-03-15", "2024-04-01"),
        ("days: 90", "2024-01-01", "2024-03-31"),
        ("days: 0", "2024-01-01", "2024-01-01"),
    ],
)
def test_when_cover_starts(rule: str, paid_on: str, start: str) -> None:
    region = pack(BASE, f"waiting.等待: {{{rule}, after: paid_on}}")
    (fact,) = region.by_address["resident.waiting.等待"]
    assert cover_start([fact], facts_of(region, paid_on=date.fromisoformat(paid_on))) == (
        date.fromisoformat(start),
        fact,
    )


REGION = pack(
    BASE,
    """
    waiting.新参保: {months: 6, after: paid_on, when: resumed is 否}
    waiting.断缴: {days: 30, after: enrolled_on}
    """,
)


def test_the_latest_of_several_counts() -> None:
    rules = [f for f in REGION.facts if f.kind == "waiting.*"]
    paid, enrolled = date(2024, 1, 1), date(2024, 6, 1)

    def start(**facts: object) -> tuple[date, str | None] | None:
        found = cover_start(rules, facts_of(REGION, **facts))
        return None if found is None else (found[0], found[1].name)

    assert start(paid_on=paid, enrolled_on=enrolled, resumed="否") == (date(2024, 7, 1), "新参保")
    assert start(paid_on=paid, enrolled_on=date(2024, 6, 2), resumed="否") == (date(2024, 7, 2), "断缴")
    assert start(paid_on=paid, enrolled_on=enrolled, resumed="是") == (enrolled.replace(month=7), "断缴")
    assert start(enrolled_on=enrolled) == (enrolled.replace(month=7), "断缴")  # `when` is not even asked
    assert start() is None


def test_admitted_before_cover_starts() -> None:
    insured = {"paid_on": date(2024, 1, 1), "resumed": "否"}
    refusal = refused(REGION, claim(100, admitted="2024-06-30", day="2024-07-10", **insured))
    assert (refusal.guard, refusal.cite) == ("resident.waiting.新参保", "办法 第1条")
    assert "2024-07-01" in str(refusal.because)
    assert settled(REGION, claim(100, admitted="2024-07-01", day="2024-07-10", **insured)).cash == 2000


def test_a_claim_without_a_spell_is_covered() -> None:
    assert settled(REGION, claim(100)).cash == 2000


def test_entitlement_periods_have_counted_the_waiting_already() -> None:
    insured = {"paid_on": date(2024, 3, 1), "resumed": "否"}
    assert reasons(refused(REGION, claim(100, **insured))) == ["resident.waiting.新参保"]
    assert settled(REGION, claim(100, entitlements={"pool": ("full", "")}, **insured)).cash == 2000


def test_guards_speak_before_the_waiting() -> None:
    region = pack(BASE, "waiting.等待: {days: 9, after: paid_on}", "claim.guard.拒: {when: always, do: refuse}")
    assert refused(region, claim(100, paid_on=date(2024, 3, 14))).guard == "resident.claim.guard.拒"
