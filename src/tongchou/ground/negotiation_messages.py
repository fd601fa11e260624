"""Messages about quotas: negotiation, adjustment, overruns (Q1)."""

from __future__ import annotations

from tongchou.ground.entry import Entry

MESSAGES: dict[str, Entry] = {
    "Q101": Entry(
        "总额协商 {negotiation} 当前为“{state}”，不能办这一步",
        "negotiation {negotiation} is at another step now ({state_en})",
        "按开始、协商、确定、公布的顺序办理",
        "open, negotiate, conclude and publish in this order",
    ),
    "Q102": Entry(
        "本机构不参加这次协商",
        "this institution takes no part in the negotiation",
        "由参加协商的医药机构办理",
        "an institution that takes part does this",
    ),
    "Q103": Entry(
        "由“{group}”组的代表或成员答复",
        "whoever speaks for, or is of, the group '{group}' answers",
        "先由组内机构推举代表",
        "let the group put somebody forward first",
    ),
    "Q104": Entry(
        "总额不成立：{why}",
        "this cannot be negotiated about: {why}",
        "每年度每险种协商一次；各组合计不超过总额减预留",
        "once a year and scheme; the groups have at most the total less what is kept",
    ),
    "Q105": Entry(
        "机构 {institution} 不在可以协商的分组里",
        "institution {institution} is of no group here",
        "核对机构代码；在政策包的 payment/ 里写 quota.group，使每家机构都有组",
        "check the code; let quota.group in payment/ of the region's folder have a place for everybody",
    ),
    "Q106": Entry(
        "“{group}”组只有机构 {institution} 一家，不能一院一谈",
        "the group '{group}' is institution {institution} alone, and nobody is dealt with alone",
        "改写 quota.group，使每组不少于两家",
        "let quota.group make groups of two at the least",
    ),
    "Q107": Entry(
        "方案 {proposal} 不能再答复（截止 {until}）",
        "proposal {proposal} cannot be answered any more (until {until})",
        "答复最新的方案，每家一次，在截止日以前",
        "answer the last one, once, and in time",
    ),
    "Q108": Entry(
        "“{group}”的金额不成立",
        "the amounts of '{group}' cannot be",
        "写全各组各部分；组内分配的合计与该组各部分的金额一分不差",
        "name every group and part; a group divides exactly the amount of each of its parts",
    ),
    "Q109": Entry(
        "“{address}”不成立：{value}",
        "'{address}' cannot be: {value}",
        "写不小于 1 的整数",
        "write a whole number of one or more",
    ),
    "Q110": Entry(
        "至多 {rounds} 轮；各组可以答复到 {until}",
        "there are {rounds} rounds at most, and groups may reply until {until}",
        "等各组答复或截止；轮次用完的，按程序确定",
        "wait for the replies or the day; after the last round conclude",
    ),
    "Q111": Entry(
        "还没有同意的组：{groups}",
        "groups that have not agreed: {groups}",
        "再提方案；轮次用完仍未一致的，照政策包办理",
        "propose anew; after the last round it ends as the region declares",
    ),
    "Q112": Entry(
        "不能调整或通知：{why}",
        "this cannot be adjusted or called for: {why}",
        "变动要达到政策包的门槛；月份在本年度内，调整的未过去，通知的已月结",
        "the change must reach what is declared; the month is of the year, not over when adjusted, closed when called for",
    ),
    "Q113": Entry(
        "调整 {fen} 超过限度 {most}",
        "an adjustment of {fen} is beyond {most}",
        "不超过政策包规定的比例和未分的余额，减少的不低于零",
        "keep to the declared part and to what is left of the total, and not below nothing",
    ),
    "Q114": Entry(
        "调整 {adjustment} 已审核，或起始月份已过",
        "adjustment {adjustment} is decided, or its month has passed",
        "需要的，重新提出",
        "propose it anew where it is needed",
    ),
    "Q115": Entry(
        "整改 {overrun} 当前为“{state}”，不能办这一步",
        "overrun {overrun} is at another step now ({state})",
        "先提交，再审核；退回的可以再提交",
        "submit, then judge; what was returned is submitted again",
    ),
}
