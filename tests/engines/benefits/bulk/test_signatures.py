"""Things known again from run to run by what tells them apart."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

from tongchou.engines.benefits.bulk import passes
from tongchou.engines.benefits.bulk.kinds import Kinds, Told
from tongchou.engines.benefits.bulk.signatures import Answers, Signatures, Sort

PLAIN_PASSES = SimpleNamespace(know_again=passes.know_again)


def told(*values: str) -> Told:
    """A column of words; numbered otherwise in every run."""
    words = list(dict.fromkeys(values))
    return Told(Kinds(np.array([words.index(value) for value in values], np.int32), len(words)), words)


def numbers(signatures: Signatures, *sorts: Sort, things: int) -> list[int]:
    return signatures.of(things, sorts, PLAIN_PASSES).tolist()


def test_things_alike_have_one_number_in_every_run() -> None:
    known = Signatures()
    everything = np.arange(4)
    by = [told("a", "b", "a", "b"), told("x", "x", "y", "x")]
    assert numbers(known, Sort("s", everything, by), things=4) == [1, 2, 3, 2]
    assert numbers(known, Sort("s", everything[:3], [told("b", "a", "c"), told("x", "y", "x")]), things=3) == [2, 3, 4]
    assert known.count == 5


def test_what_is_of_no_sort_has_no_number_and_sorts_are_never_alike() -> None:
    known = Signatures()
    by = [told("a")]
    assert numbers(known, Sort("s", np.array([0]), by), Sort("t", np.array([2]), by), things=3) == [1, 0, 2]


def test_what_is_the_same_for_all_things_of_a_run_still_tells_runs_apart() -> None:
    known, both = Signatures(), np.arange(2)
    runs = [told("a", "a"), told("b", "b"), told("a", "a")]
    found = [numbers(known, Sort("s", both, [one, told("x", "y")]), things=2) for one in runs]
    assert found == [[1, 2], [3, 4], [1, 2]]


def test_many_numbers_on_few_places() -> None:
    """Numbers are told apart whatever place of the table they fall on."""
    known, things = Signatures(), 3_000
    values = [str(i * 7919 % 2_000) for i in range(things)]
    by = [told(*values), told(*[value[-1] for value in values])]
    first = numbers(known, Sort("s", np.arange(things), by), things=things)
    assert len(set(first)) == 2_000
    assert len(set(zip(first, values, strict=True))) == 2_000
    assert numbers(known, Sort("s", np.arange(things), by), things=things) == first


def test_rows_that_fall_together_are_compared_value_by_value() -> None:
    rows, begin, mixed = np.zeros(9, np.int32), np.zeros(5, np.int64), np.zeros(4, np.int64)
    values = np.array([[6], [5]], np.int32)

    def ask(count: int) -> tuple[int, list[int]]:
        found, table = np.zeros(2, np.int64), np.zeros(8, np.int32)
        count = passes.know_again(values, 1, table, rows, begin, mixed, count, found)
        return count, found.tolist()

    assert ask(1) == (3, [1, 2])
    mixed[1] = mixed[2]  # 5 is looked for where 6 stands as well
    assert ask(3) == (4, [3, 2])


def test_the_table_grows_and_keeps_what_it_knew() -> None:
    known = Signatures()
    few, many = [str(i) for i in range(3)], [str(i) for i in range(500)]
    assert numbers(known, Sort("s", np.arange(3), [told(*few)]), things=3) == [1, 2, 3]
    assert numbers(known, Sort("s", np.arange(500), [told(*many)]), things=500) == [*range(1, 501)]
    assert numbers(known, Sort("s", np.arange(3), [told(*few[::-1])]), things=3) == [3, 2, 1]


def test_answers_that_were_not_found_are_asked_for_again() -> None:
    answers = Answers(2, -1)
    of = answers.signatures.of(2, [Sort("s", np.arange(2), [told("a", "b")])], PLAIN_PASSES)
    assert answers.known(of).tolist() == [[-1, -1], [-1, -1]]
    answers.learn(of[:1], [np.array([7]), np.array([8])])
    assert answers.known(of).tolist() == [[7, -1], [8, -1]]
