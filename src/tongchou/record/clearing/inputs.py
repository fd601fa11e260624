"""What a year is cleared from: its final cases, what was given of it, and what the record deducted, paid and holds."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from tongchou.engines.payment import Rules, Year
from tongchou.engines.payment.table_columns import COLUMNS
from tongchou.ground.errors import fail
from tongchou.record.clearing.declared import kept_with
from tongchou.record.clearing.drawing import must_be_booked
from tongchou.record.clearing.given import given, table_of
from tongchou.record.clearing.models import CaseTable, ClearingYear
from tongchou.record.clearing.positions import Held, Spread, Way, deducted, held, spread
from tongchou.record.clearing.quotas import with_published
from tongchou.record.clearing.special import decided
from tongchou.record.clearing.steps import ALL
from tongchou.record.clearing.tables import EVIDENCE, institutions, levels_of, packed, unpacked

_GIVEN = ("budget", "assessments", "signed", "quotas", "communities")


@dataclass(frozen=True)
class Inputs:
    """What is cleared: the engine's tables, and of each institution what the books hold and how it is spread."""

    rules: Rules
    year: Year
    held: Mapping[str, Held]
    spreads: Mapping[str, Spread]
    net: Mapping[str, Mapping[Way, int]]


def inputs_of(year: ClearingYear) -> Inputs:
    """Everything that a year is cleared from, as it is now."""
    rules, cases = kept_with(year), final_cases(year)
    books, minus, levels = held(year), deducted(year), levels_of(year)
    must_be_booked(year, cases)
    if not given(year, "budget"):
        raise fail("M504", table="budget", why="—")
    tables = {name: table_of(name, given(year, name)) for name in _GIVEN}
    tables["quotas"] = with_published(year, tables["quotas"])
    ways = _ways(tables)
    net: dict[str, dict[Way, int]] = {code: dict.fromkeys(mine, 0) for code, mine in ways.items()}
    waiting, deductions = defaultdict[str, int](int), []
    for row in cases.select(["settlement_id", "institution", "setting", "reason", "method", "fund"]).to_pylist():
        code, fen = row["institution"], minus.get(int(row["settlement_id"]), 0)
        if row["reason"]:
            waiting[code] += 0 if row["reason"] == "reversed" else row["fund"] - fen
            continue
        way = row["setting"], row["method"]
        mine = net.setdefault(code, {})
        mine[way] = mine.get(way, 0) + row["fund"] - fen
        if fen:
            told = {name: row[name] for name in ("institution", "setting", "method", "settlement_id")}
            deductions.append({**told, "scheme": year.scheme, "reason": "月度扣款", "amount": str(fen)})
    spreads = {code: spread(books.get(code, Held()), mine, waiting[code]) for code, mine in sorted(net.items())}
    tables |= {
        "deductions": table_of("deductions", deductions),
        "prepaid": _amounts(year, "prepaid", {code: one.prepaid for code, one in spreads.items()}),
        "deposits": _amounts(year, "deposits", {code: one.deposits for code, one in spreads.items()}),
        "special_cases": table_of("special_cases", decided(year, cases)),
        "institutions": institutions(year, levels, {*net, *cases["institution"].to_pylist()}),
    }
    tables["assessments"] = _of(tables["assessments"], tables["institutions"])
    others = {name: tables[name] for name in COLUMNS if name not in ("settlements", "groups")}
    return Inputs(rules, Year(cases.drop_columns(list(EVIDENCE)), _ordered(others)), books, spreads, net)


def final_cases(year: ClearingYear, stage: str = "final") -> pa.Table:
    """The settlements of all institutions as they are final, in the order of their ids."""
    rows = CaseTable.objects.within(ALL).filter(year=year, stage=stage)
    last = rows.order_by("-round").values_list("round", flat=True).first()
    parts = [unpacked(one.content) for one in rows.filter(round=last).order_by("institution")]
    if not parts:
        raise fail("M504", table="settlements", why="0")
    whole = pa.concat_tables(parts).combine_chunks()
    return whole.take(pc.sort_indices(whole["settlement_id"])).combine_chunks()


def _ways(tables: Mapping[str, pa.Table]) -> dict[str, set[Way]]:
    """Lines that stand in what was given, whether anybody came or not."""
    found = defaultdict[str, set[Way]](set)
    for row in tables["quotas"].to_pylist():
        found[row["institution"]].add((row["setting"], row["method"]))
    for row in tables["communities"].to_pylist():
        found[row["institution"]].add((row["setting"], "lump"))
    for row in tables["signed"].to_pylist():
        found[row["institution"]].add(("outpatient", "capitation"))
    return dict(found)


def _amounts(year: ClearingYear, name: str, found: Mapping[str, Mapping[Way, int]]) -> pa.Table:
    return table_of(
        name,
        [
            {"institution": code, "scheme": year.scheme, "setting": setting, "method": method, "amount": str(fen)}
            for code, ways in found.items()
            for (setting, method), fen in sorted(ways.items())
        ],
    )


def _of(table: pa.Table, listed: pa.Table) -> pa.Table:
    """The rows of institutions that are cleared."""
    return table.filter(pc.is_in(table["institution"], listed["institution"].combine_chunks()))


def _ordered(tables: Mapping[str, pa.Table]) -> dict[str, pa.Table]:
    """As the engine reads tables: each in the order of its columns."""
    return {
        name: table.sort_by([(column, "ascending") for column in table.column_names]) if len(table) else table
        for name, table in tables.items()
    }


def digest_of_inputs(found: Inputs) -> str:
    """Of everything that goes in."""
    digest = hashlib.sha256(found.rules.hash.encode())
    for name, table in (("records", found.year.records), *sorted(found.year.others.items())):
        digest.update(name.encode() + hashlib.sha256(packed(table)).digest())
    return digest.hexdigest()
