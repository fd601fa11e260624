"""An explanation as one self-contained HTML page: both languages, no script, nothing fetched from anywhere."""

from __future__ import annotations

from html import escape

from tongchou.engines.benefits.explain.as_text import READINGS
from tongchou.engines.benefits.explain.model import Citation, Explanation, Lang, LineRow, Section, Step
from tongchou.engines.benefits.explain.sentence import heading, one_source, place_of, sentence
from tongchou.engines.benefits.explain.style import STYLE
from tongchou.engines.benefits.explain.waterfall import waterfall
from tongchou.engines.benefits.explain.words import POT, money

_LABELS: dict[str, dict[Lang, str]] = {
    "steps": {"zh": "逐步", "en": "Step by step"},
    "step": {"zh": "步骤", "en": "Step"},
    "formula": {"zh": "算式", "en": "Formula"},
    "article": {"zh": "条文", "en": "Article"},
    "lines": {"zh": "项目", "en": "Lines"},
    "line": {"zh": "项目", "en": "Line"},
    "amount": {"zh": "金额", "en": "Amount"},
    "why": {"zh": "怎样拆分", "en": "How it was split"},
    "hospital": {"zh": "医院负担", "en": "Hospital"},
    "cash": {"zh": "现金", "en": "Cash"},
    "absent": {"zh": "不适用", "en": "Did not apply"},
    "sources": {"zh": "依据", "en": "Sources"},
    "ours": {"zh": "我们的读法", "en": "our reading"},
    "why_reading": {"zh": "理由:", "en": "Why: "},
    "unit": {"zh": "金额单位:元", "en": "amounts in yuan"},
}


def to_html(explanation: Explanation, lang: Lang = "zh") -> str:
    """The page opens in `lang`; the other language is one tap away and needs no script."""
    title = f"{explanation.region.of(lang)} — {explanation.title.of(lang)}"
    checked = {"zh": "", "en": ""} | {lang: " checked"}
    return (
        f'<!DOCTYPE html>\n<html lang="{"zh-CN" if lang == "zh" else "en"}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f"<title>{escape(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
        f'<input type="radio" name="lang" id="show-zh"{checked["zh"]}><label for="show-zh" lang="zh-CN">中文</label>\n'
        f'<input type="radio" name="lang" id="show-en"{checked["en"]}><label for="show-en" lang="en">English</label>\n'
        f"{_body(explanation, 'zh')}\n{_body(explanation, 'en')}\n</body>\n</html>\n"
    )


def _body(explanation: Explanation, lang: Lang) -> str:
    one = one_source(explanation)
    head = "".join(
        f"<div><dt>{escape(k.of(lang))}</dt> <dd>{escape(v.of(lang))}</dd></div>" for k, v in explanation.head
    )
    parts = [
        f"<h1>{escape(explanation.title.of(lang))}</h1>",
        f'<p class="region">{escape(explanation.region.of(lang))}</p><dl>{head}</dl>',
        f'<p class="unit">{_label("unit", lang)}</p>',
        waterfall(explanation.bars, lang) if explanation.bars else "",
        *(_section(s, lang, one) for s in explanation.sections),
        _lines(explanation, lang, one),
        _absent(explanation, lang, one),
        _sources(explanation, lang),
        _readings(explanation, lang),
    ]
    return (
        f'<main class="{lang}" lang="{"zh-CN" if lang == "zh" else "en"}">\n'
        + "\n".join(p for p in parts if p)
        + "\n</main>"
    )


def _label(name: str, lang: Lang) -> str:
    return escape(_LABELS[name][lang])


def _section(section: Section, lang: Lang, one: bool) -> str:
    rows = "".join(_step(step, lang, one) for step in section.steps)
    columns = "".join(f'<th scope="col">{_label(name, lang)}</th>' for name in ("step", "formula", "article"))
    return (
        f'<section class="{section.kind}"><h2>{escape(heading(section, lang, one))}</h2>'
        f"<p>{escape(sentence(section, lang, one))}</p>"
        f"<details open><summary>{_label('steps', lang)}</summary>"
        f'<div class="wide"><table><thead><tr>{columns}</tr></thead><tbody>{rows}</tbody></table></div>'
        "</details></section>"
    )


def _step(step: Step, lang: Lang, one: bool) -> str:
    say = escape((step.say + step.more).of(lang))
    cites = _cites(step.citations, lang, one)
    return f"<tr><td>{say}</td><td class=formula>{escape(step.formula)}</td><td>{cites}</td></tr>"


def _cites(citations: tuple[Citation, ...], lang: Lang, one: bool) -> str:
    """The places, each with what it says; a flag where the reading is ours."""
    return "<br>".join(
        f'<span title="{escape(c.says)}">{escape(place_of(c, one))}</span>{_ours(c, lang)}' for c in citations
    )


def _ours(citation: Citation, lang: Lang) -> str:
    if not citation.decisions:
        return ""
    return f' <small class="ours">{_label("ours", lang)} {escape("、".join(citation.decisions))}</small>'


def _lines(explanation: Explanation, lang: Lang, one: bool) -> str:
    if not explanation.lines:
        return ""
    layers = list(explanation.layer_names)
    names = [_label("line", lang), _label("amount", lang), _label("why", lang)]
    names += [escape(POT[name].of(lang)) for name in ("full_self_pay", "over_limit", "first_self_pay", "in_scope")]
    names += [escape(explanation.layer_names[layer].of(lang)) for layer in layers]
    names += [_label("hospital", lang), _label("cash", lang)]
    head = "".join(f'<th scope="col">{name}</th>' for name in names)
    rows = "".join(_line(line, layers, lang, one) for line in explanation.lines)
    return (
        f'<section class="lines"><h2>{_label("lines", lang)}</h2><div class="wide"><table>'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div></section>"
    )


def _line(line: LineRow, layers: list[str], lang: Lang, one: bool) -> str:
    amounts = [*line.parts, *(line.paid.get(layer, 0) for layer in layers), line.hospital, line.cash]
    cells = "".join(f"<td class=money>{money(fen)}</td>" for fen in amounts)
    name = escape(f"{line.id} {line.item}" if line.item is not None else line.id)
    cites = _cites(line.why.citations, lang, one)
    why = escape(line.why.say.of(lang)) + (f" {cites}" if cites else "")
    return f'<tr><th scope="row">{name}</th><td class=money>{money(line.amount)}</td><td>{why}</td>{cells}</tr>'


def _absent(explanation: Explanation, lang: Lang, one: bool) -> str:
    if not explanation.not_applied:
        return ""
    items = "".join(
        f"<li>{escape((s.say + s.more).of(lang))} {_cites(s.citations, lang, one)}</li>"
        for s in explanation.not_applied
    )
    return f'<section class="absent"><h2>{_label("absent", lang)}</h2><ul>{items}</ul></section>'


def _sources(explanation: Explanation, lang: Lang) -> str:
    by_source: dict[str, list[Citation]] = {}
    for citation in explanation.citations():
        by_source.setdefault(citation.source, []).append(citation)
    if not by_source:
        return ""
    parts = [f'<section class="sources"><h2>{_label("sources", lang)}</h2>']
    for citations in by_source.values():
        number = f" {citations[0].number}" if citations[0].number else ""
        parts.append(f"<h3>《{escape(citations[0].title)}》{escape(number)}</h3><ul>")
        parts += [f"<li><b>{escape(c.cite)}</b> {escape(c.says)}{_ours(c, lang)}</li>" for c in citations]
        parts.append("</ul>")
    return "".join(parts) + "</section>"


def _readings(explanation: Explanation, lang: Lang) -> str:
    if not explanation.readings:
        return ""
    items = "".join(
        f"<li><b>{escape(r.id)}</b> ({escape(r.cite)}) {escape(r.question)} → {escape(r.chosen)}。"
        f"{_label('why_reading', lang)}{escape(r.why)}</li>"
        for r in explanation.readings
    )
    return f'<section class="readings"><h2>{escape(READINGS[lang])}</h2><ul>{items}</ul></section>'
