"""Whose account pays for a claim, and whether that can be settled by a look at tables."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from tongchou.engines.benefits.bulk.columns import NOT_THERE, Claims, Flags, Numbers, codes, days, index_in
from tongchou.engines.benefits.from_tables import account_kinds
from tongchou.ground.region.pack import Pack
from tongchou.ground.tables.vectors import given


def owners(claims: Claims) -> Numbers:
    """The person whose account each claim draws on: a relative that it names, else its own."""
    named = claims.table["account_person_id"]
    if named.null_count == len(named):
        return claims.person
    return np.where(given(named), claims.relative, claims.person)


def odd_accounts(claims: Claims, tables: dict[str, pa.Table], pack: Pack) -> Flags:
    """Claims whose account asks for more than a look: not of the household, of an unknown kind, or opened too late."""
    owner = owners(claims)
    odd: Flags = owner < 0
    named = np.flatnonzero(given(claims.table["account_person_id"]))
    if len(named):
        home, person = codes(claims.persons["household_id"]), claims.person[named]
        odd[named] |= (home[owner[named]] != home[person]) | (home[person] == 0)
    kinds = account_kinds(pack)
    table = tables.get("accounts")
    if table is None or not kinds or not len(table):
        return odd
    person = claims.joins.person("accounts")
    latest = np.full(len(claims.persons), NOT_THERE, dtype=np.int64)
    np.maximum.at(latest, person, days(table["as_of"]))
    strange = np.zeros(len(claims.persons), dtype=bool)
    strange[person[index_in(table["kind"], pa.array(kinds)) < 0]] = True
    place = np.maximum(owner, 0)
    return np.asarray(odd | strange[place] | (latest[place] >= claims.settled))
