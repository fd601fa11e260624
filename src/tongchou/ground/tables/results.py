"""What settling leaves behind: settlements, line results, events, postings, and the rows that were rejected."""

from __future__ import annotations

from tongchou.ground.tables.shape import DATE, FEN, FENS, INT, MONTH, RATIO, TEXT, TIMESTAMP, Column, Table
from tongchou.ground.tables.visits import part_columns

FUNDS = ("hifp_pay", "cvlserv_pay", "hifes_pay", "hifmi_pay", "hifob_pay", "hifdm_pay", "maf_pay", "oth_pay")
"""The fund columns of a settlement; `fund_pay_sumamt` is their sum unless a region defines otherwise."""

_AMOUNTS = (
    ("medfee_sumamt", "医疗费总额", "total fee"),
    ("fulamt_ownpay_amt", "全自费", "full self-pay"),
    ("overlmt_selfpay", "超限价自费", "over-limit self-pay"),
    ("preselfpay_amt", "先行自付", "first self-pay"),
    ("inscp_scp_amt", "符合政策范围", "in-scope expense"),
    ("act_pay_dedc", "实际支付起付线", "deductible actually borne"),
)
_PAYMENTS = (
    ("hifp_pay", "统筹基金", "pooling fund"),
    ("cvlserv_pay", "公务员医疗补助", "civil-servant subsidy"),
    ("hifes_pay", "企业补充医疗保险", "enterprise supplement"),
    ("hifmi_pay", "居民大病保险", "critical-illness insurance"),
    ("hifob_pay", "职工大额医疗费用补助", "large-expense supplement"),
    ("hifdm_pay", "伤残人员医疗保障基金", "disabled servicemen's fund"),
    ("maf_pay", "医疗救助", "medical assistance"),
    ("oth_pay", "其他基金", "other funds"),
    ("fund_pay_sumamt", "基金支付总额", "total of the funds"),
    ("psn_part_amt", "个人负担总额", "share of the person"),
    ("acct_pay", "个人账户支出，含共济", "paid from accounts, a relative's included"),
    ("acct_mulaid_pay", "其中：亲属账户共济", "of which from a relative's account"),
    ("psn_cash_pay", "个人现金", "cash"),
    ("hosp_part_amt", "医院负担", "borne by the hospital"),
    ("balc", "结算后账户余额", "account balance afterwards"),
)


def _fen(columns: tuple[tuple[str, str, str], ...]) -> tuple[Column, ...]:
    return tuple(Column(name, FEN, "fen", name, zh, en) for name, zh, en in columns)


_EVENT_NO = Column(
    "event_no", INT, "", "", "事件号，决定先后", "event number; it gives the order", required=True, low=1
)
_PACK = Column("pack_hash", TEXT, "", "", "所用政策包的哈希", "hash of the pack that was used")
_PAID = Column("paid", FENS, "fen", "", "各层支付：层 → 金额", "payments: layer → amount")

SETTLEMENTS = Table(
    "settlements",
    "结算结果，金额用国家接口字段名",
    "Settlements; amounts carry the names of the national interface",
    (
        Column("settlement_id", TEXT, "", "setl_id", "结算编号", "settlement", required=True, key=True),
        _EVENT_NO,
        Column("claim_id", TEXT, "", "", "结算申请编号", "claim", required=True, refers="claims"),
        Column("person_id", TEXT, "", "psn_no", "参保人编号", "insured person", required=True, refers="persons"),
        Column("scheme", TEXT, "", "insutype", "险种", "scheme", required=True),
        Column("kind", TEXT, "", "med_type", "就诊类别", "kind of visit", required=True),
        Column("provider_id", TEXT, "", "fixmedins_code", "定点医药机构", "designated institution"),
        Column("basis_date", DATE, "", "", "政策基准日", "date that chose the version of the rules"),
        Column(
            "year",
            INT,
            "",
            "",
            "保险年度，以起始年称",
            "insurance year, by the year in which it starts",
            low=1900,
            high=2200,
        ),
        _PACK,
        Column("semantics", TEXT, "", "", "引擎语义版本", "version of the engine's semantics"),
        Column(
            "status",
            TEXT,
            "",
            "",
            "settled 已结算、reversed 已撤销、affected 受影响、refused 拒付",
            "settled, reversed, affected or refused",
            required=True,
            values=("settled", "reversed", "affected", "refused"),
        ),
        Column("reason", TEXT, "", "", "拒付或受影响的原因", "why it was refused or is affected"),
        *_fen(_AMOUNTS),
        Column(
            "pool_prop_selfpay", RATIO, "ratio", "pool_prop_selfpay", "统筹基金支付比例", "ratio of the pooling fund"
        ),
        *_fen(_PAYMENTS),
        _PAID,
    ),
)

LINE_RESULTS = Table(
    "line_results",
    "明细结果，合计等于结算",
    "Results per line; they sum to the settlement",
    (
        Column(
            "settlement_id",
            TEXT,
            "",
            "setl_id",
            "结算编号",
            "settlement",
            required=True,
            key=True,
            refers="settlements",
        ),
        Column("claim_id", TEXT, "", "", "结算申请编号", "claim", required=True),
        Column("line_id", TEXT, "", "feedetl_sn", "明细编号", "line", required=True, key=True),
        Column("amount", FEN, "fen", "det_item_fee_sumamt", "金额", "amount", required=True),
        *part_columns(),
        _PAID,
        Column("cash", FEN, "fen", "", "个人现金", "cash", required=True),
        Column("hospital", FEN, "fen", "", "医院负担", "borne by the hospital", required=True),
    ),
)

YEAR_END = Table(
    "year_end",
    "年末结算的层:全年留给个人的,又付了多少",
    "Layers that run at year end: what the year left to a person, and what was paid of it",
    (
        Column("settlement_id", TEXT, "", "setl_id", "结算编号", "settlement", required=True, key=True),
        Column("person_id", TEXT, "", "psn_no", "参保人编号", "insured person", required=True, refers="persons"),
        Column("scheme", TEXT, "", "insutype", "险种", "scheme", required=True),
        Column("kind", TEXT, "", "med_type", "就诊类别", "kind of visit", required=True),
        Column("basis_date", DATE, "", "", "保险年度的末日", "last day of the insurance year", required=True),
        Column("year", INT, "", "", "保险年度", "insurance year", low=1900, high=2200),
        _PACK,
        Column("semantics", TEXT, "", "", "引擎语义版本", "version of the engine's semantics"),
        Column(
            "status",
            TEXT,
            "",
            "",
            "settled 已结算、refused 拒付",
            "settled or refused",
            required=True,
            values=("settled", "refused"),
        ),
        Column("reason", TEXT, "", "", "拒付的原因", "why it was refused"),
        Column(
            "amount",
            FEN,
            "fen",
            "",
            "全年各次结算后留给个人的",
            "what the year's settlements left to the person",
            required=True,
        ),
        *_fen(_PAYMENTS[:9]),
        _PAID,
        Column("cash", FEN, "fen", "", "仍由个人负担的", "what is still left to the person", required=True),
    ),
)

EVENTS = Table(
    "events",
    "不可更改的事件，按号排序",
    "Immutable events, ordered by number",
    (
        Column("event_no", INT, "", "", "事件号", "event number", required=True, key=True, low=1),
        Column(
            "kind",
            TEXT,
            "",
            "",
            "结算、撤销、年终、申请、重算补差、补助",
            "what happened",
            required=True,
            values=("settle", "reverse", "year_end", "application", "supplement", "grant"),
        ),
        Column("claim_id", TEXT, "", "", "结算申请编号", "claim"),
        Column("reverses", INT, "", "", "所撤销的事件号", "number of the event that is reversed", low=1),
        Column(
            "recorded_at",
            TIMESTAMP,
            "",
            "",
            "记录时间（北京时间，不带时区）",
            "time of recording, Beijing time, no zone",
        ),
        _PACK,
        Column("reason", TEXT, "", "", "原因", "reason"),
    ),
)

POSTINGS = Table(
    "postings",
    "分录",
    "Postings",
    (
        Column("entry_id", TEXT, "", "", "分录编号", "entry", required=True, key=True),
        _EVENT_NO,
        Column("book", TEXT, "", "", "账套", "book", required=True),
        Column("fund", TEXT, "", "fund_pay_type", "基金", "fund", required=True),
        Column("account", TEXT, "", "", "科目", "account", required=True),
        Column(
            "bearer",
            TEXT,
            "",
            "",
            "承担方：基金、承办保险、财政、医院、账户",
            "who bears it: fund, insurer, budget, hospital, account",
        ),
        Column("insured_county", TEXT, "", "insuplc_admdvs", "参保县区", "county of insurance"),
        Column("amount", FEN, "fen", "", "金额，带符号", "amount, signed", required=True),
        Column("business_date", DATE, "", "", "业务日期", "date of the business", required=True),
        Column("posted_month", MONTH, "", "", "记账月份 YYYY-MM", "month of posting, YYYY-MM", required=True),
    ),
)

REJECTS = Table(
    "rejects",
    "未能采用的行",
    "Rows that could not be used",
    (
        Column("table", TEXT, "", "", "所在表", "table", required=True),
        Column(
            "row",
            INT,
            "",
            "",
            "行号，首条数据为 1，表头不计",
            "row; the first row of data is 1, a header is not counted",
            low=1,
        ),
        Column("column", TEXT, "", "", "所在列；空 = 整行", "column; empty = the whole row"),
        Column("code", TEXT, "", "", "提示编号", "code of the message", required=True),
        Column("message_zh", TEXT, "", "", "说明（中文）", "message in Chinese", required=True),
        Column("message_en", TEXT, "", "", "说明（英文）", "message in English", required=True),
        Column("value", TEXT, "", "", "原值（过长则截断）", "the value as it was written, cut when long"),
    ),
)
