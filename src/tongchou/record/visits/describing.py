"""What a visit is about: diagnoses, and what else an institution says that no rule asks for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tongchou.ground.errors import fail
from tongchou.record.audit.command import at_last, command
from tongchou.record.base.prepared import Statement, putting, together
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
    if diagnoses:
        *_, mains = together(*(_naming(visit, stage, one) for one in diagnoses), Statement(_MAINS, [visit.pk, stage]))
        if mains[0][0] > 1:
            raise fail("V223", visit=visit.number)
    if said is not None:
        at_last(noting(visit, stage, said))
    return visit


def _naming(visit: Visit, stage: str, one: Named) -> Statement:
    if not one.valid:
        return Statement(_GONE, [visit.pk, stage, one.kind, one.number])
    row = Diagnosis(
        visit=visit,
        stage=stage,
        kind=one.kind,
        number=one.number,
        code=one.code,
        name=one.name,
        main=one.main,
        details=dict(one.details or {}),
    )
    return putting(row, "visit", "stage", "kind", "number")


_GONE = "DELETE FROM visit_diagnosis WHERE visit_id = %s AND stage = %s AND kind = %s AND number = %s"
_MAINS = "SELECT count(*) FROM visit_diagnosis WHERE visit_id = %s AND stage = %s AND kind = '1' AND main"


def noting(visit: Visit, stage: str, said: Mapping[str, Any]) -> Statement:
    """What keeps what was said of a stage, for a command that holds the lock of the person."""
    return putting(Particulars(visit=visit, stage=stage, said=dict(said)), "visit", "stage")
