"""Why a record is in its group: what let it in, which complications counted, which did not and by what table."""

from __future__ import annotations

from dataclasses import dataclass

from tongchou.engines.grouping.edits import edits_of
from tongchou.engines.grouping.grouper import Group, Grouper
from tongchou.engines.grouping.record import Record
from tongchou.engines.grouping.scheme import Scheme
from tongchou.ground.errors import Problem

MCC, CC = "MCC", "CC"


@dataclass(frozen=True)
class Complication:
    """A secondary diagnosis that is one. `excluded_by`: the exclusion table that it shares with the principal
    diagnosis, so that it does not count; empty where it counts."""

    code: str
    name: str
    kind: str
    excluded_by: str


@dataclass(frozen=True)
class Evidence:
    """`mdc`, `node` and `rule`: the conditions that held, as the tables write them, empty where none was reached;
    `number`: which of the node's rules it is, from 1 on.
    `operation`: the one that it was grouped by, where the scheme tries each of several alone. `edits`: what is odd
    about the record."""

    group: Group
    mdc: str
    node: str
    entry: str
    rule: str
    number: int | None
    complications: tuple[Complication, ...]
    operation: str
    edits: tuple[Problem, ...]


def explain(grouper: Grouper, record: Record) -> Evidence:
    """Group one record and tell what held."""
    group, scheme = grouper.group(record), grouper.scheme
    node = grouper.nodes[group.node_at] if group.node_at >= 0 else None
    return Evidence(
        group=group,
        mdc=scheme.mdcs[group.mdc_at].text or "*" if group.mdc_at >= 0 else "",
        node=node.name if node is not None else "",
        entry=node.text if node is not None else "",
        rule=grouper.rules[group.rule_at].text if group.rule_at >= 0 else "",
        number=_number(grouper, group) if group.rule_at >= 0 else None,
        complications=tuple(complications(scheme, record)),
        operation=_alone(grouper, record, group),
        edits=tuple(edits_of(grouper, record)),
    )


def _number(grouper: Grouper, group: Group) -> int:
    """The place of a rule among those of its node, in the order in which they are asked."""
    return group.rule_at - sum(len(node.rules) for node in grouper.nodes[: group.node_at]) + 1


def complications(scheme: Scheme, record: Record) -> list[Complication]:
    """Every secondary diagnosis that is MCC or CC, once for each list it stands in."""
    table = scheme.exclusions.get(record.dx[0], "") if record.dx else ""
    found = []
    for code in record.dx[1:]:
        for kind, listed in ((MCC, scheme.mcc), (CC, scheme.cc)):
            if code in listed:
                excluded = table if table and listed[code] == table else ""
                found.append(Complication(code, scheme.icd10.get(code, ""), kind, excluded))
    return found


def _alone(grouper: Grouper, record: Record, group: Group) -> str:
    """The operation by which a record came into its group when all together led to none."""
    if not grouper.scheme.retries or group.mdc_at < 0:
        return ""
    for code in record.px:
        if (found := grouper.group_once(record, (code,))) == group:
            together = grouper.group_once(record, record.px)
            return code if together != found else ""
    return ""
