"""Claims of a share without their lines, as JSON, column by column; the few that are not as most are built by the code
that builds every claim."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tongchou.engines.benefits.bulk.columns import Numbers
from tongchou.engines.benefits.bulk.rows import rows_of as read_rows
from tongchou.engines.benefits.claim import Claim
from tongchou.engines.benefits.from_tables import Intake, Row
from tongchou.ground.errors import ProblemError
from tongchou.ground.region.pack import Pack
from tongchou.ground.tables import TABLES, Tables
from tongchou.record.settlement.batch.facts import JSON, Facts, Reader
from tongchou.record.settlement.batch.known import Rows
from tongchou.record.settlement.batch.reading import Share
from tongchou.record.settlement.batch.texts import entries, joined, quoted, text

_OF_PERSON = ("persons", "households", "spells", "entitlements", "accounts")
Entitled = Mapping[str, tuple[str, str]] | None


def heads(
    share: Share, rows: Rows, visit: Numbers, charge: Numbers, stay: Numbers, pack: Pack, assumed: Mapping[str, str]
) -> pa.Array:
    """Of each claim everything but its lines, without the brace that closes it. It is called after its `visit` and the
    first `charge` of it; `stay`: the visit after which its stay is called. Raises the problems of a claim that cannot
    be built."""
    claims = share.cut["claims"]
    reader = Reader(share, pack, assumed)
    facts = reader.all()
    people = _People(share, pack, assumed)
    odd = np.flatnonzero(facts.odd)
    told = people.whole(odd)
    return joined(
        *('{"id": "v', _number(visit), ".", _number(charge), '", "person": "p', _number(rows.person)),
        *('", "scheme": ', quoted(claims["scheme"]), ', "kind": ', quoted(claims["kind"])),
        *(', "facts": {', _with(facts, odd, told), '}, "stay": "v', _number(stay), '"'),
        _where_any(', "given": {', entries(claims["given"]), "}"),
        _where_any(', "household": "h', _number(rows.household), '"'),
        _where_any(', "episode": ', quoted(claims["episode_id"])),
        _where_any(', "account_person": "p', _number(rows.payer), '"'),
        _where_any(', "entitlements": ', people.entitlements(reader.basis)),
    )


def _number(rows: Numbers) -> pa.Array:
    """Numbers of rows; nothing for -1."""
    return text(pa.array(rows, mask=rows < 0))


def _where_any(*pieces: Any) -> pa.Array:
    """What is there only where something is."""
    return pc.fill_null(joined(*pieces), "")


def _with(facts: Facts, odd: Numbers, told: list[str]) -> pa.Array:
    """The facts of all, those of the odd ones as they were built."""
    if not told:
        return facts.text
    chosen = np.zeros(len(facts.odd), dtype=bool)
    chosen[odd] = True
    return pc.replace_with_mask(facts.text, pa.array(chosen), pa.array(told, pa.string()))


class _People:
    """Claims built one by one, and what their people are entitled to."""

    def __init__(self, share: Share, pack: Pack, assumed: Mapping[str, str]) -> None:
        self._share, self._pack, self._assumed = share, pack, assumed

    def whole(self, rows: Numbers) -> list[str]:
        """The facts of these claims. Raises the problems of one that cannot be built."""
        if not len(rows):
            return []
        claims = self._share.cut["claims"].take(pa.array(rows)).append_column("_row", pa.array(rows + 1))
        intake = self._intake()
        return [JSON.encode(_built(intake, row).facts)[1:-1] for row in read_rows(claims)]

    def entitlements(self, basis: Numbers) -> pa.Array:
        """What is known of each claim's person and scheme on its day; empty where the tables say nothing of it."""
        claims, table = self._share.cut["claims"], self._share.people.get("entitlements")
        if table is None or not len(table):
            return pa.nulls(len(claims), pa.string())
        return pa.array(self._entitled(basis), pa.string())

    def _entitled(self, basis: Numbers) -> Iterator[str | None]:
        claims, intake = self._share.cut["claims"], self._intake()
        whose = zip(claims["person_id"].to_pylist(), claims["scheme"].to_pylist(), strict=True)
        for (person, scheme), day in zip(whose, basis.astype("datetime64[D]").tolist(), strict=True):
            yield _encoded(intake.entitled(person, scheme, day))

    def _intake(self) -> _Intake:
        read: dict[str, list[Row]] = {name: [] for name in TABLES}
        read |= {name: read_rows(self._share.people[name]) for name in _OF_PERSON if name in self._share.people}
        there = {name: len(found) for name, found in read.items() if found}
        return _Intake(Tables(read, [], there), self._pack, self._assumed)


class _Intake(Intake):
    """One whose claims have no lines."""

    def entitled(self, person: str, scheme: str, day: date) -> Entitled:
        return self._entitled(person, scheme, day)


def _built(intake: Intake, row: Row) -> Claim:
    claim = intake.claim(row)
    if not isinstance(claim, Claim):
        raise ProblemError(*claim.problems)
    return claim


def _encoded(entitled: Entitled) -> str | None:
    return None if entitled is None else _funds(*entitled.items())


@lru_cache(maxsize=1 << 12)
def _funds(*funds: tuple[str, tuple[str, str]]) -> str:
    return JSON.encode(dict(funds))
