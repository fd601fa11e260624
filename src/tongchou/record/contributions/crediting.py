"""What an account is credited: with the payment of a levy where the rules name one, else when it is assessed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa

from tongchou.engines.contributions.assess import Assessment as Found
from tongchou.engines.contributions.terms import CREDITS, Rules
from tongchou.ground.region.contribution_kinds import Credit as CreditRule
from tongchou.ground.region.values import value_of
from tongchou.record.accounts.entries import Movement, enter
from tongchou.record.accounts.models import Entry
from tongchou.record.base.columns import write
from tongchou.record.base.scope import system
from tongchou.record.contributions.models import Assessment, Credit, CreditTerms
from tongchou.record.contributions.ordering import Fresh, Periods, coded
from tongchou.record.people.queries import known_as

_ALL = system("an account is credited once, whoever asks")


@dataclass(frozen=True)
class AtOnce:
    """A credit that waits for no payment, in fen."""

    person: int
    account: str
    name: str
    first: date
    fen: int
    cite: str


def _rules(rules: Rules) -> dict[str, CreditRule]:
    return {str(one.name): value_of(one, CreditRule) for one in rules.of(CREDITS)}


def credited_at_once(rules: Rules, found: Found, people: pa.Table, periods: Periods) -> list[AtOnce]:
    """The credits of an assessment that name no levy."""
    declared = _rules(rules)
    free = {name for name, rule in declared.items() if rule.of is None}
    names, codes = coded(found.credits["credit"])
    chosen = np.flatnonzero(np.isin(codes, [code for code, name in enumerate(names) if name in free]))
    rows = found.credits.take(pa.array(chosen))
    began = people["began"].take(rows["row"]).to_pylist()
    credited = []
    for one, since in zip(rows.to_pylist(), began, strict=True):
        span = periods.span(declared[one["credit"]].per)
        credited.append(
            AtOnce(
                person=int(one["person_id"]),
                account=one["account"],
                name=one["credit"],
                first=since if span is None else span[0],
                fen=one["fen"],
                cite=one["cite"],
            )
        )
    return credited


def credit_now(insurance: str, credited: list[AtOnce]) -> int:
    """Enter credits that were not entered before; how many. Whoever calls holds the accounts' locks."""
    if not credited:
        return 0
    sources = {f"{one.name} {one.first}" for one in credited}
    known = known_as(one.person for one in credited)
    rows = Entry.objects.within(_ALL).filter(insurance=insurance, kind="credit", source__in=sources)
    before = {(known[person], source) for person, source in rows.values_list("person_id", "source") if person in known}
    made = [
        Movement(one.person, insurance, one.account, one.first, "credit", one.fen, source, cite=one.cite)
        for one in credited
        if (one.person, source := f"{one.name} {one.first}") not in before
    ]
    return len(enter(made, later=True))


def write_credits(run: Assessment, rules: Rules, found: Found, fresh: Fresh) -> None:
    """Keep with each fresh order what its payment will bring to an account."""
    declared = _rules(rules)
    names, codes = coded(found.credits["credit"])
    levies = [declared[name].of or "" for name in names]
    at = fresh.positions(np.asarray(found.credits["row"]), levies, codes)
    mine = np.flatnonzero(at >= 0)
    if not len(mine):
        return
    rows = found.credits.take(pa.array(mine))
    cites, cited = coded(rows["cite"])
    pairs, which = np.unique(codes[mine] * len(cites) + cited, return_inverse=True)
    terms = [
        CreditTerms(assessment=run, name=names[code], account=declared[names[code]].account, cite=cites[cite])
        for code, cite in (divmod(int(pair), len(cites)) for pair in pairs)
    ]
    ids = np.array([one.pk for one in CreditTerms.objects.bulk_create(terms)], dtype=np.int64)
    write(Credit, pa.table({"order_id": fresh.ids[at[mine]], "terms_id": ids[which], "fen": rows["fen"]}))
