"""A memory keeps what was asked for lately and never grows beyond twice its size."""

from tongchou.engines.benefits.counter.recent import Recent


def test_what_is_asked_for_stays() -> None:
    memory: Recent[int] = Recent(10)
    memory.put("asked", -1)
    for number in range(100):
        memory.put(number, number)
        assert memory.get("asked") == -1
        assert len(memory) <= 20
    assert [memory.get(number) for number in (0, 50, 99)] == [None, None, 99]


def test_the_last_ones_are_all_there() -> None:
    memory: Recent[int] = Recent(10)
    for number in range(57):
        memory.put(number, number)
    assert [memory.get(number) for number in range(47, 57)] == list(range(47, 57))
