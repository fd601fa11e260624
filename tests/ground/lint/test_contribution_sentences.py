"""Every kind of contribution as a sentence, word for word."""

from pathlib import Path

import pytest

from tests.engines.contributions.small import HEAD, VOCABULARY
from tests.ground.region.folders import copy
from tongchou.ground.lint.sentences import sentence
from tongchou.ground.region.load import load_region

HEAD_OF_ALL = """      base.基数: {of: 工资}
      levy.费: {per: year, amount: 300, shares: 个人}
      years.退休: {cumulative: 300}
      insurance.生育: {title: 生育保险}
"""
SAID = [
    ("payer.县", "{is: county}",
     "缴费方“县”是县级财政"),
    ("payer.省", "{is: province, claims: 省级补助}",
     "缴费方“省”是省级财政,向“省级补助”申请"),
    ("base.甲", "{of: 工资, at_least: 60% × 平均工资, switches: 07-01, index: year before, rounding: {unit: 元}}",
     "缴费基数“甲”为 工资,不低于 60% × 平均工资,每年 7 月 1 日起换用上一年的数,计算到元,四舍五入"),
    ("base.乙", "{of: 工资 ÷ 2, at_most: 1万}",
     "缴费基数“乙”为 工资 ÷ 2,不高于 10000 元,每年 1 月 1 日起换用当年的数,计算到分,四舍五入"),
    ("base.丙", "{of: 工资}",
     "缴费基数“丙”为 工资,计算到分,四舍五入"),
    ("levy.甲", "{per: month, base: 基数, rate: 10%, shares: {个人: {rate: 2%, round: up}, 单位: rest}}",
     "缴费“甲”:每月 “基数”的 10%,计算到分,四舍五入;个人 基数的 2%(进位)、单位 其余"),
    ("levy.乙", "{per: year, amount: 300, shares: {个人: {amount: 100}, 财政: {amount: 200}}, when: status is 退休}",
     "缴费“乙”:人员状态为退休的,每年 300 元,计算到分,四舍五入;个人 100 元、财政 200 元;零头按最大余数法分"),
    ("levy.丙", "{per: once, amount: 9, shares: {个人: 50%, 财政: {part: 50%, round: down}}, odd_fen: 财政}",
     "缴费“丙”:一次 9 元,计算到分,四舍五入;个人 50%、财政 50%(舍去零头);零头归财政"),
    ("shift.甲", "{of: 费, from: 个人, to: {财政: 50%, 单位: rest}, part: 90%, at_most: 100, when: status is 退休}",
     "移转“甲”:人员状态为退休的,“费”中个人承担的部分的 90%,最多 100 元,改由财政 50%、单位 其余"),
    ("shift.乙", "{of: 费, from: [个人, 单位], to: 财政}",
     "移转“乙”:“费”中个人、单位承担的部分,改由财政承担"),
    ("cash.甲", "{of: 费, payers: [单位, 财政], when: status is 退休}",
     "发现金“甲”:人员状态为退休的,“费”中单位、财政应缴的部分发给本人"),
    ("deferral.甲", "{of: 费, payers: 单位, months: 6}",
     "缓缴“甲”:“费”中单位的部分缓 6 个月缴"),
    ("due.甲", "{of: 费, by: 03-31}",
     "“费”当年 3 月 31 日以前缴清"),
    ("due.甲", "{of: 费, by: 03-31, over: refused}",
     "“费”当年 3 月 31 日以前缴清,多缴的不收"),
    ("due.乙", "{of: 费, months: 1, day: 15, late_fee: {per_day: 0.05%, starts: 3, at_most: 100%}}",
     "“费”1 个月后的 15 日以前缴清,逾期自第 3 天后按日加收 0.05%,不超过欠缴的 100%"),
    ("due.丙", "{of: 费, months: 0, day: 31, late_fee: {per_day: 0.05%}}",
     "“费”0 个月后的 31 日以前缴清,逾期自第 1 天后按日加收 0.05%"),
    ("cost.甲", "{paid: 工资, at_most: 5% × 工资}",
     "成本列支“甲”:工资在 5% × 工资 以内的部分"),
    ("credit.甲", "{account: 账户, per: month, base: 基数, rate: 2%}",
     "划入“甲”:每月划入账户 “基数”的 2%,计算到分,四舍五入"),
    ("credit.乙", "{account: 账户, per: month, of: 费, parts: {个人: 100%}, when: status is 在职}",
     "划入“乙”:人员状态为在职的,每月划入账户 “费”中个人 100%,计算到分,四舍五入"),
    ("credit.丙", "{account: 账户, per: year, amount: 50}",
     "划入“丙”:每年划入账户 50 元,计算到分,四舍五入"),
    ("credit.丁", "{account: 账户, per: year, amount: 50, of: 费}",
     "划入“丁”:缴清“费”后每年划入账户 50 元,计算到分,四舍五入"),
    ("interest.甲", "{account: 账户, rate: 0.35%, on: daily balance, days: 360}",
     "账户按每日余额、年利率 0.35% 计息,一年按 360 天,计算到分,四舍五入"),
    ("interest.乙", "{account: 账户, rate: 0.35%, on: opening balance}",
     "账户按年初余额、年利率 0.35% 计息,计算到分,四舍五入"),
    ("insurance.甲", "{title: 生育保险}",
     "另可参加生育保险"),
    ("eligible.甲", "{}",
     "参保对象“甲”:可以参加"),
    ("eligible.甲", "{when: status is 在职, apart_from: 生育}",
     "参保对象“甲”:人员状态为在职的,没有参加生育保险的,可以参加"),
    ("eligible.甲", "{when: status is 退休, joins: 生育}",
     "参保对象“甲”:人员状态为退休的,应参加生育保险"),
    ("precedence.甲", "{of: 生育, over: resident, while: enrolled}",
     "重复参保的,生育保险参保期间不享受居民待遇"),
    ("precedence.乙", "{over: [生育], while: entitled}",
     "重复参保的,居民享受待遇期间不享受生育保险待遇"),
    ("account_rule.甲", "{account: 账户, year_end: lapses, on_death: fund}",
     "账户年末清零,断缴保留,去世归入基金"),
    ("account_rule.乙", "{account: 账户, relatives: [父母, 子女], pays_for: [药店], at_most: 1000, leaves: 50}",
     "账户年末结转,断缴保留,去世由继承人继承;可供父母、子女用于药店,全年最多 1000 元,至少留 50 元"),
    ("years.甲", "{cumulative: 300}",
     "年限“甲”:累计 300 个月"),
    ("years.乙", "{cumulative: 300, actual: 120, offers: [基本, 住院]}",
     "年限“乙”:累计 300 个月、实际 120 个月,可选基本、住院"),
    ("conversion.甲", "{scheme: resident, times: 1/4}",
     "居民的缴费月数乘以 0.25 折算,舍去零头"),
    ("make_up.甲", "{of: 退休, base: 基数, rate: 10%, plus: 5}",
     "补缴“甲”:“退休”每差一个月缴 “基数”的 10% 加 5 元,计算到分,四舍五入"),
    ("make_up.乙", "{of: 退休, plus: 5, when: status is 退休}",
     "补缴“乙”:人员状态为退休的,“退休”每差一个月缴 5 元,计算到分,四舍五入"),
    ("wait.甲", "{months: 3, after: paid_on}",
     "等待期“甲”:自缴费日起 3 个月后享受,没有对应日的取月末"),
    ("cover.甲", "{funds: [pool, large], paid_by: 费, keeps: 1, repair: 3, waiting: []}",
     "待遇期“甲”:缴“费”的享受pool、large,欠缴保留 1 个月,3 个月内补缴的补上中断的待遇,等待按(不等待)"),
    ("cover.乙", "{funds: pool, paid_by: 费, repair: 3, repaired: from payment, ends: month, waiting: [等]}",
     "待遇期“乙”:缴“费”的享受pool,3 个月内补缴的从补缴起恢复,等待按等,到停保的月底为止"),
    ("connection.甲", "{scheme: resident, within: 不限}",
     "从居民转来,中断在 不限 个月内的视同连续,不等待"),
    ("connection.乙", "{scheme: resident, within: 3, later: break}",
     "从居民转来,中断在 3 个月内的视同连续,不等待,超过的算中断"),
    ("cover.丙", "{funds: pool, paid_by: 费, when: status is 退休}",
     "待遇期“丙”:人员状态为退休的,缴“费”的享受pool"),
    ("cover.丁", "{funds: pool, when: status is 退休}",
     "待遇期“丁”:人员状态为退休的,不需缴费,享受pool"),
]  # fmt: skip


@pytest.mark.parametrize(("address", "value", "said"), SAID, ids=[address for address, _, _ in SAID])
def test_a_contribution_reads_back(address: str, value: str, said: str, tmp_path: Path) -> None:
    body = f"{HEAD}{HEAD_OF_ALL}      wait.等: {{days: 30, after: paid_on}}\n      {address}: {value}\n"
    pack = load_region(copy(tmp_path / "r", contributions__all=body, vocabulary=VOCABULARY))
    (fact,) = [f for f in pack.facts if f.address == f"resident.{address}"]
    assert sentence(pack, fact) == f"居民:{said}。(按缴费日,2020-01-01 起)"
