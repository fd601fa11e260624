"""The page of a DIP catalogue: what it says in short, pictures, the groups in tables, how it came about. No script."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from tongchou.engines.benefits.explain.model import Lang
from tongchou.engines.dip.building import Built, Group
from tongchou.engines.dip.differing import Change, in_short
from tongchou.faces.report.document import document
from tongchou.faces.report.pictures import Bar, Line, Scale, draw, figure
from tongchou.ground.money import yuan_grouped
from tongchou.ground.sums import decimal

_MOST = 60
"""Groups that the page shows of each table; the catalogue has them all."""
_WORDS = {
    "pre": ("先期分组", "before the catalogue"),
    "core": ("核心病种", "core"),
    "basic": ("基层病种", "basic"),
    "comprehensive": ("综合病种", "comprehensive"),
    "related": ("相关手术", "related operation"),
    "therapeutic": ("治疗性操作", "therapeutic operation"),
    "diagnostic": ("诊断性操作", "diagnostic operation"),
    "conservative": ("保守治疗", "conservative"),
    "new": ("新增", "new"),
    "gone": ("取消", "gone"),
    "more": ("分值上升", "more points"),
    "less": ("分值下降", "fewer points"),
    "same": ("分值不变", "the same points"),
    "outside": ("年份之外", "of other years"),
    "excluded": ("主诊排除", "excluded diagnoses"),
    "unplaced": ("无处可归", "in no group"),
}
_EDGES = ((0, 20), (20, 40), (40, 60), (60, 80), (80, 100), (100, 150), (150, None))
"""Classes of the coefficient of variation, in per cent."""


def to_html(built: Built, changes: Sequence[Change], hash_: str, lang: Lang) -> str:
    """The page in one language; money in yuan."""
    zh = lang == "zh"
    title = "DIP 病种目录" if zh else "DIP catalogue"
    parts = [
        f"<h1>{title}</h1>",
        f"<dl><dt>{escape(built.dip.said.title)}</dt><dd>{escape(built.dip.said.source)}</dd></dl>",
        '<div class="lead">' + "".join(f"<p>{escape(text)}</p>" for text in in_words(built, changes, lang)) + "</div>",
        _where(built, lang),
        _kinds(built, lang),
        _spread(built, lang),
        _table("最多的病种" if zh else "The largest groups", _largest(built), built, lang),
        _table("变异最大的病种" if zh else "The groups that vary most", _varying(built), built, lang),
        _factors(built, lang),
        _changes(changes, lang),
        _method(built, hash_, lang),
    ]
    return document(f"{title} — {built.dip.said.title}", parts, lang)


def in_words(built: Built, changes: Sequence[Change], lang: Lang) -> list[str]:
    """What the catalogue says, in sentences."""
    years = f"{built.dip.said.catalogue.years[0]}–{built.dip.said.catalogue.years[-1]}"
    cases = sum(sum(one.cases) for one in built.groups)
    core = sum(one.shape.kind == "core" for one in built.groups)
    share, mean = decimal(built.core_share, 2), yuan_grouped(built.mean)
    limit = built.dip.said.catalogue.variation.limit * 10_000
    wide = sum(one.cv > limit for one in built.groups)
    if lang == "zh":
        found = [
            f"{years} 年 {cases:,} 例分入 {len(built.groups):,} 组，其中核心病种 {core:,} 组；次均费用 {mean} 元。",
            f"核心（含先期、基层）病例占 {share}%，{built.threshold} 例起为核心病种；变异系数超限的有 {wide:,} 组。",
        ]
    else:
        found = [
            f"{cases:,} discharges of {years} are in {len(built.groups):,} groups, {core:,} of them core groups; "
            f"a stay cost {mean} yuan on average.",
            f"{share} % of the discharges are in core groups (those before the catalogue and basic ones included), "
            f"which begin at {built.threshold} cases; {wide:,} groups vary more than the limit.",
        ]
    if changes:
        counted = in_short(changes)
        listed = "、".join(f"{_word(name, lang)} {n:,}" for name, n in counted.items())
        found.append(
            f"与上一目录相比：{listed}。" if lang == "zh" else f"Compared with the previous catalogue: {listed}."
        )
    return found


def _where(built: Built, lang: Lang) -> str:
    """What became of every discharge."""
    names = ("core", "basic", "pre", "comprehensive", "excluded", "unplaced", "outside")
    rows = [(name, built.counted[name]) for name in names if built.counted[name]]
    title = "病例去向" if lang == "zh" else "Where the discharges are"
    lines = [Line(_word(name, lang), f"{n:,}", [Bar("b", 0, n)]) for name, n in rows]
    return figure(title, draw("where", title, lines, Scale(0, max((n for _, n in rows), default=1))), [])


def _kinds(built: Built, lang: Lang) -> str:
    """Core groups and comprehensive ones by treatment."""
    rows = []
    for treatment in ("related", "therapeutic", "diagnostic", "conservative"):
        own = [one for one in built.groups if one.shape.treatment == treatment]
        core = sum(sum(one.cases) for one in own if one.shape.kind != "comprehensive")
        rows.append((treatment, core, sum(sum(one.cases) for one in own) - core))
    most = max((max(core, wide) for _, core, wide in rows), default=1)
    title = "治疗方式" if lang == "zh" else "Treatment"
    lines = [
        Line(_word(name, lang), f"{core:,} · {wide:,}", [Bar("b", 0, core), Bar("a", 0, wide)], stacked=True)
        for name, core, wide in rows
    ]
    legend = [("b", _word("core", lang)), ("a", _word("comprehensive", lang))]
    return figure(title, draw("treatment", title, lines, Scale(0, most)), legend)


def _spread(built: Built, lang: Lang) -> str:
    """How many groups vary how much."""
    title = "变异系数（组数）" if lang == "zh" else "Coefficient of variation (groups)"
    lines, most = [], 1
    for low, high in _EDGES:
        n = sum(one.cv >= low * 100 and (high is None or one.cv < high * 100) for one in built.groups)
        most = max(most, n)
        name = f"{low} % –" if high is None else f"{low} – {high} %"
        lines.append(Line(name, f"{n:,}", [Bar("more" if low >= 100 else "b", 0, n)]))
    return figure(title, draw("spread", title, lines, Scale(0, most)), [])


def _largest(built: Built) -> list[Group]:
    return sorted(built.groups, key=lambda one: (-sum(one.cases), one.shape.code))[:_MOST]


def _varying(built: Built) -> list[Group]:
    return sorted(built.groups, key=lambda one: (-one.cv, one.shape.code))[: _MOST // 3]


def _table(title: str, groups: Sequence[Group], built: Built, lang: Lang) -> str:
    zh, decimals = lang == "zh", built.dip.said.catalogue.decimals
    years = [str(year) for year in built.dip.said.catalogue.years]
    heads = (
        ["病种", "类型", *years, "次均费用", "变异系数", "分值"]
        if zh
        else ["group", "kind", *years, "mean (yuan)", "variation", "points"]
    )
    rows = [
        [
            one.shape.code,
            f"{_word(one.shape.kind, lang)} {_word(one.shape.treatment, lang)}".strip(),
            *(f"{n:,}" for n in one.cases),
            yuan_grouped(one.mean),
            f"{decimal(one.cv, 2)} %",
            decimal(one.rw, decimals),
        ]
        for one in groups
    ]
    return _listed(title, heads, rows, 2)


def _factors(built: Built, lang: Lang) -> str:
    zh, decimals = lang == "zh", built.dip.said.catalogue.decimals
    rows = [
        [
            built.dip.said.auxiliary[one.catalogue].title,
            f"{one.cls} {built.dip.said.auxiliary[one.catalogue].classes[one.cls].title or ''}".strip(),
            one.group,
            f"{one.cases:,}",
            decimal(one.factor, decimals),
        ]
        for one in built.factors
    ]
    heads = ["辅助目录", "类别", "病种", "病例", "系数"] if zh else ["catalogue", "class", "group", "cases", "factor"]
    return _listed("辅助目录" if zh else "Auxiliary catalogues", heads, rows[: _MOST * 2], 3)


def _changes(changes: Sequence[Change], lang: Lang) -> str:
    """The largest changes of points, and groups that came or went."""
    if not changes:
        return ""
    zh = lang == "zh"
    counted = in_short(changes)
    title = "与上一目录相比（组数）" if zh else "Compared with the previous catalogue (groups)"
    colours = {"new": "b", "gone": "a", "more": "more", "less": "less", "same": "a"}
    lines = [Line(_word(name, lang), f"{n:,}", [Bar(colours[name], 0, n)]) for name, n in counted.items()]
    picture = figure(title, draw("changes", title, lines, Scale(0, max(counted.values()) or 1)), [])
    moved = [one for one in changes if one.change == "same" and one.before != one.now]
    moved.sort(key=lambda one: (-abs((one.now or 0) - (one.before or 0)), one.group))
    rows = [[one.group, *one.row()[2:]] for one in moved[:_MOST]]
    heads = ["病种", "上一分值", "分值", "相差"] if zh else ["group", "points before", "points", "difference"]
    return picture + _listed("分值变化最大的病种" if zh else "The largest changes of points", heads, rows, 1)


def _listed(title: str, heads: Sequence[str], rows: Sequence[Sequence[str]], numbers: int) -> str:
    """A table whose columns from `numbers` on stand to the right; nothing without rows."""
    if not rows:
        return ""

    def cells(tag: str, texts: Sequence[str]) -> str:
        mark = [' class="number"' if at >= numbers else "" for at in range(len(texts))]
        return "".join(f"<{tag}{own}>{escape(text)}</{tag}>" for own, text in zip(mark, texts, strict=True))

    body = "".join(f"<tr>{cells('td', row)}</tr>" for row in rows)
    return (
        f"<section><h2>{escape(title)}</h2>"
        f'<div class="wide" tabindex="0" role="region" aria-label="{escape(title)}"><table>'
        f"<thead><tr>{cells('th', heads)}</tr></thead><tbody>{body}</tbody></table></div></section>"
    )


def _method(built: Built, hash_: str, lang: Lang) -> str:
    """By what the catalogue was built, so that another can build it again."""
    zh = lang == "zh"
    facts = [
        ("目录摘要" if zh else "catalogue", hash_),
        ("申报摘要" if zh else "declaration", built.dip.hash),
        ("剔除" if zh else "trimmed", f"{built.counted['trimmed']:,}"),
        ("因变异归入综合" if zh else "dissolved for variation", f"{built.dissolved:,}"),
        *((path, text) for path, text in built.dip.said.cites.items()),
    ]
    listed = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in facts)
    return f"<section><h2>{'怎样得出' if zh else 'How this was computed'}</h2><dl>{listed}</dl></section>"


def _word(key: str, lang: Lang) -> str:
    found = _WORDS.get(key)
    return key if found is None else found[lang == "en"]
