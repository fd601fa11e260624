"""Tiny regions and claims for tests: a policy of a few lines of YAML, a visit in one call. Money is written in yuan."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tongchou.engines.benefits.cases import figures_of
from tongchou.engines.benefits.claim import Claim, Line, Refusal, Result, Settlement
from tongchou.engines.benefits.engine import Engine
from tongchou.engines.benefits.facts import Facts
from tongchou.engines.benefits.state import State
from tongchou.ground.region.load import load_region
from tongchou.ground.region.pack import Declared, Pack

SOURCE = {"title": "办法", "published": "2020-01-01", "review_by": "2030-01-01", "evidence": "fictional"}
REGION = {
    "name": {"zh": "试点", "en": "Trial"},
    "code": "999999",
    "evidence": "fictional",
    "schemes": {"resident": "居民"},
}
FOREVER = "2020-01-01"
_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
Figures = Fraction | str


def read(text: str) -> Any:
    """YAML as text: every scalar stays a word."""
    return yaml.load(text, Loader=_LOADER) or {}


@cache
def pack(
    *sets: str,
    layers: str = "{pool: {}}",
    visits: str | None = None,
    vocabulary: str = "{}",
    region: str = "{}",
    effective: str = "{}",
    cases: str | None = None,
    known_on: date | None = None,
    **spans: str,
) -> Pack:
    """A region whose first article sets all of `sets` since 2020.

    Layers are fund-paid under `hifp_pay` unless they say otherwise; every layer serves 住院 unless `visits` says
    otherwise. `spans` are further articles by their days: `since_2024_07_01="…"`, `through_2024_06_30="…"`,
    `fee_since_2024_07_01="…"` by the date of the fee.
    """
    declared = {n: {"name": n, "field": "hifp_pay", **(v or {})} for n, v in read(layers).items()}
    served = read(visits) if visits else {"住院": list(declared)}
    files: dict[str, Any] = {
        "region.yaml": {**REGION, **read(region)},
        "sources.yaml": {"办法": SOURCE},
        "vocabulary.yaml": read(vocabulary),
        "layers.yaml": {"resident": {"layers": declared, "visits": served}},
        "benefits/all.yaml": {
            "source": "办法",
            "scheme": "resident",
            "effective": {"from": FOREVER, **read(effective)},
            "articles": [
                {"cite": f"第{i}条", "says": "…", "sets": more, **dates}
                for i, (more, dates) in enumerate([(_merged(sets), {}), *map(_span, spans.items())], 1)
                if more
            ],
        },
    }
    if cases is not None:
        files["cases/all.yaml"] = {"source": "办法", "cases": read(cases)}
    with tempfile.TemporaryDirectory() as folder:
        for name, content in files.items():
            file = Path(folder) / name
            file.parent.mkdir(exist_ok=True)
            file.write_text(json.dumps(content, ensure_ascii=False), "utf-8")  # which is YAML too
        return load_region(folder, known_on=known_on)


def _merged(sets: tuple[str, ...]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for text in sets:
        found |= read(text)
    return found


def _span(span: tuple[str, str]) -> tuple[Any, dict[str, Any]]:
    *basis, word, year, month, day = span[0].split("_")
    on = f"{year}-{month}-{day}"
    days = {"from": FOREVER, "through": on} if word == "through" else {"from": on}
    return read(span[1]), {"effective": {**days, **({"by": basis[0]} if basis else {})}}


def fen(amount: int | str | Fraction) -> int:
    """Yuan as whole fen."""
    exact = Fraction(amount) * 100
    assert exact.denominator == 1, f"{amount} yuan is no whole fen"
    return int(exact)


def line(amount: int | str, item: str | None = None, **more: Any) -> Line:
    """A line of `amount` yuan; `more` are fields of Line (`id` …), everything else facts of the line."""
    fields = {"id": "", **{k: more.pop(k) for k in list(more) if k in Line.__dataclass_fields__}}
    return Line(amount=fen(amount), item=item, facts=more, **fields)


def claim(
    *lines: int | str | tuple[str, int | str] | Line,
    kind: str = "住院",
    day: str = "2024-03-15",
    admitted: str | None = None,
    settled: str | None = None,
    person: str = "P1",
    scheme: str = "resident",
    given: Mapping[str, int | str] | None = None,
    household: str | None = None,
    stay: str | None = None,
    episode: str | None = None,
    account_person: str | None = None,
    entitlements: Mapping[str, tuple[str, str]] | None = None,
    **facts: Any,
) -> Claim:
    """A visit discharged and settled on `day`; `id` is C1 unless given among the facts.

    A line is an amount in yuan, `(item, amount)`, or a Line.
    """
    name = str(facts.pop("id", "C1"))
    dates = {"admitted": admitted or day, "discharged": day, "settled": settled or day}
    return Claim(
        id=name,
        person_id=person,
        scheme=scheme,
        kind=kind,
        facts={**{fact: date.fromisoformat(text) for fact, text in dates.items()}, **facts},
        lines=tuple(_line(name, i, raw) for i, raw in enumerate(lines, 1)),
        given={layer: fen(amount) for layer, amount in (given or {}).items()},
        household_id=household,
        stay_id=stay,
        episode_id=episode,
        account_person=account_person,
        entitlements=entitlements,
    )


def _line(claim_id: str, number: int, raw: int | str | tuple[str, int | str] | Line) -> Line:
    name = f"{claim_id}/{number}"
    if isinstance(raw, Line):
        return raw if raw.id else Line(**{**vars(raw), "id": name})
    item, amount = raw if isinstance(raw, tuple) else (None, raw)
    return Line(id=name, amount=fen(amount), item=item)


def settled(region: Pack | Engine, visit: Claim, state: State | None = None) -> Settlement:
    """The settlement of a visit that must not be refused."""
    result = outcome(region, visit, state)
    assert isinstance(result, Settlement), reasons(result)
    return result


def refused(region: Pack | Engine, visit: Claim, state: State | None = None) -> Refusal:
    """The refusal of a visit that must not be settled."""
    result = outcome(region, visit, state)
    assert isinstance(result, Refusal), "settled"
    return result


def outcome(region: Pack | Engine, visit: Claim, state: State | None = None) -> Result:
    engine = region if isinstance(region, Engine) else Engine(region)
    return engine.settle(visit, state if state is not None else State())


def reasons(result: Result) -> list[str]:
    """The article and the codes for which a visit was refused."""
    assert isinstance(result, Refusal)
    return [*([result.guard] if result.guard else []), *(problem.code for problem in result.problems)]


def shows(settlement: Settlement, *names: str) -> tuple[Figures, ...]:
    """Figures by the names cases use (`pool.paid`, `cash`), in yuan."""
    figures = figures_of(settlement)
    return tuple(figures[name] for name in names)


def facts_of(region: Pack, **given: Any) -> Facts:
    """Facts of a visit on 2024-03-15, as the declaration asks for them."""
    day = given.pop("day", date(2024, 3, 15))
    return Facts(region, given, str(day.year), day)


def declared(region: Pack, address: str) -> Declared:
    """The one fact at an address, without its scheme."""
    (found,) = region.by_address[f"resident.{address}"]
    return found
