"""The report of a cleared year as one HTML page: what became of the budget, of every settlement and institution.

It is made from the tables of a folder, so that the page of the whole city and that of one institution are one form.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from tongchou.engines.benefits.explain.model import Lang
from tongchou.engines.payment.analysis import Indicator, Profit
from tongchou.engines.payment.results import decimals
from tongchou.engines.payment.rules import Rules
from tongchou.engines.payment.statement import FIELDS
from tongchou.faces.report.clearing_words import word
from tongchou.faces.report.document import document
from tongchou.faces.report.pictures import Bar, Line, Scale, draw, figure
from tongchou.ground.money import yuan_grouped

_MOST = 60
"""Rows of a table, and bars of a picture, that the page shows."""


def clearing_page(
    rules: Rules,
    tables: Mapping[str, pa.Table],
    institution: str,
    lang: Lang,
    indicators: Sequence[Indicator] = (),
    profits: Mapping[str, Profit] | None = None,
) -> str:
    """The page in one language. Money is in yuan."""
    zh = lang == "zh"
    title = f"{rules.year} 年度清算" if zh else f"Clearing of {rules.year}"
    title += f" — {institution}" if institution else ""
    lines = tables["lines"].to_pylist()
    parts = [
        f"<h1>{escape(title)}</h1>",
        _lead(rules, tables, lines, lang),
        _budget(tables["balances"].to_pylist(), lang),
        _pools(tables["pools"].to_pylist(), lang),
        _institutions(lines, lang),
        _settlements(tables["cases"], lang),
        _indicators(indicators, lang),
        _groups(profits or {}, lang),
        _rules(rules, lang),
    ]
    return document(title, parts, lang)


def _lead(rules: Rules, tables: Mapping[str, pa.Table], lines: Sequence[Mapping[str, Any]], lang: Lang) -> str:
    cases, zh = tables["cases"], lang == "zh"
    inside = pc.sum(pc.equal(cases["reason"].cast(pa.string()), "")).as_py() or 0
    payable, due = (sum(line[name] for line in lines) for name in ("payable", "due"))
    kept, borne = (sum(line[n] for line in lines) for n in ("kept", "overrun"))
    shared = sum(line["shared"] + line["compensated"] for line in lines)
    told = (
        [
            f"{len(cases):,} 笔结算,{inside:,} 笔参加清算,{len(cases) - inside:,} 笔除外,各有原因。",
            f"应支付 {yuan_grouped(payable)} 元,尚应补付 {yuan_grouped(due)} 元。",
            f"结余留用 {yuan_grouped(kept)} 元;超支 {yuan_grouped(borne)} 元,"
            f"其中基金分担和补偿 {yuan_grouped(shared)} 元。",
        ]
        if zh
        else [
            f"{len(cases):,} settlements: {inside:,} cleared, {len(cases) - inside:,} left out, each with its reason.",
            f"Payable {yuan_grouped(payable)} yuan, still due {yuan_grouped(due)} yuan.",
            f"Surplus kept {yuan_grouped(kept)} yuan; overrun {yuan_grouped(borne)} yuan, of which the fund bears "
            f"{yuan_grouped(shared)}.",
        ]
    )
    check = f"规则校验码 {rules.hash};金额单位:元" if zh else f"Hash of the rules {rules.hash}; amounts in yuan"
    return '<div class="lead">' + "".join(f"<p>{escape(t)}</p>" for t in told) + f'</div><p class="soft">{check}</p>'


def _section(name: str, title: str, note: str, *content: str) -> str:
    inside = "\n".join(part for part in content if part)
    return f'<section id="{name}"><h2>{escape(title)}</h2><p class="note">{escape(note)}</p>{inside}</section>'


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]], texts: int, lang: Lang) -> str:
    """The first `texts` columns are words, the others figures."""
    kinds = ["" if i < texts else ' class="number"' for i in range(len(heads))]
    head = "".join(f'<th scope="col"{k}>{escape(h)}</th>' for h, k in zip(heads, kinds, strict=True))
    body = "".join(
        "<tr>" + "".join(f"<td{k}>{escape(c)}</td>" for c, k in zip(row, kinds, strict=True)) + "</tr>"
        for row in rows[:_MOST]
    )
    more = len(rows) - _MOST
    below = f'<p class="note">{"另有" if lang == "zh" else "more rows in the tables:"} {more}</p>' if more > 0 else ""
    return (
        f'<div class="wide" tabindex="0" role="region"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>{below}"
    )


def _budget(rows: Sequence[Mapping[str, Any]], lang: Lang) -> str:
    zh = lang == "zh"
    names = ("budget", "paid", "deposits_kept", "reserve", "reserve_used", "retained")
    shown = [
        [word(row["scheme"], lang), word(row["setting"], lang), *(yuan_grouped(row[name]) for name in names)]
        for row in rows
    ]
    lines, most, least = [], 1, 0
    for row in rows:
        ends, bars = 0, []
        for colour, fen in (("b", row["paid"]), ("a", row["deposits_kept"] + row["reserve"] - row["reserve_used"]),
                            ("better" if row["retained"] >= 0 else "worse", row["retained"])):  # fmt: skip
            bars.append(Bar(colour, ends, ends + fen))
            ends += fen
            most, least = max(most, ends), min(least, ends)
        name = f"{word(row['scheme'], lang)} · {word(row['setting'], lang)}"
        lines.append(Line(name, yuan_grouped(row["budget"]), bars))
    legend = [("b", word("paid", lang)), ("a", f"{word('deposits_kept', lang)}、{word('reserve', lang)}"),
              ("better", word("retained", lang)), ("worse", "超出预算" if zh else "beyond the budget")]  # fmt: skip
    title = "预算到哪里去了" if zh else "What became of the budget"
    note = (
        "预算=支付+扣减的保证金+未动用的调节金+基金留存,一分不差;基金留存最后得出,为负的超出了预算。"
        if zh
        else "Budget = paid + deposits kept + reserve left + retained, to the fen; what is retained is derived last, "
        "and is less than nothing where more was paid than the budget."
    )
    heads = [word(key, lang) for key in ("scheme", "setting", *names)]
    picture = figure(title, draw("budget", title, lines, Scale(least, most)), legend)
    return _section("budget", title, note, picture, _table(heads, shown, 2, lang))


def _pools(rows: Sequence[Mapping[str, Any]], lang: Lang) -> str:
    if not rows:
        return ""
    zh = lang == "zh"
    shown = [
        [
            word(row["method"], lang), word(row["scheme"], lang), row["part"], yuan_grouped(row["budget"]),
            yuan_grouped(row["at_cost"]), f"{row['points'] // 10_000:,}.{row['points'] % 10_000:04d}",
            yuan_grouped(row["total"]), row["price_shown"],
        ]
        for row in rows
    ]  # fmt: skip
    heads = [word(k, lang) for k in ("method", "scheme", "part", "budget", "at_cost", "points", "total", "price_shown")]
    note = (
        "点值=可分的金额÷总分值,这里显示六位小数,计算用准确的分数。" if zh
        else "A point is worth what is to be shared ÷ all points; shown with six decimals, counted as a fraction."
    )  # fmt: skip
    return _section("pools", "点值" if zh else "Point values", note, _table(heads, shown, 3, lang))


def _institutions(rows: Sequence[Mapping[str, Any]], lang: Lang) -> str:
    zh = lang == "zh"
    heads = [word(key, lang) for key in ("institution_name", "scheme", "setting", "method")]
    heads += [zh_ if zh else en for name, zh_, en in FIELDS]
    shown = [
        [
            row["institution"], word(row["scheme"], lang), word(row["setting"], lang), word(row["method"], lang),
            *(_cell(name, row[name]) for name, *_ in FIELDS),
        ]
        for row in sorted(rows, key=lambda row: (row["institution"], -row["payable"]))
    ]  # fmt: skip
    largest = sorted(rows, key=lambda row: -row["standard"])[:20]
    most = max([1, *(max(row["standard"], row["charged"]) for row in largest)])
    lines = [
        Line(
            f"{row['institution']} · {word(row['scheme'], lang)} · {word(row['method'], lang)}",
            f"{yuan_grouped(row['charged'])} → {yuan_grouped(row['standard'])}",
            [Bar("a", 0, row["charged"]), Bar("b", 0, max(row["standard"], 0))],
            stacked=True,
        )
        for row in largest
    ]
    title = "记账与标准" if zh else "Charged and standard"
    legend = [("a", "统筹基金记账" if zh else "fund charged"), ("b", "应付标准" if zh else "standard")]
    note = (
        "记账→标准→结余留用或超支分担→扣减→应支付→保证金→考核→已预付→应补付。"
        if zh
        else "Charged → standard → surplus kept or overrun shared → deductions → payable → deposit → assessment → "
        "prepaid → due."
    )
    picture = figure(title, draw("lines", title, lines, Scale(0, most)), legend) if lines else ""
    return _section("lines", "清算表" if zh else "The statement", note, picture, _table(heads, shown, 4, lang))


def _cell(name: str, value: int) -> str:
    if name == "cases":
        return f"{value:,}"
    return decimals_of_points(value) if name == "points" else yuan_grouped(value)


def decimals_of_points(value: int) -> str:
    return f"{value // 10_000:,}.{value % 10_000:04d}"


def _settlements(cases: pa.Table, lang: Lang) -> str:
    zh = lang == "zh"
    drawn = []
    for column, title in (("reason", ("参加清算与否", "In or out")), ("path", ("支付方式", "How cases are paid"))):
        counts = {r["values"]: r["counts"] for r in pc.value_counts(cases[column].cast(pa.string())).to_pylist()}
        if column == "path":
            counts.pop("", None)
        named = title[0 if zh else 1]
        lines = [
            Line(word(key, lang), f"{count:,}", [Bar("b", 0, count)])
            for key, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
        ]
        if lines:
            scale = Scale(0, max(counts.values()))
            drawn.append(figure(named, draw(column, named, lines, scale), [("b", "笔" if zh else "settlements")]))
    note = (
        "每笔结算要么参加清算,要么写明除外的原因;每个病例只有一种支付方式。"
        if zh
        else "Every settlement is in, or out with a reason; every case is paid in one way."
    )
    return _section("settlements", "结算" if zh else "Settlements", note, *drawn)


def _indicators(found: Sequence[Indicator], lang: Lang) -> str:
    if not found:
        return ""
    zh = lang == "zh"
    rows = [
        [
            one.institution, f"{word(one.name, lang)} {one.group}".rstrip(), one.baseline,
            "●" if one.stands_out else "",
            f"{one.above:,} / {one.below:,}" if one.below < 10**9 else "",
            decimals(one.value, 4), decimals(one.base, 4),
        ]
        for one in sorted(found, key=lambda one: (not one.stands_out, one.institution, one.name, one.group))
    ]  # fmt: skip
    heads = ["机构", "指标", "比较基准", "突出", "分子 / 分母", "本机构", "基准"] if zh else [
        "institution", "indicator", "baseline", "stands out", "above / below", "here", "baseline"]  # fmt: skip
    note = (
        "突出:高出同级其他机构三个标准差以上。只是查看的理由,不是结论。"
        if zh
        else "Standing out: above the others of its level by more than three standard deviations. A reason to look, "
        "not a finding."
    )
    return _section("indicators", "指标" if zh else "Indicators", note, _table(heads, rows, 4, lang))


def _groups(found: Mapping[str, Profit], lang: Lang) -> str:
    if not found:
        return ""
    zh = lang == "zh"
    ends = sorted(found.items(), key=lambda pair: pair[1].profit)
    rows = [
        [name, f"{one.cases:,}", yuan_grouped(one.profit), yuan_grouped(int(one.mean)),
         "–" if one.rate is None else decimals(one.rate * 100, 2) + "%"]
        for name, one in (ends if len(ends) <= _MOST else [*ends[: _MOST // 2], *ends[-_MOST // 2 :]])
    ]  # fmt: skip
    heads = ["病组", "例数", "盈亏", "例均", "盈亏率"] if zh else ["group", "cases", "profit", "per case", "of cost"]
    note = "所得减费用,亏得最多的在前。" if zh else "What cases brought less what they cost; the largest loss first."
    return _section("groups", "病组盈亏" if zh else "Profit and loss of groups", note, _table(heads, rows, 1, lang))


def _rules(rules: Rules, lang: Lang) -> str:
    zh = lang == "zh"
    rows = [[p.address, f"{p.source} {p.cite}", p.says] for _, p in sorted(rules.provisions.items())]
    heads = ["规则", "出处", "内容"] if zh else ["rule", "source", "what it says"]
    body = "".join("<tr>" + "".join(f"<td>{escape(c)}</td>" for c in row) + "</tr>" for row in rows)
    head = "".join(f'<th scope="col">{h}</th>' for h in heads)
    inside = f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
    summary = "依据的规则" if zh else "The rules"
    return f"<details><summary>{summary}</summary>{inside}</details>"
