"""Who practises at an institution, with what proves it: for the institution itself."""

from __future__ import annotations

from datetime import date

from tongchou.record.audit import trail
from tongchou.record.base.actor import actor
from tongchou.record.base.fields import finder
from tongchou.record.providers.models import Practice
from tongchou.record.providers.queries import institution


def staff(
    institution_id: int, day: date, *, kind: str = "", code: str = "", name: str = "", certificate: str = ""
) -> list[Practice]:
    """The practices at an institution in scope on a day, by the clinicians' codes, of a kind, a code, a name, or a
    number of a certificate. The look is in the trail."""
    actor().needs("providers.read")
    rows = Practice.objects.filter(institution=institution(institution_id), during__contains=day)
    for field, wanted in (
        ("kind", kind),
        ("code", code),
        ("name_finder", name and finder(name, "name")),
        ("certificate_finder", certificate and finder(certificate, "certificate")),
    ):
        if wanted:
            rows = rows.filter(**{f"clinician__{field}": wanted})
    found = list(rows.select_related("clinician").order_by("clinician__code"))
    if found:
        trail.write("read", "providers.staff", details={"clinicians": [one.clinician_id for one in found]})
    return found
