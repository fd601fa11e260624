"""Whatever the claim, what an explanation shows adds up to what was settled."""

from collections.abc import Iterator
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engines.benefits.explain.reading import ROOT, layers, steps, sum_shown, told_of
from tests.engines.benefits.small import claim, pack
from tongchou.engines.benefits.cases import run_cases
from tongchou.engines.benefits.claim import Refusal, Result, Settlement
from tongchou.engines.benefits.engine import Engine
from tongchou.engines.benefits.explain import Explanation, to_html, to_json, to_text
from tongchou.engines.benefits.state import State
from tongchou.ground.region.load import load_region

REGIONS = sorted(folder.name for folder in (ROOT / "regions").iterdir() if (folder / "region.yaml").is_file())
SCALES = ("expense", "above the deductible", "amount paid")


def region(scale: str, closed: bool):
    last = "{upto: 3000, pay: 70%}" if closed else "{above: 1000, pay: 70%}"
    sets = f"""
pool.takes: [in_scope, 80% × first_self_pay]
pool.deductible: {{per: stay, amount: 100, yearly_maximum: 250}}
pool.deductible.再次: {{when: nth >= 2, times: 50%}}
pool.bands: {{measured_on: {scale}, over: year, rows: [{{upto: 500, pay: 1/3}}, {{upto: 1000, pay: 60%}}, {last}]}}
pool.adjust.乙: {{when: item is 乙, points: -10}}
pool.own_ratio.丙: {{when: item is 丙, pay: 15%}}
pool.caps.进: {{at_most: 6000, of: entering, per: year}}
pool.caps.计: {{at_most: 5000, of: covered, per: year}}
pool.caps.付: {{at_most: 2000, of: paid, per: year, pool: 共}}
pool.floor.保底: {{at_least: 20%, paid_by: aid}}
second.takes: unpaid
second.ratio: 50%
second.floor.保底: {{at_least: 60%}}
second.rounding: {{unit: 角, mode: half_even}}
second.caps.付: {{at_most: 2500, of: paid, per: year, pool: 共}}
aid.takes: [second.over_cap, second.own_share of 甲]
aid.ratio: 37%
allocation: {{deductible: [乙, 甲]}}
items.first_pay.丙: {{when: item is 丙, rate: 7%}}
"""
    names = "{pool: {}, second: {field: hifmi_pay}, aid: {field: maf_pay}}"
    return pack(sets, layers=names, vocabulary="lists: {item: [甲, 乙, 丙]}")


ENGINES = {(scale, closed): Engine(region(scale, closed)) for scale in SCALES for closed in (True, False)}
AMOUNTS = st.integers(1, 400_000).map(lambda fen: f"{fen // 100}.{fen % 100:02d}")
LINES = st.lists(st.tuples(st.sampled_from("甲乙丙"), AMOUNTS), min_size=1, max_size=4)


@settings(max_examples=80)
@given(st.sampled_from(sorted(ENGINES)), st.lists(LINES, min_size=1, max_size=4))
def test_random_claims_in_a_row(key, visits):
    engine, state = ENGINES[key], State()
    for number, lines in enumerate(visits):
        result = engine.settle(claim(*lines, id=f"C{number}"), state)
        assert isinstance(result, Settlement)
        check(told_of(engine.pack, result), result)


@pytest.mark.parametrize("name", REGIONS)
def test_every_case_of_every_region(name):
    folder = load_region(ROOT / "regions" / name)
    for outcome in run_cases(folder):
        if outcome.result is not None:
            check(told_of(folder, outcome.result), outcome.result)


def check(explanation: Explanation, result: Result) -> None:
    for lang in ("zh", "en"):
        assert to_text(explanation, lang).strip()
    assert to_html(explanation)
    assert to_json(explanation)
    if isinstance(result, Refusal):
        assert explanation.outcome == "refused"
        assert explanation.sections[0].steps
        return
    check_totals(explanation, result)
    for section, layer in zip(layers(explanation), worked(result), strict=True):
        check_layer(section, layer)


def check_totals(explanation: Explanation, result: Settlement) -> None:
    total = sum(result.parts.values())
    (split,), (payers,), (cash,) = (steps(explanation, kind) for kind in ("split", "payers", "cash"))
    assert sum(split.numbers[part] for part in result.parts) == total
    payments = sum(v for k, v in payers.numbers.items() if k.startswith("paid_"))
    assert payments + payers.numbers["hospital"] + payers.numbers["cash"] == total
    assert sum(v for k, v in cash.numbers.items() if k != "cash") == cash.numbers["cash"] == result.cash
    assert sum(bar.amount for bar in explanation.bars[1:]) == total
    assert explanation.bars[-1].start == 0
    assert sum(section.amount or 0 for section in layers(explanation)) == sum(result.paid.values())
    for row in explanation.lines:
        assert sum(row.parts) == row.amount == sum(row.paid.values()) + row.hospital + row.cash


def worked(result: Settlement) -> Iterator:
    """The layers that have a section."""
    for part in result.notes.get("parts", (result,)):
        for row, layer in zip(part.notes["rows"], part.layers, strict=True):
            if row.active and (layer.base or part.paid[layer.layer]):
                yield layer


def check_layer(section, layer) -> None:
    """Bands with departures give the target, groups give their sum, caps leave the room the step found."""
    numbers: dict[str, list] = {}
    for step in section.steps:
        numbers.setdefault(step.kind, []).append(step.numbers)
    shown = sum_shown(section)
    assert shown in (None, layer.target)
    if "group" in numbers:
        assert sum((Fraction(n["pays"]) for n in numbers["group"]), Fraction(0)) == layer.target
    (went,) = numbers.get("remainders", [{"base": 0}])
    assert went["base"] == layer.base == sum(fen for name, fen in went.items() if name != "base")
    caps = list(zip(numbers.get("cap", []), caps_of(section), strict=True))
    over = sum(n.get("cut", 0) for n, of_paid in caps if not of_paid)
    over += sum(n["over"] for kind in ("corridor", "inverse") for n in numbers.get(kind, []))
    assert over == layer.over_cap
    for balance in numbers.get("balance", []):
        assert balance["left"] >= 0
    rooms = [n["room"] for n, of_paid in caps if of_paid and n]
    if layer.room is not None and rooms:
        assert min(rooms) == layer.room


def caps_of(section) -> list[bool]:
    """Which cap steps limit what is paid: those after the bands."""
    found, after = [], False
    for step in section.steps:
        after = after or step.kind.startswith("bands")
        if step.kind == "cap":
            found.append(after)
    return found
