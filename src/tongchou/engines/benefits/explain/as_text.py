"""An explanation as plain text for a terminal or a letter."""

from __future__ import annotations

from tongchou.engines.benefits.explain.model import Citation, Explanation, Lang, LineRow, Reading
from tongchou.engines.benefits.explain.sentence import (
    details,
    heading,
    not_applied_sentence,
    one_source,
    place_of,
    sentence,
)
from tongchou.engines.benefits.explain.words import POT, money


def to_text(explanation: Explanation, lang: Lang = "zh") -> str:
    """Heading, one sentence a section, the lines, what did not apply, the articles and our readings of them."""
    one = one_source(explanation)
    zh = lang == "zh"
    colon = ":" if zh else ": "
    out = [f"{explanation.region.of(lang)} — {explanation.title.of(lang)}"]
    out.append((";" if zh else "; ").join(f"{k.of(lang)}{colon}{v.of(lang)}" for k, v in explanation.head))
    for section in explanation.sections:
        out += ["", heading(section, lang, one), f"  {sentence(section, lang, one)}"]
        out += [f"    · {detail}" for detail in details(section, lang, one)]
    if explanation.lines:
        out += ["", "项目" if zh else "Lines"]
        out += [f"  {_line(line, lang, one)}" for line in explanation.lines]
    absent = not_applied_sentence(explanation, lang)
    if absent:
        out += ["", absent]
    out += _sources(explanation, lang)
    if explanation.readings:
        out += ["", READINGS[lang]]
        out += [f"  {_reading(reading, lang)}" for reading in explanation.readings]
    return "\n".join(out) + "\n"


READINGS = {
    "zh": "条文可有几种理解之处,本系统的读法(不是原文):",
    "en": "Where an article can be read in several ways, our reading (not the article's words):",
}


def _line(line: LineRow, lang: Lang, one: bool) -> str:
    comma, colon = (",", ":") if lang == "zh" else (", ", ": ")
    names = zip(("full_self_pay", "over_limit", "first_self_pay", "in_scope"), line.parts, strict=True)
    parts = "、".join(f"{POT[name].of(lang)} {money(fen)}" for name, fen in names if fen)
    cited = "、".join(place_of(c, one) for c in line.why.citations)
    cited = f"({cited})" if lang == "zh" and cited else f" ({cited})" if cited else ""
    item = f" {line.item}" if line.item is not None else ""
    return f"{line.id}{item} {money(line.amount)}{colon}{line.why.say.of(lang)}{cited}{comma}{parts or money(0)}"


def _sources(explanation: Explanation, lang: Lang) -> list[str]:
    """The documents named, and their articles in our words."""
    by_source: dict[str, list[Citation]] = {}
    for citation in explanation.citations():
        by_source.setdefault(citation.source, []).append(citation)
    out: list[str] = []
    for citations in by_source.values():
        first = citations[0]
        number = f" {first.number}" if first.number else ""
        out += ["", f"{'依据' if lang == 'zh' else 'Source'} 《{first.title}》{number}"]
        for c in citations:
            ours = ("(另有我们的读法 " if lang == "zh" else " (see our reading ") + "、".join(c.decisions) + ")"
            out.append(f"  {c.cite} {c.says}{ours if c.decisions else ''}".rstrip())
    return out


def _reading(reading: Reading, lang: Lang) -> str:
    why = "理由:" if lang == "zh" else "Why: "
    return f"{reading.id} ({reading.cite}) {reading.question} → {reading.chosen}。{why}{reading.why}"
