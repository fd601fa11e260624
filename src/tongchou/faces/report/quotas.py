"""The split of a budget as one HTML page: what each institution has, beside its latest year, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from html import escape

from tongchou.engines.benefits.explain.model import Lang
from tongchou.engines.payment.quota_steps import Step, steps_of
from tongchou.engines.payment.quota_terms import QuotaTerms
from tongchou.engines.payment.quotas import LATEST, Institution, Quota, Split
from tongchou.faces.report.document import document
from tongchou.faces.report.pictures import Bar, Line, Scale, draw, figure
from tongchou.ground.money import round_fraction, yuan_grouped

_MOST = 60
"""Institutions in the picture and with their steps; all of them stand in the tables beside the page."""
WORDS: Mapping[str, tuple[str, str]] = {
    "part": ("可分", "to be split"),
    "mean": ("三年加权平均", "weighted mean of three years"),
    "assumed": ("新机构按同类计", "a new one, by those like it"),
    "factor": ("系数", "factor"),
    "share": ("占比", "share"),
    "at_least": ("下限", "lower bound"),
    "at_most": ("上限", "upper bound"),
    "exact": ("算得", "reckoned"),
    "quota": ("指标", "quota"),
}


def told(step: Step) -> str:
    """A step's figure as people read it, rounded: yuan, a share in per cent, a mean or a factor with four decimals."""
    if step.kind == "share":
        return f"{_decimal(step.value * 100)}%"
    if step.kind in ("mean", "assumed", "factor"):
        return _decimal(step.value)
    return yuan_grouped(round_fraction(step.value))


def _decimal(value: Fraction) -> str:
    whole, part = divmod(round_fraction(value * 10_000), 10_000)
    return f"{whole:,}.{part:04d}".rstrip("0").rstrip(".")


def quota_page(title: str, terms: QuotaTerms, found: Split, institutions: Sequence[Institution], lang: Lang) -> str:
    """The page in one language."""
    zh = lang == "zh"
    given = found.total - found.reserve - found.left
    whole, kept, split, left = (yuan_grouped(one) for one in (found.total, found.reserve, given, found.left))
    lead = (
        f"总额 {whole} 元:留 {kept} 元,分到机构 {split} 元,因上限未分 {left} 元。"
        if zh
        else f"Of {whole} yuan {kept} are kept, {split} come to institutions, and bounds leave {left}."
    )
    body = [f"<h1>{escape(title)}</h1><p>{escape(lead)}</p>"]
    for part in found.parts:
        quotas = [one for one in found.quotas if one.part == part]
        body.append(_picture(terms, quotas, institutions, part, zh))
    body.append(f"<h2>{'逐步' if zh else 'Step by step'}</h2>")
    body += [_steps(terms, found, one, zh) for one in found.quotas[:_MOST]]
    return document(title, body, lang)


def _picture(
    terms: QuotaTerms, quotas: Sequence[Quota], institutions: Sequence[Institution], part: str, zh: bool
) -> str:
    """The largest quotas, each beside what the bounds compare it with."""
    shown = sorted(quotas, key=lambda one: -one.fen)[:_MOST]
    last = {one.name: _last(terms, one, part) for one in institutions}
    most = max((max(one.fen, last[one.institution] or 0) for one in shown), default=0)
    lines = []
    for one in shown:
        before = last[one.institution]
        bars = [Bar("same", 0, before)] if before is not None else []
        beside = "" if before is None else f" / {yuan_grouped(before)}"
        bars.append(Bar("more", 0, one.fen))
        lines.append(Line(one.institution, f"{yuan_grouped(one.fen)}{beside}", bars, stacked=True))
    title = f"{part}:各机构的指标(元)" if zh else f"{part}: quotas (yuan)"
    legend = [("more", "指标" if zh else "quota")]
    if terms.bounded:
        legend.append(("same", f"最近一年的{terms.bounded}" if zh else f"{terms.bounded} of the latest year"))
    return figure(title, draw(f"part-{part}", title, lines, Scale(0, most)), legend)


def _last(terms: QuotaTerms, one: Institution, part: str) -> int | None:
    served = one.past.get(part, {}).get(LATEST)
    return None if served is None or not terms.bounded else round_fraction(served.of_year(terms.bounded) * 100)


def _steps(terms: QuotaTerms, found: Split, quota: Quota, zh: bool) -> str:
    rows = "".join(
        f"<tr><td>{escape(WORDS[step.kind][not zh])} {escape(step_name(step, zh))}</td>"
        f'<td class="number">{told(step)}</td><td>{escape(step.cite)}</td></tr>'
        for step in steps_of(terms, found, quota)
    )
    head = f"{quota.institution} · {quota.part} · {yuan_grouped(quota.fen)}"
    return f"<details><summary>{escape(head)}</summary><table>{rows}</table></details>"


def step_name(step: Step, zh: bool) -> str:
    """The measure, factor or part of a step; of what was reckoned, the bound that holds."""
    return WORDS[step.name][not zh] if step.kind == "exact" and step.name else step.name
