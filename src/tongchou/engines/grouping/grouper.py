"""Grouping: one record, or columns of them, through the same function."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tongchou.engines.grouping.machine import AMBIGUOUS, GROUPED, NOTHING, UNGROUPED, group_all
from tongchou.engines.grouping.record import Record
from tongchou.engines.grouping.scheme import Scheme
from tongchou.engines.grouping.tables import Building

STATUS = ("无法入组", "分组成功", "歧义病案")
"""What became of a record: ungrouped, grouped, ambiguous (QY)."""
Named = tuple[str, str, str, str]
"""Status, MDC with its prefix, ADRG and DRG as they are written."""


@dataclass(frozen=True)
class Group:
    """The group of a record. `hash` names the tables it comes from; `mdc_at`, `node_at` and `rule_at` lead to what
    held, -1 where nothing did."""

    status: str
    mdc: str
    adrg: str
    drg: str
    hash: str
    mdc_at: int
    node_at: int
    rule_at: int


class Grouper:
    """A scheme made ready."""

    def __init__(self, scheme: Scheme) -> None:
        building = Building(scheme)
        self.scheme, self.tables = scheme, building.tables()
        self.dx, self.px = building.dx, building.px
        self.nodes = [node for mdc in scheme.mdcs for node in mdc.nodes]
        self.rules = [rule for node in self.nodes for rule in node.rules]

    def group(self, record: Record) -> Group:
        """One record."""
        return self.group_once(record, record.px)

    def group_once(self, record: Record, operations: Sequence[str]) -> Group:
        """One record, with these operations in place of its own."""
        dx, px = self.dx.of(record.dx), self.px.of(operations)
        numbers = np.array([record.numbers()], np.int32)
        found = self.group_numbers(numbers, dx, np.array([0, len(dx)]), px, np.array([0, len(px)]))
        status, mdc, node, rule = found[0].tolist()
        return Group(*self._named(status, mdc, node, rule), self.scheme.hash, mdc, node, rule)

    def group_numbers(self, records: Any, dx: Any, dx_start: Any, px: Any, px_start: Any) -> Any:
        """Records by number (see `machine.group_all`): status, MDC, node and rule of each (records × 4)."""
        found = np.zeros((len(records), 4), np.int32)
        group_all(self.tables, records, dx, dx_start, px, px_start, np.zeros(1, np.int32), found)
        return found

    def outcomes(self) -> list[Named]:
        """Every result there can be, in the order of `outcome_of`: none, QY of an MDC, a node's ADRG, a rule's DRG."""
        mdc_of_node = np.repeat(np.arange(len(self.scheme.mdcs)), [len(mdc.nodes) for mdc in self.scheme.mdcs])
        node_of_rule = np.repeat(np.arange(len(self.nodes)), [len(node.rules) for node in self.nodes])
        return [
            self._named(UNGROUPED, NOTHING, NOTHING, NOTHING),
            *(self._named(AMBIGUOUS, mdc, NOTHING, NOTHING) for mdc in range(len(self.scheme.mdcs))),
            *(self._named(GROUPED, mdc, node, NOTHING) for node, mdc in enumerate(mdc_of_node.tolist())),
            *(
                self._named(GROUPED, int(mdc_of_node[node]), node, rule)
                for rule, node in enumerate(node_of_rule.tolist())
            ),
        ]

    def outcome_of(self, found: Any) -> Any:
        """Which of `outcomes` each record has."""
        mdcs, nodes = len(self.scheme.mdcs), len(self.nodes)
        status, mdc, node, rule = found.T
        return np.where(
            rule != NOTHING,
            1 + mdcs + nodes + rule,
            np.where(node != NOTHING, 1 + mdcs + node, np.where(status == AMBIGUOUS, 1 + mdc, 0)),
        )

    def _named(self, status: int, mdc: int, node: int, rule: int) -> Named:
        if status == AMBIGUOUS:
            code = self.scheme.mdcs[mdc].code
            return STATUS[status], f"MDC{code}", "QY", f"{code}QY"
        if status != GROUPED:
            return STATUS[status], "0000", "00", self.scheme.ungrouped
        adrg = self.nodes[node].adrg
        return STATUS[status], f"MDC{self.scheme.mdcs[mdc].code}", adrg, adrg if rule < 0 else self.rules[rule].drg
