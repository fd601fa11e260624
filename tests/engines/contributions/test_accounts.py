"""Accounts: interest, year ends, breaks, death, and what relatives may draw."""

from datetime import date
from functools import cache
from pathlib import Path

import pytest

from tests.engines.contributions.small import region
from tongchou.engines.contributions import (
    Entry,
    at_break,
    at_death,
    at_year_end,
    balance,
    draw_for_relative,
    interest,
)
from tongchou.ground.errors import ProblemError
from tongchou.ground.region.load import load_region
from tongchou.ground.region.pack import Pack
from tongchou.ground.shipped import shipped_regions


@cache
def shipped(name: str) -> Pack:
    (folder,) = [f for f in shipped_regions() if f.name == name]
    return load_region(folder)


def entry(day: date, fen: int, what: str = "credit") -> Entry:
    return Entry("P1", "个人账户", day, fen, what)


HELD = [entry(date(2024, 6, 1), 100_000), entry(date(2025, 7, 1), 36_500), entry(date(2025, 12, 31), -50_000)]


def test_the_daily_balance_earns_day_by_day() -> None:
    found = interest(shipped("ninghe"), "employee", "个人账户", HELD, 2025)
    # 100 000 × 365 + 36 500 × 184 − 50 000 × 1 balance-days, × 0.35 % ÷ 365
    assert found is not None
    assert (found.fen, found.day, found.cite) == (414, date(2025, 12, 31), "ninghe-2024-31 第十条")


def test_nothing_earns_nothing() -> None:
    assert interest(shipped("ninghe"), "employee", "个人账户", [], 2025) is None
    assert interest(shipped("ninghe"), "employee", "别的账户", HELD, 2025) is None
    assert interest(shipped("ninghe"), "employee", "个人账户", [entry(date(2025, 12, 31), 1)], 2025) is None


def test_the_opening_balance_earns_a_year(tmp_path: Path) -> None:
    pack = region(tmp_path / "r", "interest.账户: {account: 个人账户, rate: 1.5%, on: opening balance}")
    found = interest(pack, "resident", "个人账户", HELD, 2025)
    assert found is not None
    assert found.fen == 1500


def test_what_lapses_and_what_is_kept(tmp_path: Path) -> None:
    suyu = shipped("suyu-2007")
    held = [Entry("P1", "门诊账户", date(2008, 3, 1), 3550, "credit")]
    assert at_year_end(suyu, "resident", "门诊账户", held, 2008) is None
    gone = at_break(suyu, "resident", "门诊账户", held, date(2009, 4, 1))
    assert gone is not None
    assert (gone.fen, gone.to, gone.cite) == (-3550, "fund", "suyu-2007 四.1、六.1")
    assert at_break(suyu, "resident", "门诊账户", [], date(2009, 4, 1)) is None
    renewed = [*held, Entry("P1", "门诊账户", date(2009, 4, 1), 5000, "credit")]  # by the contribution that resumes
    assert at_break(suyu, "resident", "门诊账户", renewed, date(2009, 4, 1)) == gone
    assert at_break(suyu, "resident", "门诊账户", [*renewed, gone], date(2009, 4, 1)) is None
    spent = Entry("P1", "门诊账户", date(2009, 4, 1), -3000, "spent")  # what was there first is spent first
    rest = at_break(suyu, "resident", "门诊账户", [*renewed, spent], date(2009, 4, 1))
    assert rest is not None
    assert rest.fen == -550
    assert at_break(shipped("ninghe"), "employee", "个人账户", HELD, date(2025, 4, 1)) is None
    pack = region(tmp_path / "r", "account_rule.账户: {account: 个人账户, year_end: lapses, on_death: fund}")
    ended = at_year_end(pack, "resident", "个人账户", HELD, 2024)
    assert ended is not None
    assert (ended.fen, ended.day) == (-100_000, date(2024, 12, 31))
    (closed,) = at_death(pack, "resident", "个人账户", HELD, date(2025, 1, 1), [("A", 1)])
    assert (closed.fen, closed.to) == (-100_000, "fund")


def test_heirs_inherit_to_the_fen() -> None:
    left = [entry(date(2025, 1, 1), 10_000)]
    found = at_death(
        shipped("ninghe"), "employee", "个人账户", left, date(2025, 3, 1), [("A", 1), ("B", 1), ("C", 1), ("D", 0)]
    )
    assert [(e.to, e.fen) for e in found] == [("A", -3334), ("B", -3333), ("C", -3333)]
    assert balance([*left, *found], date(2025, 3, 1)) == 0
    assert at_death(shipped("ninghe"), "employee", "个人账户", [], date(2025, 3, 1), [("A", 1)]) == []
    (unheired,) = at_death(shipped("ninghe"), "employee", "别的账户", left, date(2025, 3, 1), [])
    assert (unheired.to, unheired.cite) == ("fund", "")


def draw(
    pack: Pack, scheme: str, fen: int, relation: str = "父母", purpose: str = "居民医保费", held: list[Entry] = HELD
) -> Entry:
    return draw_for_relative(
        pack, scheme, "个人账户", held, date(2025, 11, 1), relation=relation, purpose=purpose, to="P2", fen=fen
    )


def test_relatives_draw_what_is_there_and_allowed() -> None:
    found = draw(shipped("ninghe"), "employee", 40_000)
    assert (found.fen, found.to, found.what, found.cite) == (-40_000, "P2", "relative", "ninghe-2024-31 第十条")
    # 50 000 are drawn on 31 December already: of 136 500 only 86 500 are free
    assert draw(shipped("ninghe"), "employee", 86_500).fen == -86_500
    for fen, relation, purpose, code in (
        (86_501, "父母", "居民医保费", "P005"),
        (1, "朋友", "居民医保费", "P006"),
        (1, "父母", "买菜", "P006"),
    ):
        with pytest.raises(ProblemError, match=code):
            draw(shipped("ninghe"), "employee", fen, relation, purpose)
    with pytest.raises(ProblemError, match="P002"):
        draw(shipped("ninghe"), "resident", 1)


def test_limits_of_a_year_and_what_must_stay(tmp_path: Path) -> None:
    rule = "account_rule.账户: {account: 个人账户, relatives: [父母], pays_for: [居民医保费], at_most: AT, leaves: 300}"
    pack = region(tmp_path / "r", rule.replace("AT", "500"))
    held = [entry(date(2025, 1, 1), 100_000), entry(date(2025, 2, 1), -20_000, "relative")]
    assert draw(pack, "resident", 30_000, held=held).fen == -30_000
    with pytest.raises(ProblemError, match="P007"):
        draw(pack, "resident", 30_001, held=held)
    free = region(tmp_path / "s", rule.replace("AT", "不限"))
    assert draw(free, "resident", 50_000, held=held).fen == -50_000
    with pytest.raises(ProblemError, match="P005"):
        draw(free, "resident", 50_001, held=held)
