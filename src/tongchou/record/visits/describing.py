"""What a visit is about: diagnoses, and what else an institution says that no rule asks for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tongchou.ground.errors import fail
from tongchou.record.audit.command import command
from tongchou.record.visits.keeping import locked
from tongchou.record.visits.models import Diagnosis, Particulars, Visit


@dataclass(frozen=True)
class Named:
    """A diagnosis as an institution sends it; one that is not `valid` is taken away."""

    kind: str
    number: int
    code: str
    name: str
    main: bool = False
    valid: bool = True
    details: Mapping[str, Any] | None = None


@command("visits.describe", needs="settlement.write")
def describe(
    *, visit_id: int, stage: str, diagnoses: Sequence[Named] = (), said: Mapping[str, Any] | None = None
) -> Visit:
    """Record diagnoses of a stage by their numbers, and what is said of it. Raises V223 for two main diagnoses of a
    stage, A114, V109."""
    visit = locked(visit_id)
    for one in diagnoses:
        key = {"visit": visit, "stage": stage, "kind": one.kind, "number": one.number}
        if not one.valid:
            Diagnosis.objects.filter(**key).delete()
            continue
        content = {"code": one.code, "name": one.name, "main": one.main, "details": dict(one.details or {})}
        Diagnosis.objects.update_or_create(**key, defaults=content)
    if Diagnosis.objects.filter(visit=visit, stage=stage, kind="1", main=True).count() > 1:
        raise fail("V223", visit=visit.number)
    if said is not None:
        note(visit, stage, said)
    return visit


def note(visit: Visit, stage: str, said: Mapping[str, Any]) -> None:
    """Keep what was said of a stage, for a command that holds the lock of the person."""
    Particulars.objects.update_or_create(visit=visit, stage=stage, defaults={"said": dict(said)})
