"""Amounts and ratios are written exactly, for people."""

from datetime import date
from fractions import Fraction

import pytest

from tongchou.engines.benefits.explain.model import Text
from tongchou.engines.benefits.explain.words import (
    about,
    both,
    edge,
    fact,
    join,
    money,
    number,
    ratio,
    signed,
    spaced,
    value_text,
    value_words,
)
from tongchou.ground.region.vocabulary import STANDARD_FACTS


@pytest.mark.parametrize(
    ("fen", "written"),
    [
        (0, "0.00"),
        (2303700, "23,037.00"),
        (-63100, "−631.00"),
        (Fraction(55, 2), "0.275"),
        (Fraction(-12345675, 10), "−12,345.675"),
        (Fraction(1, 16), "0.000625"),
        (Fraction(200, 3), "≈0.67 [2/3]"),
        (Fraction(-200, 3), "≈−0.67 [−2/3]"),
    ],
)
def test_money(fen, written):
    assert money(fen) == written


def test_sentences_say_amounts_to_the_fen():
    assert about(2303700) == Text("23,037.00", "23,037.00")
    assert about(Fraction(55, 2)) == Text("约 0.28", "about 0.28")
    assert about(Fraction(-200, 3)) == Text("约 −0.67", "about −0.67")


def test_every_standard_fact_has_a_name_for_people_and_a_regions_own_keeps_its_own():
    assert all(fact(name).zh != name for name in STANDARD_FACTS)
    assert all(fact(name).zh.strip() and fact(name).en.isascii() for name in STANDARD_FACTS)
    assert (fact("place"), fact("签约")) == (Text("就医地", "place of treatment"), Text("签约", "签约"))
    assert (value_text("none"), value_text("市外")) == (Text("无", "none"), Text("市外", "市外"))
    assert (spaced("就医地"), spaced("70"), spaced("")) == ("就医地", " 70", "")


def test_what_is_added_shows_its_sign():
    assert (signed(100), signed(0), signed(-100)) == ("+1.00", "+0.00", "−1.00")


def test_edges_of_whole_yuan_have_no_decimals():
    assert (edge(3000000), edge(3000050)) == ("30,000", "30,000.50")


@pytest.mark.parametrize(
    ("value", "written"),
    [(46230, "46,230"), (Fraction(5, 2), "2.5"), (-10, "−10"), (Fraction(1, 3), "1/3"), (Fraction(1, 40), "0.025")],
)
def test_numbers(value, written):
    assert number(value) == written


@pytest.mark.parametrize(
    ("value", "written"),
    [(Fraction(2, 5), "40%"), (Fraction(3, 8), "37.5%"), (Fraction(1), "100%"), (Fraction(1, 3), "1/3")],
)
def test_ratios_have_no_trailing_zeros(value, written):
    assert ratio(value) == written


def test_values_of_facts():
    values = [Fraction(70), date(2008, 5, 1), ("甲", "乙"), (), "区内"]
    assert [value_words(v) for v in values] == ["70", "2008-05-01", "甲、乙", "-", "区内"]


def test_lists_are_joined_as_each_language_does():
    assert both(["甲", "乙"]) == Text("甲、乙", "甲, 乙")
    assert join([Text("一", "one"), Text("二", "two")], ";", "; ") == Text("一;二", "one; two")
