"""Visits and layers: who serves whom, and whether a layer says enough to be computed."""

from __future__ import annotations

from tongchou.ground.errors import Place
from tongchou.ground.lint.desk import Desk
from tongchou.ground.lint.eras import Era, eras, visits_in
from tongchou.ground.lint.pots import check_pots
from tongchou.ground.region.headers import Layer
from tongchou.ground.region.pack import Declared

_SHAPE = ("takes", "bands", "ratio", "visits.*", "guard.*", "claim.guard.*")


def check_layers(desk: Desk) -> None:
    pack = desk.pack
    for scheme, layers in pack.layers.items():
        for era in eras(pack, (f for f in pack.facts if f.scheme == scheme and f.kind in _SHAPE)):
            for kind, served in visits_in(pack, era, scheme).items():
                _check_visit(desk, era, scheme, kind, served)
        for name in layers:
            if (scheme, name) not in desk.kinds_of:
                place = desk.place(f"layers.yaml:{scheme}.layers.{name}")
                desk.report(place, "L250", address=f"{scheme}.{name}")


def _check_visit(desk: Desk, era: Era, scheme: str, kind: str, served: tuple[str, ...]) -> None:
    if not served and desk.once("L251", scheme, kind):
        place = _place_of_visit(desk, era, scheme, kind)
        desk.report(place, "L251", address=f"{scheme}.visits.{kind}", kind=kind, witness=era.witness())
    for layer in served:
        _check_layer(desk, era, scheme, kind, layer, desk.pack.layers[scheme][layer])
    check_pots(desk, era, scheme, kind, served)


def _check_layer(desk: Desk, era: Era, scheme: str, kind: str, name: str, layer: Layer) -> None:
    own = {f.kind: f for f in era.facts if f.scheme == scheme and f.layer == name}
    details = {"address": f"{scheme}.{name}", "witness": f"{kind}, {era.witness()}"}
    place = desk.place(f"layers.yaml:{scheme}.layers.{name}")
    if "takes" not in own:
        _report(desk, place, "L252", details)
    if "bands" in own and "ratio" in own:
        _report(desk, own["ratio"].place, "L254", {**details, "other": str(own["bands"].place)})
    elif layer.payer == "fund" and "bands" not in own and "ratio" not in own:
        _report(desk, place, "L253", details)


def _report(desk: Desk, place: Place, code: str, details: dict[str, str]) -> None:
    if desk.once(code, details["address"]):
        desk.report(place, code, **details)


def _place_of_visit(desk: Desk, era: Era, scheme: str, kind: str) -> Place:
    dated: list[Declared] = [f for f in era.facts if f.kind == "visits.*" and f.name == kind and f.scheme == scheme]
    return dated[-1].place if dated else desk.place(f"layers.yaml:{scheme}.visits.{kind}")
