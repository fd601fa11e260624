"""`tongchou region`: what a folder comes down to — its hash, and the state its rules need."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from tongchou.faces.cli.speak import Json, Lang, emit, guarded, say, tell
from tongchou.faces.cli.table import show
from tongchou.faces.cli.where import Region, load

if TYPE_CHECKING:
    from tongchou.ground.region.pack import Pack

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="政策包的哈希与累计 || a region's hash and state")


@app.command("hash")
@guarded
def hash_(region: Region, lang: Lang = None, json: Json = False) -> None:
    """内容哈希：内容相同，哈希相同 || the content hash: equal content, equal hash"""
    pack = load(region)
    emit({"region": pack.region.code, "hash": pack.hash, "facts": len(pack.facts)})
    tell(pack.hash)


@app.command("state")
@guarded
def state(region: Region, lang: Lang = None, json: Json = False) -> None:
    """由规则推出的累计 || the accumulators its rules need, derived"""
    pack = load(region)
    rows = accumulators(pack)
    names = ("scheme", "kind", "accumulator")
    emit({"region": pack.region.code, "accumulators": [dict(zip(names, row, strict=True)) for row in rows]})
    show((say("险种", "scheme"), say("就诊", "visit"), say("累计", "accumulator")), rows)


def accumulators(pack: Pack) -> list[tuple[str, str, str]]:
    """(scheme, visit, accumulator) over every day on which something changes, each once, in the order of the visits."""
    from tongchou.engines.benefits.engine import Engine
    from tongchou.ground.errors import ProblemError
    from tongchou.ground.region.headers import BASIS_FACT

    engine = Engine(pack)
    days = sorted({day for points in pack.breakpoints.values() for day in points})
    found: dict[tuple[str, str, str], None] = {}
    for scheme, visits in pack.visits.items():
        for kind in visits:
            for day in days:
                try:
                    plan = engine.plan(scheme, kind, dict.fromkeys(BASIS_FACT.values(), day))
                except ProblemError:  # a day before the visit exists, or between two versions
                    continue
                found |= dict.fromkeys((scheme, kind, count.name) for count in plan.counts)
    return list(found)
