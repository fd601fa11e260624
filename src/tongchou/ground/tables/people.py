"""Who is insured, where and with what entitlement: persons, households, spells, entitlements, accounts."""

from __future__ import annotations

from tongchou.ground.tables.shape import DATE, FEN, INT, TEXT, WORDS, YES_NO, Column, Table

_SEX = ("男", "女", "未知")
_SEX_CODES: dict[str | int, str | None] = {"1": "男", "2": "女", "0": "未知", "9": "未知"}

SEX = Column(
    "sex",
    TEXT,
    "",
    "gend",
    "性别；也可写国标代码 1、2、0、9",
    "sex; the national codes 1, 2, 0 and 9 are read too",
    values=_SEX,
    aliases=_SEX_CODES,
)
FACTS = Column(
    "facts", WORDS, "", "", "本区申报规则用到的其他事实：名称 → 值", "other facts the region's rules read: name → value"
)
FROM = Column("from_date", DATE, "", "begndate", "起始日（含）", "first day, inclusive", required=True)
THROUGH = Column("through_date", DATE, "", "enddate", "终止日（含）；空 = 未终止", "last day, inclusive; empty = open")
SCHEME = Column(
    "scheme",
    TEXT,
    "",
    "insutype",
    "险种，用本区所起的名称，如 employee、resident",
    "scheme, by the region's own name, e.g. employee, resident",
    required=True,
)


def person_id(*, key: bool = False) -> Column:
    """The column that names the insured person; required, and a reference unless it is the key of persons."""
    return Column(
        "person_id",
        TEXT,
        "",
        "psn_no",
        "参保人编号",
        "insured person",
        required=True,
        key=key,
        refers="persons",
    )


PERSONS = Table(
    "persons",
    "参保人",
    "Insured persons",
    (
        Column("person_id", TEXT, "", "psn_no", "参保人编号", "insured person", required=True, key=True),
        Column(
            "household_id",
            TEXT,
            "",
            "",
            "所属家庭；空 = 单独一户；households 中按日期的记录优先",
            "household; empty = a household of one; dated rows of households go first",
        ),
        Column("birth_date", DATE, "", "brdy", "出生日期", "date of birth"),
        SEX,
        Column("retired_on", DATE, "", "", "退休日期", "date of retirement"),
        Column("died_on", DATE, "", "", "死亡日期", "date of death"),
        FACTS,
    ),
    in_order=(("birth_date", "retired_on"), ("birth_date", "died_on")),
)

HOUSEHOLDS = Table(
    "households",
    "家庭成员关系，按日期",
    "Membership of households, dated",
    (
        Column("household_id", TEXT, "", "", "家庭编号", "household", required=True, key=True),
        person_id(key=True),
        Column("from_date", DATE, "", "begndate", "起始日（含）", "first day, inclusive", required=True, key=True),
        THROUGH,
    ),
    in_order=(("from_date", "through_date"),),
    disjoint=("person_id",),
)

SPELLS = Table(
    "spells",
    "参保关系，每段一行",
    "Enrolment spells, one row each",
    (
        Column("spell_id", TEXT, "", "", "参保关系编号", "spell", required=True, key=True),
        person_id(),
        SCHEME,
        Column("insured_place", TEXT, "", "insuplc_admdvs", "参保地区划", "division of the insured place"),
        FROM,
        THROUGH,
        Column(
            "status",
            TEXT,
            "",
            "",
            "参保状态，本区用语，如 在职、退休",
            "status in the region's words, e.g. 在职 (working), 退休 (retired)",
        ),
        Column("category", TEXT, "", "", "救助身份，本区用语", "assistance category in the region's words"),
        Column("employer_id", TEXT, "", "emp_no", "参保单位编号", "employer"),
        Column("paid_on", DATE, "", "", "缴费日期", "date of payment"),
        Column("resumed", TEXT, "", "", "是否中断后续保", "whether cover was resumed after a break", values=YES_NO),
        Column(
            "months",
            INT,
            "months",
            "",
            "起始日已连续参保的月数",
            "months of continuous enrolment already reached on from_date",
            low=0,
            high=1800,
        ),
        FACTS,
    ),
    in_order=(("from_date", "through_date"),),
    disjoint=("person_id", "scheme"),
)

ENTITLEMENTS = Table(
    "entitlements",
    "待遇享受期，按基金",
    "Entitlement periods, per fund",
    (
        person_id(key=True),
        Column(
            "scheme", TEXT, "", "insutype", "险种，本区名称", "scheme, by the region's name", required=True, key=True
        ),
        Column(
            "fund",
            TEXT,
            "",
            "fund_pay_type",
            "基金（层），本区名称",
            "fund (layer), the region's name",
            required=True,
            key=True,
        ),
        Column("from_date", DATE, "", "begndate", "起始日（含）", "first day, inclusive", required=True, key=True),
        THROUGH,
        Column(
            "level",
            TEXT,
            "",
            "",
            "full 全额、reduced 降低、none 不享受",
            "full, reduced or none",
            required=True,
            values=("full", "reduced", "none"),
        ),
        Column("reason", TEXT, "", "", "原因，如 等待期、欠费", "reason, e.g. waiting period, arrears"),
    ),
    in_order=(("from_date", "through_date"),),
    disjoint=("person_id", "scheme", "fund"),
)

ACCOUNTS = Table(
    "accounts",
    "个人账户余额",
    "Personal accounts and their balances",
    (
        Column("account_id", TEXT, "", "", "账户编号", "account", required=True, key=True),
        person_id(),
        Column("kind", TEXT, "", "", "账户种类，本区用语", "kind of account in the region's words", required=True),
        Column("balance", FEN, "fen", "balc", "余额", "balance", required=True, low=0),
        Column("as_of", DATE, "", "", "余额日期（日终）", "date of the balance, end of day", required=True),
    ),
)
