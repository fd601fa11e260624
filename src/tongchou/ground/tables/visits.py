"""What was done and charged: claims, their lines, and discharges."""

from __future__ import annotations

from tongchou.ground.tables.people import FACTS, SCHEME, SEX, person_id
from tongchou.ground.tables.shape import (
    DATE,
    FEN,
    FENS,
    INT,
    PRICE,
    QUANTITY,
    RATIO,
    TEXT,
    TEXTS,
    TIMESTAMP,
    YES_NO,
    Column,
    Table,
)

_CLASSES: dict[str | int, str | None] = {"01": "甲", "02": "乙", "03": "丙"}
_NO_LIMIT: dict[str | int, str | None] = {999_999_00: None, 99_999_999_00: None}
PARTS = ("fulamt_ownpay_amt", "overlmt_amt", "preselfpay_amt", "inscp_scp_amt")
"""The four parts of a line, in the order in which they are split off. They sum to its amount."""


def part_columns() -> tuple[Column, ...]:
    """The four parts of a line, in fen."""
    zh = ("全自费", "超限价自费", "先行自付", "符合政策范围")
    en = ("full self-pay", "over-limit self-pay", "first self-pay", "in-scope expense")
    return tuple(Column(name, FEN, "fen", name, zh[i], en[i]) for i, name in enumerate(PARTS))


CLAIMS = Table(
    "claims",
    "待结算的就诊，每次结算一行",
    "Claims: one row for each settlement asked for",
    (
        Column("claim_id", TEXT, "", "setl_id", "结算申请编号", "claim", required=True, key=True),
        person_id(),
        SCHEME,
        Column(
            "kind",
            TEXT,
            "",
            "med_type",
            "就诊类别，本区用语，如 住院、门诊",
            "kind of visit in the region's words",
            required=True,
        ),
        Column("provider_id", TEXT, "", "fixmedins_code", "定点医药机构", "designated institution"),
        Column("level", TEXT, "", "hosp_lv", "机构等级，本区用语", "level of the institution in the region's words"),
        Column("place", TEXT, "", "", "就医地类别，本区用语，如 统筹区内", "place of care in the region's words"),
        Column("admitted_on", DATE, "", "begntime", "入院（就诊）日期", "day of admission or visit", required=True),
        Column(
            "discharged_on", DATE, "", "endtime", "出院日期；门诊可空", "day of discharge; may be empty for a visit"
        ),
        Column(
            "settled_at",
            TIMESTAMP,
            "",
            "setl_time",
            "结算时间（北京时间，不带时区）",
            "time of settlement, Beijing time, no zone",
        ),
        Column("stay_id", TEXT, "", "mdtrt_id", "就诊（住院）编号；中途结算共用", "stay; shared by its interim bills"),
        Column("episode_id", TEXT, "", "", "转院连续住院编号", "episode that transfers between hospitals share"),
        Column("disease", TEXT, "", "opsp_dise_code", "门诊慢特病病种", "special outpatient disease"),
        Column("diseases", TEXTS, "", "", "全部疾病，本区用语", "all diseases, in the region's words"),
        Column("referral", TEXT, "", "", "转诊情况，本区用语", "referral, in the region's words"),
        Column("filing", TEXT, "", "", "备案情况，本区用语", "filing, in the region's words"),
        Column(
            "third_party",
            TEXT,
            "",
            "",
            "第三人责任或工伤标记，本区用语",
            "third-party or work-injury mark, in the region's words",
        ),
        Column(
            "account_use",
            TEXT,
            "",
            "acct_used_flag",
            "none 不用、own 本人、relative 亲属的账户",
            "account to use: none, own, or a relative's",
            values=("none", "own", "relative"),
        ),
        Column(
            "account_person_id", TEXT, "", "", "亲属账户的所有人", "owner of the relative's account", refers="persons"
        ),
        Column("option", TEXT, "", "", "政策给参保人的选择，本区用语", "the patient's option, in the region's words"),
        Column(
            "total_fee",
            FEN,
            "fen",
            "medfee_sumamt",
            "医疗费总额 = 明细之和",
            "total fee; equals the sum of its lines",
            required=True,
            low=0,
        ),
        Column(
            "given",
            FENS,
            "fen",
            "",
            "随单给定的付款：层 → 金额",
            "payments that arrive with the claim: layer → amount",
            low=0,
        ),
        FACTS,
    ),
    in_order=(("admitted_on", "discharged_on"),),
)

LINES = Table(
    "lines",
    "费用明细",
    "Lines of claims",
    (
        Column("line_id", TEXT, "", "feedetl_sn", "明细编号", "line", required=True, key=True),
        Column("claim_id", TEXT, "", "setl_id", "结算申请编号", "claim", required=True, refers="claims"),
        Column(
            "fee_at",
            TIMESTAMP,
            "",
            "fee_ocur_time",
            "费用发生时间（北京时间，不带时区）",
            "time of the fee, Beijing time, no zone",
        ),
        Column("item", TEXT, "", "", "项目组，本区用语，如 乙类药", "item group in the region's words"),
        Column(
            "class",
            TEXT,
            "",
            "chrgitm_lv",
            "甲、乙、丙类；也可写 01、02、03",
            "class; 01, 02 and 03 are read too",
            values=("甲", "乙", "丙"),
            aliases=_CLASSES,
        ),
        Column("fee_kind", TEXT, "", "med_chrgitm_type", "费用类别", "kind of fee"),
        Column("national_code", TEXT, "", "hilist_code", "医保目录编码", "national catalogue code"),
        Column("hospital_code", TEXT, "", "medins_list_codg", "医院目录编码", "the hospital's own code"),
        Column("quantity", QUANTITY, "units", "cnt", "数量；退费为负", "quantity; negative for a refund"),
        Column("price", PRICE, "yuan per unit", "pric", "单价（元）", "price of one unit, in yuan", low=0),
        Column(
            "amount",
            FEN,
            "fen",
            "det_item_fee_sumamt",
            "金额；退费为负",
            "amount; negative for a refund",
            required=True,
        ),
        Column(
            "price_limit",
            FEN,
            "fen per unit",
            "pric_uplmt_amt",
            "限价；空或 999999 元、99999999 元 = 不限",
            "price limit; empty, 999999 yuan or 99999999 yuan = none",
            aliases=_NO_LIMIT,
            low=0,
        ),
        Column(
            "first_pay_rate",
            RATIO,
            "ratio",
            "selfpay_prop",
            "先行自付比例，0 至 1",
            "first self-pay rate, 0 to 1",
            low=0,
            high=1,
        ),
        Column(
            "limited_use",
            TEXT,
            "",
            "lmt_used_flag",
            "限制使用：0 否、1 是",
            "restricted item: 0 no, 1 yes",
            values=("0", "1"),
        ),
        Column(
            "approved",
            TEXT,
            "",
            "hosp_appr_flag",
            "医院审批：0 无须、1 通过、2 不通过",
            "hospital's approval: 0 not needed, 1 approved, 2 refused",
            values=("0", "1", "2"),
        ),
        Column(
            "original_line_id",
            TEXT,
            "",
            "init_feedetl_sn",
            "退费所对应的原明细（同一单）",
            "the line of the same claim that this refund returns",
        ),
        Column(
            "in_disease_scope",
            TEXT,
            "",
            "",
            "是否属于该病种范围",
            "whether the item is in the scope of the disease",
            values=YES_NO,
        ),
        *part_columns(),
        FACTS,
    ),
)

DISCHARGES = Table(
    "discharges",
    "出院病例",
    "Discharges",
    (
        Column("discharge_id", TEXT, "", "", "病例编号", "discharge", required=True, key=True),
        Column("claim_id", TEXT, "", "setl_id", "结算申请编号", "claim", refers="claims"),
        Column("person_id", TEXT, "", "psn_no", "参保人编号", "insured person", refers="persons"),
        Column("provider_id", TEXT, "", "fixmedins_code", "定点医药机构", "designated institution", required=True),
        Column("level", TEXT, "", "hosp_lv", "医疗机构级别", "level of the institution"),
        Column("admitted_on", DATE, "", "adm_time", "入院日期", "day of admission"),
        Column("discharged_on", DATE, "", "dscg_time", "出院日期", "day of discharge", required=True),
        Column("age", INT, "years", "age", "入院时周岁", "whole years at admission", low=0, high=150),
        Column(
            "age_days",
            INT,
            "days",
            "nwb_age",
            "入院时天龄，不足一周岁的",
            "days since birth at admission, of infants",
            low=0,
            high=366,
        ),
        Column(
            "weight",
            INT,
            "grams",
            "nwb_bir_wt",
            "出生体重，没有的用入院体重；新生儿的",
            "weight at birth, else at admission; of newborns",
            low=1,
            high=20_000,
        ),
        SEX,
        Column(
            "principal_diagnosis", TEXT, "", "dscg_maindiag_code", "主要诊断编码", "code of the principal diagnosis"
        ),
        Column(
            "other_diagnoses", TEXTS, "", "diag_code", "其他诊断编码，按次序", "codes of the other diagnoses, in order"
        ),
        Column("procedures", TEXTS, "", "oprn_oprt_code", "手术操作编码，按次序", "codes of the procedures, in order"),
        Column("days", INT, "days", "act_ipt_days", "实际住院天数", "days of stay", low=0, high=36600),
        Column(
            "icu_hours",
            INT,
            "hours",
            "scs_cutd_sum_dura",
            "重症监护时长，满小时",
            "in intensive care, whole hours",
            low=0,
            high=1_000_000,
        ),
        Column("outcome", TEXT, "", "dscg_way", "离院方式", "way of leaving"),
        Column(
            "since_previous",
            INT,
            "days",
            "",
            "距上次因同病从同一机构出院的天数；都不写的，由这些病例推算",
            "since the same person left the same institution with the same disease; where no row says it, the rows tell it",
            low=0,
            high=36600,
        ),
        Column("record_score", INT, "points", "", "病案质量评分", "score of the case's record", low=0, high=1000),
        Column("total_fee", FEN, "fen", "medfee_sumamt", "医疗费总额", "total fee", low=0),
        Column("paid", FEN, "fen", "fund_pay_sumamt", "基金支付", "paid by the funds", low=0),
    ),
    in_order=(("admitted_on", "discharged_on"),),
)
