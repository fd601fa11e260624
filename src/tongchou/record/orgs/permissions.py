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
        Permission("contributions.approve", "审核退费", "approve refunds"),
        Permission("accounts.read", "查看个人账户", "see personal accounts"),
        Permission("accounts.write", "办理个人账户", "keep personal accounts"),
        Permission("filings.read", "查看备案", "see filings"),
        Permission("filings.submit", "提交备案", "submit filings"),
        Permission("filings.decide", "审核备案", "decide on filings"),
        Permission("providers.read", "查看医药机构", "see providers"),
        Permission("providers.write", "维护医药机构", "keep providers"),
        Permission("providers.apply", "申请协议", "apply for an agreement"),
        Permission("providers.decide", "审核协议", "decide on agreements"),
        Permission("catalogues.read", "查看目录", "see catalogues"),
        Permission("catalogues.propose", "提交目录", "propose catalogues"),
        Permission("catalogues.decide", "审核目录与对照", "decide on catalogues and mappings"),
        Permission("uploads.take", "上传导入文件", "upload files to be imported"),
        Permission("mappings.propose", "提交目录对照", "propose mappings of one's items"),
        Permission("audit.read", "查看审计记录", "read the trail"),
    )
}

_SEE = ("people.read", "enrolment.read", "contributions.read", "accounts.read", "filings.read", "providers.read")

ROLES = {
    one.name: one
    for one in (
        Role(
            "administrator",
            "系统管理员",
            "administrator",
            ("orgs.read", "orgs.write", "users.write"),
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
            (*_SEE, "people.write", "enrolment.write", "filings.submit", "catalogues.read", "uploads.take"),
            never_with=("reviewer",),
        ),
        Role(
            "reviewer",
            "复核",
            "reviewer",
            (*_SEE, "people.merge", "people.reveal", "enrolment.change_past", "filings.decide", "catalogues.read"),
            never_with=("clerk",),
        ),
        Role(
            "assessor",
            "征缴核定",
            "contribution assessor",
            (*_SEE, "contributions.assess", "contributions.receive", "contributions.refund", "accounts.write"),
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
            ("providers.read", "providers.apply", "providers.write", "catalogues.read"),
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
                "catalogues.read",
                "mappings.propose",
                "uploads.take",
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
                "enrolment.write",
                "filings.read",
                "filings.submit",
            ),
            at=("employer",),
        ),
        Role("insured", "参保人", "insured person", (*_SEE, "filings.submit"), at=("public",)),
    )
}


def clashes(roles: set[str]) -> list[tuple[str, str]]:
    """Pairs of roles that one user may not hold together."""
    return sorted({tuple(sorted((a, b))) for a in roles for b in ROLES[a].never_with if b in roles})
