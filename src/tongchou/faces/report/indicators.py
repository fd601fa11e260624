"""The page of agreement indicators: of each its definition, its article, the institutions in a picture and a table."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from html import escape

from tongchou.engines.benefits.explain.model import Lang
from tongchou.engines.indicators.measuring import UNDECIDED, Figure, Measured
from tongchou.engines.indicators.targets import MISSED, REACHED
from tongchou.faces.report.document import document
from tongchou.faces.report.pictures import Bar, Line, Scale, draw, figure
from tongchou.ground.money import round_fraction, yuan_grouped
from tongchou.ground.region.pack import Pack

_MOST = 40
"""Institutions that the page shows of each indicator, those beyond what is agreed first; the table has them all."""
_VERDICTS = {REACHED: "kept", MISSED: "missed", UNDECIDED: "cannot be said"}
_UNITS = {"yuan": ("元", "yuan"), "days": ("天", "days"), "times": ("", ""), "share": ("", "")}


def shown(unit: str, value: Fraction | None) -> str:
    """A figure as people read it, half up: yuan to the fen, shares in per cent, days and times to two places."""
    if value is None:
        return "—"
    if unit == "yuan":
        return yuan_grouped(round_fraction(value * 100))
    hundredths = round_fraction(value * (10_000 if unit == "share" else 100))
    sign, size = ("−" if hundredths < 0 else ""), abs(hundredths)
    return f"{sign}{size // 100:,}.{size % 100:02d}" + (" %" if unit == "share" else "")


def indicators_page(pack: Pack, measured: Measured, year: int, lang: Lang) -> str:
    """The page in one language."""
    zh = lang == "zh"
    name = pack.region.name.zh if zh else pack.region.name.en
    title = f"{name} {year} 年协议指标" if zh else f"{name}: indicators of agreements, {year}"
    names = list(dict.fromkeys(one.name for one in measured.figures))
    parts = [f"<h1>{escape(title)}</h1>", _lead(measured, pack, lang)]
    parts += [_section(at, [one for one in measured.figures if one.name == n], lang) for at, n in enumerate(names)]
    return document(title, parts, lang)


def _lead(measured: Measured, pack: Pack, lang: Lang) -> str:
    own = [one for one in measured.figures if one.institution]
    kept, missed = (sum(one.verdict == word for one in own) for word in (REACHED, MISSED))
    institutions = len({one.institution for one in own})
    told = (
        f"{institutions:,} 家机构;协议有要求的 {kept + missed:,} 项中,达到 {kept:,} 项,未达到 {missed:,} 项。"
        if lang == "zh"
        else f"{institutions:,} institutions; of {kept + missed:,} figures that an agreement asks for, "
        f"{kept:,} keep to it and {missed:,} do not."
    )
    note = (
        f"分子、分母是整数,比率按原数相除,只在显示时四舍五入;政策包校验码 {pack.hash}"
        if lang == "zh"
        else f"Numerators and denominators are whole; figures are rounded for display only; pack {pack.hash}"
    )
    return f'<div class="lead"><p>{escape(told)}</p></div><p class="soft">{escape(note)}</p>'


def _section(at: int, figures: Sequence[Figure], lang: Lang) -> str:
    zh, one = lang == "zh", figures[0]
    unit = _UNITS[one.unit][not zh]
    own = sorted((f for f in figures if f.institution), key=_worst)[:_MOST]
    lines, most, least = [], 1, 0
    for f in [f for f in figures if not f.institution] + own:
        size = _size(f.value)
        most, least = max(most, size), min(least, size)
        who = f.institution or ("全区" if zh else "the region")
        several = len({g.period for g in figures}) > 1
        colour = {REACHED: "better", MISSED: "worse"}.get(f.verdict, "b")
        told = shown(f.unit, f.value)
        if f.goal is not None:
            told += f" ({'≤' if f.goal[0] == 'at_most' else '≥'} {shown(f.unit, f.goal[1])})"
        lines.append(Line(f"{who} {f.level} {f.period if several else ''}".strip(), told, [Bar(colour, 0, size)]))
    title = f"{one.name}({unit})" if unit else one.name
    legend = [("b", "没有要求" if zh else "nothing agreed"), ("better", "达到" if zh else "kept"),
              ("worse", "未达到" if zh else "missed")]  # fmt: skip
    picture = figure(title, draw(f"i{at}", title, lines, Scale(least, most)), legend)
    note = f"{one.sentence} — {one.cite}"
    head = f'<h2>{escape(one.name)}</h2><p class="note">{escape(note)}</p>'
    return f'<section id="s{at}">{head}{picture}{_table(own, lang)}</section>'


def _table(figures: Sequence[Figure], lang: Lang) -> str:
    heads = (
        ("机构", "等级", "时期", "分子", "分母", "数值", "要求", "结论")
        if lang == "zh"
        else ("institution", "level", "period", "above", "below", "figure", "agreed", "verdict")
    )
    rows = []
    for f in figures:
        goal = "" if f.goal is None else f"{'≤' if f.goal[0] == 'at_most' else '≥'} {shown(f.unit, f.goal[1])}"
        verdict = f.verdict if lang == "zh" else _VERDICTS.get(f.verdict, "")
        cells = (
            f.institution,
            f.level,
            f.period,
            f"{f.above:,}",
            f"{f.below:,}",
            shown(f.unit, f.value),
            goal,
            verdict,
        )
        rows.append("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>")
    head = "".join(f'<th scope="col">{escape(h)}</th>' for h in heads)
    return (
        f'<div class="wide" tabindex="0" role="region"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def _size(value: Fraction | None) -> int:
    return 0 if value is None else round_fraction(value * 1000)


def _worst(one: Figure) -> tuple[bool, Fraction, str, str]:
    """Those that miss what is agreed first, the farthest from it before."""
    far = Fraction(0)
    if one.goal is not None and one.value is not None:
        far = one.value - one.goal[1] if one.goal[0] == "at_most" else one.goal[1] - one.value
    elif one.value is not None:
        far = one.value
    return one.verdict != MISSED, -far, one.institution, one.period
