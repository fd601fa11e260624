"""The documentation page of roles and permissions."""

from __future__ import annotations

from tongchou.record.orgs.permissions import PERMISSIONS, ROLES

_HEAD = """# Roles and permissions

<!-- Written by `tongchou.record.orgs.roles_page`; change the roles, not this page. -->

A user holds roles while they last; a role gives permissions, and whatever no role gives is refused. Rows are another
matter: with any role a user sees those of their own branch, institution, employer or person only.
"""
_KINDS = {"agency": "经办机构", "provider": "医药机构", "employer": "参保单位", "public": "公众"}


def page() -> str:
    """The page as Markdown."""
    lines = [_HEAD, "| role | 名称 | at | never together with |", "|---|---|---|---|"]
    for role in ROLES.values():
        at, clash = "、".join(_KINDS[kind] for kind in role.at), ", ".join(f"`{name}`" for name in role.never_with)
        lines.append(f"| `{role.name}` {role.en} | {role.zh} | {at} | {clash} |")
    lines += ["", "| permission | 名称 | roles |", "|---|---|---|"]
    for permission in PERMISSIONS.values():
        held = ", ".join(f"`{role.name}`" for role in ROLES.values() if permission.name in role.permissions)
        lines.append(f"| `{permission.name}` {permission.en} | {permission.zh} | {held} |")
    return "\n".join(lines) + "\n"
