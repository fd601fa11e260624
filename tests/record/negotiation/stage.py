"""Two hospitals and two clinics of a city, their three years, and the people of a negotiation about them."""

from datetime import date

from tests.record.ledger.stage import user
from tests.record.orgs.people import organisation
from tests.record.settlement.stage import hospital
from tongchou.record.base.actor import Actor, acting
from tongchou.record.base.scope import Scope
from tongchou.record.negotiation.concluding import conclude, publish
from tongchou.record.negotiation.models import Negotiation
from tongchou.record.negotiation.opening import Given, Past, open_negotiation
from tongchou.record.negotiation.replying import nominate, reply
from tongchou.record.negotiation.steps import standing
from tongchou.record.orgs.models import Organisation
from tongchou.record.providers.models import Institution

TODAY = date(2025, 1, 6)
"""A Monday; replies are due in five working days, by the 13th."""
LATER = date(2025, 1, 14)
TOTAL = 10_000_000_00
PROPOSES, DECIDES = 1, 2
COSTS = {"三级": (1_000_000, 2_600_000), "一级": (400_000, 700_000)}
"""Of 2024 in yuan, outpatient and inpatient."""


def city() -> Organisation:
    return organisation("agency", organisation("agency"))


def institutions(where: Organisation) -> list[Institution]:
    return [hospital(where, level) for level in ("三级", "三级", "一级", "一级")]


def given(found: list[Institution]) -> list[Given]:
    levels = ("三级", "三级", "一级", "一级")
    kinds = {"三级": "综合", "一级": "基层"}
    return [
        Given(one.code, "", {"level": level, "机构类别": kinds[level]})
        for one, level in zip(found, levels, strict=False)
    ]


def history(found: list[Institution]) -> list[Past]:
    rows = []
    for at, (one, who) in enumerate(zip(found, given(found), strict=True)):
        outpatient, inpatient = COSTS[who.facts["level"]]
        figures = {"有效服务量": str(1000 + at)}
        for year in (2022, 2023, 2024):
            rows.append(
                Past(one.code, "门诊", year, {"基金费用": str(outpatient), "首诊人次": str(100 + at), **figures})
            )
            rows.append(Past(one.code, "住院", year, {"基金费用": str(inpatient), "下转人次": "10", **figures}))
    return rows


def opened(where: Organisation, found: list[Institution], total: int = TOTAL) -> Negotiation:
    with acting(user(PROPOSES)):
        return open_negotiation(
            year=2025, scheme="employee", agency=where.pk, total=total, institutions=given(found),
            history=history(found), reason="年度总额",
        )  # fmt: skip


def at(one: Institution) -> Actor:
    """Its insurance office."""
    return user(100 + one.pk, Scope("provider", one.organisation_id), "quotas.read", "quotas.negotiate")


def spoken_for(of: Negotiation, found: list[Institution]) -> tuple[Institution, Institution]:
    """The first of each level speaks for its group."""
    for one in found:
        with acting(at(one)):
            nominate(negotiation_id=of.pk, institution=(found[0] if one in found[:2] else found[2]).pk)
    return found[0], found[2]


def accepted(of: Negotiation, *speakers: Institution) -> None:
    for one in speakers:
        with acting(at(one)):
            reply(proposal_id=standing(of.pk).pk, accept=True, reason="同意")


def published(where: Organisation, found: list[Institution], total: int = TOTAL) -> Negotiation:
    of = opened(where, found, total)
    accepted(of, *spoken_for(of, found))
    with acting(user(PROPOSES)):
        conclude(negotiation_id=of.pk, reason="一致")
    with acting(user(DECIDES)):
        return publish(negotiation_id=of.pk, reason="公布")
