"""Which care the settlements of a year are, as the region declares it: by their kinds of visit, what the settled claim
says, the lines that were charged, the settlement list that counts, and the institution that the person chose. A
settlement is one care, whole: what is beyond a package takes all of it to another."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from functools import cached_property
from typing import Any

import pyarrow as pa
from django.db import connection
from psycopg.types.range import DateRange

from tongchou.engines.payment.rules import Rules
from tongchou.ground.region.care_kinds import Care, Cares, Lines, as_written
from tongchou.ground.region.clearing_money import Capitation
from tongchou.ground.region.vocabulary import WordList
from tongchou.record.clearing.listed import Coded, codes_of
from tongchou.record.clearing.models import ClearingYear
from tongchou.record.clearing.steps import ALL
from tongchou.record.filings.models import Filing
from tongchou.record.filings.stored import names_of
from tongchou.record.packs.queries import pack_of
from tongchou.record.settlement.standing import LINES_OF

_SAYING = """
SELECT id FROM settlement_event WHERE id = ANY(%(events)s) AND (claim->'facts')::jsonb @> %(facts)s::jsonb
"""
_BEYOND = f"""
SELECT DISTINCT event_id FROM (
    SELECT l.event_id FROM {LINES_OF} WHERE e.id = ANY(%(events)s) AND NOT ({{within}})
    GROUP BY l.event_id, coalesce(c.returns_id, c.id) HAVING sum(l.in_scope) <> 0
) other
"""
_COLUMNS = {
    "item": "c.item",
    "class": "coalesce(c.facts->>'class', '')",
    "fee_kind": "coalesce(c.facts->>'fee_kind', '')",
    "national_code": "c.national_code",
    "hospital_code": "c.local_code",
}
"""Columns of a line, where a charge has them."""


def with_care(year: ClearingYear, rules: Rules, drawn: pa.Table) -> pa.Table:
    """The drawn settlements, whose `care` is their kind of visit, with the first declared care that holds."""
    said = rules.get("care", Cares)
    if said is None:
        return drawn
    settlements = _Settlements(year, drawn)
    found = dict(settlements.kinds)
    open_ = set(found)
    for care in said.cares:
        held = settlements.of(care, rules, open_)
        found |= dict.fromkeys(held, care.word)
        open_ -= held
    at = drawn.schema.get_field_index("care")
    return drawn.set_column(at, drawn.schema.field(at), pa.array(found.values(), drawn.schema.field(at).type))


class _Settlements:
    """The drawn settlements by their numbers, in the order of the table."""

    def __init__(self, year: ClearingYear, drawn: pa.Table) -> None:
        self.year = year
        rows = drawn.select(["settlement_id", "care", "list_on", "person", "institution", "discharged_on"]).to_pylist()
        self.kinds = {int(row["settlement_id"]): str(row["care"]) for row in rows}
        self._seen = {int(row["settlement_id"]): row for row in rows}
        self._listed = [int(row["settlement_id"]) for row in rows if row["list_on"] is not None]

    @cached_property
    def codes(self) -> dict[int, Coded]:
        """Of those that have a list; read once, and only where care hangs on it."""
        return codes_of(self.year, self._listed)

    def of(self, care: Care, rules: Rules, among: Collection[int]) -> set[int]:
        """Those among others that are this care."""
        held = {number for number in among if not care.kinds or self.kinds[number] in care.kinds}
        if care.diagnoses or care.procedures:
            held = {number for number in held if number in self.codes and _fits(care, self.codes[number])}
        if care.facts and held:
            held = _asked(_SAYING, held, facts=json.dumps(self._as_said(care.facts), ensure_ascii=False))
        if care.package is not None and held:
            held -= _beyond(rules.need(f"capitation.{care.package}", Capitation).package, held)
        if care.signed is not None and held:
            held = self._chosen(care.signed, held)
        return held

    def _chosen(self, filing: str, held: Collection[int]) -> set[int]:
        """Those at the institution that the person had chosen by such a filing on the day."""
        seen = {number: self._seen[number] for number in held}
        people = {int(row["person"]) for row in seen.values()}
        filed = Filing.objects.within(ALL).filter(
            person__in=people, scheme=self.year.scheme, type=filing, during__isnull=False
        )
        chosen: defaultdict[int, list[tuple[DateRange, str]]] = defaultdict(list)
        for row in filed:
            chosen[row.person_id].append((row.during, str(names_of(row).get("provider", ""))))
        return {
            number
            for number, row in seen.items()
            if any(
                row["discharged_on"] in during and row["institution"] == at for during, at in chosen[int(row["person"])]
            )
        }

    def _as_said(self, facts: Mapping[str, str]) -> dict[str, str]:
        """Facts under the names that claims have for them: a list of words may be of another fact."""
        lists = pack_of(self.year.pack_id).vocabulary.dimensions
        found = {}
        for name, word in facts.items():
            words = lists[name]
            assert isinstance(words, WordList)
            found[words.of] = word
        return found


def _fits(care: Care, coded: Coded) -> bool:
    """Whether a list has the codes."""
    operated = not care.procedures or any(code.startswith(care.procedures) for code in coded.operations)
    return operated and (not care.diagnoses or coded.principal.startswith(care.diagnoses))


def _beyond(package: Sequence[Lines], events: Collection[int]) -> set[int]:
    """Settlements with a line in scope that is not the package's; one that was given back is none."""
    said: dict[str, Any] = {}
    parts = []
    for lines in package:
        columns = []
        for column, words in lines.items():
            said[name := f"words{len(said)}"] = as_written(column, words)
            columns.append(f"{_COLUMNS[column]} = ANY(%({name})s)")
        parts.append(f"({' AND '.join(columns)})")
    return _asked(_BEYOND.format(within=" OR ".join(parts)), events, **said)


def _asked(statement: str, events: Collection[int], **said: Any) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"events": sorted(events), **said})
        return {int(number) for (number,) in cursor.fetchall()}
