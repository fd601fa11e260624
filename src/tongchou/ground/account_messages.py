"""Messages about personal accounts in the record (B)."""

from __future__ import annotations

from tongchou.ground.entry import Entry

MESSAGES: dict[str, Entry] = {
    "B101": Entry(
        "账户“{account}”已结转到 {closed}，{day} 不能再记账",
        "the account '{account}' is closed up to {closed}; nothing is entered on {day}",
        "记在结转以后的日子",
        "enter it on a later day",
    ),
    "B102": Entry(
        "账户“{account}”只有 {balance} 元，不能支出 {amount} 元",
        "the account '{account}' holds {balance} yuan; {amount} yuan cannot leave it",
        "核对余额；已花掉的先由本人退回",
        "check the balance; what was spent is paid back first",
    ),
    "B103": Entry(
        "“{source}”已记过账",
        "'{source}' moved the account already",
        "不必再办",
        "nothing is left to do",
    ),
    "B104": Entry(
        "此人的共济授权不成立：{why}",
        "the account cannot be shared so: {why}",
        "核对双方、关系证明和起止日期",
        "check both persons, the evidence and the dates",
    ),
    "B105": Entry(
        "{day} 没有这一共济授权",
        "the account is not shared so on {day}",
        "先登记授权",
        "record the authorisation first",
    ),
    "B106": Entry(
        "此人没有登记死亡，或已登记死亡",
        "the person's death is not recorded, or is recorded already",
        "继承先登记死亡；死亡以后只办继承",
        "record the death before the inheritance; after it nothing but the inheritance is done",
    ),
    "B107": Entry(
        "{year} 年度还没有结束",
        "the insurance year {year} has not ended",
        "年末以后再结转",
        "close it after its last day",
    ),
    "B108": Entry(
        "继承人或份额不成立",
        "these cannot be the heirs, or their shares",
        "每位继承人写一次，份额是正整数",
        "name each heir once, with a whole positive share",
    ),
}
