"""From a settlement, a refusal or a grant to its explanation. Nothing is computed anew; the trace is read out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tongchou.engines.benefits.claim import Refusal, Result, Settlement
from tongchou.engines.benefits.explain.absent import not_applied
from tongchou.engines.benefits.explain.cite import Citer
from tongchou.engines.benefits.explain.claim_steps import claim_steps, divert_steps, result_section, split_step
from tongchou.engines.benefits.explain.grants import grant_section
from tongchou.engines.benefits.explain.head import claim_head, day_of
from tongchou.engines.benefits.explain.layer import layer_section
from tongchou.engines.benefits.explain.lines import line_rows
from tongchou.engines.benefits.explain.model import Bar, Citation, Explanation, LineRow, Section, Step, Text
from tongchou.engines.benefits.explain.refusal import refusal_section
from tongchou.engines.benefits.explain.scene import Scene, layer_name
from tongchou.engines.benefits.explain.words import same
from tongchou.engines.benefits.facts import Facts
from tongchou.ground.region.pack import Declared, Pack

_KIND = {"acct_pay": "account", "hosp_part_amt": "hospital"}


def explain(result: Result, pack: Pack) -> Explanation:
    """The explanation of a settled or refused claim, from the pack that settled it."""
    citer = Citer(pack)
    if isinstance(result, Refusal):
        return _refused(result, pack, citer)
    return _settled(result, pack, citer)


def explain_grant(grant: Declared, facts: Facts, value: int | None) -> Explanation:
    """The explanation of a grant: `value` is what was granted, fen; None when its condition does not hold."""
    pack = facts.pack
    citer = Citer(pack)
    section = grant_section(grant, facts, value, citer)
    given = value is not None
    head = (
        (Text("险种", "scheme"), same(pack.region.schemes[grant.scheme])),
        (Text("日期", "date"), day_of(facts.basis_date)),
    )
    return Explanation(
        outcome="grant",
        region=_region(pack),
        title=Text(
            f"“{grant.name}”{'' if given else '不'}发放说明", f"Grant '{grant.name}'{'' if given else ': not due'}"
        ),
        claim_id=None,
        pack_hash=pack.hash,
        head=head,
        totals={"grant": value or 0},
        sections=(section,) if given else (),
        not_applied=() if given else section.steps,
        readings=citer.readings(c for s in section.steps for c in s.citations),
    )


def _settled(settlement: Settlement, pack: Pack, citer: Citer) -> Explanation:
    parts: Sequence[Settlement] = settlement.notes.get("parts", (settlement,))
    scenes = [Scene(part, citer) for part in parts]
    names = {p.name: layer_name(p.layer) for scene in scenes for p in scene.plan.layers}
    lines = line_rows(settlement, citer)
    sections = (
        _claim_section(settlement, scenes),
        *(s for scene in scenes for s in _layer_sections(scene, many=len(scenes) > 1)),
        result_section(settlement, names),
    )
    absent = _once(step for scene in scenes for step in not_applied(scene, _diverted_by(scenes)))
    total = sum(settlement.parts.values())
    totals = {"total": total, **settlement.parts, "package_excess": settlement.package_excess}
    totals |= {"hospital": settlement.hospital, "cash": settlement.cash}
    return Explanation(
        outcome="settled",
        region=_region(pack),
        title=Text("结算说明", "How this claim was settled"),
        claim_id=settlement.claim.id,
        pack_hash=pack.hash,
        head=claim_head(settlement.claim, pack, settlement.basis_date, settlement.year),
        totals=totals,
        sections=sections,
        not_applied=absent,
        lines=lines,
        layer_names=names,
        bars=_bars(settlement, scenes, total),
        readings=citer.readings(_cited(sections, lines, absent)),
    )


def _claim_section(settlement: Settlement, scenes: Sequence[Scene]) -> Section:
    steps = [split_step(settlement), *divert_steps(scenes)]
    steps += [s for scene in scenes for s in claim_steps(scene)]
    return Section("claim", Text("费用", "The expense"), _once(steps))


def _diverted_by(scenes: Sequence[Scene]) -> set[str]:
    return {rule.address for scene in scenes for rule in scene.diverted_by}


def _once(steps: Iterable[Step]) -> tuple[Step, ...]:
    """The parts of one claim share its guards; each is told once."""
    found: list[Step] = []
    for step in steps:
        if step not in found:
            found.append(step)
    return tuple(found)


def _layer_sections(scene: Scene, many: bool) -> list[Section]:
    """The layers that had anything to bear; of several parts each names its kind of visit and year."""
    sections = [layer_section(view) for view in scene.layers if view.row.active and view.has_work]
    if not many:
        return sections
    part = scene.part
    kind = scene.plan.kind
    label = Text(f"({kind},{part.year} 年度)", f" ({kind}, insurance year {part.year})")
    return [Section(s.kind, s.title + label, s.steps, s.amount, s.layer, s.main) for s in sections]


def _bars(settlement: Settlement, scenes: Sequence[Scene], total: int) -> tuple[Bar, ...]:
    """Total fee, then each payment taken from the right end of what is left: funds, accounts, hospital, cash."""
    layers = {p.name: p.layer for scene in scenes for p in scene.plan.layers}
    paid = [
        (_KIND.get(layer.field, "fund"), layer_name(layer), settlement.paid[name])
        for name, layer in layers.items()
        if settlement.paid[name]
    ]
    paid.sort(key=lambda bar: ("fund", "account", "hospital").index(bar[0]))
    if settlement.hospital:
        paid.append(("hospital", Text("医院负担", "borne by the hospital"), settlement.hospital))
    paid.append(("cash", Text("个人现金", "cash"), settlement.cash))
    bars, left = [Bar("total", Text("费用总额", "total fee"), 0, total)], total
    for kind, label, fen in paid:
        left -= fen
        bars.append(Bar(kind, label, left, fen))
    return tuple(bars)


def _refused(refusal: Refusal, pack: Pack, citer: Citer) -> Explanation:
    section = refusal_section(refusal, pack, citer)
    return Explanation(
        outcome="refused",
        region=_region(pack),
        title=Text("不予结算的说明", "Why this claim was not settled"),
        claim_id=refusal.claim.id,
        pack_hash=pack.hash,
        head=claim_head(refusal.claim, pack, None, None),
        totals={"total": refusal.claim.total},
        sections=(section,),
        readings=citer.readings(c for s in section.steps for c in s.citations),
    )


def _cited(sections: Sequence[Section], lines: Sequence[LineRow], absent: Sequence[Step]) -> list[Citation]:
    steps = [s for section in sections for s in section.steps] + [line.why for line in lines] + list(absent)
    return [c for step in steps for c in step.citations]


def _region(pack: Pack) -> Text:
    return Text(pack.region.name.zh, pack.region.name.en)
