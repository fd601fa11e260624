"""What an account is credited: with the payment of a levy where the rules name one, else when it is assessed."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tongchou.engines.contributions.assess import Assessment as Found
from tongchou.engines.contributions.terms import CREDITS, Rules
from tongchou.ground.region.contribution_kinds import Credit as CreditRule
from tongchou.ground.region.values import value_of
from tongchou.record.base.columns import write
from tongchou.record.contributions.models import Assessment, Credit, CreditTerms
from tongchou.record.contributions.ordering import Fresh, Ints, Periods, coded


def credited_at_once(rules: Rules, found: Found, people: pa.Table, periods: Periods, fresh: Fresh) -> pa.Table:
    """The credits that wait for no payment: they name no levy, or one of which nothing is asked of anybody."""
    declared = _rules(rules)
    at = _orders(declared, found, fresh)
    names, codes = coded(found.credits["credit"])
    free = np.array([declared[name].of is None for name in names] or [False])[codes]
    owed = np.append(fresh.owed, True)[at]  # −1, no fresh order, looks at the last
    chosen = pa.array(np.flatnonzero(free | ~owed))
    rows = found.credits.take(chosen)
    spans = [periods.span(declared[name].per) for name in names]
    mine = codes[np.asarray(chosen)]
    day = np.asarray(people["began"].take(rows["row"]).cast(pa.date32())).astype("datetime64[D]")
    for code, span in enumerate(spans):
        if span is not None:
            day[mine == code] = np.datetime64(span[0])
    days = pa.array(day)
    source = pc.binary_join_element_wise(rows["credit"].cast(pa.string()), days.cast(pa.string()), " ")
    same = {name: rows[name].cast(pa.string()) for name in ("account", "cite")}
    return pa.table(
        {"person_id": rows["person_id"].cast(pa.int64()), **same, "day": days, "fen": rows["fen"], "source": source}
    )


def write_credits(run: Assessment, rules: Rules, found: Found, fresh: Fresh) -> None:
    """Keep with each fresh order that is to be paid what its payment will bring to an account."""
    at = _orders(_rules(rules), found, fresh)
    mine = np.flatnonzero((at >= 0) & np.append(fresh.owed, False)[at])
    if not len(mine):
        return
    names, codes = coded(found.credits["credit"])
    accounts, held = coded(found.credits["account"])
    cites, cited = coded(found.credits["cite"])
    key = (codes * len(accounts) + held) * len(cites) + cited
    _, first, which = np.unique(key[mine], return_index=True, return_inverse=True)
    terms = [
        CreditTerms(assessment=run, name=names[codes[row]], account=accounts[held[row]], cite=cites[cited[row]])
        for row in mine[first]
    ]
    ids = np.array([one.pk for one in CreditTerms.objects.bulk_create(terms)], dtype=np.int64)
    fen = found.credits["fen"].take(pa.array(mine))
    write(Credit, pa.table({"order_id": fresh.ids[at[mine]], "terms_id": ids[which], "fen": fen}))


def _rules(rules: Rules) -> dict[str, CreditRule]:
    return {str(one.name): value_of(one, CreditRule) for one in rules.of(CREDITS)}


def _orders(declared: dict[str, CreditRule], found: Found, fresh: Fresh) -> Ints:
    """The fresh order that each credit comes from; −1 where there is none."""
    names, codes = coded(found.credits["credit"])
    levies = [declared[name].of or "" for name in names]
    return fresh.positions(np.asarray(found.credits["row"]), levies, codes)
