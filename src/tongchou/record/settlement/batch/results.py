"""What settling made of a share, as columns of the record: events, lines, state, accounts and postings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tongchou.engines.benefits.bulk.columns import Flags, Numbers
from tongchou.engines.benefits.engine import SEMANTICS
from tongchou.engines.benefits.national import FUNDS
from tongchou.engines.benefits.shape import COLUMNS
from tongchou.ground.errors import fail
from tongchou.ground.region.headers import Layer
from tongchou.ground.region.pack import Pack
from tongchou.record.base.columns import numbers
from tongchou.record.ledger.chart import BUSINESS
from tongchou.record.ledger.models import Entry as LedgerEntry
from tongchou.record.settlement.batch.claims import Numbered, stays, times
from tongchou.record.settlement.batch.known import Rows
from tongchou.record.settlement.batch.reading import CHANGES, TRACES, Share
from tongchou.record.settlement.batch.texts import amounts, as_kept, flat, gathered, joined, objects, quoted, text
from tongchou.record.settlement.postings import SETTLED
from tongchou.record.settlement.state import ACCOUNT

_FIELDS = (
    *("medfee_sumamt", "fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "inscp_scp_amt"),
    *FUNDS,
    *(
        "fund_pay_sumamt",
        "acct_pay",
        "acct_mulaid_pay",
        "psn_cash_pay",
        "psn_part_amt",
        "hosp_part_amt",
        "act_pay_dedc",
    ),
)
_LINE_PARTS = {
    "full_self_pay": "fulamt_ownpay_amt",
    "over_limit": "overlmt_amt",
    "first_self_pay": "preselfpay_amt",
    "in_scope": "inscp_scp_amt",
}


KEY = ["subject", "name", "period", "each"]


@dataclass(frozen=True)
class Keys:
    """The state that each change (of `settlement`) looked at, by the parts of its key: as the record names it (`now`)
    and as the data do (`said`); `amount`: what was added."""

    settlement: Numbers
    now: pa.Table
    said: pa.Table
    amount: Numbers

    @cached_property
    def of_account(self) -> Flags:
        """Changes of accounts, which keep their own entries."""
        return np.asarray(pc.starts_with(self.now["name"], ACCOUNT))

    @property
    def columns(self) -> list[pa.Array]:
        """In the order of a `Key`."""
        return [flat(self.now[name]) for name in ("name", "subject", "period", "each")]

    def touched(self) -> pa.Table:
        """Every key once, accounts apart, with what was added to it in all."""
        table = self.now.append_column("fen", pa.array(self.amount)).filter(pa.array(~self.of_account))
        return table.group_by(KEY, use_threads=False).aggregate([("fen", "sum")])


def keys_of(share: Share, rows: Rows, numbered: Numbered) -> Keys:
    """The data call people, households and stays by their own texts, the record by its numbers."""
    changes, claims = share.cut[CHANGES], share.cut["claims"]
    of = np.repeat(np.arange(len(claims)), np.diff(share.ends(CHANGES)))
    name = flat(changes["name"])
    coded = name.dictionary_encode()
    words = coded.dictionary.to_pylist()
    kind = np.asarray(coded.indices)
    per = [word.split("/")[1:2] for word in words]
    of_stay = np.array([one in (["stay"], ["episode"]) for one in per], dtype=bool)[kind]
    of_home = np.array([word.endswith("/household") for word in words], dtype=bool)[kind]
    is_stay = np.array([word == "stay" for word in words], dtype=bool)[kind]
    own = pc.coalesce(claims["stay_id"], claims["claim_id"]).combine_chunks().take(pa.array(of))
    called = joined("v", text(pa.array(stays(share, numbered)[of])))
    period, each = flat(changes["period"]), flat(changes["each"])
    home = rows.household[of]
    person = pc.dictionary_encode(flat(changes["subject"]))
    subjects = pa.array([rows.subjects.get(one) for one in person.dictionary.to_pylist()], pa.string())
    now = {
        "subject": pc.if_else(
            pa.array(of_home & (home >= 0)), joined("h", text(pa.array(home))), subjects.take(person.indices)
        ),
        "name": name,
        "period": pc.if_else(pc.and_(pa.array(of_stay), pc.equal(period, own)), called, period),
        "each": pc.if_else(pa.array(is_stay), called, each),
    }
    return Keys(of, pa.table(now), changes.select(KEY), np.asarray(changes["amount"]))


def events(
    share: Share, rows: Rows, numbered: Numbered, keys: Keys, claims: pa.Array, number: Numbers, pack: Pack, drawn: str
) -> pa.Table:
    """Columns of `settlement_event`; `drawn`: the insurance whose accounts pay."""
    settlements = share.cut["settlements"]
    count = len(settlements)
    by_account = np.zeros(count, dtype=bool)
    by_account[keys.settlement[keys.of_account & (keys.amount != 0)]] = True
    scheme = flat(settlements["scheme"])
    return pa.table(
        {
            "id": number,
            "kind": pa.repeat("settle", count),
            "visit_id": numbered.visit,
            "institution_id": rows.institution,
            "person_id": rows.person,
            "household_id": pa.array(rows.household, mask=rows.household < 0),
            "account_person": pa.array(rows.payer, mask=rows.payer < 0),
            "account_scheme": pc.if_else(pa.array(by_account), drawn, scheme),
            "county_id": rows.county,
            "scheme": scheme,
            "day": days(share),
            "at": times(share),
            "pack": pa.repeat(pack.hash, count),
            "semantics": pa.repeat(SEMANTICS, count),
            "claim": claims,
            **told(share, keys, claims_named(numbered), pack),
        }
    )


def told(share: Share, keys: Keys, named: pa.Array, pack: Pack) -> dict[str, Any]:
    """What settling decides of every event, column by column, in the very texts that the database gives back; `named`:
    what the claims are called."""
    settlements = share.cut["settlements"]
    moved = pa.array(keys.amount != 0)
    row = [quoted(one) for one in keys.columns]
    key = joined("[", pc.binary_join_element_wise(*row, ", "))
    added = joined(key, ", ", text(pa.array(keys.amount)), "]").filter(moved)
    ends = share.ends(CHANGES)
    kept = np.concatenate([[0], np.cumsum(keys.amount != 0)])[ends]
    held = _held(share, keys)
    seen = np.concatenate([[0], np.cumsum(held > 0)])[ends]
    balances = joined(key, ", ", text(pa.array(held)), "]").filter(pa.array(held > 0))
    fields = {name: text(settlements[name]) for name in _FIELDS} | {"pool_prop_selfpay": _ratio(share)}
    return {
        "basis_date": flat(settlements["basis_date"]),
        "year": flat(settlements["year"]),
        "total": flat(settlements["medfee_sumamt"]),
        "fields": objects({name: fields[name] for name in sorted(fields, key=as_kept)}),
        "paid": amounts(settlements["paid"]),
        "hospital": _hospital(share, pack),
        "cash": flat(settlements["psn_cash_pay"]),
        "delta": joined("[", gathered(added, kept), "]"),
        "balances": joined("[", gathered(balances, seen), "]"),
        "reads": joined("[", gathered(joined(key, "]"), ends), "]"),
        "trace": _traces(share, named),
    }


def _held(share: Share, keys: Keys) -> Numbers:
    """What each account held that a settlement looked at: as the data begin, less what was drawn before; 0 for keys
    that are no account's."""
    table = share.people.get("accounts")
    rows = [] if table is None else table.select(["kind", "person_id", "balance"]).to_pylist()
    opening = {(f"{ACCOUNT}{row['kind']}", row["person_id"]): row["balance"] for row in rows}
    found = np.zeros(len(keys.amount), dtype=np.int64)
    at = np.flatnonzero(keys.of_account)
    names, whose = (keys.said[name].take(pa.array(at)).to_pylist() for name in ("name", "subject"))
    for place, name, person in zip(at.tolist(), names, whose, strict=True):
        found[place] = opening.get((name, person), 0)
        opening[name, person] = int(found[place] + keys.amount[place])
    return found


def claims_named(numbered: Numbered) -> pa.Array:
    """What the claim of each settlement is called."""
    first = text(pa.array(numbered.charge[numbered.first[:-1]]))
    return joined("v", text(pa.array(numbered.visit)), ".", first)


def days(share: Share) -> pa.Array:
    """The day on which each settlement was made."""
    claims = share.cut["claims"]
    last = pc.coalesce(claims["discharged_on"], claims["admitted_on"])
    return flat(pc.coalesce(claims["settled_at"].cast(pa.date32()), last))


def lines(share: Share, charge: Numbers, first: Numbers, number: Numbers) -> pa.Table:
    """Columns of `settlement_line`; `charge`: of each line, `first`: of each settlement the place of its first line.
    Raises V502 where the results have other lines than the data."""
    results = share.cut["line_results"]
    if results["line_id"].combine_chunks() != share.cut["lines"]["line_id"].combine_chunks():
        raise fail("V502", what="line_results")
    return pa.table(
        {
            "event_id": number[np.repeat(np.arange(len(number)), np.diff(first))],
            "charge_id": charge,
            "turn": pa.repeat(1, len(charge)),
            **{name: flat(results[column]) for name, column in _LINE_PARTS.items()},
            "paid": amounts(results["paid"]),
            "hospital": flat(results["hospital"]),
            "cash": flat(results["cash"]),
        }
    )


def account_entries(keys: Keys, share: Share, number: Numbers, insurance: str, at: datetime) -> pa.Table:
    """Columns of `account_entry`: what was drawn from accounts."""
    chosen = np.flatnonzero(keys.of_account & (keys.amount != 0))
    take = pa.array(chosen)
    of, count = keys.settlement[chosen], len(chosen)
    owner = pc.utf8_slice_codeunits(flat(keys.now["subject"]).take(take), 1).cast(pa.int64())
    return pa.table(
        {
            "person_id": owner,
            "insurance": pa.repeat(insurance, count),
            "account": pc.utf8_slice_codeunits(flat(keys.now["name"]).take(take), len(ACCOUNT)),
            "day": days(share).take(pa.array(of)),
            "kind": pa.repeat("care", count),
            "fen": keys.amount[chosen],
            "to": pa.repeat("", count),
            "cite": pa.repeat("", count),
            "source": joined("settlement ", text(pa.array(number[of]))),
            "at": pa.repeat(at, count),
        }
    )


def entries(
    share: Share, rows: Rows, number: Numbers, pack: Pack, since: date, at: datetime, drawn: str
) -> tuple[pa.Table, pa.Table]:
    """Columns of `ledger_entry` and of `ledger_posting`, as `postings.legs_of` has them; `since`: the first day of the
    first month that is open, `drawn`: the insurance whose accounts pay for relatives."""
    settlements = share.cut["settlements"]
    paid = flat(settlements["paid"])
    of = np.repeat(np.arange(len(settlements)), np.diff(np.asarray(paid.offsets)))
    fen = np.asarray(paid.items)
    layer = paid.keys.dictionary_encode()
    scheme = flat(settlements["scheme"]).dictionary_encode()
    kind = np.asarray(scheme.indices)[of] * len(layer.dictionary) + np.asarray(layer.indices)
    legs = [
        _leg(pack.layers[one].get(name))
        for one in scheme.dictionary.to_pylist()
        for name in layer.dictionary.to_pylist()
    ]
    kept = np.flatnonzero((fen != 0) & np.array([leg is not None for leg in legs], dtype=bool)[kind])
    of, fen, kind = of[kept], fen[kept], kind[kept]
    posted = np.unique(of)
    entry = np.zeros(len(settlements), dtype=np.int64)
    entry[posted] = numbers(LedgerEntry, len(posted))
    day = np.asarray(days(share)).astype("datetime64[D]")
    entered = np.maximum(day, np.datetime64(since))
    account, fund, bearer = (
        pa.array([leg and leg[i] for leg in legs], pa.string()).take(pa.array(kind)) for i in range(3)
    )
    by_account = np.asarray(pc.equal(account, "account_liability"))
    borrowed = by_account & (rows.payer >= 0)[of]
    same = {
        "entry_id": entry[of],
        "book": pa.repeat(BUSINESS, len(of)),
        "day": pa.array(entered[of]),
        "scheme": pc.if_else(pa.array(borrowed), drawn, flat(settlements["scheme"]).take(pa.array(of))),
        "county_id": np.where(borrowed, rows.payer_county[of], rows.county[of]),
        "person": pa.nulls(len(of), pa.int64()),
        "fund": fund,
        "bearer": bearer,
        "year": flat(settlements["year"]).take(pa.array(of)),
    }
    nobody = np.ones(len(of), dtype=bool)
    debit = pa.table(
        {
            **same,
            "account": account,
            "organisation_id": pa.array(rows.organisation[of], mask=nobody),
            "fen": fen,
        }
    )
    credit = pa.table(
        {
            **same,
            "account": pa.repeat("provider_payable", len(of)),
            "organisation_id": pa.array(rows.organisation[of]),
            "fen": -fen,
        }
    )
    head = pa.table(
        {
            "id": entry[posted],
            "book": pa.repeat(BUSINESS, len(posted)),
            "kind": pa.repeat(SETTLED, len(posted)),
            "source": joined("settlement ", text(pa.array(number[posted]))),
            "day": pa.array(entered[posted]),
            "business_day": pa.array(day[posted]),
            "note": pa.repeat("", len(posted)),
            "at": pa.repeat(at, len(posted)),
        }
    )
    return head, pa.concat_tables([debit, credit]).sort_by("entry_id")


def _leg(layer: Layer | None) -> tuple[str, str, str] | None:
    """Which account a payment is debited to, of which fund, borne by whom; nothing for what a hospital bears."""
    if layer is None or layer.bearer == "hospital":
        return None
    fund = layer.account or layer.fund or layer.name
    if layer.payer == "account":
        return "account_liability", fund, layer.bearer
    return ("benefit_accrued" if layer.bearer == "fund" else "bearer_due"), fund, layer.bearer


def _ratio(share: Share) -> pa.Array:
    return joined('"', pc.utf8_slice_codeunits(text(share.cut["settlements"]["pool_prop_selfpay"]), 0, -2), '"')


def _hospital(share: Share, pack: Pack) -> pa.Array:
    """What packages left to the hospital: its part less what layers that it bears paid."""
    settlements = share.cut["settlements"]
    paid = flat(settlements["paid"])
    borne = {
        (scheme, name)
        for scheme, layers in pack.layers.items()
        for name, one in layers.items()
        if one.field == "hosp_part_amt"
    }
    whole = np.array(settlements["hosp_part_amt"])
    if borne:
        of = np.repeat(np.arange(len(settlements)), np.diff(np.asarray(paid.offsets)))
        schemes = settlements["scheme"].to_pylist()
        for at, name, fen in zip(of.tolist(), paid.keys.to_pylist(), paid.items.to_pylist(), strict=True):
            if (schemes[at], name) in borne:
                whole[at] -= fen
    return pa.array(whole)


def _traces(share: Share, named: pa.Array) -> pa.Array:
    traces = share.cut[TRACES]
    ends = share.ends(TRACES)
    called = quoted(named.take(pa.array(np.repeat(np.arange(len(ends) - 1), np.diff(ends)))))
    words = {
        "settlement_id": called,
        "claim_id": called,
        "kind": quoted(traces["kind"]),
        "layer": quoted(traces["layer"]),
    }
    return joined("[", gathered(objects(words | {name: _number(traces[name]) for name in COLUMNS}), ends), "]")


def _number(column: pa.ChunkedArray) -> pa.Array:
    return pc.fill_null(text(column), "null")
