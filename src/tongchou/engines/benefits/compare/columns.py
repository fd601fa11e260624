"""The tables of the report: title, meaning, columns and units of each, in both languages; no rows yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tongchou.engines.benefits.explain.model import Text

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Column:
    """A column. `kind`: `text`, `word` (a fixed word of ours), `count`, `fen`, `share` (thousandths) or `percent`."""

    name: str
    kind: str
    label: Text


@dataclass(frozen=True)
class Sheet:
    """A table with its title and what its figures mean."""

    name: str
    title: Text
    note: Text
    columns: tuple[Column, ...]
    rows: Sequence[Row]

    def dicts(self) -> list[dict[str, Any]]:
        names = [column.name for column in self.columns]
        return [dict(zip(names, row, strict=True)) for row in self.rows]


def _column(name: str, kind: str, zh: str, en: str) -> Column:
    return Column(name, kind, Text(zh, en))


def _amount_columns(name: str, zh: str, en: str) -> tuple[Column, ...]:
    return (
        _column(f"{name}_a", "fen", f"{zh} A", f"{en}, A"),
        _column(f"{name}_b", "fen", f"{zh} B", f"{en}, B"),
        _column(f"{name}_change", "fen", f"{zh}变化", f"{en}, change"),
        _column(f"{name}_percent", "percent", "变化率", "change, %"),
    )


_STATUS = (_column("status_a", "word", "A 之下", "under A"), _column("status_b", "word", "B 之下", "under B"))
_COUNTS = (_column("claims", "count", "件数", "claims"), _column("fee", "fen", "费用", "fee"))

PAYERS = Sheet(
    "payers",
    Text("由谁支付", "Who pays"),
    Text(
        "同一批就诊的费用在 A、B 之下各由谁支付。“各基金合计”是国家接口的基金支付总额(fund_pay_sumamt),"
        "按承担方又分为基金、承办保险、财政等;各承担方相加等于费用总额。变化 = B − A,变化率 = 变化 ÷ A。",
        "Who pays the fee of the same claims under A and under B. All funds together are fund_pay_sumamt of the "
        "national "
        "interface; by bearer it splits into fund, insurer, budget and so on. The bearers sum to the total fee. "
        "Change = B − A, per cent of A.",
    ),
    (_column("bearer", "word", "承担方", "bearer"), *_amount_columns("paid", "支付", "paid")),
    (),
)
LAYERS = Sheet(
    "layers",
    Text("按险种、层和承担方", "By scheme, layer and bearer"),
    Text(
        "每一层支付多少。没有层名的行是医院负担和个人现金;“拒付”是只有这一方拒付的就诊,费用算由个人承担。",
        "What each layer pays. Rows without a layer are the hospital and cash; 'refused' is the fee of claims "
        "that only "
        "this side refuses: the person bears it.",
    ),
    (
        _column("scheme", "text", "险种", "scheme"),
        _column("layer", "word", "层", "layer"),
        _column("layer_name", "text", "层的名称", "name of the layer"),
        _column("bearer", "word", "承担方", "bearer"),
        _column("fund", "word", "计入基金支付", "among the funds"),
        *_amount_columns("paid", "支付", "paid"),
    ),
    (),
)
CLAIMS = Sheet(
    "claims",
    Text("每件就诊怎样了", "What became of the claims"),
    Text(
        "至少一方结算、且双方都能判断的就诊才进入比较;双方都拒付的不受改动影响,不能结算(数据或事实不足)的无从比较,"
        "都不计入。",
        "A claim is compared when at least one side settles it and both could judge it. What both refuse is not "
        "touched by "
        "the change; what cannot be settled (data or facts missing) cannot be compared. Neither enters the figures.",
    ),
    (*_STATUS, *_COUNTS),
    (),
)
REASONS = Sheet(
    "reasons",
    Text("一方拒付或不能结算的原因", "Why one side refuses or cannot settle"),
    Text("双方结果不同的就诊,以及不能结算的就诊。", "Claims whose outcome differs, and claims that cannot be settled."),
    (*_STATUS, _column("reason", "text", "原因", "reason"), *_COUNTS),
    (),
)
GROUPS = Sheet(
    "groups",
    Text("谁得谁失", "Better and worse off"),
    Text(
        "每人每个保险年度算一次。个人现金的变化 = B 现金 − A 现金;至少少付 1 分为减轻,至少多付 1 分为加重。"
        "年龄、性别、救助身份、参保状态取首次就诊之日的,每人属一组;险种、类别、等级、就医地、病种是就诊的,"
        "一个人可以在几组里,人数相加会超过总人数,金额相加恰为总额。",
        "A person counts once for each insurance year. Change of cash = cash under B − cash under A; better off: "
        "at least "
        "1 fen less, worse off: at least 1 fen more. Age, sex, category and status are those of the first visit, "
        "one group "
        "each; scheme, kind, level, place and disease belong to visits: a person can be in several groups, so people "
        "there add up to more than there are; amounts add up exactly.",
    ),
    (
        _column("dimension", "word", "分组", "by"),
        _column("group", "text", "组", "group"),
        _column("people", "count", "人数", "people"),
        _column("better", "count", "减轻", "better off"),
        _column("worse", "count", "加重", "worse off"),
        _column("same", "count", "不变", "unchanged"),
        _column("gain", "fen", "减轻合计", "sum of reliefs"),
        _column("loss", "fen", "加重合计", "sum of burdens"),
        _column("mean", "fen", "人均现金变化", "mean change of cash"),
        _column("fee", "fen", "费用", "fee"),
        *_amount_columns("fund", "各基金", "funds"),
        *_amount_columns("cash", "现金", "cash"),
    ),
    (),
)
CHANGES = Sheet(
    "changes",
    Text("每人现金变化的分布", "Change of cash per person"),
    Text(
        "每人每个保险年度现金的变化落在哪一档,以及该档变化之和。减轻的档含下界,加重的档含上界;空 = 不限。",
        "Into which band a person's yearly change of cash falls, and the sum of the changes in it. A band of reliefs "
        "includes its lower edge, one of burdens its upper edge; empty is open.",
    ),
    (
        _column("from", "fen", "自", "from"),
        _column("to", "fen", "至", "to"),
        _column("people", "count", "人数", "people"),
        _column("sum", "fen", "变化之和", "sum of changes"),
    ),
    (),
)
_PEOPLE = (_column("people_a", "count", "人数 A", "people, A"), _column("people_b", "count", "人数 B", "people, B"))
SHARES = Sheet(
    "shares",
    Text("现金占费用的比重", "Cash as a share of the fee"),
    Text(
        "每人每年:现金 ÷ 费用。第一行恰为零,其余各档含上界不含下界。个人账户支付的不算现金。",
        "Per person and year: cash ÷ fee. The first row is exactly nothing; the others include their upper edge "
        "only. "
        "What an account pays is not cash.",
    ),
    (_column("above", "share", "高于", "above"), _column("upto", "share", "至", "up to"), *_PEOPLE),
    (),
)
DECILES = Sheet(
    "deciles",
    Text("现金比重的十分位", "Deciles of the share of cash"),
    Text(
        "最近秩:至少这么多百分之的人,比重不高于该值。值按千分之一向上取。",
        "Nearest rank: at least so many per cent of the people have a share no higher. Values are rounded up to a "
        "thousandth.",
    ),
    (
        _column("percent_of_people", "count", "百分之几的人", "per cent of people"),
        _column("share_a", "share", "比重 A", "share, A"),
        _column("share_b", "share", "比重 B", "share, B"),
    ),
    (),
)
HEAVY = Sheet(
    "heavy",
    Text("大额现金负担", "Heavy spending"),
    Text(
        "每人每年现金超过界限的人数。世界卫生组织和可持续发展目标 3.8.2 的灾难性支出以家庭收入或消费为分母,"
        "标准表没有;"
        "所以用绝对金额,以及本区申报的人均可支配收入指数的 10%、25%、40%。指数是全区平均,不是这个人的收入;A、B "
        "用同一界限(A 的指数)。"
        "“超出合计”是超过界限部分之和。",
        "People whose cash in a year is above a limit. Catastrophic spending as WHO and SDG indicator 3.8.2 "
        "define it divides by "
        "a household's income or consumption, which the tables lack. Hence absolute amounts, and 10 %, 25 % and "
        "40 % of the "
        "index of disposable income that the region declares: the region's mean, not this person's income. A and "
        "B are held "
        "against the same limit (A's index). 'Excess' sums what lies above the limit.",
    ),
    (
        _column("limit", "text", "界限(元)", "limit (yuan)"),
        *_PEOPLE,
        _column("entered", "count", "新超过", "newly above"),
        _column("left", "count", "不再超过", "no longer above"),
        _column("excess_a", "fen", "超出合计 A", "excess, A"),
        _column("excess_b", "fen", "超出合计 B", "excess, B"),
        _column("excess_change", "fen", "超出变化", "excess, change"),
        _column("without_index", "count", "当年无指数的人", "people in years without the index"),
    ),
    (),
)
LARGEST = Sheet(
    "largest",
    Text("变化最大的人", "The largest individual changes"),
    Text(
        "每人每年现金变化最大的各二十人,和变化主要来自的那件就诊;两种说明附后。",
        "The twenty people whose yearly cash falls most and the twenty whose rises most, with the claim in which "
        "most of "
        "it arises and both explanations of that claim.",
    ),
    (
        _column("direction", "word", "方向", "direction"),
        _column("rank", "count", "序", "rank"),
        _column("person_id", "text", "参保人", "person"),
        _column("year", "count", "年度", "year"),
        _column("fee", "fen", "全年费用", "fee of the year"),
        _column("cash_a", "fen", "现金 A", "cash, A"),
        _column("cash_b", "fen", "现金 B", "cash, B"),
        _column("change", "fen", "变化", "change"),
        _column("claim_id", "text", "就诊", "claim"),
    ),
    (),
)
