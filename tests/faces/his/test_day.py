"""How a day is shared out, and what is told of it."""

from tongchou.faces.his.day import latencies, percentile, shares
from tongchou.faces.his.desk import Log
from tongchou.faces.his.encounters import draw, sandbox


def test_a_person_is_at_one_desk_in_their_order() -> None:
    day = draw(sandbox(), 200, seed=1)
    own = shares(day, 3)
    assert sorted(map(len, own), reverse=True)[0] < 110
    assert sum(map(len, own)) == 200
    for one in own:
        assert not {visit.card for visit in one} & {visit.card for other in own if other is not one for visit in other}
        for card in {visit.card for visit in one}:
            assert [visit for visit in one if visit.card == card] == [visit for visit in day if visit.card == card]
    assert len(shares(day[:1], 5)) == 1


def test_percentiles() -> None:
    assert [percentile([1, 2, 3, 4], part) for part in (1, 50, 75, 76, 99, 100)] == [1, 2, 3, 4, 4, 4]
    assert percentile(list(range(1, 201)), 99) == 198
    log = Log({"2207": [0.2, 0.1, 0.3]})
    assert latencies(log) == [
        {"infno": "2207", "count": 3, "p50_ms": 200.0, "p90_ms": 300.0, "p99_ms": 300.0, "most_ms": 300.0}
    ]
