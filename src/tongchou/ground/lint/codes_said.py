"""A code of the interface as a Chinese sentence: what it stands for in the words of the region."""

from __future__ import annotations

from tongchou.ground.lint.phrases import Phrases
from tongchou.ground.region.interface_kinds import (
    Care,
    Exchange,
    ExtraField,
    FilingCode,
    FundCode,
    InsuranceCode,
    PersonType,
    WordCodes,
)
from tongchou.ground.region.interface_names import HOSPITAL
from tongchou.ground.region.model import Fact
from tongchou.ground.region.pack import Declared, Pack


def codes_said(pack: Pack, phrases: Phrases, fact: Declared, value: Fact) -> str:
    """The sentence of a fact of `interface/`."""
    name = str(fact.name)
    match value:
        case InsuranceCode():
            return f"险种类型 {value.code}" + "".join(f",{code} 视同" for code in value.also)
        case Care():
            gives = "".join(f",{phrases.name(given)}为{word}" for given, word in value.gives.items())
            disease = ",写明病种" if value.disease == "named" else ""
            admission = "" if value.admission is None else f",入院办{value.admission}"
            return f"医疗类别 {name} 是{value.kind}{gives}{disease}{admission},清算类别 {value.clearing}"
        case FundCode():
            payer = "医院负担" if name == HOSPITAL else pack.layers[fact.scheme][name].name
            return f"{payer}的基金支付类型为 {value.code}" + (f"({value.name})" if value.name else "")
        case PersonType():
            return f"人员类别 {name}" + (
                ":其余的人" if value.when is None else f":{phrases.when(value.when).removesuffix(',')}"
            )
        case WordCodes():
            return f"{phrases.name(name)}的代码:" + "、".join(f"{code} {word}" for code, word in value.codes.items())
        case FilingCode():
            names = "、".join(f"{phrases.name(named)}取 {field}" for named, field in value.names.items())
            papers = ",材料由医药机构留存" if value.papers == "kept" else ""
            return f"交易 {name} 办{value.type}" + (f":{names}" if names else "") + papers
        case ExtraField():
            gives = "" if value.fact is None else f",说明{phrases.name(value.fact)}"
            return f"交易 {value.of} 的 {value.section} 增加 {name}({value.label}){gives}"
    assert isinstance(value, Exchange)
    return _exchanged(value)


def _exchanged(value: Exchange) -> str:
    signed = "先签到后办业务" if value.sign_in == "required" else "不要求先签到"
    ways = "、".join(value.methods)
    twice = "不予受理" if value.sold_twice == "refused" else "记为疑点"
    limits = f"每节不超过 {value.rows} 行;报文保存 {value.kept_days} 天;追溯码重复销售{twice}"
    return f"接口{signed};认证方式 {ways};{limits}"
