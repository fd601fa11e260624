"""Codes of the interface: what they stand for is known to the region, and reads back word for word."""

from datetime import date
from pathlib import Path

import pytest

from tests.engines.filings.small import HEAD, VOCABULARY
from tests.ground.region.folders import copy
from tongchou.ground.errors import ProblemError
from tongchou.ground.lint.sentences import sentence
from tongchou.ground.region.exchange import exchange_on
from tongchou.ground.region.load import load_region
from tongchou.ground.region.pack import Pack

SAID = [
    ('insutype: {code: "390"}', "险种类型 390"),
    ('insutype: {code: "390", also: ["391", "392"]}', "险种类型 390,391 视同,392 视同"),
    ('med_type.11: {kind: 住院, clearing: "11"}', "医疗类别 11 是住院,清算类别 11"),
    ('med_type.21: {kind: 住院, gives: {place: 市内}, disease: named, clearing: "21", admission: 住院登记}',
     "医疗类别 21 是住院,就医地为市内,写明病种,入院办住院登记,清算类别 21"),
    ('fund_pay_type.pool: {code: "390100", name: 居民基金}', "统筹的基金支付类型为 390100(居民基金)"),
    ('fund_pay_type.hospital: {code: "999996"}', "医院负担的基金支付类型为 999996"),
    ("psn_type.12: {when: status is 退休}", "人员类别 12:人员状态为退休的"),
    ("psn_type.11: {}", "人员类别 11:其余的人"),
    ("codes.disease: {codes: {M01600: 糖尿病, M03900: 高血压}}", "病种的代码:M01600 糖尿病、M03900 高血压"),
    ("files.2503: {type: 住院登记, names: {disease: opsp_dise_code}, papers: kept}",
     "交易 2503 办住院登记:病种取 opsp_dise_code,材料由医药机构留存"),
    ("files.2505-05: {type: 住院登记}", "交易 2505-05 办住院登记"),
    ('extra.ipt_type: {of: "2401", section: mdtrtinfo, label: 住院类别, fact: status}',
     "交易 2401 的 mdtrtinfo 增加 ipt_type(住院类别),说明人员状态"),
    ('extra.bed: {of: "2401", section: mdtrtinfo, label: 床位}', "交易 2401 的 mdtrtinfo 增加 bed(床位)"),
    ("exchange: {sign_in: required, methods: [tif], rows: 100, kept_days: 400, sold_twice: refused}",
     "接口先签到后办业务;认证方式 tif;每节不超过 100 行;报文保存 400 天;追溯码重复销售不予受理"),
    ("exchange: {methods: [api, apikey]}",
     "接口不要求先签到;认证方式 api、apikey;每节不超过 5000 行;报文保存 1096 天;追溯码重复销售记为疑点"),
]  # fmt: skip
WRONG = [
    ('med_type.11: {kind: 看病, clearing: "11"}', "R185"),
    ('med_type.11: {kind: 住院, gives: {place: 天上}, clearing: "11"}', "R181"),
    ('med_type.11: {kind: 住院, gives: {星座: 天秤}, clearing: "11"}', "R180"),
    ('fund_pay_type.purse: {code: "1"}', "R184"),
    ("codes.disease: {codes: {M01600: 感冒}}", "R181"),
    ("codes.disease: {codes: {}}", "R"),
    ('insutype: {code: "3 9 0"}', "R"),
    ("psn_type.12: {when: 星座 is 天秤}", "R180"),
    ("portal: {}", "R150"),
    ('med_type.21: {kind: 住院, clearing: "21", admission: 登记}', "R189"),
    ("files.2503: {type: 特病}", "R189"),
    ("files.2503: {type: 住院登记, names: {星座: x}}", "R180"),
    ('extra.x: {of: "2401", section: s, label: x, fact: 星座}', "R180"),
    ("exchange: {kept_days: 30}", "R"),
    ("exchange: {methods: [password]}", "R"),
]


FILING = HEAD + "      filing.住院登记: {by: [provider], decided: at once}\n"


def region(folder: Path, said: str) -> Pack:
    files = {"interface__all": f"{HEAD}      {said}\n", "filings__all": FILING}
    return load_region(copy(folder, vocabulary=VOCABULARY, **files))


@pytest.mark.parametrize(("written", "said"), SAID, ids=[said[:30] for _, said in SAID])
def test_a_code_reads_back(written: str, said: str, tmp_path: Path) -> None:
    pack = region(tmp_path / "r", written)
    (fact,) = [f for f in pack.facts if f.cite == "第九条" and f.place.file and "interface" in f.place.file]
    assert sentence(pack, fact).partition(":")[2].split("。")[0] == said


@pytest.mark.parametrize(("written", "code"), WRONG, ids=[written[:30] for written, _ in WRONG])
def test_what_a_code_cannot_stand_for(written: str, code: str, tmp_path: Path) -> None:
    with pytest.raises(ProblemError) as refused:
        region(tmp_path / "r", written)
    assert refused.value.problems[0].code.startswith(code)
    assert "interface" in str(refused.value.problems[0].place.file)


def test_how_messages_are_exchanged_without_a_word(tmp_path: Path) -> None:
    day = date(2024, 5, 6)
    plain = exchange_on(region(tmp_path / "plain", 'insutype: {code: "390"}'), day)
    assert (plain.sign_in, plain.rows, plain.kept_days, "apikey" in plain.methods) == ("optional", 5_000, 1_096, False)
    said = exchange_on(region(tmp_path / "said", "exchange: {sign_in: required, rows: 7}"), day)
    assert (said.sign_in, said.rows) == ("required", 7)
    assert exchange_on(region(tmp_path / "later", "exchange: {rows: 7}"), date(2019, 5, 6)).rows == 5_000
