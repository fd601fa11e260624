"""Messages about what does not hold in the record (V4)."""

from __future__ import annotations

from tongchou.ground.entry import Entry

_LOOK = (
    "不要改库；停办相关业务，备份后对照凭证、报文和审计记录查明原因，再以更正业务处理",
    "change nothing by hand: stop what is concerned, back up, find the cause in entries, messages and the trail, and"
    " correct it by a new transaction",
)
_AGAIN = ("运行 tongchou manage migrate 恢复", "run tongchou manage migrate, which sets it again")

MESSAGES: dict[str, Entry] = {
    "V401": Entry(
        "凭证在基金“{fund}”{year} 年度不平，差 {fen} 分",
        "the entry is {fen} fen out for fund '{fund}' and year {year}",
        *_LOOK,
    ),
    "V402": Entry(
        "凭证没有分录，或分录的账簿、日期不同", "the entry has no postings, or some of another book or day", *_LOOK
    ),
    "V403": Entry("缺少触发器 {trigger}，或已停用", "the trigger {trigger} is missing or switched off", *_AGAIN),
    "V404": Entry("{role} 可以更改此表", "{role} may change this table", *_AGAIN),
    "V405": Entry(
        "“{account}”在“{fund}”{year} 年度的月末余额与分录差 {fen} 分",
        "the balance kept of '{account}', fund '{fund}', year {year} is {fen} fen from its postings",
        *_LOOK,
    ),
    "V406": Entry(
        "账户“{account}”{day} 结转 {kept} 分，明细合计 {fen} 分",
        "account '{account}' was closed on {day} with {kept} fen, its entries add up to {fen}",
        *_LOOK,
    ),
    "V407": Entry("账户“{account}”{day} 余额为 {fen} 分", "account '{account}' stands at {fen} fen on {day}", *_LOOK),
    "V408": Entry(
        "总费用 {total} 分，各方合计 {fen} 分",
        "the total is {total} fen, all payers together {fen}",
        *_LOOK,
    ),
    "V409": Entry(
        "此行 {total} 分，四部分合计 {parts} 分，各方合计 {fen} 分",
        "the line is {total} fen, its parts add up to {parts}, its payers to {fen}",
        *_LOOK,
    ),
    "V410": Entry(
        "“{what}”结算为 {total} 分，逐行合计 {fen} 分",
        "'{what}' is {total} fen in the settlement and {fen} over its lines",
        *_LOOK,
    ),
    "V411": Entry("国家口径等式不成立：{identity}", "a national identity does not hold: {identity}", *_LOOK),
    "V412": Entry(
        "{subject} 的累计“{name}”（{period} {each}）为 {kept}，按结算应为 {fen}",
        "'{name}' of {subject} ({period} {each}) is {kept}, its events add up to {fen}",
        *_LOOK,
    ),
    "V413": Entry(
        "{person} 的账户“{account}”就医支取 {kept} 分，按结算应为 {fen} 分",
        "account '{account}' of {person} moved by {kept} fen for care, the settlement says {fen}",
        *_LOOK,
    ),
    "V414": Entry(
        "撤销与原结算 {original} 不是相反数", "the reversal is not the opposite of settlement {original}", *_LOOK
    ),
    "V415": Entry(
        "费用 {charge} 的已结标记与结算不符",
        "whether charge {charge} is settled now is not what the events say",
        *_LOOK,
    ),
    "V416": Entry(
        "“{layer}”支付 {paid} 分，限额只剩 {room} 分",
        "'{layer}' paid {paid} fen where {room} were left under its cap",
        *_LOOK,
    ),
    "V417": Entry("报文 {msgid} 的答复不是它所问的", "message {msgid} was answered with what it did not ask", *_LOOK),
    "V418": Entry("报文 {msgid} 已先被撤销却仍结算", "message {msgid} was reversed before it came and settled", *_LOOK),
    "V419": Entry("{month} 已结账后又记入凭证", "entered in {month} after it was closed", *_LOOK),
    "V420": Entry(
        "“{account}”“{fund}”应记 {fen} 分，账上 {kept} 分",
        "'{account}', fund '{fund}' should be posted with {fen} fen, the books have {kept}",
        *_LOOK,
    ),
    "V421": Entry("重新结算结果不同：{what}", "settled again it differs in {what}", *_LOOK),
    "V422": Entry("不能重新结算：{why}", "it cannot be settled again: {why}", *_LOOK),
    "V423": Entry(
        "{source}：业务账付出 {fund} {fen} 分，基金会计账 {kept} 分",
        "{source}: of {fund} {fen} fen left in the business book and {kept} in the cash book",
        *_LOOK,
    ),
    "V424": Entry("{table} 所指的记录不存在", "{table} names what is not there", *_LOOK),
    "V431": Entry(
        "月结算单“{fund}”{year} 年度为 {kept} 分，账上 {fen} 分",
        "the statement has {kept} fen of fund '{fund}', year {year}; the books have {fen}",
        *_LOOK,
    ),
    "V432": Entry(
        "月结算单成立的扣款 {kept} 分，账上 {fen} 分",
        "deductions of the statement stand at {kept} fen, {fen} are entered",
        *_LOOK,
    ),
    "V433": Entry(
        "月结算单审核中的款项应为 {kept} 分，账上 {fen} 分",
        "of the statement {kept} fen should be under review, the books have {fen}",
        *_LOOK,
    ),
    "V434": Entry(
        "月预付“{account}”应为 {kept} 分，账上 {fen} 分",
        "the prepayment has {kept} fen for '{account}', the books have {fen}",
        *_LOOK,
    ),
    "V435": Entry(
        "“{account}”“{fund}”{year} 年度为 {fen} 分，不能有这样的余额",
        "'{account}', fund '{fund}', year {year} stands at {fen} fen, which cannot be",
        *_LOOK,
    ),
    "V436": Entry(
        "结算 {event} 扣款 {fen} 分，只记账 {charged} 分",
        "{fen} fen are deducted of settlement {event}, which charged {charged}",
        *_LOOK,
    ),
    "V441": Entry(
        "清算“{what}”应为 {kept} 分，各行合计 {fen} 分",
        "'{what}' of the clearing is {kept} fen, its lines come to {fen}",
        *_LOOK,
    ),
    "V442": Entry(
        "清算“{what}”应入账 {kept} 分，账上 {fen} 分",
        "'{what}' of the clearing is {kept} fen, the books have {fen}",
        *_LOOK,
    ),
    "V443": Entry(
        "清算重新计算不同：{table} {at} {column} 原为 {before}，算得 {after}",
        "counted again the clearing differs: {table} {at} {column} was {before}, is {after}",
        *_LOOK,
    ),
    "V451": Entry(
        "总额 {kept} 分以内的指标合计 {fen} 分，不能这样",
        "quotas of {fen} fen cannot be within {kept}",
        *_LOOK,
    ),
    "V452": Entry(
        "“{what}”的方案是 {kept} 分，公布的是 {fen} 分",
        "'{what}' stood proposed with {kept} fen, {fen} were published",
        *_LOOK,
    ),
    "V453": Entry(
        "年中调整应为 {kept} 分，指标里是 {fen} 分，或机构、部分、月份不同",
        "the adjustment comes to {kept} fen, the quota to {fen}, or it is of another institution, part or month",
        *_LOOK,
    ),
    "V499": Entry("{code} 另有 {count} 处", "{count} more of {code}", "先处理已列出的", "see to those listed first"),
}
