"""Run the worked examples of a region: build the claim a case writes, settle it, compare figure by figure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from tongchou.engines.benefits.case_claims import build_claim, case_facts, opening_state
from tongchou.engines.benefits.claim import PARTS, Refusal, Result, Settlement
from tongchou.engines.benefits.engine import Engine
from tongchou.engines.benefits.facts import Facts
from tongchou.engines.benefits.grants import compute_grant, grants_in_force
from tongchou.engines.benefits.history import History
from tongchou.engines.benefits.national import national_fields
from tongchou.ground.errors import ProblemError, fail
from tongchou.ground.region.headers import Case
from tongchou.ground.region.outcomes import FAILED, INCONSISTENT, PASSED, CaseOutcome, Mismatch, figure, mismatches
from tongchou.ground.region.pack import CaseEntry, Pack
from tongchou.ground.region.typed import read_number

LAYER_FIGURES = tuple("base entered deductible covered formula used own_share over_cap topped_up".split())


@dataclass(frozen=True)
class SettledCase(CaseOutcome):
    """A case with what its claim came to; none when it asks for a grant or could not be settled."""

    result: Result | None = None


def run_cases(pack: Pack) -> list[SettledCase]:
    """Every case of a pack that is about benefits, in written order."""
    engine = Engine(pack)
    return [run_case(engine, entry) for entry in pack.cases if _about_benefits(entry.case)]


def _about_benefits(case: Case) -> bool:
    return case.assess is None and case.cover is None and case.filing is None and case.reckon is None


def run_case(engine: Engine, entry: CaseEntry) -> SettledCase:
    case = entry.case
    try:
        result, figures = _figures(engine, case)
        wrong = _compare(case, result, figures)
    except ProblemError as error:
        return SettledCase(entry, FAILED, problems=tuple(error.problems))
    problems = result.problems if isinstance(result, Refusal) and wrong else ()
    if wrong:
        return SettledCase(entry, FAILED, tuple(wrong), problems, result)
    return SettledCase(entry, INCONSISTENT if case.inconsistent else PASSED, result=result)


def _figures(engine: Engine, case: Case) -> tuple[Result | None, dict[str, Fraction | str]]:
    """What happened, and every figure a case may expect by name, in yuan."""
    if case.grant is not None:
        return None, {"grant": _grant(engine, case)}
    if not case.lines and case.inconsistent is not None:
        return None, {}
    history = History(engine, opening_state(engine.pack, case))
    for earlier in case.history:
        if earlier.reverses is not None:
            history.reverse(earlier.reverses)
            continue
        past = history.settle(build_claim(engine.pack, case, earlier))
        if isinstance(past, Refusal):
            raise ProblemError(*(past.problems or fail("C030", claim=past.claim.id, guard=past.guard).problems))
    result = history.settle(build_claim(engine.pack, case, None))
    return result, {} if isinstance(result, Refusal) else figures_of(result)


def _grant(engine: Engine, case: Case) -> Fraction:
    given = case_facts(engine.pack, {**case.person, **case.claim})
    day = engine.basis_date(given)
    facts = Facts(engine.pack, {**given, "scheme": case.scheme}, str(engine.pack.year.label_of(day)), day)
    for declared in grants_in_force(case.scheme, engine.in_force(given)):
        if declared.name == case.grant:
            return Fraction(compute_grant(declared, facts).amount or 0, 100)
    raise fail("C029", scheme=case.scheme, name=case.grant)


def figures_of(settlement: Settlement) -> dict[str, Fraction | str]:
    """Every figure of a settlement by the name cases use, in yuan; a layer that served two parts counts both."""
    national = national_fields(settlement)
    figures: dict[str, Fraction | str] = {}
    for name, value in national.items():
        figures[name] = value if isinstance(value, str) else Fraction(value, 100)
    figures |= {name: Fraction(fen, 100) for name, fen in settlement.parts.items()}
    figures["total"] = figures["medfee_sumamt"]
    figures["cash"] = figures["psn_cash_pay"]
    figures["fund"] = figures["fund_pay_sumamt"]
    figures["account"] = figures["acct_pay"]
    figures["hospital"] = figures["hosp_part_amt"]
    figures["package_excess"] = Fraction(settlement.package_excess, 100)
    sums: dict[str, Fraction] = {}
    for layer in settlement.layers:
        for name in (
            "base",
            "entered",
            "deductible",
            "covered",
            "formula",
            "used",
            "own_share",
            "over_cap",
            "topped_up",
        ):
            _add(sums, f"{layer.layer}.{name}", Fraction(getattr(layer, name)))
        for i, band in enumerate(layer.bands, 1):
            _add(sums, f"{layer.layer}.band{i}.length", band.length)
            _add(sums, f"{layer.layer}.band{i}.pays", band.pays)
    for name, fen in settlement.paid.items():
        sums[f"{name}.paid"] = Fraction(fen)
    for name, item, fen in _by_item(settlement):
        _add(sums, f"{name}[{item}]", Fraction(fen))
    return figures | {name: value / 100 for name, value in sums.items()}


def _by_item(settlement: Settlement) -> Iterator[tuple[str, str | None, int]]:
    """Figures of one item group: `in_scope[乙类药]`, `pool.paid[乙类药]`."""
    for part in settlement.notes.get("parts", (settlement,)):
        for split in part.notes["splits"]:
            yield from ((name, split.item, fen) for name, fen in zip(PARTS, split.parts, strict=True))
        for layer in part.layers:
            for (_, item), fen in zip(part.cells, layer.paid_cells, strict=True):
                yield f"{layer.layer}.paid", item, fen


def _add(sums: dict[str, Fraction], name: str, fen: Fraction) -> None:
    sums[name] = sums.get(name, Fraction(0)) + fen


def _compare(case: Case, result: Result | None, figures: dict[str, Fraction | str]) -> list[Mismatch]:
    if case.refused is not None:
        return _compare_refusal(case, result)
    if isinstance(result, Refusal):
        codes = "、".join(p.code for p in result.problems)
        return [Mismatch("refused", "-", result.guard or codes)]
    return mismatches(case, figures) + _still_published(case, figures)


def _still_published(case: Case, figures: dict[str, Fraction | str]) -> list[Mismatch]:
    """An example that is listed as wrong must not come out as it was published: then it was not wrong."""
    published = (case.inconsistent or {}).get("published_amount")
    key = next(iter(case.expect), None)
    if published is not None and key is not None and figure(key, figures) == read_number("expect", published):
        return [Mismatch("inconsistent", "≠ " + published, published)]
    return []


def _compare_refusal(case: Case, result: Result | None) -> list[Mismatch]:
    expected = str(case.refused)
    if not isinstance(result, Refusal):
        return [Mismatch("refused", expected, "settled")]
    reasons = {p.code for p in result.problems}
    if result.guard is not None:
        reasons.add(result.guard.removeprefix(f"{case.scheme}."))
    return [] if expected in reasons else [Mismatch("refused", expected, "、".join(sorted(reasons)))]
