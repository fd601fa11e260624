"""Quotas that were negotiated and published are what a year is cleared by: nobody gives them again."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cache

import pyarrow as pa

from tongchou.engines.payment.rules import Rules
from tongchou.ground.errors import fail
from tongchou.ground.money import yuan
from tongchou.ground.region.clearing_kinds import Route, Routes
from tongchou.ground.region.methods import SETTINGS
from tongchou.ground.region.model import QuotaPart
from tongchou.ground.region.reckoning import declared_on
from tongchou.ground.region.values import value_of
from tongchou.record.clearing.declared import kept_with
from tongchou.record.clearing.given import table_of
from tongchou.record.clearing.models import ClearingYear
from tongchou.record.clearing.steps import ALL
from tongchou.record.clearing.tables import levels_of
from tongchou.record.negotiation.models import Quota
from tongchou.record.packs.queries import pack_of

METHOD = "quota"
Key = tuple[str, str]
"""Institution (its code) and setting."""


@dataclass(frozen=True)
class Published:
    """What was published of a year for institutions whose care is paid by quota, in fen, adjustments included; by which
    negotiations."""

    amounts: dict[Key, int]
    negotiations: tuple[int, ...]


def published(year: ClearingYear) -> Published:
    """Of the institutions of the year's branch. A part that says no setting is of no clearing."""
    rows = Quota.objects.within(ALL).filter(
        member__negotiation__year=year.year, member__negotiation__scheme=year.scheme,
        member__institution__organisation__path__startswith=year.agency.path,
    )  # fmt: skip
    rules, levels = kept_with(year), levels_of(year)
    amounts, negotiations = Counter[Key](), set[int]()

    @cache
    def setting_of(pack: str, part: str) -> str | None:
        return _setting_of(year, pack, part)

    for one in rows.select_related("member__institution", "member__negotiation").order_by("id"):
        code, of = one.member.institution.code, one.member.negotiation
        paid = {setting for setting in SETTINGS if by_quota(rules, year.scheme, setting, code, levels[code])}
        if (setting := setting_of(of.pack, one.part)) in paid:
            amounts[code, setting] += one.fen
            negotiations.add(of.pk)
    return Published(dict(amounts), tuple(sorted(negotiations)))


def with_published(year: ClearingYear, given: pa.Table) -> pa.Table:
    """The engine's quotas: what was published, and of what was given that of which nothing was. Raises M515 where both
    speak of the same and differ."""
    found, said = published(year).amounts, Counter[Key]()
    rest = []
    for row in given.to_pylist():
        key = row["institution"], row["setting"]
        if row["method"] == METHOD and key in found:
            said[key] += row["amount"]
        else:
            rest.append(row)
    for key, fen in sorted(said.items()):
        if fen != found[key]:
            raise fail("M515", institution=key[0], setting=key[1], given=yuan(fen), published=yuan(found[key]))
    rest += [
        {"institution": code, "scheme": year.scheme, "method": METHOD, "setting": setting, "amount": fen}
        for (code, setting), fen in sorted(found.items())
    ]
    return table_of("quotas", [{name: str(value) for name, value in row.items()} for row in rest])


def by_quota(rules: Rules, scheme: str, setting: str, institution: str, level: str) -> bool:
    """Whether some care of an institution in a setting may go by quota: no route before takes all of it."""
    for route in rules.need("routes", Routes).routes:
        if route.setting == setting and _of(route, scheme, institution, level):
            if route.method == METHOD:
                return True
            if not route.care and not route.groups:
                return False
    return False


def _of(route: Route, scheme: str, institution: str, level: str) -> bool:
    asked = ((route.schemes, scheme), (route.institutions, institution), (route.levels, level))
    return all(not words or word in words for words, word in asked)


def _setting_of(year: ClearingYear, pack: str, part: str) -> str | None:
    """As the pack says by which the year's total was split."""
    kept = pack_of(pack)
    found = declared_on(kept, year.scheme, f"quota.part.{part}", kept.year.span(year.year)[1])
    return None if found is None else value_of(found, QuotaPart).setting
