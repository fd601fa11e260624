"""How a budget comes to institutions, as sentences, word for word."""

from pathlib import Path

from tests.engines.filings.small import HEAD
from tests.ground.region.folders import copy
from tongchou.ground.lint.sentences import sentence
from tongchou.ground.region.load import load_region

SAID = {
    "quota: {reserve: 5%, years: {oldest: 1, middle: 2, latest: 7}}":
        "付费总额留 5% 不分,其余按近三年分到各机构,三年由远到近的权重为 1:2:7;零头按最大余数法分",
    "quota.part.门诊: {share: 30%, by: {费用: 60%, 首诊: 40%}}": "门诊占 30%,依据为费用 60%、首诊 40%",
    "quota.factor.级: {times: {by level: {一级: 110%, 其他: 100%}}}":
        "系数“级”:各机构各项依据乘以 一级 110%、其他 100%",
    "quota.factor.任务: {times: 105%, parts: 门诊, of: [首诊]}": "系数“任务”:各机构门诊的首诊乘以 105%",
    "quota.bounds: {of: 费用, at_least: 90%, at_most: 120%}":
        "各机构的指标与最近一年的费用相比,不低于 90%、不高于 120%",
    "quota.new: {times: 60%, like: [level]}": "没有历史的新机构,按医疗机构级别相同的机构的平均数乘以 60% 计",
    "quota.group.一级: {when: level is 一级}": "协商分组“一级”:医疗机构级别为一级的",
    "quota.rounds: {working_days: 5, rounds: 3, without_agreement: agency decides}":
        "方案提出后 5 个工作日内可以提出异议,至多协商 3 轮;仍未一致的,由经办机构按程序确定",
    "quota.change: {workload: 20%, costs: 10%, at_most: 15%}":
        "有效工作量变动达到 20% 或费用构成变动达到 10% 的,年度中期可以调整指标,至多为其 15%",
    "quota.overrun: {above: 5%, working_days: 10}": "超过总额指标 5% 以上的机构,在 10 个工作日内提交分析和整改意见",
    "deficit: {balance: 当期, but: 减负, own: [当年, 历年], shared: 调剂金, share: 50%}":
        "各地当期为负的是缺口(减负除外),先从当地当年、历年弥补,不足的由调剂金承担 50%,以其余额为限,其余由当地政府兜底",
}  # fmt: skip
OTHER = {
    "quota.bounds: {of: 费用, at_most: 120%}": "各机构的指标与最近一年的费用相比,不高于 120%",
    "quota.rounds: {working_days: 5, rounds: 3, without_agreement: stays open}":
        "方案提出后 5 个工作日内可以提出异议,至多协商 3 轮;仍未一致的,不作确定",
    "deficit: {balance: 当期, own: 历年, shared: 调剂金, share: 50%}":
        "各地当期为负的是缺口,先从当地历年弥补,不足的由调剂金承担 50%,以其余额为限,其余由当地政府兜底",
    "quota.part.门诊: {share: 30%, by: {费用: 100%}}": "门诊占 30%,依据为费用 100%",
    "quota.part.住: {share: 30%, by: {费用: 100%}, setting: inpatient}": "住占 30%,依据为费用 100%;用于住院的清算",
}  # fmt: skip


def sentences(folder: Path, facts: dict[str, str]) -> list[str]:
    body = HEAD + "".join(f"      {one}\n" for one in facts)
    pack = load_region(copy(folder, payment__quotas=body))
    found = [one for one in pack.facts if one.source == "decree" and one.cite == "第九条"]
    return [sentence(pack, one) for one in sorted(found, key=lambda one: one.place.line or 0)]


def test_they_read_back(tmp_path: Path) -> None:
    for at, facts in enumerate((SAID, OTHER)):
        found = sentences(tmp_path / str(at), facts)
        assert found == [f"居民:{said}。(按出院日,2020-01-01 起)" for said in facts.values()]
