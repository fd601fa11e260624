"""Why a claim was refused: the article that refuses it, or the problem that stands in its way, and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tongchou.engines.benefits.claim import Refusal
from tongchou.engines.benefits.explain.absent import rule_name
from tongchou.engines.benefits.explain.cite import Citer
from tongchou.engines.benefits.explain.conditions import in_words, stated
from tongchou.engines.benefits.explain.model import NOTHING, Section, Step, Text
from tongchou.engines.benefits.explain.words import spaced
from tongchou.engines.benefits.values import when_of
from tongchou.ground.errors import Problem
from tongchou.ground.region.expression import names_in
from tongchou.ground.region.model import Condition
from tongchou.ground.region.pack import Declared, Pack

_TO_DO = Text(
    "要做什么:所依据的事实有误的,更正后重新结算;对条文的适用有异议的,向经办机构申请复核",
    "what to do: if a fact above is wrong, correct it and settle again; "
    "to dispute how the article was applied, ask the agency for a review",
)


def refusal_section(refusal: Refusal, pack: Pack, citer: Citer) -> Section:
    title = Text("本次费用不予结算", "This claim is refused")
    guard = _guard(refusal, pack)
    steps = [_problem(problem, refusal.because) for problem in refusal.problems]
    if refusal.guard is not None:
        steps += [_by_article(refusal, guard, citer), Step("to_do", _TO_DO)]
    return Section("refusal", title, tuple(steps))


def _guard(refusal: Refusal, pack: Pack) -> Declared | None:
    """The fact that refused: of several versions of its address the one whose article was cited."""
    versions = pack.by_address.get(refusal.guard or "", [])
    return next((f for f in versions if refusal.cite in (None, f.citation())), None)


def _by_article(refusal: Refusal, guard: Declared | None, citer: Citer) -> Step:
    because = refusal.because or ""
    if guard is None:
        return Step("refused", Text(f"{refusal.guard}:{because}", f"{refusal.guard}: {because}"))
    name = rule_name(guard)
    say = Text(f"{name.zh}:{because or guard.says}", f"{name.en}: {because or guard.says}")
    when: Condition | None = when_of(guard)
    words = in_words(when) + _found(when, refusal.claim.facts)
    more = Text(f"({words.zh})", f" ({words.en})")
    return Step("refused", say, NOTHING if when is None else more, citations=citer.of(guard))


def _found(when: Condition | None, facts: Mapping[str, Any]) -> Text:
    """What the claim said of the facts the condition asks."""
    found = NOTHING if when is None else stated({name: facts.get(name) for name, _ in names_in(when.tree)})
    return Text(f";实际{spaced(found.zh)}", f"; here {found.en}") if found.zh else NOTHING


def _problem(problem: Problem, because: str | None) -> Step:
    reason = f"({because})" if because else ""
    say = Text(f"{problem.message('zh')}{reason}", f"{problem.message('en')}{' ' if reason else ''}{reason}")
    more = Text(f"。要做什么:{problem.remedy('zh')}", f". What to do: {problem.remedy('en')}")
    return Step("problem", Text(f"{problem.code} ", f"{problem.code} ") + say, more)
