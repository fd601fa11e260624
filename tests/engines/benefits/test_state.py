"""State: integers that can be written down, read back, copied and advanced."""

from tests.engines.benefits.small import claim, line, pack, settled
from tongchou.engines.benefits.engine import Engine
from tongchou.engines.benefits.state import Key, SettledLine, State

PAID = Key("resident.pool.paid/year", "P1", "2024")
CHARGED = Key("resident.pool.charged/stay", "P1", "S", "糖尿病")


def test_what_was_never_counted_is_nothing() -> None:
    assert State().get(PAID) == 0
    assert Key("n", "s", "p") == Key("n", "s", "p", "")


def test_changes_add_up_and_nothing_leaves_no_trace() -> None:
    state = State()
    state.apply({PAID: 5, CHARGED: 2})
    state.apply({PAID: -3, CHARGED: -2, Key("x", "P1", "2024"): 0})
    assert state.amounts == {PAID: 2}
    assert state == State({PAID: 2})


def test_a_copy_lives_by_itself() -> None:
    state = State({PAID: 5}, {"a": SettledLine((1, 2, 3, 4))})
    copy = state.copy()
    copy.apply({PAID: 1})
    copy.lines["b"] = SettledLine((0, 0, 0, 1))
    assert (state.amounts, list(state.lines)) == ({PAID: 5}, ["a"])


def test_what_was_returned_of_a_line_adds_up() -> None:
    line_ = SettledLine((0, 0, 30, 70)).less([0, 0, 10, 20]).less((0, 0, 1, 2))
    assert line_ == SettledLine((0, 0, 30, 70), (0, 0, 11, 22))


def test_state_written_down_and_read_back() -> None:
    state = State(
        {CHARGED: 7, PAID: -5}, {"b": SettledLine((1, 2, 3, 4)), "a": SettledLine((0, 0, 0, 9), (0, 0, 0, 4))}
    )
    text = state.to_json()
    assert State.from_json(text) == state
    assert State.from_json(text).lines["a"] == SettledLine((0, 0, 0, 9), (0, 0, 0, 4))
    assert text == (
        '{"amounts":[["resident.pool.charged/stay","P1","S","糖尿病",7],["resident.pool.paid/year","P1","2024","",-5]],'
        '"lines":[["a",[0,0,0,9],[0,0,0,4]],["b",[1,2,3,4],[0,0,0,0]]]}'
    )
    assert State.from_json(State().to_json()) == State()


def test_equal_states_give_equal_text_in_whatever_order_they_came_about() -> None:
    one, other = State(), State()
    one.apply({PAID: 1, CHARGED: 2})
    other.apply({CHARGED: 2, PAID: 1})
    assert one.to_json() == other.to_json()


def test_settling_goes_on_from_state_that_was_written_down() -> None:
    region = pack(
        "pool.takes: in_scope\npool.ratio: 50%\npool.deductible: {per: stay, amount: 100}",
        "pool.caps.年: {at_most: 300, of: paid, per: year}",
    )
    engine, kept, written = Engine(region), State(), State()
    visits = [
        claim(line(400, id="a"), id="C1", stay="S"),
        claim(line(300, id="b"), line(-100, id="c", original="a"), id="C2", stay="S"),
        claim(500, id="C3", stay="T"),
    ]
    for visit in visits:
        written = State.from_json(written.to_json())
        assert settled(engine, visit, kept).paid == settled(engine, visit, written).paid
        assert kept == written
