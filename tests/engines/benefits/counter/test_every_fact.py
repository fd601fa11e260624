"""Every fact in the rules that may ask for it: what is remembered of a claim serves only those that are alike in it."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from tests.engines.benefits.bulk.drawn import Rows, tables_of
from tests.engines.benefits.counter.both import Both
from tests.engines.benefits.counter.test_counter import likes
from tests.engines.benefits.replay.test_every_fact import ASKS, BASE, RULES, declaring, history
from tongchou.engines.benefits.bulk.rows import rows_of
from tongchou.engines.benefits.claim import Claim
from tongchou.engines.benefits.from_tables import Intake
from tongchou.ground.errors import ProblemError
from tongchou.ground.region.pack import Pack
from tongchou.ground.tables import TABLES, Tables


def claims(region: Pack, rows: Rows) -> Iterator[Claim]:
    tables = tables_of(rows)
    filled = {name: rows_of(tables[name]) if name in tables else [] for name in TABLES}
    intake = Intake(Tables(filled, [], dict.fromkeys(tables, 1)), region)
    for row in intake.rows:
        try:
            found = intake.claim(row)
        except ProblemError:
            continue
        if isinstance(found, Claim):
            yield found


@pytest.mark.parametrize("ask", ASKS)
def test_a_fact_in_two_of_the_rules_that_may_ask_for_it(ask: str) -> None:
    compare(ask, [RULES[0], RULES[1 + ASKS.index(ask) % (len(RULES) - 1)]])


@pytest.mark.soak
@pytest.mark.parametrize("ask", ASKS)
def test_a_fact_in_every_rule(ask: str) -> None:
    compare(ask, RULES)


def compare(ask: str, rules: tuple[str, ...] | list[str]) -> None:
    for seed, rule in enumerate(rules):
        region = declaring(BASE + rule.format(ask=ask))
        if region is not None:
            both = Both(region)
            for alike in (False, True):
                drawn = history(random.Random(f"{rule}{ask}{seed}"), alike)
                assert both.settle(likes(claims(region, drawn), seed)) == []
