"""The head: whose claim, which hospital, which days — only what is known."""

from datetime import date

from tests.engines.benefits.small import claim, pack
from tongchou.engines.benefits.explain.head import claim_head

PACK = pack("pool.takes: in_scope")


def head(visit, day=None, year=None):
    return [(k.zh, v.zh) for k, v in claim_head(visit, PACK, day, year)]


def test_everything_that_is_known():
    visit = claim(100, provider="市一院", level="三级", place="市内", admitted="2024-03-01")
    assert head(visit, date(2024, 3, 15), "2024") == [
        ("就诊", "C1"),
        ("参保人", "P1"),
        ("险种", "居民"),
        ("类别", "住院"),
        ("医疗机构", "市一院"),
        ("级别", "三级"),
        ("就医地", "市内"),
        ("入院日", "2024-03-01"),
        ("出院日", "2024-03-15"),
        ("待遇日期", "2024-03-15"),
        ("保险年度", "2024"),
    ]


def test_a_visit_of_one_day_and_days_that_are_not_known():
    assert head(claim(100))[-1] == ("就诊日", "2024-03-15")
    visit = claim(100)
    unknown = type(visit)(**{**vars(visit), "facts": {}})
    assert head(unknown)[-1] == ("类别", "住院")
    open_stay = type(visit)(**{**vars(visit), "facts": {"admitted": date(2024, 3, 1)}})
    assert head(open_stay)[-1] == ("入院日", "2024-03-01")
