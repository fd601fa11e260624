"""The tables of a split: read with an office's words, and nothing strange, missing, twice or out of its years."""

from datetime import date
from fractions import Fraction

import pytest

from tongchou.engines.payment.quota_cases import scope_of
from tongchou.engines.payment.quota_files import read_institutions, read_rows
from tongchou.engines.payment.quota_terms import quota_terms
from tongchou.engines.payment.quotas import Institution
from tongchou.ground.errors import ProblemError
from tongchou.ground.region.load import load_region
from tongchou.ground.shipped import regions_dir

TERMS = quota_terms(load_region(regions_dir() / "ninghe"), "employee", date(2025, 12, 31))
INSTITUTIONS = "\ufeff机构,范围,level,机构类别\n甲,门诊,一级,基层\n\n乙,,二级,综合\n"
HISTORY = """机构,部分,年度,月数,基金费用,有效服务量,首诊人次,下转人次
甲,门诊,2024,6,1200.50,300,50,
乙,住院,2023,,4万,30,,5
"""


def read(institutions: str = INSTITUTIONS, history: str = HISTORY) -> list[Institution]:
    return read_institutions(TERMS, 2025, read_rows(institutions), read_rows(history))


def test_they_are_read() -> None:
    a, b = read()
    assert (a.name, a.scope, a.facts) == ("甲", ("门诊",), {"level": "一级", "机构类别": "基层"})
    assert (b.name, b.scope) == ("乙", ("门诊", "住院"))
    served = a.past["门诊"][2]
    assert (served.months, served.measures["基金费用"]) == (6, Fraction("1200.5"))
    assert served.of_year("有效服务量") == 600
    assert b.past["住院"][1].measures == {"基金费用": 40_000, "有效服务量": 30, "下转人次": 5}


@pytest.mark.parametrize(
    ("institutions", "history", "code"),
    [
        (INSTITUTIONS.replace("甲,门诊", "甲,门诊,"), HISTORY, "I114"),
        (INSTITUTIONS.replace("范围", "机构"), HISTORY, "I114"),
        (INSTITUTIONS + "甲,,一级,基层\n", HISTORY, "I114"),
        (INSTITUTIONS.replace("甲,门诊", "甲,家庭"), HISTORY, "I114"),
        (INSTITUTIONS.replace("甲", "丁"), HISTORY, "I114"),
        (INSTITUTIONS.replace("乙,,", ",,"), HISTORY, "I101"),
        (INSTITUTIONS.replace("机构类别", "类别"), HISTORY, "I103"),
        (INSTITUTIONS, HISTORY + "甲,门诊,2024,6,1,1,1,\n", "I114"),
        (INSTITUTIONS, HISTORY.replace("2024", "2025"), "I114"),
        (INSTITUTIONS, HISTORY.replace("2024", "2021"), "I114"),
        (INSTITUTIONS, HISTORY.replace("2024", "去年"), "I114"),
        (INSTITUTIONS, HISTORY.replace("2024,6", "2024,13"), "I114"),
        (INSTITUTIONS, HISTORY.replace("2024,6", "2024,半"), "I114"),
        (INSTITUTIONS, HISTORY.replace("甲,门诊", "甲,家庭"), "I114"),
        (INSTITUTIONS, HISTORY.replace("甲,门诊", "甲,"), "I101"),
        (INSTITUTIONS, HISTORY.replace("300,50,", "300,,"), "I101"),
        (INSTITUTIONS, HISTORY.replace("300,50,", "-300,50,"), "I102"),
        (INSTITUTIONS, HISTORY.replace("首诊人次", "首诊"), "I103"),
    ],
)
def test_what_cannot_be_is_refused(institutions: str, history: str, code: str) -> None:
    with pytest.raises(ProblemError) as caught:
        read(institutions, history)
    assert caught.value.problems[0].code == code


def test_an_empty_file_has_no_rows() -> None:
    assert read_rows("") == []
    assert scope_of(TERMS, "甲", "门诊,住院") == ("门诊", "住院")
