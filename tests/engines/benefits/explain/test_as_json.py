"""JSON: a stable schema, fen, exact fractions as text, every article once."""

import json

from tests.engines.benefits.explain.reading import TWO_ITEMS, told
from tests.engines.benefits.small import line, pack
from tongchou.engines.benefits.explain import SCHEMA, to_json

SETS = "pool.takes: in_scope\npool.ratio: 1/3\npool.adjust.乙: {when: item is 乙, points: -10}"


def test_the_schema():
    plain = json.loads(
        to_json(told(pack(SETS, vocabulary=TWO_ITEMS), ("甲", "100.01"), line(20, "乙", **{"class": "丙"})))
    )
    assert list(plain) == [
        "schema",
        "outcome",
        "claim",
        "pack_hash",
        "unit",
        "region",
        "title",
        "head",
        "totals",
        "sections",
        "lines",
        "not_applied",
        "waterfall",
        "citations",
        "readings",
    ]
    assert plain["schema"] == SCHEMA == "tongchou.explanation/1"
    assert plain["totals"]["total"] == 12001
    layer = plain["sections"][1]
    assert (layer["kind"], layer["layer"], layer["amount"], layer["main"]) == ("layer", "pool", 3334, "c1")
    bands = next(s for s in layer["steps"] if s["kind"] == "bands")
    assert bands["numbers"] == {"sum": "10001/3", "band_1": 10001}
    assert (bands["applied"], bands["detail"], bands["citations"]) == (True, False, ["c1"])
    assert bands["say"]["en"].startswith("ratio: 100.01×1/3")
    assert plain["sections"][0]["main"] is None
    assert plain["lines"][1]["parts"] == {"full_self_pay": 2000, "over_limit": 0, "first_self_pay": 0, "in_scope": 0}
    assert plain["not_applied"][0]["applied"] is False
    assert plain["waterfall"][0] == {
        "kind": "total",
        "label": {"zh": "费用总额", "en": "total fee"},
        "start": 0,
        "amount": 12001,
    }
    assert plain["citations"]["c1"] == {
        "source": "办法",
        "title": "办法",
        "number": None,
        "cite": "第1条",
        "says": "…",
        "our_readings": [],
    }


def test_equal_explanations_give_equal_text():
    region = pack(SETS, vocabulary=TWO_ITEMS)
    assert to_json(told(region, ("甲", 100))) == to_json(told(region, ("甲", 100)))
