"""A section as one sentence: its clauses in order, an article named where it is not the section's own."""

from __future__ import annotations

from tongchou.engines.benefits.explain.model import Citation, Explanation, Lang, Section, Step

_MARKS = {"zh": (";", "。", "(", ")"), "en": ("; ", ".", " (", ")")}


def sentence(section: Section, lang: Lang, one_source: bool) -> str:
    """The clauses of the steps that are no details; the main article stands in the heading."""
    semicolon, stop, _, _ = _MARKS[lang]
    clauses = [_clause(step, section.main, lang, one_source) for step in section.steps if not step.detail]
    return semicolon.join(clauses) + stop


def details(section: Section, lang: Lang, one_source: bool) -> list[str]:
    """The steps that only the list of steps shows, each with its formula."""
    told = [(_clause(step, section.main, lang, one_source), step.formula) for step in section.steps if step.detail]
    return [f"{clause} [{formula}]" if formula else clause for clause, formula in told]


def heading(section: Section, lang: Lang, one_source: bool) -> str:
    if section.main is None:
        return section.title.of(lang)
    return f"{section.title.of(lang)} — {place_of(section.main, one_source)}"


def not_applied_sentence(explanation: Explanation, lang: Lang) -> str:
    """What did not apply, as one sentence; empty when there is nothing."""
    if not explanation.not_applied:
        return ""
    one = one_source(explanation)
    clauses = [_clause(step, None, lang, one) for step in explanation.not_applied]
    lead, (semicolon, stop, _, _) = ("不适用:" if lang == "zh" else "Did not apply: "), _MARKS[lang]
    return lead + semicolon.join(clauses) + stop


def one_source(explanation: Explanation) -> bool:
    """Whether all articles are of one document, so that the place alone names them."""
    return len({c.source for c in explanation.citations()}) <= 1


def place_of(citation: Citation, one: bool) -> str:
    return citation.cite if one else citation.short


def _clause(step: Step, main: Citation | None, lang: Lang, one: bool) -> str:
    _, _, left, right = _MARKS[lang]
    known = (main.source, main.cite) if main is not None else None
    places = [place_of(c, one) for c in step.citations if (c.source, c.cite) != known]
    cited = f"{left}{'、'.join(dict.fromkeys(places))}{right}" if places else ""
    return step.say.of(lang) + cited + step.more.of(lang)
