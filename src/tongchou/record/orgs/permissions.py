"""What there is to be permitted, and the roles that permit it. One person never holds both sides of a check."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Permission:
    name: str
    zh: str
    en: str


@dataclass(frozen=True)
class Role:
    """`at`: the kinds of organisation whose users may hold it; `never_with`: roles that the same user may not hold."""

    name: str
    zh: str
    en: str
    permissions: tuple[str, ...]
    at: tuple[str, ...] = ("agency",)
    never_with: tuple[str, ...] = field(default=())


PERMISSIONS = {
    one.name: one
    for one in (
        Permission("orgs.read", "查看机构", "see organisations"),
        Permission("orgs.write", "维护机构", "keep organisations"),
        Permission("users.write", "维护用户", "keep users"),
        Permission("users.grant", "授予角色", "grant roles"),
        Permission("users.elevate", "批准临时授权", "approve temporary elevation"),
        Permission("packs.read", "查看政策包", "see packs"),
        Permission("packs.propose", "提交政策包", "propose a pack"),
        Permission("packs.activate", "启用政策包", "activate a pack"),
        Permission("people.read", "查看参保人", "see persons"),
        Permission("people.reveal", "查看完整证件号", "see identity numbers in full"),
        Permission("people.write", "登记参保人", "register persons"),
        Permission("people.merge", "审核合并", "decide on merging persons"),
        Permission("enrolment.write", "办理参保", "keep enrolment"),
        Permission("enrolment.change_past", "更改既往参保", "change enrolment of the past"),
        Permission("enrolment.read", "查看参保", "see enrolment"),
        Permission("contributions.read", "查看缴费", "see contributions"),
        Permission("contributions.assess", "核定缴费", "assess contributions"),
        Permission("contributions.receive", "登记到账", "record receipts"),
        Permission("contributions.refund", "申请退费", "ask for refunds"),
        Permission("contributions.waive", "申请减免滞纳金", "ask that late fees are waived"),
        Permission("contributions.approve", "审核退费、减免和发放", "approve refunds, waivers and pay-outs"),
        Permission("accounts.read", "查看个人账户", "see personal accounts"),
        Permission("accounts.write", "办理个人账户", "keep personal accounts"),
        Permission("settlement.read", "查看就诊与结算", "see visits and settlements"),
        Permission("settlement.trial", "预结算", "try settlements"),
        Permission("settlement.write", "就诊登记、结算与撤销", "register visits, settle and reverse"),
        Permission("settlement.correct", "提出重算补差", "ask for supplementary calculations"),
        Permission("settlement.approve", "审核重算补差", "decide on supplementary calculations"),
        Permission("lists.decide", "审核结算清单与特病单议", "decide on settlement lists and on leaving grouping"),
        Permission("manual.apply", "申请手工报销", "apply for manual claims"),
        Permission("manual.settle", "结算手工报销", "settle manual claims"),
        Permission("settlement.post_batch", "载入批量结算", "post what was settled in bulk"),
        Permission("ledger.read", "查看基金账", "see the books"),
        Permission("ledger.enter", "录入手工凭证", "enter vouchers"),
        Permission("ledger.check", "复核手工凭证", "check vouchers"),
        Permission("ledger.close", "月结", "close months"),
        Permission("ledger.reopen", "反结账", "reopen months"),
        Permission("payees.write", "登记收款账户", "register payees' bank accounts"),
        Permission("payees.confirm", "核实收款账户", "confirm payees' bank accounts"),
        Permission("payments.read", "查看拨付", "see payment orders"),
        Permission("payments.prepare", "编制拨付单", "prepare payment orders"),
        Permission("payments.review", "复核拨付单", "review payment orders"),
        Permission("payments.approve", "审批拨付单", "approve payment orders"),
        Permission("payments.send", "出具银行盘、登记回盘", "make bank files and record answers"),
        Permission("matching.read", "查看对账", "see daily matches"),
        Permission("matching.report", "报送日结合计", "report a day's totals"),
        Permission("matching.resolve", "处理对账差异", "resolve differences of a match"),
        Permission("statements.read", "查看月结算", "see months of providers"),
        Permission("statements.open", "生成月结算单", "open months of providers"),
        Permission("statements.declare", "申报月结算、认可扣款和申诉", "declare one's month, accept and appeal"),
        Permission("statements.deduct", "录入扣款", "enter deductions"),
        Permission("statements.review", "审核月结算", "close the review of a month"),
        Permission("statements.decide", "裁定申诉、终审月结算", "decide on appeals and make months final"),
        Permission("statements.prepay", "月预付与周转金", "prepay months, advance and recover"),
        Permission("statements.reopen", "重开月结算", "reopen months"),
        Permission("filings.read", "查看备案", "see filings"),
        Permission("filings.submit", "提交备案", "submit filings"),
        Permission("filings.decide", "审核备案", "decide on filings"),
        Permission("providers.read", "查看医药机构", "see providers"),
        Permission("providers.write", "维护医药机构", "keep providers"),
        Permission("providers.apply", "申请协议", "apply for an agreement"),
        Permission("departments.write", "报送科室", "report departments"),
        Permission("providers.decide", "审核协议", "decide on agreements"),
        Permission("catalogues.read", "查看目录", "see catalogues"),
        Permission("catalogues.propose", "提交目录", "propose catalogues"),
        Permission("catalogues.decide", "审核目录与对照", "decide on catalogues and mappings"),
        Permission("uploads.take", "上传导入文件", "upload files to be imported"),
        Permission("mappings.propose", "提交目录对照", "propose mappings of one's items"),
        Permission("exchange.read", "查看接口报文", "see messages of the interface"),
        Permission("exchange.keys", "发放接口密钥", "issue keys of the interface"),
        Permission("exchange.purge", "清理到期报文", "delete messages that were kept long enough"),
        Permission("supervision.read", "查看监管线索", "see what supervision looks into"),
        Permission("audit.read", "查看审计记录", "read the trail"),
    )
}

_SEE = ("people.read", "enrolment.read", "contributions.read", "accounts.read", "filings.read", "providers.read")
_BOOKS = (
    "ledger.read",
    "payments.read",
    "statements.read",
    "matching.read",
    "contributions.read",
    "accounts.read",
    "providers.read",
)

ROLES = {
    one.name: one
    for one in (
        Role(
            "administrator",
            "系统管理员",
            "administrator",
            ("orgs.read", "orgs.write", "users.write", "exchange.purge"),
            never_with=("security", "auditor"),
        ),
        Role(
            "security",
            "安全管理员",
            "security officer",
            ("orgs.read", "users.grant", "users.elevate"),
            never_with=("administrator", "auditor"),
        ),
        Role(
            "auditor",
            "审计员",
            "auditor",
            ("orgs.read", "packs.read", "audit.read"),
            never_with=("administrator", "security"),
        ),
        Role(
            "clerk",
            "经办",
            "clerk",
            (
                *_SEE,
                "people.write",
                "enrolment.write",
                "filings.submit",
                "catalogues.read",
                "uploads.take",
                "settlement.read",
                "settlement.trial",
                "settlement.correct",
                "matching.read",
                "matching.resolve",
                "statements.read",
                "statements.open",
                "statements.deduct",
                "statements.review",
                "manual.apply",
            ),
            never_with=("reviewer",),
        ),
        Role(
            "reviewer",
            "复核",
            "reviewer",
            (
                *_SEE,
                "people.merge",
                "people.reveal",
                "enrolment.change_past",
                "filings.decide",
                "catalogues.read",
                "settlement.read",
                "settlement.approve",
                "lists.decide",
                "statements.read",
                "statements.decide",
                "statements.reopen",
                "manual.settle",
            ),
            never_with=("clerk",),
        ),
        Role(
            "assessor",
            "征缴核定",
            "contribution assessor",
            (
                *_SEE,
                "contributions.assess",
                "contributions.receive",
                "contributions.refund",
                "contributions.waive",
                "accounts.write",
            ),
            never_with=("contribution_reviewer",),
        ),
        Role(
            "contribution_reviewer",
            "征缴复核",
            "contribution reviewer",
            (*_SEE, "contributions.approve"),
            never_with=("assessor",),
        ),
        Role(
            "accountant",
            "基金会计",
            "fund accountant",
            (*_BOOKS, "ledger.enter", "ledger.close"),
            never_with=("chief_accountant", "cashier"),
        ),
        Role(
            "chief_accountant",
            "基金会计主管",
            "chief accountant",
            (*_BOOKS, "ledger.check", "ledger.reopen", "payments.approve", "settlement.post_batch"),
            never_with=("accountant", "payer", "paying_reviewer", "cashier"),
        ),
        Role(
            "payer",
            "拨付经办",
            "paying clerk",
            (
                "ledger.read",
                "payments.read",
                "payments.prepare",
                "payees.write",
                "providers.read",
                "people.read",
                "statements.read",
                "statements.prepay",
            ),
            never_with=("paying_reviewer", "chief_accountant", "cashier"),
        ),
        Role(
            "paying_reviewer",
            "拨付复核",
            "paying reviewer",
            ("ledger.read", "payments.read", "payments.review", "payees.confirm", "providers.read", "people.read"),
            never_with=("payer", "chief_accountant", "cashier"),
        ),
        Role(
            "cashier",
            "出纳",
            "cashier",
            ("payments.read", "payments.send"),
            never_with=("accountant", "chief_accountant", "payer", "paying_reviewer"),
        ),
        Role(
            "policy",
            "待遇政策",
            "policy officer",
            ("packs.read", "packs.propose", "catalogues.read", "catalogues.propose", "uploads.take"),
            never_with=("policy_reviewer",),
        ),
        Role(
            "policy_reviewer",
            "政策审核",
            "policy reviewer",
            ("packs.read", "packs.activate", "catalogues.read", "catalogues.decide"),
            never_with=("policy",),
        ),
        Role(
            "providers",
            "协议管理",
            "provider manager",
            (
                "providers.read",
                "providers.apply",
                "providers.write",
                "departments.write",
                "catalogues.read",
                "uploads.take",
                "exchange.read",
                "exchange.keys",
            ),
            never_with=("provider_reviewer",),
        ),
        Role(
            "provider_reviewer",
            "协议审核",
            "provider reviewer",
            ("providers.read", "providers.decide"),
            never_with=("providers",),
        ),
        Role(
            "supervisor",
            "基金监管",
            "fund supervisor",
            (
                "people.read",
                "providers.read",
                "catalogues.read",
                "settlement.read",
                "supervision.read",
                "statements.read",
                "statements.deduct",
                "uploads.take",
            ),
            never_with=("clerk", "reviewer", "providers", "payer"),
        ),
        Role(
            "hospital",
            "医保办",
            "hospital insurance office",
            (
                "people.read",
                "enrolment.read",
                "filings.read",
                "filings.submit",
                "providers.read",
                "providers.apply",
                "departments.write",
                "catalogues.read",
                "mappings.propose",
                "uploads.take",
                "settlement.read",
                "settlement.trial",
                "settlement.write",
                "matching.read",
                "matching.report",
                "payments.read",
                "statements.read",
                "statements.declare",
                "exchange.read",
            ),
            at=("provider",),
        ),
        Role(
            "employer",
            "参保单位",
            "employer",
            (
                "people.read",
                "enrolment.read",
                "contributions.read",
                "payments.read",
                "enrolment.write",
                "filings.read",
                "filings.submit",
                "uploads.take",
            ),
            at=("employer",),
        ),
        Role(
            "insured",
            "参保人",
            "insured person",
            (*_SEE, "filings.submit", "settlement.read", "manual.apply", "payments.read"),
            at=("public",),
        ),
    )
}


def clashes(roles: set[str]) -> list[tuple[str, str]]:
    """Pairs of roles that one user may not hold together."""
    return sorted({tuple(sorted((a, b))) for a in roles for b in ROLES[a].never_with if b in roles})
