"""States as tables: the same states back, and the same sums."""

from collections import Counter

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongchou.engines.benefits.state import Key, SettledLine, State
from tongchou.engines.benefits.state_tables import (
    add_states,
    settled_lines_schema,
    state_table_schema,
    states_from_tables,
    states_to_tables,
)

FEN = 10**13
words = st.text("ab甲 /", max_size=2)
keys = st.builds(Key, words, words, words, words)
fen = st.integers(-FEN, FEN)
parts = st.tuples(fen, fen, fen, fen)
states = st.builds(
    State,
    st.dictionaries(keys, fen.filter(bool), max_size=4),
    st.dictionaries(words, st.builds(SettledLine, parts, parts), max_size=3),
)
households = st.dictionaries(words, states, max_size=4)
deltas = st.dictionaries(words, st.dictionaries(keys, fen, max_size=4), max_size=4)


@given(households)
def test_states_come_back_and_a_household_without_any_has_no_row(states: dict[str, State]) -> None:
    tables = states_to_tables(states)
    assert (tables["state"].schema, tables["settled_lines"].schema) == (state_table_schema(), settled_lines_schema())
    assert states_from_tables(tables) == {home: state for home, state in states.items() if state != State()}


@given(households, deltas)
def test_adding_tables_is_applying_deltas(states: dict[str, State], changes: dict[str, dict[Key, int]]) -> None:
    old = states_to_tables({home: State(state.amounts) for home, state in states.items()})
    delta = states_to_tables({home: State(change) for home, change in changes.items()})
    found = states_from_tables({**old, "state": add_states(old["state"], delta["state"])})
    for home, change in changes.items():
        states.setdefault(home, State()).apply(change)
    expected = {home: State(state.amounts) for home, state in states.items() if state.amounts}
    assert found == expected


@given(deltas)
def test_what_comes_to_nothing_has_no_row_and_keys_are_told_once(changes: dict[str, dict[Key, int]]) -> None:
    table = states_to_tables({home: State(change) for home, change in changes.items()})["state"]
    back = table.set_column(5, table.schema.field(5), pa.compute.negate(table["amount"]))
    assert len(add_states(table, back)) == 0
    twice = add_states(table, table)
    assert twice.schema == state_table_schema()
    counts = Counter(tuple(row[name] for name in state_table_schema().names[:5]) for row in twice.to_pylist())
    assert set(counts.values()) <= {1}


def test_nothing_and_nothing_is_nothing() -> None:
    nothing = states_to_tables({})["state"]
    assert add_states(nothing, nothing) == nothing


@pytest.mark.parametrize("amount", [2**62, -(2**62) - 1])
def test_no_sum_outgrows_its_column(amount: int) -> None:
    table = states_to_tables({"H": State({Key("n", "P", "2024"): amount})})["state"]
    with pytest.raises(OverflowError):
        add_states(table, table)


def test_rows_with_one_key_add_up() -> None:
    table = states_to_tables({"H": State({Key("n", "P", "2024"): 3})})
    both = {**table, "state": pa.concat_tables([table["state"]] * 2)}
    assert states_from_tables(both) == {"H": State({Key("n", "P", "2024"): 6})}


def test_a_line_that_was_returned_in_part_comes_back() -> None:
    states = {"h1": State({Key("年", "p1", "2024", ""): 5}, {"L1": SettledLine((1, 2, 3, 94), (0, 0, 1, 30))})}
    assert states_from_tables(states_to_tables(states)) == states
