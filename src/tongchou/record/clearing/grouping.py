"""Settlements into groups, by the scheme that is kept for it: preliminary ones first, told to each institution for the
declared days of feedback."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from tongchou.engines.dip.assigning import Assigner
from tongchou.engines.dip.reading import read_table
from tongchou.engines.grouping.bulk import group_table
from tongchou.engines.grouping.weights import weight_of
from tongchou.engines.payment.across import GROUP_CASES, READMITTED
from tongchou.engines.payment.cases import Desk
from tongchou.engines.payment.folder import by_institution
from tongchou.engines.payment.formula import figure
from tongchou.engines.payment.handed_over import from_dip
from tongchou.engines.payment.routes import REASONS
from tongchou.engines.payment.rules import Rules
from tongchou.engines.payment.tables import conform, nothing
from tongchou.ground.errors import fail
from tongchou.ground.region.clearing_money import Clearing
from tongchou.ground.region.methods import METHODS
from tongchou.record.audit.command import command
from tongchou.record.base import clock
from tongchou.record.base.lock import lock
from tongchou.record.clearing.care import with_care
from tongchou.record.clearing.declared import kept_with
from tongchou.record.clearing.drawing import draw
from tongchou.record.clearing.listed import Case, cases_of, for_dip, for_drg
from tongchou.record.clearing.models import CaseTable, ClearingYear, YearStep
from tongchou.record.clearing.previous import with_since_previous
from tongchou.record.clearing.schemes import catalogue_of, grouper_of, with_packed
from tongchou.record.clearing.steps import ALL, key_of, must_be, step, the
from tongchou.record.clearing.tables import assembled, digest_of, fund_of, institutions, levels_of, packed
from tongchou.record.packs.queries import pack_of
from tongchou.record.packs.working_days import working_days_after
from tongchou.record.providers.models import Institution

Schemes = Mapping[str, str]
"""Hash of the kept scheme by `dip` and `drg`."""
_DRG = ("drg_points", "drg_rate")
_EVIDENCE = ("kind", "treatment", "candidates", "decided_by", "factor_of", "conduct_of", "mdc", "adrg", "status")


@command("clearing.group", needs="clearing.work")
def group(*, year_id: int, schemes: Schemes, reason: str) -> YearStep:
    """Group the year's settlements for the first time, or again before anybody was told. `schemes`: of DIP and DRG the
    kept one, where the rules have cases paid by them and the year's pack has none for the year. Raises A114, M503,
    M504, M505, M506 where a scheme is missing, M516 for another than the pack's."""
    year = the(year_id)
    lock(key_of(year))
    must_be(year, "opened", "grouped")
    keep_cases(year, "preliminary", schemes)
    return step(year, "grouped", reason)


@command("clearing.publish_groups", needs="clearing.work")
def publish_groups(*, year_id: int, reason: str) -> YearStep:
    """Tell each institution its preliminary groups; from the next day it has the declared working days for feedback.
    Raises A114, M503, M501 where the region declares none, M417 for a year whose holidays it does not declare."""
    year = the(year_id)
    days = kept_with(year).need("clearing", Clearing).feedback
    if days is None:
        raise fail("M501", region="feedback", year=year.year)
    lock(key_of(year))
    must_be(year, "grouped")
    until = working_days_after(pack_of(year.pack_id), clock.today(), int(figure(days)))
    return step(year, "published", reason, until)


def keep_cases(year: ClearingYear, stage: str, schemes: Schemes) -> None:
    """Draw the year, group it, and keep what each institution has of it; whoever calls holds the year's lock. Raises
    M516 for a scheme that is not the pack's."""
    schemes = with_packed(year, schemes)
    rules, levels = kept_with(year), levels_of(year)
    drawn = with_care(year, rules, draw(year))
    whole = _grouped(year, rules, drawn, levels, schemes)
    round_ = CaseTable.objects.within(ALL).filter(year=year, stage=stage).order_by("-round").first()
    number, now = 1 if round_ is None else round_.round + 1, clock.now()
    by_code = by_institution(whole)
    for one in Institution.objects.within(ALL).filter(code__in=by_code).order_by("code"):
        table = by_code[one.code]
        content = packed(table)
        CaseTable.objects.create(
            year=year, institution=one, stage=stage, round=number, schemes=dict(schemes), content=content,
            digest=digest_of(content), rows=len(table), at=now,
            taken=pc.sum(pc.equal(table["reason"], "")).as_py() or 0, fen=fund_of(table),
        )  # fmt: skip


def schemes_of(year: ClearingYear) -> Schemes:
    """By which the year was grouped last."""
    last = CaseTable.objects.within(ALL).filter(year=year).order_by("id").last()
    return {} if last is None else dict(last.schemes)


def _grouped(
    year: ClearingYear, rules: Rules, drawn: pa.Table, levels: Mapping[str, str], schemes: Schemes
) -> pa.Table:
    """Every settlement with its group, whether it is in, and how it came to that."""
    base = {
        "settlements": drawn,
        "institutions": institutions(year, levels, drawn["institution"].to_pylist()),
    }
    before = Desk(rules, assembled(base)).cases
    ways = [METHODS[at] if at >= 0 else "" for at in before.routed.methods.tolist()]
    rows = before.records.select(
        ["settlement_id", "institution", "person", "admitted_on", "discharged_on", "days", "total_fee"]
    ).to_pylist()
    groups, evidence = nothing("groups", Path("groups")), dict[str, str]()
    for kind, methods in (("dip", ("dip",)), ("drg", _DRG)):
        mine = [row for row, way in zip(rows, ways, strict=True) if way in methods]
        if not mine:
            continue
        if kind not in schemes:
            raise fail("M506", kind=kind.upper(), cases=len(mine))
        cases = list(cases_of(year, mine, levels))
        made, told = _dip(year, cases, schemes[kind]) if kind == "dip" else _drg(cases, schemes[kind])
        groups = pa.concat_tables([groups, made], promote_options="default")
        evidence |= told
    after = Desk(rules, assembled({**base, "groups": groups})).cases
    ids = after.records["settlement_id"].to_pylist()
    return _plain(after.records).append_column(
        "reason", pa.array([REASONS[at] for at in after.routed.reasons.tolist()], pa.string())
    ).append_column(
        "method", pa.array([METHODS[at] if at >= 0 else "" for at in after.routed.methods.tolist()], pa.string())
    ).append_column("evidence", pa.array([evidence.get(one, "") for one in ids], pa.string()))  # fmt: skip


def _plain(records: pa.Table) -> pa.Table:
    """Settlements with their groups as the engine joins them, without what clearing counts across them anew."""
    return records.drop_columns([GROUP_CASES, READMITTED])


def _dip(year: ClearingYear, cases: Sequence[Case], hash_: str) -> tuple[pa.Table, dict[str, str]]:
    catalogue = catalogue_of(hash_)
    discharges = with_since_previous(year, catalogue, for_dip(cases))
    found: Any = Assigner(catalogue).assign(read_table(discharges)).table
    return conform("groups", from_dip(found, Path("dip")), Path("dip")), _told(found, "discharge_id")


def _drg(cases: Sequence[Case], hash_: str) -> tuple[pa.Table, dict[str, str]]:
    """With the weight and mean of the institution's level that were in force on the day of discharge."""
    grouper = grouper_of(hash_)
    found = group_table(grouper, for_drg(cases)).table
    weights, rows = dict[tuple[str, Any], Any](), []
    for case, row in zip(cases, found.to_pylist(), strict=True):
        key = case.level, case.left
        if key not in weights:
            weights[key] = weight_of(grouper.scheme.weights, *key)
        weight = weights[key].get(row["drg"])
        rows.append(
            {
                "settlement_id": case.settlement,
                "group": row["drg"],
                "status": row["status"],
                "base_points": "0" if weight is None else weight.weight,
                "reference_mean": "0" if weight is None else str(weight.average_cost or 0),
            }
        )
    return conform("groups", pa.Table.from_pylist(rows), Path("drg")), _told(found, "index")


def _told(found: pa.Table, key: str) -> dict[str, str]:
    """How each case came to its group, as JSON."""
    names = [name for name in _EVIDENCE if name in found.column_names]
    return {
        str(row[key]): json.dumps({name: str(row[name]) for name in names if row[name]}, ensure_ascii=False)
        for row in found.select([key, *names]).to_pylist()
    }
