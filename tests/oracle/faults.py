"""Faults a step could have, each made by hand: the comparison is worth its time only while it finds every one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tongchou.engines.benefits import exact, lines, memo, part, parts, ratios, scale, split, step
from tongchou.engines.benefits.counter import known
from tongchou.engines.benefits.shape import NO_LIMIT
from tongchou.ground.money import allocate
from tongchou.ground.region.facts import Facts

Fault = Callable[[pytest.MonkeyPatch], None]


def the_scale_begins_anew(patch: pytest.MonkeyPatch) -> None:
    """Of every claim, whatever earlier ones filled."""
    right = scale.place
    patch.setattr(step, "place", lambda n, s, r, layer, first, start, *rest: right(n, s, r, layer, first, 0, *rest))


def the_deductible_of_a_period_is_charged_again(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(step, "_deductible", lambda shape, row, layer, counts: row.deductible[layer])


def the_yearly_maximum_is_forgotten(patch: pytest.MonkeyPatch) -> None:
    right = step._deductible
    none = lambda row: row._replace(yearly_maximum=[NO_LIMIT] * len(row.yearly_maximum))  # noqa: E731 (a fault is a line)
    patch.setattr(step, "_deductible", lambda shape, row, layer, counts: right(shape, none(row), layer, counts))


def a_cap_of_what_is_covered_is_one_of_what_is_paid(patch: pytest.MonkeyPatch) -> None:
    right = step._rooms

    def rooms(*given: Any) -> tuple[int, int, int]:
        entering, covered, paid = right(*given)
        return entering, NO_LIMIT, min((room for room in (covered, paid) if room != NO_LIMIT), default=NO_LIMIT)

    patch.setattr(step, "_rooms", rooms)


def a_cut_payment_uses_up_all_that_was_covered(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(step, "expense_used", lambda shape, layer, first, paid, c, *rest: c)


def a_payment_on_a_scale_of_payments_uses_up_all(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(step, "expense_used_on_paid", lambda n, shape, row, layer, first, paid, c, *rest: c)


def the_average_ratio_is_that_of_the_first_cell(patch: pytest.MonkeyPatch) -> None:
    right = scale.average_ratio
    patch.setattr(scale, "average_ratio", lambda n, s, r, layer, band, cells, c: right(1, s, r, layer, band, [c], c))


def half_a_fen_goes_to_the_even_one(patch: pytest.MonkeyPatch) -> None:
    right = exact._goes_up
    patch.setattr(exact, "_goes_up", lambda rest, below, units, mode: right(rest, below, units, mode or 1))


def a_remainder_is_left_with_the_first_cells(patch: pytest.MonkeyPatch) -> None:
    """The last fen go by order instead of by the largest remainder."""

    def prorate(amount: int, whole: int, weights: Any, out: Any, n: int, rests: Any) -> None:
        left = amount
        for k in range(n):
            out[k] = amount * weights[k] // whole if whole else 0
            left -= out[k]
        for k in range(n):
            more = min(left, max(0, weights[k] - out[k]), 1)
            out[k], left = out[k] + more, left - more
        out[0] += left

    patch.setattr(step, "prorate", prorate)


def what_was_scaled_is_counted_after_the_caps(patch: pytest.MonkeyPatch) -> None:
    right = step._feed

    def feed(shape: Any, row: Any, layer: int, counts: Any, entered: int, c: int, used: int, *rest: int) -> None:
        right(shape, row, layer, counts, entered, used, used, *rest)

    patch.setattr(step, "_feed", feed)


def all_points_of_a_group_count(patch: pytest.MonkeyPatch) -> None:
    right = ratios.value_of

    def value_of(declared: Any, model: Any) -> Any:
        value = right(declared, model)
        return value.model_copy(update={"highest_of": None}) if model is ratios.Adjust else value

    patch.setattr(ratios, "value_of", value_of)


def a_return_takes_from_what_is_in_scope_first(patch: pytest.MonkeyPatch) -> None:
    def back(amount: int, weights: Any, limits: Any) -> list[int]:
        found = [0, 0, 0, min(amount, limits[3])]
        rest = allocate(amount - found[3], weights[:3], limits[:3])
        return [*rest, found[3]]

    patch.setattr(split, "allocate", back)


def what_was_returned_may_be_returned_again(patch: pytest.MonkeyPatch) -> None:
    right = lines.remember
    patch.setattr(
        part, "remember", lambda claim, splits, state: right(claim, [s for s in splits if s.line.amount >= 0], state)
    )


def a_month_is_a_year(patch: pytest.MonkeyPatch) -> None:
    right = part.period_of
    patch.setattr(part, "period_of", lambda per, *rest: right("year" if per == "month" else per, *rest))


def a_stay_has_no_number(patch: pytest.MonkeyPatch) -> None:
    for module in (part, known):
        patch.setattr(module, "count_stay", lambda *given: None)


def lines_of_another_kind_of_visit_stay_with_this_one(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(parts, "_by_kind", lambda plan, claim, facts, lines: {claim.kind: (list(lines), [])})


def what_is_remembered_does_not_ask_for_the_category(patch: pytest.MonkeyPatch) -> None:
    """Claims share what others were told."""
    right = Facts.peek
    patch.setattr(memo.Facts, "peek", lambda facts, name: None if name == "category" else right(facts, name))


FAULTS: list[Fault] = [
    the_scale_begins_anew,
    the_deductible_of_a_period_is_charged_again,
    the_yearly_maximum_is_forgotten,
    a_cap_of_what_is_covered_is_one_of_what_is_paid,
    a_cut_payment_uses_up_all_that_was_covered,
    a_payment_on_a_scale_of_payments_uses_up_all,
    the_average_ratio_is_that_of_the_first_cell,
    half_a_fen_goes_to_the_even_one,
    a_remainder_is_left_with_the_first_cells,
    what_was_scaled_is_counted_after_the_caps,
    all_points_of_a_group_count,
    a_return_takes_from_what_is_in_scope_first,
    what_was_returned_may_be_returned_again,
    a_month_is_a_year,
    a_stay_has_no_number,
    lines_of_another_kind_of_visit_stay_with_this_one,
    what_is_remembered_does_not_ask_for_the_category,
]
