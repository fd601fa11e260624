"""The shipped scheme group by group, each by a record made for it."""

import random

import pytest

from tests.engines.grouping.oracle import Oracle
from tests.engines.grouping.stage import NINGHE, as_record, drawn, ninghe, record
from tongchou.engines.grouping.evidence import explain
from tongchou.engines.grouping.record import Record

APPENDIX, GALL_BLADDER, VENTILATED = "47.0100", "51.2300", "96.7201"


@pytest.mark.parametrize(
    ("one", "drg"),
    [
        (record("J15.900"), "ES15"),
        (record("J15.900", "J96.000"), "ES15"),  # MCC, but excluded by the principal diagnosis
        (record("J15.900", "I21.000"), "ES11"),
        (record("J15.900", "E11.900"), "ES13"),
        (record("J15.900", age=16), "ES14"),
        (record("J15.900", "J96.000", px=(VENTILATED,), icu_hours=120), "ER15"),
        (record("J15.900", "J96.000", px=(VENTILATED,), icu_hours=121), "ER11"),
        (record("J15.900", px=(VENTILATED,)), "EQY"),  # an operation without its illness
        (record("I50.000", los=6), "FR15"),
        (record("I50.000", los=7), "FR13"),
        (record("I20.000", px=("35.2200", "36.1000")), "FB19"),
        (record("I20.000", px=("36.1200",)), "FB19"),
        (record("I20.000", px=("35.2200",)), "FQY"),
        (record("I20.000", px=("00.6600",)), "FM15"),
        (record("K35.800", px=(APPENDIX,)), "GD15"),
        (record("K35.800", "A41.900", px=(APPENDIX,)), "GD13"),
        (record("K40.900"), "0000"),  # no node of its MDC takes it
        (record("S06.000", "S22.300"), "ZC15"),
        (record("S06.000", "S06.500"), "0000"),  # one region of the body
        (record("S06.000", "S22.300", discharge=5), "ZC11"),
        (record("S06.000", "S22.300", px=("unknown", "01.2400")), "ZB19"),
        (record("P22.000", age=0, age_days=3, weight=999), "PR19"),
        (record("P22.000", age=0, age_days=3, weight=1000), "PR15"),
        (record("P22.000", age=0, age_days=28, weight=1500), "PS15"),
        (record("P22.000", age=0, age_days=29, weight=1500), "0000"),
        (record("P22.000", age=0, age_days=3, weight=0), "0000"),  # a weight not known satisfies nothing
        (record("N40.x00", px=("60.2900",)), "MC19"),
        (record("N40.x00", px=("60.2900",), sex=2), "0000"),
        (record("N40.x00", px=("unknown", "60.2900")), "0000"),  # QY looks at the main operation there
        (record("D25.900", px=("68.3900", "68.2900"), sex=2), "NC19"),
        (record("D25.900", px=("68.2900", "68.3900"), sex=2), "NC15"),
        (record("K80.200", px=("50.5100",)), "AB19"),
        (record("unknown"), "0000"),
        (record(), "0000"),
    ],
)
def test_each_kind_of_condition(one: Record, drg: str) -> None:
    assert ninghe().group(one).drg == drg


def test_why_a_record_is_in_its_group() -> None:
    evidence = explain(ninghe(), record("J15.900", "J96.000", "E11.900", "E11.900", age=40, weight=3000, age_days=5))
    assert (evidence.group.mdc, evidence.mdc) == ("MDCE", "pdx_in_M")
    assert (evidence.node, evidence.entry, evidence.number, evidence.rule) == ("ES1", "pdx_in_A", 2, "CC")
    told = [(one.code, one.kind, one.excluded_by) for one in evidence.complications]
    assert told == [("J96.000", "MCC", "1"), ("E11.900", "CC", ""), ("E11.900", "CC", "")]
    assert [edit.code for edit in evidence.edits] == ["D210", "D211", "D213"]
    assert evidence.group.hash == ninghe().scheme.hash


def test_what_is_told_of_a_record_in_no_group() -> None:
    evidence = explain(ninghe(), record("N40.x00", "Q99.999", px=("99.9900",), sex=2))
    assert (evidence.mdc, evidence.node, evidence.entry, evidence.rule, evidence.number) == ("", "", "", "", None)
    assert [(edit.code, edit.place.column) for edit in evidence.edits] == [
        ("D212", "dx"),
        ("D212", "px"),
        ("D214", "sex"),
    ]


def test_the_order_of_secondary_diagnoses_changes_nothing() -> None:
    oracle, chance = Oracle(NINGHE), random.Random(5)
    for _ in range(300):
        case = drawn(oracle, chance)
        others = case["dx"][1:]
        chance.shuffle(others)
        shuffled = {**case, "dx": [case["dx"][0], *others]}
        assert ninghe().group(as_record(case)) == ninghe().group(as_record(shuffled))
