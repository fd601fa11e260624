"""The report as one HTML page: no script, nothing fetched; first what it says, then tables and pictures."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from tongchou.engines.benefits.compare import Provision, Sheet
from tongchou.engines.benefits.explain import Explanation, Text, to_text
from tongchou.engines.benefits.explain.model import Lang
from tongchou.faces.report.document import document
from tongchou.faces.report.model import Change, Policy, Report
from tongchou.faces.report.pictures import change_histogram, fund_waterfall, group_bars, share_bars
from tongchou.faces.report.words import NOT_STATED, cell, signed, summary, warnings, word
from tongchou.ground.money import yuan_grouped

_SHOWN = {
    "groups": ("dimension", "group", "people", "better", "worse", "mean", "fund_change", "fund_percent", "cash_change"),
    "layers": ("scheme", "layer_name", "bearer", "paid_a", "paid_b", "paid_change", "paid_percent"),
}
"""Columns of wide tables that the page shows; the workbook has them all."""
_MOST_ROWS = 60
_PROVISIONS = 40


def to_html(report: Report, lang: Lang) -> str:
    """The page in one language. Money is in yuan."""
    zh = lang == "zh"
    title = "政策改动比较" if zh else "What a change of policy does"
    parts = [
        f"<h1>{title}</h1>",
        _policies(report, lang),
        *(f'<p class="warn" role="alert">{escape(text)}</p>' for text in warnings(report, lang)),
        '<div class="lead">' + "".join(f"<p>{escape(text)}</p>" for text in summary(report, lang)) + "</div>",
        f'<p class="soft">{"金额单位:元。B 与 A 相比;“现金”是个人现金支付,不含个人账户。" if zh else _UNIT_EN}</p>',
        _provisions(report, lang),
        _section(report.sheets["payers"], lang, table(report.sheets["payers"], lang), fund_waterfall(report, lang)),
        _section(report.sheets["layers"], lang, table(report.sheets["layers"], lang)),
        _section(report.sheets["groups"], lang, change_histogram(report, lang), group_bars(report, lang)),
        _folded("全部分组" if zh else "All groups", table(report.sheets["groups"], lang)),
        _section(report.sheets["shares"], lang, share_bars(report, lang), table(report.sheets["deciles"], lang)),
        f'<p class="note">{escape(report.sheets["deciles"].note.of(lang))}</p>',
        _section(report.sheets["heavy"], lang, table(report.sheets["heavy"], lang)),
        _section(report.sheets["claims"], lang, table(report.sheets["claims"], lang)),
        table(report.sheets["reasons"], lang),
        _section(report.sheets["largest"], lang, *(_change(one, lang) for one in report.changes)),
        _method(report, lang),
    ]
    return document(f"{title} — {report.b.label}", parts, lang)


_HOW = Text(
    "同一批就诊按 A、按 B 各从头结算一遍,限额、起付线等按各自的经过累计。"
    "只算规则的直接作用:人们就医多少、去哪里,都当作不变。",
    "The same claims are settled from the start under A and again under B, each with its own course of deductibles "
    "and limits. Only the direct effect of the rules is counted: how much care people seek, and where, is taken as "
    "unchanged.",
)
_UNIT_EN = "Amounts in yuan. B compared with A; cash is what the person pays, without the personal account."


def _policies(report: Report, lang: Lang) -> str:
    rows = "".join(
        f"<dt>{name}</dt><dd>{escape(_policy(policy, lang))}</dd>"
        for name, policy in (("A", report.a), ("B", report.b))
    )
    compared = report.counts["compared"]
    fee = yuan_grouped(report.counts["compared_fee"])
    said = (
        f"比较 {compared:,} 件就诊,费用 {fee} 元" if lang == "zh" else f"{compared:,} claims compared, fee {fee} yuan"
    )
    return f'<dl>{rows}</dl><p class="soft">{said}</p>'


def _policy(policy: Policy, lang: Lang) -> str:
    return f"{policy.region.of(lang)} — {policy.label}"


def _provisions(report: Report, lang: Lang) -> str:
    """What the change is: the articles that only one side has."""
    zh = lang == "zh"
    heads = ("只有 A 有的条款", "只有 B 有的条款") if zh else ("Only in A", "Only in B")
    lists = [
        _listed(head, found, lang) for head, found in zip(heads, (report.a.only, report.b.only), strict=True) if found
    ]
    if not lists:
        return f"<p>{'A 与 B 的条款相同。' if zh else 'A and B declare the same.'}</p>"
    return f"<h2>{'改了什么' if zh else 'What changes'}</h2>" + "".join(lists)


def _listed(head: str, found: Sequence[Provision], lang: Lang) -> str:
    since = " 起" if lang == "zh" else ""
    items = "".join(
        f"<li>{escape(one.says)} <span class=soft>《{escape(one.document)}》{escape(one.cite)}, "
        f"{'' if lang == 'zh' else 'from '}{one.starts}{since}</span></li>"
        for one in found[:_PROVISIONS]
    )
    more = f"<li>… {len(found) - _PROVISIONS}</li>" if len(found) > _PROVISIONS else ""
    return f"<h3>{head}</h3><ul>{items}{more}</ul>"


def _section(sheet: Sheet, lang: Lang, *content: str) -> str:
    inside = "\n".join(part for part in content if part)
    return (
        f'<section id="{sheet.name}"><h2>{escape(sheet.title.of(lang))}</h2>'
        f'<p class="note">{escape(sheet.note.of(lang))}</p>{inside}</section>'
    )


def _folded(name: str, content: str) -> str:
    return f"<details><summary>{escape(name)}</summary>{content}</details>"


def table(sheet: Sheet, lang: Lang) -> str:
    """A sheet as a table; nothing when it has no rows."""
    if not sheet.rows:
        return ""
    shown = _SHOWN.get(sheet.name) or tuple(column.name for column in sheet.columns)
    places = [i for i, column in enumerate(sheet.columns) if column.name in shown]
    columns = [sheet.columns[i] for i in places]
    head = "".join(f'<th scope="col"{_class(c.kind)}>{escape(c.label.of(lang))}</th>' for c in columns)
    rows = []
    for row in sheet.rows[:_MOST_ROWS]:
        cells = [_text(sheet, i, row, lang) for i in places]
        tds = "".join(f"<td{_class(c.kind)}>{escape(text)}</td>" for c, text in zip(columns, cells, strict=True))
        rows.append(f"<tr{' class=first' if row[0] in ('funds', 'total', 'all') else ''}>{tds}</tr>")
    cut = len(sheet.rows) - _MOST_ROWS
    below = f'<p class="note">{"另有" if lang == "zh" else "more rows in the workbook:"} {cut}</p>' if cut > 0 else ""
    return (
        f'<div class="wide" tabindex="0" role="region" aria-label="{escape(sheet.title.of(lang))}"><table>'
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>{below}"
    )


def _text(sheet: Sheet, place: int, row: Sequence[object], lang: Lang) -> str:
    column, value = sheet.columns[place], row[place]
    if column.name == "group" and not value and row[0] != "all":
        return NOT_STATED.of(lang)
    if column.name == "layer_name" and not value:
        return word(str(row[1]), lang) if row[1] else ""
    return cell(column, value, lang)


def _class(kind: str) -> str:
    return ' class="number"' if kind in ("fen", "count", "percent", "share") else ""


def _change(change: Change, lang: Lang) -> str:
    """One person: how the cash changes, and the claim as each side explains it."""
    row, zh = change.row, lang == "zh"
    said = (
        f"{word(row['direction'], lang)} {row['rank']}: {row['person_id']}({row['year']}){signed(row['change'])} — "
        f"{'现金' if zh else 'cash'} {yuan_grouped(row['cash_a'])} → {yuan_grouped(row['cash_b'])}; "
        f"{'就诊' if zh else 'claim'} {row['claim_id']}"
    )
    pair = "".join(
        f"<div><h3>{name}</h3><pre>{escape(told(explanation, lang))}</pre></div>"
        for name, explanation in (("A", change.a), ("B", change.b))
    )
    return f'<details><summary>{escape(said)}</summary><div class="pair">{pair}</div></details>'


def told(explanation: Explanation | None, lang: Lang) -> str:
    """An explanation as text; a policy without that payment at year end says so."""
    if explanation is None:
        return "没有这笔年末支付。" if lang == "zh" else "There is no such payment at year end."
    return to_text(explanation, lang)


def _method(report: Report, lang: Lang) -> str:
    """How the figures came about, so that another can repeat them."""
    zh = lang == "zh"
    assumed = "、".join(f"{name}={value}" for name, value in report.assumed.items())
    facts = [
        ("A", f"{_policy(report.a, lang)}, {report.a.pack_hash}"),
        ("B", f"{_policy(report.b, lang)}, {report.b.pack_hash}"),
        ("引擎语义" if zh else "semantics", str(report.semantics)),
        ("年末的层" if zh else "year-end layers", word("yes" if report.year_end else "no", lang)),
        *([("采用的事实" if zh else "assumed", assumed)] if assumed else ()),
        ("对账" if zh else "reconciliation", _reconciled(report, lang)),
    ]
    listed = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in facts)
    head = "怎样得出" if zh else "How this was computed"
    said = escape(_HOW.of(lang))
    return f"<section><h2>{head}</h2><p>{said}</p><dl>{listed}</dl></section>"


def _reconciled(report: Report, lang: Lang) -> str:
    if report.reconciled:
        count = len(report.checks)
        return f"{count} 项全部相符" if lang == "zh" else f"all {count} checks hold"
    return "; ".join(name for name, holds in report.checks.items() if not holds)
