"""Messages about a claim that cannot be settled (C). A refusal under an article is a result, not a problem."""

from __future__ import annotations

from tongchou.ground.entry import Entry

MESSAGES: dict[str, Entry] = {
    "C001": Entry("{scheme} 没有“{kind}”这种就诊", "{scheme} has no visit kind '{kind}'", "检查就诊类别;可用:{known}", "check the kind; known: {known}"),
    "C002": Entry("{day} 不在本包的有效期内({span})", "{day} is outside the days this pack supports ({span})", "用那一天有效的政策包", "use the pack in force on that day"),
    "C003": Entry("缺事实“{name}”,政策在此要用到它", "the fact '{name}' is missing and the policy asks for it", "在就诊、参保或人员表里补上", "add it to the claim, spell or person"),
    "C004": Entry("“{value}”不是 {name} 的词", "'{value}' is not a word of {name}", "可用:{known}", "known: {known}"),
    "C005": Entry("{address} 对 {dimension}={word} 没有规定", "{address} says nothing for {dimension}={word}", "补这一格,或更正数据", "declare the cell or correct the data"),
    "C006": Entry("{address} 算不出:{reason}", "{address} cannot be computed: {reason}", "检查公式和它用到的事实", "check the formula and its facts"),
    "C007": Entry("没有 {scheme} 险种", "there is no scheme '{scheme}'", "可用:{known}", "known: {known}"),
    "C008": Entry("没有一段待遇享受期覆盖 {day}({fund})", "no entitlement period of {fund} covers {day}", "核对待遇享受期", "check the entitlement periods"),
    "C009": Entry("{layer} 随单金额 {given} 超过可承担的 {base}", "{layer} brings {given}, more than the {base} it can bear", "核对随单金额", "check the amount that came with the claim"),
    "C010": Entry("金额 {value} 超出可结算的范围", "the amount {value} is outside what can be settled", "核对单位(分)", "check the unit (fen)"),
    "C011": Entry("项目“{line}”没有先行自付比例", "line '{line}' has no first-pay rate", "在目录或政策中给出乙类先付比例", "give the class B rate in the catalogue or the policy"),
    "C012": Entry("项目 {line} 退回的多于原收的", "line {line} returns more than was charged", "核对退费数量和金额", "check the quantity and amount returned"),
    "C013": Entry("项目 {line} 指向的原项目 {original} 不在本次或以前的结算里", "line {line} names {original}, which was never settled", "核对原项目编号", "check the original line id"),
    "C014": Entry("{name} 同时属于 {words}", "{name} is at once {words}", "改 classes 的条件,使恰有一类成立", "mend the conditions so that exactly one holds"),
    "C015": Entry("{name} 不属于任何一类", "{name} fits no class", "改 classes 的条件,使恰有一类成立", "mend the conditions so that exactly one holds"),
    "C016": Entry("{year} 年没有指数“{name}”", "there is no index '{name}' for {year}", "公布后补上,或写 carry: forward", "add it when published, or write carry: forward"),
    "C017": Entry("{layer} 的各段边界不是由小到大", "the band edges of {layer} do not rise", "检查分段表", "check the band table"),
    "C018": Entry("{address} 的比例 {value} 不在 0 到 100% 之间", "the ratio {value} of {address} is outside 0 to 100 %", "检查比例", "check the ratio"),
    "C019": Entry("撤销的结算 {claim} 不存在或已撤销", "claim {claim} does not exist or is already reversed", "核对撤销对象", "check what is to be reversed"),
    "C020": Entry("撤销被拒:其后的结算 {later} 与它共用累计", "refused: the later settlement {later} shares its totals", "先撤销较新的结算", "reverse the newer one first"),
    "C021": Entry("结算 {claim} 已有同号记录", "claim {claim} was settled before", "核对编号", "check the id"),
    "C022": Entry("跨年度住院 {claim} 的费用没有日期,无法分年", "the lines of stay {claim} have no date and cannot be split by year", "补费用日期", "add the fee dates"),
    "C023": Entry("{address} 按 {by} 定日期,而就诊没有这个日期", "{address} is dated by {by}, which the claim does not have", "补日期", "add the date"),
    "C024": Entry("本次就诊没有任何项目", "the visit has no lines", "补项目", "add the lines"),
    "C025": Entry("项目 {line} 随单拆分的四部分之和不等于金额", "the four given parts of line {line} do not add up to its amount", "核对拆分", "check the split"),
    "C026": Entry("{layer} 没有声明 takes", "layer {layer} declares no takes", "声明它承担哪部分费用", "declare what it takes"),
    "C027": Entry("改派“{kind}”又回到自己", "the redirection '{kind}' leads back to itself", "检查 redirect", "check the redirections"),
    "C028": Entry("{address} 的金额是负数", "the amount of {address} is negative", "检查公式", "check the formula"),
    "C029": Entry("{scheme} 没有“{name}”这项给付", "{scheme} has no grant '{name}'", "检查名称和日期", "check the name and the date"),
    "C030": Entry("历史里的就诊 {claim} 被拒({guard})", "the earlier claim {claim} is refused ({guard})", "更正历史,或另写一个案例", "correct the history or write another case"),
    "C031": Entry("没有“{name}”这个数", "there is no figure '{name}'", "可用:{known}", "known: {known}"),
    "C032": Entry("“{value}”不是整分的金额或数", "'{value}' is no whole-fen amount or number", "写 300、12.50元、80%、4万", "write 300, 12.50元, 80%, 4万"),
    "C033": Entry("不认识的事实“{name}”", "unknown fact '{name}'", "在 vocabulary.yaml 的 facts 里声明;已知:{known}", "declare it under facts in vocabulary.yaml; known: {known}"),
}  # fmt: skip
