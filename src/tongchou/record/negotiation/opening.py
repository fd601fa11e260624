"""A negotiation begins: the total is split by the pack in force, institutions are put into groups, and the split is the
first proposal. The agency never names the figure of a single institution; it comes from the rules (不搞一院一谈)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tongchou.engines.payment.quota_files import read_institutions
from tongchou.engines.payment.quota_terms import quota_terms
from tongchou.engines.payment.quotas import split
from tongchou.ground.errors import fail
from tongchou.ground.money import MAX_FEN
from tongchou.record.audit.command import command
from tongchou.record.base import clock
from tongchou.record.base.actor import actor
from tongchou.record.base.lock import lock
from tongchou.record.base.scope import system
from tongchou.record.negotiation.models import Member, Negotiation
from tongchou.record.negotiation.steps import propose, step
from tongchou.record.negotiation.terms import kept, round_terms
from tongchou.record.orgs.commands import organisation
from tongchou.record.packs.queries import pack_in_force
from tongchou.record.packs.working_days import working_days_after
from tongchou.record.providers.models import Institution

_ALL = system("a year is negotiated about once, by whichever agency")


@dataclass(frozen=True)
class Given:
    """An institution by its national code, the parts that it serves (empty: all) and its facts."""

    institution: str
    parts: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Past:
    """What an institution did of a part in a year, as text: measures by name, money in yuan."""

    institution: str
    part: str
    year: int
    measures: Mapping[str, str]
    months: int = 12


@command("quotas.open", needs="quotas.propose")
def open_negotiation(
    *, year: int, scheme: str, agency: int, total: int, institutions: Sequence[Given], history: Sequence[Past],
    reason: str,
) -> Negotiation:  # fmt: skip
    """Split a year's total in fen, and put the split before the groups.

    Raises A114, Q104 where the year is negotiated about or the total cannot be, Q105 for an institution of no group,
    Q106 for a group of one, and what the split raises (I101 to I114).
    """
    where, pack = organisation(agency), pack_in_force()
    if where.kind != "agency" or scheme not in pack.region.schemes or not 0 < total <= 1000 * MAX_FEN:
        raise fail("Q104", why=f"{agency} {scheme} {total}")
    day = pack.year.span(year)[1]
    terms, rounds = quota_terms(pack, scheme, day), round_terms(pack, scheme, day)
    rows: list[dict[str, str]] = [
        {"institution": one.institution, "parts": one.parts, **one.facts} for one in institutions
    ]
    past = [
        {"institution": p.institution, "part": p.part, "year": str(p.year), "months": str(p.months), **p.measures}
        for p in history
    ]  # fmt: skip
    given = read_institutions(terms, year, rows, past)
    groups = {one.name: terms.group(one.facts) for one in given}
    _check_groups(groups)
    found = split(terms, total, given)
    known = {one.code: one for one in Institution.objects.filter(code__in=groups)}
    if missing := sorted(set(groups) - set(known)):
        raise fail("Q105", institution="、".join(missing))
    lock(("negotiation of", f"{year} {scheme}"))
    if Negotiation.objects.within(_ALL).filter(year=year, scheme=scheme).exists():
        raise fail("Q104", why=f"{year} {scheme}")
    made = Negotiation.objects.create(
        agency=where, year=year, scheme=scheme, total=total, reserve=found.reserve, pack=pack.hash, terms=kept(rounds),
        by=actor().user, at=clock.now(), reason=reason,
    )  # fmt: skip
    facts: dict[str, dict[str, Any]] = {one.institution: {"parts": one.parts, **one.facts} for one in institutions}
    members = {
        code: Member.objects.create(negotiation=made, institution=known[code], group=group, facts=facts[code])
        for code, group in groups.items()
    }
    step(made, "opened", reason)
    lines = {(members[one.institution].pk, one.part): one.fen for one in found.quotas}
    propose(made, lines, working_days_after(pack, clock.today(), rounds.working_days), reason)
    return made


def _check_groups(groups: Mapping[str, str | None]) -> None:
    """Raises Q105 for an institution of no group, Q106 for one that would be talked to alone."""
    for code, group in groups.items():
        if group is None:
            raise fail("Q105", institution=code)
        if list(groups.values()).count(group) == 1:
            raise fail("Q106", institution=code, group=group)
